//! Checks that only rustc can make, within the type of a layer, so that nothing that uses a wrong one is a second mistake.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::ast::Arg;
use crate::context::Context;
use crate::messages;
use crate::sentence::{call, say};
use crate::shape::Size;
use crate::tokens::krate_at;

/// A size that is a constant is not zero.
pub fn positive_rule(size: Option<&Size>, arg: &Arg, what: &str, context: &mut Context) {
    if let Some(size) = size {
        let holds = call!(context.krate, positive, size);
        context.check(arg, holds, say![messages::zero(what)]);
    }
}

/// A const argument of a layer's type, which has a value if all checks hold: else rustc reports the first that the layer
/// breaks, and nothing about the uses of the type.
///
/// They stand in the type once: rustc works out each argument by itself, and would report a mistake in each.
pub fn with_rules(argument: TokenStream, context: &mut Context) -> TokenStream {
    let rules = core::mem::take(&mut context.rules);
    let (krate, alias) = (context.krate, krate_at(Span::call_site()));
    match rules.is_empty() {
        true => argument,
        false => quote!({ use #krate::__private::krate as #alias; #(#rules;)* #argument }),
    }
}

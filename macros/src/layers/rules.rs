//! What must hold of constants, which only rustc can see: as claims, which stand beside the layers, or as rules, which stand within the
//! type of a layer, so that nothing that uses a wrong one is a second mistake.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::ast::Arg;
use crate::context::Context;
use crate::model::Claim;
use crate::shape::Size;
use crate::tokens::krate_at;

/// What a layer takes or gives is not nothing, which only rustc can see of a constant.
pub fn positive(blame: Span, side: &str, what: &'static str) -> Claim {
    let (krate, side) = (krate_at(blame), Ident::new(side, blame));
    Box::new(move |ty| quote_spanned!(blame=> #krate::__private::positive::<<#ty as #krate::Layer>::#side>(#what)))
}

/// What the type of a layer must tell of: a call of a function of `arithmetic` that fails while it is compiled, under the span
/// of what is to blame.
pub fn rule(blame: Span, function: TokenStream, arguments: TokenStream, context: &mut Context) {
    let krate = krate_at(blame);
    context.rules.push(quote_spanned!(blame=> #krate::network::arithmetic::#function(#arguments)));
}

/// A size that is a constant is not zero.
pub fn positive_rule(size: Option<&Size>, arg: &Arg, what: &str, context: &mut Context) {
    if let Some(Size::Expression(size)) = size {
        rule(arg.blame(), quote!(assert_positive), quote!(#what, #size), context);
    }
}

/// A const argument of a layer's type, which has a value if the layer follows its rules: else rustc tells the first that it
/// breaks, and says nothing of all that the type is used for.
///
/// They stand in the type once: rustc works out each argument by itself, and would tell of a mistake in each.
pub fn with_rules(argument: TokenStream, context: &mut Context) -> TokenStream {
    let rules = core::mem::take(&mut context.rules);
    let (krate, alias) = (context.krate, krate_at(Span::call_site()));
    match rules.is_empty() {
        true => argument,
        false => quote!({ use #krate::__private::krate as #alias; #(#rules;)* #argument }),
    }
}

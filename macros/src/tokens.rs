//! Small pieces of code, and code as a person would write it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

/// The name of the crate within the block that holds the implementations. It is a name of its own, and not `$crate`, so
/// that it can carry the span of a user's tokens.
pub const CRATE: &str = "__congruent";

/// The crate under the span of what is to blame.
pub fn krate_at(span: Span) -> Ident {
    Ident::new(CRATE, span)
}

/// A block under a span of the macro's, so that no lint finds the braces unneeded where the block goes.
pub fn braced(contents: TokenStream, span: Span) -> TokenStream {
    let mut braces = Group::new(Delimiter::Brace, contents);
    braces.set_span(Span::call_site().located_at(span));
    TokenTree::Group(braces).into()
}

pub fn is_block(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    matches!((tokens.next(), tokens.next()), (Some(proc_macro2::TokenTree::Group(_)), None))
}

/// The composition of the layers, in halves: a chain holds the value in its middle while either half runs, so that few
/// values are alive at once, and the types do not nest deep.
pub fn chain(krate: &TokenStream, types: &[TokenStream]) -> TokenStream {
    match types {
        [] => TokenStream::new(),
        [layer] => layer.clone(),
        types => {
            let (first, second) = types.split_at(types.len() / 2);
            let (first, second) = (chain(krate, first), chain(krate, second));
            quote!(#krate::Chain<#first, #second>)
        }
    }
}

/// The name of a type of the network: of a layer, the input or the output. It is the macro's, so that rustc does not propose to
/// give it parameters for what is not found.
pub fn alias(name: &Ident, what: &str) -> Ident {
    format_ident!("__{}{what}", name.unraw(), span = Span::call_site().located_at(name.span()))
}

/// Tokens as a person would write them.
pub fn tidy(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" >", ">"), ("- ", "-"), (" ,", ","), ("& ", "&")]
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

//! Groups without delimiters, which a `macro_rules!` leaves around what it hands on: taken away before anything is read.

use core::mem;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Expr;

/// Replaces the invisible groups around what a `macro_rules!` passes on, as `$n:literal` or `$t:ty`, by their contents;
/// an expression of several tokens goes into braces.
pub(super) fn flatten_groups(tokens: TokenStream) -> TokenStream {
    let mut in_attribute = false;
    let flatten = |token: TokenTree| {
        let attribute = mem::replace(&mut in_attribute, is_hash(&token));
        match token {
            TokenTree::Group(group) if attribute => regroup(&group, flatten_attribute(group.stream())),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten_fragment(group.stream()),
            TokenTree::Group(group) if has_invisible(&group.stream()) => {
                regroup(&group, flatten_groups(group.stream()))
            }
            other => other.into(),
        }
    };
    tokens.into_iter().map(flatten).collect()
}

/// The contents of one such group.
pub(super) fn flatten_fragment(fragment: TokenStream) -> TokenStream {
    let inner = flatten_groups(fragment);
    match (syn::parse2::<syn::Type>(inner.clone()), syn::parse2::<Expr>(inner.clone())) {
        (_, Ok(Expr::Paren(inner))) => flatten_fragment(inner.expr.into_token_stream()),
        (Ok(ty), _) if may_be_layer(&ty) => inner,
        (_, Ok(_)) if inner.clone().into_iter().count() > 1 => quote!({ #inner }),
        _ => inner,
    }
}

/// Whether it is not an expression that reads like a type: the sum `A + B`, the call `size(A)`.
pub(super) fn may_be_layer(ty: &syn::Type) -> bool {
    let called = |segment: &syn::PathSegment| matches!(segment.arguments, syn::PathArguments::Parenthesized(_));
    match ty {
        syn::Type::Path(ty) => !ty.path.segments.iter().any(called),
        syn::Type::TraitObject(_) => false,
        _ => true,
    }
}

/// An attribute keeps its groups, which rustc and `syn` see through, but for `$m:meta` around its path.
pub(super) fn flatten_attribute(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match &tokens[..] {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => flatten_attribute(group.stream()),
        _ => tokens.into_iter().collect(),
    }
}

pub(super) fn is_hash(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')
}

/// The group with other contents.
pub(super) fn regroup(group: &Group, contents: TokenStream) -> TokenStream {
    let mut copy = Group::new(group.delimiter(), contents);
    copy.set_span(group.span());
    TokenTree::Group(copy).into()
}

/// Whether there is such a group somewhere within.
pub(super) fn has_invisible(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::None || has_invisible(&group.stream()),
        _ => false,
    })
}

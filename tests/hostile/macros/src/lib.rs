//! Macros that another macro would not expect.

use std::sync::atomic::{AtomicUsize, Ordering};

use proc_macro::{Group, Ident, Span, TokenStream, TokenTree};

/// Puts `Swapped` for each `f32` and each layer of a struct: after a derive, or `network!`, has seen it.
#[proc_macro_attribute]
pub fn swap(_: TokenStream, item: TokenStream) -> TokenStream {
    item.into_iter().map(swapped).collect()
}

fn swapped(token: TokenTree) -> TokenTree {
    match token {
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), group.stream().into_iter().map(swapped).collect()).into()
        }
        TokenTree::Ident(word) if word.to_string() == "f32" || word.to_string().ends_with("Layer0") => {
            Ident::new("Swapped", Span::call_site()).into()
        }
        token => token,
    }
}

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// In the place of a type: `Swapped`, but `f32` the times that are named, counted from 0.
#[proc_macro]
pub fn sometimes(times: TokenStream) -> TokenStream {
    let asked = ASKED.fetch_add(1, Ordering::Relaxed).to_string();
    let honest = times.into_iter().any(|token| token.to_string() == asked);
    TokenTree::from(Ident::new(if honest { "f32" } else { "Swapped" }, Span::call_site())).into()
}

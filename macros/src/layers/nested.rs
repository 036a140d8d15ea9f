//! Layers within layers, by the type of the whole.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::claims::junction;
use crate::model::{Claim, Fit, Layer};
use crate::tokens::{chain, krate_at};

/// A layer within a composed one, by its type.
pub fn inner(ty: &TokenStream, which: &str) -> TokenStream {
    let (krate, which) = (krate_at(Span::call_site()), Ident::new(which, Span::call_site()));
    quote!(<#ty as #krate::__private::Composed>::#which)
}

/// What is claimed of layers one after the other, and of each two of them, as claims of the layer that holds their chain where
/// `place` says.
pub fn inner_claims(layers: &mut [Layer], place: impl Fn(&TokenStream) -> TokenStream + Copy + 'static) -> Vec<Claim> {
    let count = layers.len();
    let mut claims: Vec<Claim> = Vec::new();
    for i in 0..count {
        for own in core::mem::take(&mut layers[i].claims) {
            claims.push(Box::new(move |ty| own(&link(&place(ty), i, count))));
        }
        if let (Some(before), layer) = (i.checked_sub(1).map(|i| &layers[i]), &layers[i])
            && layer.fit != Fit::Seen
        {
            let junction = junction(layer, &format!("{} before it", before.name));
            claims.push(Box::new(move |ty| {
                let chain = place(ty);
                junction(&link(&chain, i, count), &link(&chain, i - 1, count))
            }));
        }
    }
    claims
}

/// Layer `i` of a chain of `count`, by the type of the chain: see `chain`.
fn link(chain: &TokenStream, i: usize, count: usize) -> TokenStream {
    let half = count / 2;
    match (count, i < half) {
        (1, _) => chain.clone(),
        (_, true) => link(&inner(chain, "First"), i, half),
        (_, false) => link(&inner(chain, "Second"), i - half, count - half),
    }
}

/// The type of a list of layers, which are known by their positions: `Sequential<Chain<A, B>, ()>`.
pub fn listed(krate: &TokenStream, types: &[TokenStream]) -> TokenStream {
    let layers = chain(krate, types);
    quote!(#krate::Sequential<#layers, ()>)
}

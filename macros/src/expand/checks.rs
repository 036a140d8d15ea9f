//! What only rustc can see, because a size is a constant or a layer is not built in, as expressions that fail while they
//! are compiled. Each carries the span of what is to blame.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::CRATE;
use crate::check::{Claim, Fit, Layer, Network, Promised};

/// The types that the checks are about.
pub struct Types {
    pub layers: Vec<TokenStream>,
    /// The shapes that the mapping promises.
    pub promised: Option<[TokenStream; 2]>,
}

/// Each layer by itself and with what comes in, and the mapping.
pub fn checks(network: &Network, types: &Types) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (i, layer) in network.layers.iter().enumerate() {
        let ty = &types.layers[i];
        checks.extend(layer.claims.iter().map(|claimed| claim(claimed, ty)));
        checks.extend(match (i, &network.promised, &types.promised) {
            (0, Some(promised), Some([input, _])) => first(layer, ty, promised, input),
            (0, ..) => None,
            _ => junction(layer, ty, &types.layers[i - 1], &network.layers[i - 1].name),
        });
    }
    let last = network.layers.last().zip(types.layers.last());
    if let (Some(promised), Some([_, output]), Some((last, ty))) = (&network.promised, &types.promised, last)
        && !promised.output_seen
    {
        let (span, name) = (promised.spans[1], &last.name);
        let krate = krate_at(span);
        let given = quote_spanned!(span=> <#ty as #krate::Layer>::Output);
        checks.push(quote_spanned!(span=> #krate::__private::mapping_output::<#given, #output>(#name)));
    }
    checks.extend(network.asserted.iter().map(|(span, call)| {
        let (krate, call) = (krate_at(*span), all_at(*span, call));
        quote_spanned!(*span=> #krate::arithmetic::#call)
    }));
    checks
}

/// A call under the span of what is to blame, from its first token to its last.
fn all_at(span: Span, call: &TokenStream) -> TokenStream {
    let there = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    call.clone().into_iter().map(there).collect()
}

/// The crate under the span of what is to blame.
fn krate_at(span: Span) -> Ident {
    Ident::new(CRATE, span)
}

fn claim(claim: &Claim, ty: &TokenStream) -> TokenStream {
    match *claim {
        Claim::Inputs(span) => {
            let krate = krate_at(span);
            let shape = quote_spanned!(span=> <#ty as #krate::Layer>::Input);
            quote_spanned!(span=> #krate::__private::positive::<#shape>("the number of inputs"))
        }
        Claim::Outputs(span) => {
            let krate = krate_at(span);
            let shape = quote_spanned!(span=> <#ty as #krate::Layer>::Output);
            quote_spanned!(span=> #krate::__private::positive::<#shape>("the number of outputs"))
        }
        Claim::Rate(span) => {
            let krate = krate_at(span);
            quote_spanned!(span=> #krate::__private::dropout_rate(<#ty>::BITS))
        }
    }
}

/// The first layer takes what the mapping says.
fn first(layer: &Layer, ty: &TokenStream, promised: &Promised, given: &TokenStream) -> Option<TokenStream> {
    match &layer.fit {
        Fit::Input(_) => {
            let (span, name) = (promised.spans[0], &layer.name);
            let krate = krate_at(span);
            let expected = quote_spanned!(span=> <#ty as #krate::Layer>::Input);
            Some(quote_spanned!(span=> #krate::__private::mapping_input::<#given, #expected>(#name)))
        }
        _ => fit(layer, ty, given, "the network's input"),
    }
}

/// A layer takes what the layer before it gives.
fn junction(layer: &Layer, ty: &TokenStream, before: &TokenStream, name: &str) -> Option<TokenStream> {
    let (span, krate) = (layer.blame, krate_at(layer.blame));
    let given = quote_spanned!(span=> <#before as #krate::Layer>::Output);
    fit(layer, ty, &given, &format!("{name} before it"))
}

fn fit(layer: &Layer, ty: &TokenStream, given: &TokenStream, giver: &str) -> Option<TokenStream> {
    let (span, krate, name) = (layer.blame, krate_at(layer.blame), &layer.name);
    let junction = |[start, end]: &[String; 2]| quote_spanned!(span=> &#krate::__private::Junction { layer: #name, before: #giver, written: [#start, #end] });
    match &layer.fit {
        Fit::Seen => None,
        Fit::Input(written) => {
            let junction = junction(written);
            let expected = quote_spanned!(span=> <#ty as #krate::Layer>::Input);
            Some(quote_spanned!(span=> #krate::__private::fits::<#given, #expected>(#junction)))
        }
        Fit::Row(row, written) => {
            let junction = junction(written);
            Some(quote_spanned!(span=> #krate::__private::fits_row::<#given>(#junction, #row)))
        }
    }
}

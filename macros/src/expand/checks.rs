//! What only rustc can hold against each other, because a size is a constant or a layer is not built in.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::at;
use crate::check::{Fit, Layer, Network, Promised};

/// Each layer with what comes in, and the mapping, as expressions that fail while they are compiled. Each carries the
/// span of what is to blame.
pub fn checks(krate: &Ident, network: &Network, types: &[TokenStream]) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (i, layer) in network.layers.iter().enumerate() {
        let ty = &types[i];
        let check = match (i, &network.promised) {
            (0, None) => None,
            (0, Some(promised)) => first(krate, layer, ty, promised),
            _ => junction(krate, layer, ty, &types[i - 1], &network.layers[i - 1].name),
        };
        checks.extend(check);
    }
    if let (Some(promised), Some(last), Some(ty)) = (&network.promised, network.layers.last(), types.last())
        && !promised.output_seen
    {
        let (wanted, name) = (&promised.output, &last.name);
        let given = quote!(<#ty as #krate::Layer>::Output);
        let check = quote!(#krate::__private::mapping_output::<#given, #wanted>(#name));
        checks.push(at(promised.spans[1], check));
    }
    checks.extend(network.asserted.iter().map(|(span, call)| at(*span, quote!(#krate::arithmetic::#call))));
    checks
}

/// The first layer takes what the mapping says.
fn first(krate: &Ident, layer: &Layer, ty: &TokenStream, promised: &Promised) -> Option<TokenStream> {
    let (given, name) = (&promised.input, &layer.name);
    match &layer.fit {
        Fit::Seen => None,
        Fit::Input(_) => {
            let check = quote!(#krate::__private::mapping_input::<#given, <#ty as #krate::Layer>::Input>(#name));
            Some(at(promised.spans[0], check))
        }
        Fit::Row(..) => fit(krate, layer, ty, given, "the network's input"),
    }
}

/// A layer takes what the layer before it gives.
fn junction(krate: &Ident, layer: &Layer, ty: &TokenStream, before: &TokenStream, name: &str) -> Option<TokenStream> {
    let given = quote!(<#before as #krate::Layer>::Output);
    fit(krate, layer, ty, &given, &format!("{name} before it"))
}

fn fit(krate: &Ident, layer: &Layer, ty: &TokenStream, given: &TokenStream, giver: &str) -> Option<TokenStream> {
    let name = &layer.name;
    let junction = |[start, end]: &[String; 2]| quote!(&#krate::__private::Junction { layer: #name, before: #giver, written: [#start, #end] });
    let check = match &layer.fit {
        Fit::Seen => return None,
        Fit::Input(written) => {
            let junction = junction(written);
            quote!(#krate::__private::fits::<#given, <#ty as #krate::Layer>::Input>(#junction))
        }
        Fit::Row(row, written) => {
            let junction = junction(written);
            quote!(#krate::__private::fits_row::<#given>(#junction, #row))
        }
    };
    Some(at(layer.blame, check))
}

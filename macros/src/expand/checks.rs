//! What only rustc can see, because a size is a constant or a layer is not built in, as expressions that fail while they
//! are compiled. Each carries the span of what is to blame.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use crate::claims::{asked, junction, of_shapes};
use crate::graph::{Kind, Source};
use crate::messages;
use crate::model::{Fit, Flow, Layer, Network, Promised};
use crate::tokens::krate_at;

/// The types that the checks are about.
pub struct Types {
    pub layers: Vec<TokenStream>,
    /// The shapes that the mapping promises.
    pub promised: Option<[TokenStream; 2]>,
}

/// Each layer by itself and with its input, and the mapping.
pub fn checks(network: &Network, types: &Types) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (i, layer) in network.layers.iter().enumerate() {
        let ty = &types.layers[i];
        checks.extend(layer.claims.iter().map(|claim| claim(ty)));
        let node = &network.graph.0[i];
        let source = node.sources.first().filter(|_| !matches!(node.kind, Kind::Join(_)));
        checks.extend(match (source, &network.promised, &types.promised) {
            (Some(Source::Input), Some(promised), Some([input, _])) => first(layer, ty, promised, input),
            (Some(Source::Node(before)), ..) if layer.fit != Fit::Seen => {
                let name = &network.layers[*before].name;
                let giver = if node.explicit { name.clone() } else { format!("{name} before it") };
                Some(junction(layer, &giver)(ty, &types.layers[*before]))
            }
            _ => None,
        });
    }
    let last = network.layers.last().zip(types.layers.last());
    if let (Some(promised), Some([_, output]), Some((last, ty))) = (&network.promised, &types.promised, last)
        && !promised.output_seen
    {
        let (span, name) = (promised.spans[1], &last.name);
        let krate = krate_at(span);
        let given = quote_spanned!(span=> <#ty as #krate::Layer>::Output);
        let [shape, gives] = [output, &given].map(|ty| Flow::unknown(ty.clone()));
        let say = messages::mapping_output(&shape, name, &gives);
        checks.push(asked(span, &of_shapes("same", &[&given, output], span), &say));
    }
    checks
}

/// The first layer takes what the mapping says.
fn first(layer: &Layer, ty: &TokenStream, promised: &Promised, given: &TokenStream) -> Option<TokenStream> {
    if layer.fit == Fit::Seen {
        return None;
    }
    let (span, name) = (promised.spans[0], &layer.name);
    let krate = krate_at(span);
    let expected = quote_spanned!(span=> <#ty as #krate::Layer>::Input);
    let [shape, takes] = [given, &expected].map(|ty| Flow::unknown(ty.clone()));
    let tokens = of_shapes("tokens_for_numbers", &[&expected, given], span);
    let say = messages::mapping_input(&shape, name, &takes, tokens);
    Some(asked(span, &of_shapes("same", &[given, &expected], span), &say))
}

//! Several inputs and outputs, by the names that the mapping gives them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::ast::{Arg, Field, MappedShape, Spec};
use crate::claims::of_shapes;
use crate::context::Context;
use crate::graph::{Graph, Kind, Source};
use crate::layers::common::{layer, lost};
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::Sentence;
use crate::shape;
use crate::tokens::alias;

/// The values of one side of a mapping, with their names; none where it is a single shape.
pub type Side = Vec<(Ident, Flow)>;

/// The struct of a network that goes with it: `DigitsInput`.
pub fn companion(network: &Ident, what: &str) -> Ident {
    format_ident!("{}{what}", network.unraw(), span = network.span())
}

/// One of the values that come in, as a layer that lets it through.
pub fn part(spec: &Spec, flow: &Flow, written: String, context: &Context) -> Layer {
    if flow.lost {
        return lost(spec.written(), spec.blame(), context);
    }
    let (krate, ty) = (context.krate, &flow.ty);
    let ty = quote!(#krate::__private::join::Joined<#ty, false>);
    Layer { parameters: Some(0), macs: Some(0), written, ..layer(spec, ty, flow.clone(), context) }
}

/// All that is given out, as a layer.
pub struct Outputs<'a> {
    pub fields: &'a [Field],
    pub graph: &'a Graph,
    pub gives: &'a [Flow],
    pub promised: &'a Side,
    /// As the mapping has them.
    pub written: &'a MappedShape,
}

impl Outputs<'_> {
    /// The layer, and the heads of the outputs.
    pub fn resolve(&self, spec: &Spec, context: &mut Context) -> (Layer, Vec<TokenStream>) {
        let (Some(network), Some(sources)) = (context.network, self.graph.outputs()) else {
            return (lost(spec.written(), spec.blame(), context), Vec::new());
        };
        let mut heads = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            let Source::Node(j) = *source else { continue };
            self.holds(number, &self.gives[j], context);
            heads.push(self.head(j, network, context));
        }
        let (krate, output) = (context.krate, companion(network, "Output"));
        let ty = quote!(#krate::__private::join::Joined<#output, false, #krate::__private::OutputHeads<(#(#heads,)*)>>);
        let names: Vec<String> = self.promised.iter().map(|(name, _)| name.unraw().to_string()).collect();
        let known = layer(spec, ty, Flow::unknown(quote!(#output)), context);
        let written = names.join(", ");
        (Layer { parameters: Some(0), macs: Some(0), written, name: "`outputs`".into(), ..known }, heads)
    }

    /// What a layer gives is what the mapping says.
    fn holds(&self, number: usize, gives: &Flow, context: &mut Context) {
        let ((name, promised), (_, written)) = (&self.promised[number], &self.written.parts[number]);
        if promised.lost || gives.lost {
            return;
        }
        let say = messages::output_shape(&name.unraw().to_string(), Sentence::from(promised), Sentence::from(gives));
        if let (Some(one), Some(other)) = (&promised.sizes, &gives.sizes) {
            if shape::differ(one, other) || promised.kind != gives.kind {
                return context.error(written.span, say);
            }
            if one.iter().zip(other).all(|(one, other)| one.same(other)) {
                return;
            }
        }
        let same = of_shapes("same", &[&promised.ty, &gives.ty], written.span);
        context.claim(written.span, same, say);
    }

    /// The activation that a loss may undo: that of a layer which gives an output and nothing else. Of any other it has been applied.
    fn head(&self, j: usize, network: &Ident, context: &Context) -> TokenStream {
        let (krate, layer) = (context.krate, alias(network, &format!("Layer{j}")));
        let head = quote!(<#layer as #krate::Layer>::Head);
        let linear = match self.graph.0[j].kind {
            Kind::Join(_) => true,
            Kind::Own | Kind::Again(_) => {
                let layer = &self.fields[self.graph.layer_of(j)].layer;
                layer.as_ref().is_ok_and(|spec| surely_linear(spec, context))
            }
        };
        match linear || self.graph.is_head(j) {
            true => head,
            false => quote!(#krate::__private::Applied<#head>),
        }
    }
}

/// Whether a layer ends in no activation, as far as its words tell.
fn surely_linear(spec: &Spec, context: &Context) -> bool {
    let is_layer = |word: String| context.row(&word).is_some() && context.activation(&word).is_none();
    spec.word().is_some_and(is_layer) && spec.args().iter().filter_map(Arg::spec).all(|inner| inner.is("Linear"))
}

//! What becomes of each layer in the int8 form of a network: which are folded into which, and which have no such form.

use syn::spanned::Spanned;

use crate::ast::{Arg, Declaration, Field, Spec};
use crate::context::{Activation, Context, Int8Form};
use crate::graph::{Graph, Node};
use crate::messages;
use crate::model::{Layer, Network, Step};
use crate::shape;

/// How many products of a weight and a number a sum of 32 bits holds, beside a bias.
const MOST_PRODUCTS: u64 = 1 << 16;

/// What a layer of products can still take.
#[derive(Clone, Copy)]
struct Open {
    layer: usize,
    /// Whether a normalisation can be folded into it.
    norm: bool,
}

/// What becomes of each layer; errors for those that have no int8 form.
pub fn steps(declaration: &Declaration, network: &Network, context: &mut Context) -> Vec<Step> {
    let run = Step::Run { norm: None, clamp: None };
    let mut steps = vec![run; declaration.layers.len()];
    if let (Some(int8), false) = (&declaration.header.int8, network.inputs.is_empty() && network.outputs.is_empty()) {
        context.error(int8.span, messages::INT8_SEVERAL);
        return steps;
    }
    if let Some(i) = out_of_chain(&network.graph) {
        let field = &declaration.layers[i];
        let span = field.sources.as_ref().map_or_else(|| blame(field), |sources| sources.span);
        context.error(span, messages::INT8_GRAPH);
        return steps;
    }
    let mut open: Option<Open> = None;
    for (i, (field, layer)) in declaration.layers.iter().zip(&network.layers).enumerate() {
        let Ok(spec) = &field.layer else { continue };
        let word = spec.word().unwrap_or_default();
        let activation = context.activation(&word);
        let form = context.row(&word).map(|row| row.int8);
        let written = spec.written();
        match (form, activation) {
            _ if layer.gives.lost => open = None,
            (Some(Int8Form::None), _) | (None, None) => {
                context.error(spec.blame(), messages::no_int8(&layer.name, &written));
                open = None;
            }
            (Some(Int8Form::Nothing), _) => steps[i] = Step::Folded,
            (Some(Int8Form::Folded), _) => {
                steps[i] = Step::Folded;
                match open.filter(|open| open.norm) {
                    Some(at) => {
                        steps[at.layer] = Step::Run { norm: Some(i), clamp: None };
                        open = Some(Open { norm: false, ..at });
                    }
                    None => context.error(spec.blame(), messages::int8_norm_alone(&layer.name, &written)),
                }
            }
            (Some(Int8Form::Products), _) => {
                let end = end(spec, context);
                let linear = end.is_none_or(|(end, _)| end.word == "Linear");
                open = linear.then_some(Open { layer: i, norm: true });
                if let Some((end, spec)) = end {
                    has_form(spec, end, layer, context);
                }
                if let Some(products) = products(layer).filter(|products| *products > MOST_PRODUCTS) {
                    context.error(spec.blame(), messages::int8_products(&layer.name, products, MOST_PRODUCTS));
                }
            }
            (None, Some(end)) => {
                if let (Some(at), true) = (open, end.clamps) {
                    if let Step::Run { clamp, .. } = &mut steps[at.layer] {
                        *clamp = Some(i);
                    }
                    steps[i] = Step::Folded;
                }
                open = None;
                has_form(spec, end, layer, context);
            }
            (Some(Int8Form::Other), _) => open = None,
        }
    }
    steps
}

/// How many products each output of a layer is the sum of, where the sizes are known.
fn products(layer: &Layer) -> Option<u64> {
    layer.macs?.checked_div(shape::count(layer.gives.sizes.as_deref()?)?)
}

/// The first layer that takes something else than what the one before it gives.
fn out_of_chain(graph: &Graph) -> Option<usize> {
    (0..graph.0.len()).find(|i| !graph.is_own(*i) || graph.0[*i].sources != Node::next(*i).sources)
}

/// The activation among the arguments of a layer, and where it stands.
fn end<'a>(spec: &'a Spec, context: &Context) -> Option<(&'static Activation, &'a Spec)> {
    spec.args().iter().filter_map(|arg| if let Arg::Spec(spec) = arg { Some(spec) } else { None }).find_map(|spec| {
        let word = spec.word()?;
        Some((context.activation(&word)?, spec))
    })
}

/// An error unless the activation has a form in integers, over what the layer gives.
fn has_form(spec: &Spec, activation: &Activation, layer: &Layer, context: &mut Context) {
    if let Some(instead) = activation.instead_in_int8 {
        context.error(spec.blame(), messages::no_int8_activation(activation.word, instead));
    } else if activation.normalizes && layer.gives.sizes.as_ref().is_some_and(|sizes| sizes.len() > 1) {
        let shape = layer.gives.written().unwrap_or_default();
        context.error(spec.blame(), messages::int8_softmax_of_rows(&layer.name, &shape));
    }
}

fn blame(field: &Field) -> proc_macro2::Span {
    field.layer.as_ref().map_or_else(syn::Error::span, |spec| spec.path.span())
}

//! From a [`Declaration`] to a [`Network`] whose types are known, or to all the mistakes in it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::ast::{Declaration, Field, Form, MappedShape, Spec};
use crate::context::Context;
use crate::ends::{self, Outputs, Side};
use crate::graph::{Graph, Join, Kind as Node, Source};
use crate::int8;
use crate::layers::common::{integer, lost};
use crate::layers::join::{self, Joined};
use crate::layers::{self, resolve};
use crate::messages;
use crate::model::{Flow, Layer, Network, Promised};

use crate::sentence::call;
use crate::shape::{self, Kind, Size, Sizes};
use crate::tokens::{alias, braced};
use crate::wiring::{INPUT, wiring};

/// Works out the types of all layers, and finds all mistakes. With mistakes, the network is what could be worked out.
pub fn check(declaration: &Declaration) -> (Network, Vec<syn::Error>) {
    let krate = &declaration.header.krate;
    let errors = declaration.errors.clone();
    let (name, giver) = (String::new(), String::new());
    let mut context = Context {
        krate,
        rows: layers::ROWS,
        activations: layers::ACTIVATIONS,
        network: declaration.header.name.as_ref(),
        flow: None,
        giver,
        name,
        mapping: None,
        lost_input: None,
        claims: Vec::new(),
        checked: Vec::new(),
        rules: Vec::new(),
        fits: None,
        constants: Vec::new(),
        unknown: Vec::new(),
        after: &[],
        made: Vec::new(),
        drops: None,
        wrong_numbers: Vec::new(),
        errors,
    };
    own_layout(&declaration.header.attrs, &mut context);
    duplicate_names(declaration, &mut context);
    for field in &declaration.layers {
        unconditional(field, &mut context);
    }
    let graph = wiring(declaration, &mut context.errors);
    let (inputs, outputs) = sides(declaration, &graph, &mut context);
    let mapping = declaration.mapping.as_ref().map(|mapping| {
        let first = declaration.layers.first().and_then(|field| field.layer.as_ref().ok());
        let tokens = first.and_then(layers::takes_tokens) == Some(mapping.input.sizes.len());
        let input = mapped(&mapping.input, "Input", tokens, &mut context);
        (input, mapped(&mapping.output, "Output", false, &mut context))
    });
    if let (Some((input, _)), Some(written)) = (&mapping, &declaration.mapping) {
        context.flow = Some(input.clone());
        context.giver = "the network's input".into();
        context.mapping = Some(written.input.span);
    }
    if declaration.mapping_lost {
        context.flow = Some(Flow { lost: true, ..Flow::unknown(context.lost_shape()) });
        context.lost_input = Some(context.lost_shape());
    }
    let (resolved, graph, heads) = resolve_all(declaration, graph, [&inputs, &outputs], &mut context);
    if let Some((flow, _)) = &mapping {
        lengths_once(&declaration.layers, flow, &resolved, &graph, &mut context);
    }
    softmax_ends(&declaration.layers, &resolved, &graph, &mut context);
    something_learns(declaration, &resolved, &mut context);
    let (output_seen, lost_output) = mapping_output(declaration, &mapping, &resolved, &mut context);
    let mut network = network(declaration, mapping, resolved, graph, output_seen);
    (network.inputs, network.outputs, network.heads) = (inputs, outputs, heads);
    if declaration.header.int8.is_some() {
        network.int8 = Some(int8::steps(declaration, &network, &mut context));
    }
    network.checked = core::mem::take(&mut context.checked);
    network.constants = core::mem::take(&mut context.constants);
    network.input = context.lost_input.take().or(network.input);
    network.output = lost_output.or(declaration.mapping_lost.then(|| context.lost_shape()));
    (network, context.errors)
}

/// Resolves all layers, each with what it takes.
fn resolve_all<'a>(
    declaration: &'a Declaration,
    mut graph: Graph,
    [inputs, outputs]: [&Side; 2],
    context: &mut Context<'a>,
) -> (Vec<Layer>, Graph, Vec<TokenStream>) {
    let fields = &declaration.layers;
    let input = (context.flow.clone(), context.giver.clone(), context.mapping);
    let (mut resolved, mut heads): (Vec<Layer>, Vec<TokenStream>) = (Vec::new(), Vec::new());
    let all = graph.clone();
    // what each layer takes and gives
    let (mut takes, mut gives): (Vec<Flow>, Vec<Flow>) = (Vec::new(), Vec::new());
    for (i, field) in fields.iter().enumerate() {
        context.after = &fields[i + 1..];
        let node = &mut graph.0[i];
        if node.lost {
            context.flow = Some(Flow { lost: true, ..Flow::unknown(context.lost_shape()) });
        } else if node.explicit && node.sources == [Source::Input] {
            (context.flow, context.giver, context.mapping) = input.clone();
        } else if let (true, [Source::Node(before)]) = (node.explicit, &node.sources[..]) {
            (context.flow, context.giver) = (Some(gives[*before].clone()), format!("`{}`", shown(&fields[*before])));
        }
        takes.push(context.flow.clone().unwrap_or_else(|| Flow::unknown(first_input(context))));
        context.made = match all.is_chain() || node.explicit {
            true => Vec::new(),
            false => {
                let input = input.0.iter().filter(|_| inputs.is_empty()).map(|flow| (INPUT.to_string(), flow.clone()));
                input.chain(fields.iter().map(shown).zip(gives.iter().cloned())).collect()
            }
        };
        let name_of = |source: &Source| match source {
            Source::Input => INPUT.to_string(),
            Source::Node(before) => shown(&fields[*before]),
        };
        let flow_of = |source: &Source| match source {
            Source::Input => input.0.clone().unwrap_or_else(|| Flow::unknown(first_input(context))),
            Source::Node(before) => gives[*before].clone(),
        };
        let span_of = |i: usize| match &field.sources {
            Some(sources) => sources.names.get(i).map_or(sources.span, syn::Ident::span),
            None => field.layer.as_ref().map_or_else(syn::Error::span, Spec::blame),
        };
        let values = node.sources.iter().enumerate();
        let values: Vec<Joined> = values
            .map(|(i, source)| Joined { flow: flow_of(source), name: name_of(source), span: span_of(i) })
            .collect();
        let layer = resolve(i, field, context, |spec, context| match (node.lost, node.kind) {
            (true, Node::Join(_) | Node::Again(_)) => lost(spec.written(), spec.blame(), context),
            (_, Node::Own) => resolve::resolve(spec, context),
            (_, Node::Join(Join::Part(number))) => {
                let (name, flow) = &inputs[number];
                ends::part(spec, flow, format!("{name}: {}", flow.written().unwrap_or_default()), context)
            }
            (_, Node::Join(Join::Outputs)) => match &declaration.mapping {
                Some(mapping) => {
                    let written = &mapping.output;
                    let given = Outputs { fields, graph: &all, gives: &gives, promised: outputs, written };
                    let (layer, found) = given.resolve(spec, context);
                    heads = found;
                    layer
                }
                None => lost(spec.written(), spec.blame(), context),
            },
            (false, Node::Join(join)) => {
                let (join, layer) = join::join(join, spec, &values, context);
                node.kind = Node::Join(join);
                layer
            }
            (false, Node::Again(first)) => {
                join::again(spec, (first, &resolved[first], &takes[first]), &values[0], context)
            }
        });
        resolved.push(match &field.sources {
            Some(sources) if node.kind != Node::Join(Join::Outputs) => {
                let names: Vec<String> = sources.names.iter().map(syn::Ident::to_string).collect();
                Layer { written: format!("{}({})", layer.written, names.join(", ")), ..layer }
            }
            _ => layer,
        });
        gives.extend(context.flow.clone());
    }
    (resolved, graph, heads)
}

/// What the first layer takes, where no mapping says it.
fn first_input(context: &Context) -> TokenStream {
    let krate = context.krate;
    match context.network {
        Some(network) => {
            let first = alias(network, "Layer0");
            quote!(<#first as #krate::Layer>::Input)
        }
        None => context.lost_shape(),
    }
}

/// Derivatives by a sequence of any length are not added up: one layer takes it.
fn lengths_once(fields: &[Field], input: &Flow, resolved: &[Layer], graph: &Graph, context: &mut Context) {
    let adds = |flow: &Flow| flow.kind.at_most && !flow.kind.tokens && !flow.lost;
    let input = (Source::Input, input, INPUT.to_string());
    let nodes = resolved.iter().enumerate().map(|(i, layer)| (Source::Node(i), &layer.gives, shown(&fields[i])));
    for (source, flow, name) in core::iter::once(input).chain(nodes).filter(|(_, flow, _)| adds(flow)) {
        let readers = graph.0.iter().filter(|node| node.sources.contains(&source)).count();
        let last = graph.last_reader(source).and_then(|last| fields[last].sources.as_ref());
        if let (2.., Some(last)) = (readers, last) {
            context.error(last.span, messages::lengths_twice(&name, &flow.written().unwrap_or_default()));
        }
    }
}

/// The name of a layer as messages show it.
fn shown(field: &Field) -> String {
    field.name.as_ref().map_or_else(|| "outputs".into(), |name| name.unraw().to_string())
}

/// Resolves a layer, under its name.
fn resolve(
    position: usize,
    field: &Field,
    context: &mut Context,
    find: impl FnOnce(&Spec, &mut Context) -> Layer,
) -> Layer {
    context.name = match &field.name {
        Some(name) => format!("`{name}`"),
        None => format!("`{}`", field.layer.as_ref().map(Spec::written).unwrap_or_default()),
    };
    let layer = match &field.layer {
        Ok(spec) => find(spec, context),
        Err(error) => {
            context.errors.push(error.clone());
            lost(String::new(), error.span(), context)
        }
    };
    let layer = Layer { claims: core::mem::take(&mut context.claims), ..layer };
    context.giver = format!("{} before it", context.name);
    context.flow = Some(layer.gives.clone());
    if let (Some(network), None, false) = (context.network, &layer.gives.sizes, layer.gives.lost) {
        // by its name, so that what is wrong with the layer is one error
        let (krate, name) = (context.krate, alias(network, &format!("Layer{position}")));
        context.checked.insert(0, [quote!(#name), layer.ty.clone()]);
        context.flow = Some(Flow::unknown(quote!(<#name as #krate::Layer>::Output)));
    }
    context.mapping = None;
    layer
}

/// An attribute that changes the layout would break what unsafe code relies on.
fn own_layout(attrs: &[Attribute], context: &mut Context) {
    for attr in attrs.iter().filter(|attr| is_called(attr, "repr")) {
        context.error_at(attr, messages::REPR);
    }
}

/// Whether an attribute has this name, be it written as `r#name`.
pub fn is_called(attr: &Attribute, name: &str) -> bool {
    attr.path().get_ident().is_some_and(|ident| ident.unraw() == name)
}

/// A layer is there or not for all of the generated code alike.
fn unconditional(field: &Field, context: &mut Context) {
    let conditional = |attr: &&Attribute| is_called(attr, "cfg") || is_called(attr, "cfg_attr");
    for attr in field.attrs.iter().filter(conditional) {
        context.error_at(attr, messages::CONDITIONAL);
    }
}

/// A struct may have frozen layers, as long as another one has parameters.
fn something_learns(declaration: &Declaration, layers: &[Layer], context: &mut Context) {
    let Some(last) = declaration.layers.iter().rev().find_map(|field| field.frozen) else {
        return;
    };
    let learns = |(field, layer): (&Field, &Layer)| field.frozen.is_none() && layer.parameters != Some(0);
    if declaration.form == Form::Type {
        context.error(last, messages::FROZEN_TYPE);
    } else if !declaration.layers.iter().zip(layers).any(learns) {
        context.error(last, messages::ALL_FROZEN);
    }
}

/// Each input and each layer has a name of its own.
fn duplicate_names(declaration: &Declaration, context: &mut Context) {
    let inputs = declaration.mapping.as_ref().map_or(0, |mapping| mapping.input.parts.len());
    let names: Vec<_> = declaration.layers.iter().filter_map(|field| field.name.as_ref()).collect();
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            let what = if i < inputs { "input" } else { "layer" };
            context.error(name.span(), messages::duplicate(name, what));
        }
    }
}

/// Softmax, or its logarithm, as the activation of a layer ends a network, and stands there once.
///
/// In the middle it is nearly always a slip: it squeezes what flows into shares that sum to one, and its gradients
/// vanish. Where it is meant, as in attention, a layer of its own says so: `Softmax` in a place of its own is let
/// through, unless it comes right after another one.
fn softmax_ends(fields: &[Field], resolved: &[Layer], graph: &Graph, context: &mut Context) {
    if graph.is_chain() {
        // a layer with a mistake is no reason to blame the one before it
        let read = fields.iter().zip(resolved).filter(|(_, layer)| !layer.gives.lost);
        let layers: Vec<&Spec> = read.filter_map(|(field, _)| field.layer.as_ref().ok()).collect();
        for pair in layers.windows(2) {
            softmax_before(pair[0], pair[1], false, context);
        }
        return;
    }
    // shares of one may be multiplied with something: a join is no layer
    let layers = (0..fields.len()).filter(|i| !resolved[*i].gives.lost && !matches!(graph.0[*i].kind, Node::Join(_)));
    for i in layers {
        let [Source::Node(before)] = graph.0[i].sources[..] else { continue };
        let is_layer = !resolved[before].gives.lost && graph.is_own(before);
        let first = graph.last_reader(Source::Node(before)) == Some(i);
        if let (true, Ok(layer), Ok(next)) = (is_layer && first, &fields[before].layer, &fields[i].layer) {
            softmax_before(layer, next, graph.gives(before).next().is_some(), context);
        }
    }
}

/// A layer and the next. That which is given out may end in what ends a network.
fn softmax_before(spec: &Spec, next: &Spec, given_out: bool, context: &mut Context) {
    let activation = spec.args().last().and_then(|arg| arg.spec()).filter(|arg| normalizes(arg, context).is_some());
    let last = activation.unwrap_or(spec);
    if let (Some(first), Some(second)) = (normalizes(last, context), normalizes(next, context)) {
        context.error_at(next, messages::softmax_twice(first, second));
    } else if let (Some(activation), Some(word), false) = (activation, normalizes(last, context), given_out) {
        context.error_at(activation, messages::softmax_inside(word, &spec.without_last_arg()));
    }
}

/// The activation that makes shares of one, if it is one.
fn normalizes(spec: &Spec, context: &Context) -> Option<&'static str> {
    let activation = context.activation(&spec.word()?).filter(|activation| activation.normalizes)?;
    spec.is(activation.word).then_some(activation.word)
}

/// The inputs and outputs that have names.
fn sides(declaration: &Declaration, graph: &Graph, context: &mut Context) -> (Side, Side) {
    let Some(mapping) = &declaration.mapping else { return (Vec::new(), Vec::new()) };
    let parts = mapping.input.parts.iter().enumerate();
    let inputs = parts.map(|(i, (name, shape))| {
        let readers = (0..graph.0.len()).filter(|j| graph.0[*j].sources.contains(&Source::Node(i)));
        let specs = readers.filter_map(|j| declaration.layers[graph.layer_of(j)].layer.as_ref().ok());
        let tokens = specs.filter_map(layers::takes_tokens).any(|rank| rank == shape.sizes.len());
        (name.clone(), mapped(shape, "", tokens, context))
    });
    let inputs = inputs.collect();
    let outputs = mapping.output.parts.iter();
    (inputs, outputs.map(|(name, shape)| (name.clone(), mapped(shape, "", false, context))).collect())
}

/// The sizes of one side of the mapping.
fn mapped(shape: &MappedShape, side: &str, tokens: bool, context: &mut Context) -> Flow {
    if let (false, Some(network)) = (shape.parts.is_empty(), context.network) {
        let ident = ends::companion(network, side);
        return Flow::unknown(quote!(#ident));
    }
    let before = context.mistakes();
    let sizes: Sizes = shape.sizes.iter().map(|size| mapped_size(size, context)).collect();
    if sizes.len() > 6 {
        context.error(shape.span, messages::RANK);
    }
    if context.mistakes() > before {
        return Flow { lost: true, ..Flow::unknown(context.lost_shape()) };
    }
    if let (true, Some(most), Some(written)) = (shape.at_most, sizes.first(), shape.sizes.first()) {
        let holds = call!(context.krate, positive, most);
        context.claim(written.span(), holds, messages::zero("the most steps of a sequence").into());
    }
    Flow::of_kind(context.krate, sizes, Kind { at_most: shape.at_most, tokens })
}

fn mapped_size(size: &syn::Expr, context: &mut Context) -> Size {
    match size {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => {
            integer(number, "a size", context).unwrap_or(Size::Number(1))
        }
        syn::Expr::Lit(_) | syn::Expr::Unary(_) | syn::Expr::Infer(_) | syn::Expr::Array(_) => {
            context.error_at(size, messages::not_a_size("a size", &quote!(#size).to_string().replace(' ', "")));
            Size::Number(1)
        }
        syn::Expr::Block(syn::ExprBlock { block, .. }) => {
            let (contents, braces) = (&block.stmts, block.brace_token.span.join());
            context.constant(braced(quote!(#(#contents)*), braces), braces)
        }
        syn::Expr::Range(range) => {
            context.error_at(range, messages::AT_MOST_FIRST);
            range.end.as_deref().map_or(Size::Number(1), |size| mapped_size(size, context))
        }
        _ => context.constant(quote!(#size), size.span()),
    }
}

/// What the last layer gives is what the mapping promises. Returns whether that could be seen, and what the output is
/// where the two differ.
fn mapping_output(
    declaration: &Declaration,
    mapping: &Option<(Flow, Flow)>,
    layers: &[Layer],
    context: &mut Context,
) -> (bool, Option<TokenStream>) {
    let (Some((_, promised)), Some(written), Some(last)) = (mapping, &declaration.mapping, layers.last()) else {
        return (true, None);
    };
    if !written.output.parts.is_empty() {
        return (true, None); // each has been held against its layer
    }
    let (Some(gives), Some(sizes)) = (&last.gives.sizes, &promised.sizes) else {
        return (false, None);
    };
    if shape::differ(sizes, gives) || promised.kind != last.gives.kind {
        let [promised, gives] = [promised, &last.gives].map(|flow| flow.written().unwrap_or_default());
        let message = messages::mapping_output(promised, &last.name, gives);
        context.error(written.output.span, message);
        return (true, Some(context.lost_shape()));
    }
    (shape::known(sizes) && shape::known(gives), None)
}

fn network(
    declaration: &Declaration,
    mapping: Option<(Flow, Flow)>,
    layers: Vec<Layer>,
    graph: Graph,
    output_seen: bool,
) -> Network {
    let promised = mapping.as_ref().zip(declaration.mapping.as_ref()).map(|((input, output), written)| Promised {
        input: input.ty.clone(),
        output: output.ty.clone(),
        spans: [written.input.span, written.output.span],
        output_seen,
    });
    let input = promised.as_ref().map(|promised| promised.input.clone());
    let input_tokens = mapping.as_ref().is_some_and(|(input, _)| input.kind.tokens);
    let input_sizes = mapping.as_ref().and_then(|(input, _)| input.sizes.clone());
    let named = declaration.mapping.as_ref().map(|mapping| &mapping.input).filter(|input| !input.parts.is_empty());
    let input_written = named.map(MappedShape::written).or(mapping.and_then(|(input, _)| input.written()));
    Network {
        input,
        output: None,
        input_written,
        inputs: Vec::new(),
        outputs: Vec::new(),
        heads: Vec::new(),
        input_sizes,
        input_tokens,
        promised,
        layers,
        graph,
        checked: Vec::new(),
        constants: Vec::new(),
        int8: None,
    }
}

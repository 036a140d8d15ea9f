//! From a [`Declaration`] to a [`Network`] whose types are known, or to all the mistakes in it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::ast::{Declaration, Field, Form, MappedShape, Spec};
use crate::context::Context;
use crate::layers::common::{integer, lost};
use crate::layers::{self, resolve};
use crate::messages;
use crate::model::{Flow, Layer, Network, Promised};

use crate::sentence::call;
use crate::shape::{self, Kind, Size, Sizes};
use crate::tokens::{alias, braced};

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
        drops: None,
        wrong_numbers: Vec::new(),
        errors,
    };
    own_layout(&declaration.header.attrs, &mut context);
    duplicate_names(&declaration.layers, &mut context);
    for field in &declaration.layers {
        unconditional(field, &mut context);
    }
    let mapping = declaration.mapping.as_ref().map(|mapping| {
        let first = declaration.layers.first().and_then(|field| field.layer.as_ref().ok());
        let tokens = first.and_then(layers::takes_tokens) == Some(mapping.input.sizes.len());
        let input = mapped(&mapping.input, tokens, &mut context);
        (input, mapped(&mapping.output, false, &mut context))
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
    let resolved: Vec<Layer> = declaration
        .layers
        .iter()
        .enumerate()
        .map(|(i, field)| {
            context.after = &declaration.layers[i + 1..];
            resolve(i, field, &mut context)
        })
        .collect();
    softmax_ends(&declaration.layers, &resolved, &mut context);
    something_learns(declaration, &resolved, &mut context);
    let (output_seen, lost_output) = mapping_output(declaration, &mapping, &resolved, &mut context);
    let mut network = network(declaration, mapping, resolved, output_seen);
    network.checked = core::mem::take(&mut context.checked);
    network.constants = core::mem::take(&mut context.constants);
    network.input = context.lost_input.take().or(network.input);
    network.output = lost_output.or(declaration.mapping_lost.then(|| context.lost_shape()));
    (network, context.errors)
}

/// Resolves the next layer of the chain.
fn resolve(position: usize, field: &Field, context: &mut Context) -> Layer {
    context.name = match &field.name {
        Some(name) => format!("`{name}`"),
        None => format!("`{}`", field.layer.as_ref().map(Spec::written).unwrap_or_default()),
    };
    let layer = match &field.layer {
        Ok(spec) => resolve::resolve(spec, context),
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

/// Each layer has a name of its own.
fn duplicate_names(fields: &[Field], context: &mut Context) {
    let names: Vec<_> = fields.iter().filter_map(|field| field.name.as_ref()).collect();
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            context.error(name.span(), messages::duplicate(name));
        }
    }
}

/// Softmax, or its logarithm, as the activation of a layer ends a network, and stands there once.
///
/// In the middle it is nearly always a slip: it squeezes what flows into shares that sum to one, and its gradients
/// vanish. Where it is meant, as in attention, a layer of its own says so: `Softmax` in a place of its own is let
/// through, unless it comes right after another one.
fn softmax_ends(fields: &[Field], resolved: &[Layer], context: &mut Context) {
    // a layer with a mistake is no reason to blame the one before it
    let read = fields.iter().zip(resolved).filter(|(_, layer)| !layer.gives.lost);
    let mut layers = read.filter_map(|(field, _)| field.layer.as_ref().ok()).peekable();
    while let Some(spec) = layers.next() {
        let Some(next) = layers.peek() else { return };
        let activation = spec.args().last().and_then(|arg| arg.spec()).filter(|arg| normalizes(arg, context).is_some());
        let last = activation.unwrap_or(spec);
        if let (Some(first), Some(second)) = (normalizes(last, context), normalizes(next, context)) {
            context.error_at(*next, messages::softmax_twice(first, second));
        } else if let (Some(activation), Some(word)) = (activation, normalizes(last, context)) {
            context.error_at(activation, messages::softmax_inside(word, &spec.without_last_arg()));
        }
    }
}

/// The activation that makes shares of one, if it is one.
fn normalizes(spec: &Spec, context: &Context) -> Option<&'static str> {
    let activation = context.activation(&spec.word()?).filter(|activation| activation.normalizes)?;
    spec.is(activation.word).then_some(activation.word)
}

/// The sizes of one side of the mapping.
fn mapped(shape: &MappedShape, tokens: bool, context: &mut Context) -> Flow {
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

fn network(declaration: &Declaration, mapping: Option<(Flow, Flow)>, layers: Vec<Layer>, output_seen: bool) -> Network {
    let promised = mapping.as_ref().zip(declaration.mapping.as_ref()).map(|((input, output), written)| Promised {
        input: input.ty.clone(),
        output: output.ty.clone(),
        spans: [written.input.span, written.output.span],
        output_seen,
    });
    let input = promised.as_ref().map(|promised| promised.input.clone());
    let input_written = mapping.and_then(|(input, _)| input.written());
    Network { input, output: None, input_written, promised, layers, checked: Vec::new(), constants: Vec::new() }
}

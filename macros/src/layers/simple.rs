//! `Dropout`, `Flatten`, `LayerNorm` and activations as layers: over any shape.

use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, braced, builtin, differ, dropout_rate, layer, size};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::shape;
use crate::shape::Size;

/// `Dropout<0.2>`
pub fn dropout(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args = positional(spec, 1..=1, "the probability of a number to be dropped", "Dropout<0.2>", context)?;
    let flow = any_shape(spec, context)?;
    let rate = dropout_rate(args[0], "Dropout<0.2>", context)?;
    let (ident, shape) = (builtin(spec, context), &flow.ty);
    let ty = quote!(#ident<#rate, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), identity: true, ..layer(spec, ty, flow, context) })
}

/// `Flatten`: any shape to the vector of its numbers.
pub fn flatten(spec: &Spec, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", "Flatten", context)?;
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, &flow.ty);
    let size = match flow.sizes.as_deref().and_then(shape::count) {
        Some(count) => Size::Number(count),
        None => Size::Computed(quote!(<#shape as #krate::Shape>::DIMS.count())),
    };
    let (ident, n) = (builtin(spec, context), braced(&size));
    let layer = layer(spec, quote!(#ident<#n, #shape>), Flow::of(vec![size]), context);
    Some(Layer { parameters: Some(0), macs: Some(0), identity: true, ..layer })
}

/// `LayerNorm`, or with the size of the innermost dimension.
pub fn layer_norm(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args = positional(spec, 0..=1, "at most the size of a row", "LayerNorm", context)?;
    let stated = match args.first() {
        None | Some(Arg::Infer(_)) => None,
        Some(arg) => Some(size(arg, "the size of a row", context)?),
    };
    if context.flow.is_none()
        && let Some(row) = &stated
    {
        context.flow = Some(Flow::of(vec![row.clone()]));
    }
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, flow.ty.clone());
    let comes = match flow.sizes.as_deref().and_then(<[Size]>::last) {
        Some(size) => size.clone(),
        None => Size::Computed(quote!(#krate::__private::row_size::<#shape>())),
    };
    if let (Some(row), Some(arg)) = (&stated, args.first()) {
        let shape = |row: &Size| {
            let outer = flow.sizes.iter().flat_map(|sizes| sizes.iter().take(sizes.len().saturating_sub(1)));
            Flow::of_kind(krate, outer.cloned().chain([row.clone()]).collect(), flow.kind)
        };
        differ(spec, arg, [row, &comes], shape, messages::rows, context);
    }
    let row = stated.unwrap_or(comes);
    let (ident, n) = (builtin(spec, context), braced(&row));
    let parameters = row.number().map(|n| 2 * n);
    let macs = flow.sizes.as_deref().and_then(shape::count);
    let layer = layer(spec, quote!(#ident<#n, #shape>), flow, context);
    let blame = args.first().map_or(layer.blame, |arg| arg.blame());
    Some(Layer { blame, parameters, macs, ..layer })
}

/// An activation as a layer: `Relu`.
pub fn activation_layer(spec: &Spec, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", &spec.word().unwrap_or_default(), context)?;
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, &flow.ty);
    let activation = builtin(spec, context);
    let ty = quote!(#krate::Activate<#activation, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer(spec, ty, flow, context) })
}

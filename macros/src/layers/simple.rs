//! `Dropout`, `Flatten`, `LayerNorm` and activations as layers: over any shape.

use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, around_first, braced, builtin, differ, dropout_rate, layer, size};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Fit, Flow, Layer};
use crate::shape::{self, Size};

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
        None => Size::Computed(quote!(<#shape as #krate::Shape>::DIMS.row())),
    };
    let fit = match (&stated, args.first()) {
        (Some(row), Some(arg)) => row_fits(spec, arg, row, &comes, &flow, context),
        _ => Fit::Seen,
    };
    let row = stated.unwrap_or(comes);
    let (ident, n) = (builtin(spec, context), braced(&row));
    let parameters = row.number().map(|n| 2 * n);
    let macs = flow.sizes.as_deref().and_then(shape::count);
    let layer = layer(spec, quote!(#ident<#n, #shape>), flow, context);
    let blame = args.first().map_or(layer.blame, |arg| arg.blame());
    Some(Layer { blame, fit, parameters, macs, ..layer })
}

/// The size of a row that is stated is that of the rows that come in.
fn row_fits(spec: &Spec, arg: &Arg, row: &Size, comes: &Size, flow: &Flow, context: &mut Context) -> Fit {
    match (row.number(), comes.number()) {
        (Some(takes), Some(gives)) if takes != gives => {
            let shape = |row| {
                let outer = flow.sizes.iter().flat_map(|sizes| sizes.iter().take(sizes.len().saturating_sub(1)));
                flow.kind.written(&outer.cloned().chain([Size::Number(row)]).collect::<Vec<_>>())
            };
            differ(spec, arg, [takes, gives], shape, messages::rows, context);
            Fit::Seen
        }
        (Some(_), Some(_)) => Fit::Seen,
        _ => Fit::Row(row.expression(), around_first(spec)),
    }
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

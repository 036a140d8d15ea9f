//! `BatchNorm2d`, `BatchNorm1d`, `GroupNorm`, `InstanceNorm2d`; `LayerNorm` and `RmsNorm`

use quote::quote;

use super::arguments::{arguments, positional, written};
use super::common::{any_shape, braced, builtin, differ, layer, size};
use super::simple::{Argument, Takes, simple, sized};
use super::window::{Over, planes};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::call;
use crate::shape::{self, Size};

/// `BatchNorm2d`, `BatchNorm1d`: the channels are the outermost dimension.
pub fn batch_norm(takes: Takes, spec: &Spec, context: &mut Context) -> Option<Layer> {
    let none = Argument::None("no arguments: its channels are those that come in");
    let one = simple(spec, takes, none, context)?;
    let (channels, shape) = (&one.sizes[0], &one.flow.ty);
    let c = sized(channels, context);
    let parameters = channels.number().and_then(|channels| channels.checked_mul(4));
    let macs = shape::count(&one.sizes);
    let layer = one.gives("BatchNorm", quote!(#c, #shape), Flow::of(one.sizes.clone()), context)?;
    Some(Layer { parameters, macs, ..layer })
}

/// `GroupNorm<GROUPS>`
pub fn group_norm(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let one = simple(spec, Takes::Planes, Argument::Size("the number of groups", "4"), context)?;
    let (krate, channels, groups) = (context.krate, &one.sizes[0], &one.each[0]);
    let fit: Size = call!(krate, largest_divisor, groups, channels, channels);
    let message = messages::groups_of_channels(&context.name, [groups, channels, &fit]);
    if !context.check(&spec.args()[0], call!(krate, divides, groups, channels), message) {
        return None;
    }
    normalises(spec, &one.flow.count(krate), groups, context)?;
    let (g, shape) = (sized(groups, context), &one.flow.ty);
    let c = braced(channels);
    let layer = one.gives("GroupNorm", quote!(#c, #g, #shape), one.flow.clone(), context)?;
    Some(Layer { parameters: doubled(channels), macs: shape::count(&one.sizes), ..layer })
}

/// `InstanceNorm2d`, `InstanceNorm2d<affine = true>`
pub fn instance_norm(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &["affine"], context)?;
    let wanted = "no argument but `affine = true`";
    arguments(&written, spec, 0..=0, "InstanceNorm2d", wanted, "affine = true", context)?;
    let affine = written.flag("affine", false, context);
    if let Some(flow) = context.flow.as_ref().filter(|flow| !flow.lost && flow.kind.is_tensor())
        && let Some(signal @ [channels, _]) = flow.sizes.as_deref()
        && let Some(channels) = channels.number()
    {
        let shape = shape::written(signal);
        let message = messages::instance_norm_of_signal(&context.name, &context.giver, &shape, &channels.to_string());
        context.error(spec.blame(), message);
        return None;
    }
    let (flow, sizes) = planes(Over::Image, spec, None, context)?;
    let (channels, shape) = (&sizes[0], &flow.ty);
    normalises(spec, &flow.count(context.krate), channels, context)?;
    let (ident, c) = (builtin(spec, context), sized(channels, context));
    let (parameters, p) = if affine { (doubled(channels), braced(channels)) } else { (Some(0), quote!(0)) };
    let layer = layer(spec, quote!(#ident<#c, #p, #shape>), flow.clone(), context);
    Some(Layer { parameters, macs: shape::count(&sizes), ..layer })
}

/// A scale and a shift for each channel.
fn doubled(channels: &Size) -> Option<u64> {
    channels.number()?.checked_mul(2)
}

/// What is normalised together are several numbers.
fn normalises(spec: &Spec, numbers: &Size, groups: &Size, context: &mut Context) -> Option<()> {
    let message = messages::no_variance(&context.name);
    context.check_layer(spec, call!(context.krate, has_variance, numbers, groups), message.into()).then_some(())
}

/// A normalisation of rows with so many parameters for each number: `LayerNorm`, or with the size of the innermost dimension.
pub fn row_norm(parameters: u64, spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args = positional(spec, 0..=1, "at most the size of a row", &spec.word()?, context)?;
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
    let parameters = row.number().and_then(|n| n.checked_mul(parameters));
    let macs = flow.sizes.as_deref().and_then(shape::count);
    let layer = layer(spec, quote!(#ident<#n, #shape>), flow, context);
    let blame = args.first().map_or(layer.blame, |arg| arg.blame());
    Some(Layer { blame, parameters, macs, ..layer })
}

//! Convolutions: `Conv2d`, `DepthwiseConv2d`, `Conv1d`.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{Written, arguments, written};
use super::common::{activation, braced, differ, layer, size};
use super::rules::positive_rule;
use super::window;
use super::window::{Over, Settings, Side, planes, side_types, sides, window_type};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::call;
use crate::shape;
use crate::shape::Size;

const SETTINGS: &[&str] = &["stride", "padding", "dilation", "groups", "bias", "remainder"];

/// `Conv2d<C_IN, C_OUT, K, A, …>`, `Conv1d<C_IN, C_OUT, K, A, …>`
pub fn conv(over: Over, spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, SETTINGS, context)?;
    let name = if over == Over::Image { "Conv2d" } else { "Conv1d" };
    arguments(
        &written,
        spec,
        3..=4,
        name,
        "channels, filters, a kernel and perhaps an activation",
        "1, 8, 3, Relu",
        context,
    )?;
    let filters = size(written.positional[1], "the number of filters", context);
    positive_rule(filters.as_ref(), written.positional[1], "the number of filters", context);
    let channels = channels(over, spec, written.positional[0], context)?;
    let groups = match written.setting("groups") {
        Some(arg) => size(arg, "the number of groups", context)?,
        None => Size::Number(1),
    };
    finish(
        Conv {
            over,
            spec,
            written: &written,
            kernel: written.positional[2],
            activation: written.positional.get(3).copied(),
            channels,
            filters: filters?,
            groups,
        },
        context,
    )
}

/// `DepthwiseConv2d<C, K, A, …>`: a convolution of as many groups as channels.
pub fn depthwise(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let known: Vec<&str> = SETTINGS.iter().copied().filter(|name| *name != "groups").collect();
    let written = written(spec, &known, context)?;
    arguments(
        &written,
        spec,
        2..=3,
        "DepthwiseConv2d",
        "channels, a kernel and perhaps an activation",
        "8, 3, Relu",
        context,
    )?;
    let channels = channels(Over::Image, spec, written.positional[0], context)?;
    let (filters, groups) = (channels.size.clone(), channels.size.clone());
    finish(
        Conv {
            over: Over::Image,
            spec,
            written: &written,
            kernel: written.positional[1],
            activation: written.positional.get(2).copied(),
            channels,
            filters,
            groups,
        },
        context,
    )
}

/// The channels that a layer states or takes, and the sides of its input.
pub struct Channels {
    pub size: Size,
    pub sides: Vec<Size>,
}

pub fn channels(over: Over, spec: &Spec, arg: &Arg, context: &mut Context) -> Option<Channels> {
    let stated = if matches!(arg, Arg::Infer(_)) { None } else { Some(size(arg, "the number of channels", context)?) };
    let (_, mut sizes) = planes(over, spec, stated.as_ref(), context)?;
    let sides = sizes.split_off(1);
    let gives = sizes.remove(0);
    if let Some(takes) = &stated {
        if let Some(mapping) =
            context.mapping.filter(|_| gives.differs(takes) && sides.last().is_some_and(|last| last.same(takes)))
        {
            let found: Vec<Size> = [&gives].into_iter().chain(&sides).cloned().collect();
            let mut first = found.clone();
            first.rotate_right(1);
            let (found, first) = (shape::written(&found), shape::written(&first));
            let message = messages::channels_last(&found, &context.name.clone(), over == Over::Image, &first);
            context.error(mapping, message);
            context.lost_input = Some(context.lost_shape());
            return None;
        }
        let shape = |channels: &Size| Flow::of([channels].into_iter().chain(&sides).cloned().collect());
        differ(spec, arg, [takes, &gives], shape, messages::channels, context);
    }
    Some(Channels { size: stated.unwrap_or(gives), sides })
}

/// What is known of a convolution before its sides are.
struct Conv<'a> {
    over: Over,
    spec: &'a Spec,
    written: &'a Written<'a>,
    kernel: &'a Arg,
    activation: Option<&'a Arg>,
    channels: Channels,
    filters: Size,
    groups: Size,
}

fn finish(conv: Conv, context: &mut Context) -> Option<Layer> {
    let Conv { over, spec, written, kernel: kernel_arg, channels, filters, groups, .. } = conv;
    let krate = context.krate;
    let activation = match conv.activation {
        Some(arg) => activation(arg, context),
        None => quote!(#krate::Linear),
    };
    let bias = written.flag("bias", true, context);
    let depth = depth(written, &channels.size, &filters, &groups, context);
    let kernel = window::each(over, kernel_arg, "a kernel", 1, context)?;
    let settings = Settings { over, kernel, kernel_arg, stride: None };
    let sides = sides(spec, written, &settings, &channels.sides, context)?;
    let depth = depth?;
    let biases = if bias { filters.clone() } else { Size::Number(0) };

    let [c, f, d, b] = [&channels.size, &filters, &depth, &biases].map(braced);
    let memory =
        ["buffer", "training_buffer"].map(|name| buffers(name, &channels.size, &filters, &depth, &sides, context));
    let ty = match over {
        Over::Image => {
            let window = window_type(&sides, &memory, context);
            quote!(#krate::Conv2d<#c, #f, #d, #b, #activation, #window>)
        }
        Over::Signal => {
            let sides = side_types(&sides, context);
            quote!(#krate::Conv1d<#c, #f, #d, #b, #activation, #(#sides),*, #(#memory),*>)
        }
    };

    let product = |sizes: &[&Size]| sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(size.number()?));
    let taps: Vec<&Size> = sides.iter().map(|side| &side.kernel).chain([&filters, &depth]).collect();
    let weights = product(&taps);
    let parameters = weights.zip(biases.number()).and_then(|(weights, biases)| weights.checked_add(biases));
    let outputs: Vec<&Size> = sides.iter().map(|side| &side.output).collect();
    let macs = weights.zip(product(&outputs)).and_then(|(weights, outputs)| weights.checked_mul(outputs));
    let gives = core::iter::once(filters).chain(sides.iter().map(|side| side.output.clone())).collect();
    let layer = layer(spec, ty, Flow::of(gives), context);
    let blame = written.positional[0].blame();
    Some(Layer { blame, parameters, macs, ..layer })
}

/// Channels that a filter sees: those of its group.
pub fn depth(written: &Written, channels: &Size, filters: &Size, groups: &Size, context: &mut Context) -> Option<Size> {
    if groups.number() == Some(1) {
        return Some(channels.clone());
    }
    if groups.same(channels) && filters.same(channels) {
        return Some(Size::Number(1));
    }
    let (krate, arg) = (context.krate, written.setting("groups")?);
    positive_rule(Some(groups), arg, "the number of groups", context);
    let fit: Size = call!(krate, largest_divisor, groups, channels, filters);
    let message = messages::groups(&context.name, [groups, channels, filters, &fit]);
    let divide = context.check(arg, call!(krate, groups_divide, groups, channels, filters), message);
    divide.then(|| call!(krate, depth, groups, channels, filters))
}

/// Floats that the convolution borrows, worked out by the library.
pub fn buffers(
    name: &str,
    channels: &Size,
    filters: &Size,
    depth: &Size,
    list: &[Side],
    context: &Context,
) -> TokenStream {
    let (krate, function) = (context.krate, quote::format_ident!("{name}"));
    let [c, f, d] = [channels, filters, depth].map(Size::expression);
    let pairs = [
        window::pair(list, 1, |side| &side.input),
        window::pair(list, 1, |side| &side.output),
        window::pair(list, 1, |side| &side.kernel),
        window::pair(list, 1, |side| &side.stride),
        window::pair(list, 0, |side| &side.padding),
        window::pair(list, 1, |side| &side.dilation),
    ]
    .map(|pair| {
        let [vertical, horizontal] = pair.map(|size| size.expression());
        quote!([#vertical, #horizontal])
    });
    quote!({ #krate::__private::arithmetic::#function([#c, #f, #d], [#(#pairs),*]) })
}

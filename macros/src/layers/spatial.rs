//! Layers over images and signals that have no window: `BatchNorm2d`, `BatchNorm1d`, `GlobalAvgPool`, `Reshape`, `SpatialDropout`,
//! `Upsample2d`, `ZeroPad2d`.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::plain;
use super::common::{any_shape, braced, dropout_rate, layer, size};
use super::rules::{positive_rule, with_rules};
use super::window::{Over, each, planes};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::{Holds, call};
use crate::shape;
use crate::shape::{Size, Sizes};

/// `BatchNorm2d`, `BatchNorm1d`: the channels are the outermost dimension.
pub fn batch_norm(over: Over, spec: &Spec, context: &mut Context) -> Option<Layer> {
    plain(spec, 0, "no arguments: its channels are those that come in", "", context)?;
    let vector = context.flow.as_ref().and_then(|flow| flow.sizes.clone()).filter(|sizes| sizes.len() == 1);
    let (flow, sizes) = match (vector, over) {
        (Some(sizes), Over::Signal) => (any_shape(spec, context)?, sizes),
        _ => planes(over, spec, None, context)?,
    };
    let (krate, shape, channels) = (context.krate, &flow.ty, &sizes[0]);
    let c = with_rules(braced(channels), context);
    let parameters = channels.number().and_then(|channels| channels.checked_mul(4));
    let macs = shape::count(&sizes);
    let ty = quote!(#krate::BatchNorm<#c, #shape>);
    Some(Layer { parameters, macs, ..layer(spec, ty, Flow::of(sizes), context) })
}

/// A layer without parameters or products, from one shape to another.
fn between(spec: &Spec, ty: TokenStream, gives: Sizes, context: &Context) -> Layer {
    Layer { parameters: Some(0), macs: Some(0), ..layer(spec, ty, Flow::of(gives), context) }
}

/// `GlobalAvgPool`, over images or signals.
pub fn global_avg_pool(spec: &Spec, context: &mut Context) -> Option<Layer> {
    plain(spec, 0, "no arguments", "", context)?;
    let signal = matches!(&context.flow, Some(Flow { sizes: Some(sizes), .. }) if sizes.len() == 2);
    let over = if signal { Over::Signal } else { Over::Image };
    let (flow, mut sizes) = planes(over, spec, None, context)?;
    sizes.truncate(1);
    let channels = with_rules(braced(&sizes[0]), context);
    let (krate, input) = (context.krate, &flow.ty);
    let ty = quote!(#krate::GlobalAvgPool<#input, [::core::primitive::f32; #channels]>);
    Some(between(spec, ty, sizes, context))
}

/// `Reshape<[1, 28, 28]>`
pub fn reshape(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = plain(spec, 1, "the shape that it gives", "[1, 28, 28]", context)?;
    let Arg::Sizes(_, list) = written.positional[0] else {
        let message = messages::arguments("Reshape", "the shape that it gives", "Reshape<[1, 28, 28]>");
        context.error_at(written.positional[0], message);
        return None;
    };
    let gives: Option<Sizes> = list.iter().map(|arg| size(arg, "a size", context)).collect();
    let (gives, flow) = (gives?, any_shape(spec, context)?);
    if gives.len() > 6 {
        context.error_at(written.positional[0], messages::RANK);
        return None;
    }
    let (krate, input, output) = (context.krate, &flow.ty, shape::array(&gives));
    let count = |sizes: Option<&[Size]>, ty: &TokenStream| match sizes.and_then(shape::count) {
        Some(count) => Size::Number(count),
        None => Size::Computed(quote!(#krate::__private::count::<#ty>())),
    };
    let counts = [count(Some(&gives), &output), count(flow.sizes.as_deref(), input)];
    let holds = call!(krate, agree, counts[0], counts[1]);
    let message = messages::reshape(&context.name, &Flow::of(gives.clone()), &context.giver, &flow, counts.each_ref());
    let arg = written.positional[0];
    let fits = match holds {
        Holds::Known(_) => context.check(arg, holds, message),
        asked => context.claim(arg.blame(), asked, message),
    };
    if !fits {
        return None;
    }
    Some(Layer { identity: true, ..between(spec, quote!(#krate::Reshape<#input, #output>), gives, context) })
}

/// `SpatialDropout<0.2>`
pub fn spatial_dropout(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = plain(spec, 1, "the probability of a channel to be dropped", "0.2", context)?;
    let rate = dropout_rate(written.positional[0], "SpatialDropout<0.2>", context)?;
    let signal = matches!(&context.flow, Some(Flow { sizes: Some(sizes), .. }) if sizes.len() == 2);
    let over = if signal { Over::Signal } else { Over::Image };
    let (flow, sizes) = planes(over, spec, None, context)?;
    let (krate, shape, channels) = (context.krate, &flow.ty, with_rules(braced(&sizes[0]), context));
    let ty = quote!(#krate::SpatialDropout<#rate, #channels, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), identity: true, ..layer(spec, ty, flow, context) })
}

/// `Upsample2d<2>`
pub fn upsample(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let krate = context.krate;
    resized("Upsample2d", "how many times larger", |[size, times]| call!(krate, times, size, times), spec, context)
}

/// `ZeroPad2d<1>`
pub fn zero_pad(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let krate = context.krate;
    resized("ZeroPad2d", "rows and columns of zeros", |[size, zeros]| call!(krate, padded, size, zeros), spec, context)
}

/// A layer that changes both sides of an image by a number each.
fn resized(
    name: &str,
    wanted: &str,
    larger: impl Fn([&Size; 2]) -> Size,
    spec: &Spec,
    context: &mut Context,
) -> Option<Layer> {
    let written = plain(spec, 1, wanted, "2", context)?;
    let least = u64::from(name != "ZeroPad2d");
    let by =
        each(Over::Image, written.positional[0], if least > 0 { "a factor" } else { "a padding" }, least, context)?;
    for by in by.iter().take(2 * least as usize) {
        positive_rule(Some(by), written.positional[0], "a factor", context);
    }
    let (flow, mut gives) = planes(Over::Image, spec, None, context)?;
    for (size, by) in gives[1..].iter_mut().zip(&by) {
        *size = larger([size, by]);
    }
    let (krate, ident) = (context.krate, quote::format_ident!("{name}"));
    let (input, output) = (&flow.ty, shape::array(&gives));
    let (up, across) = (with_rules(braced(&by[0]), context), braced(&by[1]));
    Some(between(spec, quote!(#krate::#ident<#input, #output, #up, #across>), gives, context))
}

//! Pools: `MaxPool2d`, `AvgPool2d`, along signals `MaxPool1d`, `AvgPool1d`, and of whole planes `GlobalAvgPool`, `GlobalMaxPool`.

use quote::{format_ident, quote};

use super::arguments::{arguments, written};
use super::common::{braced, layer};
use super::simple::{Argument, Takes, simple, sized};
use super::window;
use super::window::{Over, Settings, planes, sides, window_type};
use crate::ast::Spec;
use crate::context::Context;
use crate::model::{Flow, Layer};

const SETTINGS: &[&str] = &["stride", "padding", "remainder"];

/// `MaxPool2d<K, …>`; `library` is the type in the library, which images and signals share.
pub fn pool(library: &str, over: Over, spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, SETTINGS, context)?;
    let name = spec.word().unwrap_or_default();
    arguments(&written, spec, 1..=1, &name, "the size of its windows", "2", context)?;
    let kernel_arg = written.positional[0];
    let kernel = window::each(over, kernel_arg, "the size of a window", 1, context)?;
    let (_, mut sizes) = planes(over, spec, None, context)?;
    let inputs = sizes.split_off(1);
    let settings = Settings { over, stride: Some(kernel.clone()), kernel, kernel_arg };
    let sides = sides(spec, &written, &settings, &inputs, context)?;
    let gives: Vec<_> = sizes.into_iter().chain(sides.iter().map(|side| side.output.clone())).collect();

    let (krate, ident) = (context.krate, format_ident!("{library}"));
    let (channels, window) = (braced(&gives[0]), window_type(&sides, &[], context));
    let ty = quote!(#krate::#ident<#channels, #window>);
    let layer = layer(spec, ty, Flow::of(gives), context);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer })
}

/// `GlobalAvgPool`: a number for each channel.
pub fn global(library: &str, spec: &Spec, context: &mut Context) -> Option<Layer> {
    let one = simple(spec, Takes::Planes, Argument::None("no arguments"), context)?;
    let (channels, input) = (sized(&one.sizes[0], context), &one.flow.ty);
    let ty = quote!(#input, [::core::primitive::f32; #channels]);
    one.gives(library, ty, Flow::of(one.sizes[..1].to_vec()), context)
}

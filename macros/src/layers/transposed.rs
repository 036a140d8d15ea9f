//! `ConvTranspose2d<C_IN, C_OUT, K, A, …>`

use quote::quote;

use super::arguments::{Written, arguments, written};
use super::common::{activation, braced, layer, size};
use super::conv::{buffers, channels, depth};
use super::rules::positive_rule;
use super::window::{Over, Side, each, window_type};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::call;
use crate::shape::Size;

const SETTINGS: &[&str] = &["stride", "padding", "dilation", "groups", "bias", "output_padding"];

pub fn conv_transpose(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, SETTINGS, context)?;
    let wanted = "channels in, channels out, a kernel and perhaps an activation";
    arguments(&written, spec, 3..=4, "ConvTranspose2d", wanted, "16, 8, 2, Relu, stride = 2", context)?;
    let channels = channels(Over::Image, spec, written.positional[0], context)?;
    let filters = size(written.positional[1], "the number of channels out", context)?;
    positive_rule(Some(&filters), written.positional[1], "the number of channels out", context);
    let krate = context.krate;
    let activation = match written.positional.get(3) {
        Some(arg) => activation(arg, context),
        None => quote!(#krate::Linear),
    };
    let groups = match written.setting("groups") {
        Some(arg) => size(arg, "the number of groups", context)?,
        None => Size::Number(1),
    };
    let bias = written.flag("bias", true, context);
    let depth = depth(&written, &filters, &channels.size, &groups, context)?;
    let sides = sides(&written, written.positional[2], &channels.sides, context)?;
    let biases = if bias { filters.clone() } else { Size::Number(0) };

    let [c, f, d, b] = [&channels.size, &filters, &depth, &biases].map(braced);
    // the convolution that goes the other way has the filters of this one for channels
    let memory =
        ["back_buffer", "training_buffer"].map(|name| buffers(name, &filters, &channels.size, &depth, &sides, context));
    let window = window_type(&sides, &memory, context);
    let ty = quote!(#krate::ConvTranspose2d<#c, #f, #d, #b, #activation, #window>);

    let product = |sizes: &[&Size]| sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(size.number()?));
    let taps: Vec<&Size> = sides.iter().map(|side| &side.kernel).chain([&channels.size, &depth]).collect();
    let weights = product(&taps);
    let parameters = weights.zip(biases.number()).and_then(|(weights, biases)| weights.checked_add(biases));
    let places: Vec<&Size> = sides.iter().map(|side| &side.output).collect();
    let macs = weights.zip(product(&places)).and_then(|(weights, places)| weights.checked_mul(places));
    let gives = core::iter::once(filters).chain(sides.iter().map(|side| side.input.clone())).collect();
    let layer = layer(spec, ty, Flow::of(gives), context);
    Some(Layer { blame: written.positional[0].blame(), parameters, macs, ..layer })
}

/// The sides of the convolution that goes the other way: the input here is its output.
fn sides(written: &Written, arg: &Arg, inputs: &[Size], context: &mut Context) -> Option<Vec<Side>> {
    let mut setting = |name: &str, what: &str, least: u64| match written.setting(name) {
        Some(arg) => each(Over::Image, arg, what, least, context),
        None => Some(vec![Size::Number(least); 2]),
    };
    let (stride, dilation) = (setting("stride", "a stride", 1)?, setting("dilation", "a dilation", 1)?);
    let (padding, extra) = (setting("padding", "padding", 0)?, setting("output_padding", "padding", 0)?);
    let kernel = each(Over::Image, arg, "a kernel", 1, context)?;
    let (krate, name) = (context.krate, context.name.clone());
    let mut sides = Vec::new();
    for i in 0..2 {
        let [output, kernel, stride, padding, dilation, extra] =
            [inputs, &kernel, &stride, &padding, &dilation, &extra].map(|sizes| sizes[i].clone());
        let reach: Size = call!(krate, extent, kernel, dilation);
        if let Some(arg) = written.setting("padding") {
            let most: Size = call!(krate, one_less, reach);
            let message = messages::too_much_padding(&name, [&padding, &reach, &most]);
            if !context.check(arg, call!(krate, is_less, padding, reach), message) {
                return None;
            }
        }
        if let Some(arg) = written.setting("output_padding") {
            let most: Size = call!(krate, one_less, stride);
            let message = messages::output_padding(&name, [&extra, &most, &stride]);
            if !context.check(arg, call!(krate, is_less, extra, stride), message) {
                return None;
            }
        }
        let whole: Size = call!(krate, transposed_whole, output, reach, stride, extra);
        if let Some(arg) = written.setting("padding") {
            let message = messages::gives_nothing(&name, [&output, &padding]);
            if !context.check(arg, call!(krate, transposed_gives, whole, padding), message) {
                return None;
            }
        }
        let input = call!(krate, transposed_output, whole, padding);
        sides.push(Side { input, kernel, stride, padding, dilation, output });
    }
    Some(sides)
}

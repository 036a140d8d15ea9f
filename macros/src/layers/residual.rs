//! `Residual<…>`: a list of layers, and a way around them.

use quote::quote;

use super::window::written;
use super::{layer, resolve};
use crate::check::{Context, Fit, Flow, Layer};
use crate::messages;
use crate::parse::{Arg, Spec};
use crate::shape::{self, Size};

pub fn residual(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &["shortcut"], context)?;
    let Some(input) = context.flow.clone() else {
        context.error(spec.blame(), messages::shape_first(&context.name.clone()));
        return None;
    };
    if input.lost {
        return None;
    }
    let specs: Vec<&Spec> = written.positional.iter().filter_map(|arg| arg.spec()).collect();
    if specs.is_empty() || specs.len() != written.positional.len() {
        let other = written.positional.iter().find(|arg| arg.spec().is_none());
        let message =
            messages::arguments("Residual", "a list of layers", "Residual<Dense<16, 16, Relu>, Dense<16, 16>>");
        match other {
            Some(other) => context.error_at(other, message),
            None => context.error(spec.blame(), message),
        }
        return None;
    }
    let layers = list(&specs, context);
    let shortcut = written.setting("shortcut").map(|arg| shortcut(arg, &input, context));
    context.flow = Some(input.clone());
    let (layers, shortcut) = (layers?, shortcut.map_or(Some(None), |layer| layer.map(Some))?);
    let gives = layers.last()?.gives.clone();
    let around = shortcut.as_ref().map_or(&input, |layer| &layer.gives);
    if let (Some(a), Some(b)) = (&around.sizes, &gives.sizes)
        && shape::differ(a, b)
    {
        let cure = suggestion(input.sizes.as_deref(), b);
        let (from, to) = (shape::written(a), shape::written(b));
        context.error(spec.blame(), messages::residual(&context.name.clone(), &from, &to, shortcut.is_some(), cure));
        return None;
    }
    let krate = context.krate;
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    let chain = crate::expand::chain(krate, &types);
    let way = match &shortcut {
        Some(Layer { ty, .. }) => quote!(#krate::Through<#ty>),
        None => quote!(#krate::Identity),
    };
    let all = || layers.iter().chain(&shortcut);
    let parameters = all().map(|layer| layer.parameters).sum();
    let macs = all().map(|layer| layer.macs).sum();
    let seen = matches!(layers[0].fit, Fit::Seen);
    let fit = if seen { Fit::Seen } else { Fit::Input([String::new(), String::new()]) };
    let ty = quote!(#krate::Residual<#chain, #way>);
    Some(Layer { fit, parameters, macs, ..layer(spec, ty, gives, context) })
}

/// Resolves layers one after the other, under their own names.
pub fn list(specs: &[&Spec], context: &mut Context) -> Option<Vec<Layer>> {
    let outer = (context.name.clone(), context.giver.clone(), context.mapping.take());
    let mut layers = Vec::new();
    for spec in specs {
        context.name = format!("`{}`", spec.written());
        let layer = resolve(spec, context);
        context.flow = Some(layer.gives.clone());
        context.giver = format!("{} before it", context.name);
        layers.push(layer);
    }
    (context.name, context.giver, context.mapping) = outer;
    layers.iter().all(|layer| !layer.gives.lost).then_some(layers)
}

fn shortcut(arg: &Arg, input: &Flow, context: &mut Context) -> Option<Layer> {
    let Some(spec) = arg.spec() else {
        context.error_at(arg, messages::LAYER);
        return None;
    };
    context.flow = Some(input.clone());
    list(&[spec], context)?.pop()
}

/// A shortcut between images of these sizes: `Conv2d<16, 32, 1, stride = 2>`.
fn suggestion(from: Option<&[Size]>, to: &[Size]) -> Option<String> {
    let numbers = |sizes: &[Size]| sizes.iter().map(Size::number).collect::<Option<Vec<u64>>>();
    let (from, to) = (numbers(from?)?, numbers(to)?);
    let ([c, h, w], [filters, oh, ow]) = (&from[..], &to[..]) else { return None };
    let [vertical, horizontal] = [(h, oh), (w, ow)].map(|(from, to)| from.div_ceil(*to));
    let reaches = h.div_ceil(vertical) == *oh && w.div_ceil(horizontal) == *ow;
    (reaches && vertical == horizontal).then(|| match vertical {
        1 => format!("shortcut = Conv2d<{c}, {filters}, 1>"),
        stride => format!("shortcut = Conv2d<{c}, {filters}, 1, stride = {stride}>"),
    })
}

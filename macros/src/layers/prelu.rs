//! `Prelu`, a rectifier with parameters: over any shape, with one slope or one for each channel.

use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, builtin, differ, layer, size};
use super::simple::sized;
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::shape::Size;

/// `Prelu`, `Prelu<_>`, `Prelu<16>`
pub fn prelu(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args = positional(spec, 0..=1, "at most the number of channels", "Prelu", context)?;
    let stated = match args.first() {
        None | Some(Arg::Infer(_)) => None,
        Some(arg) => Some(size(arg, "the number of channels", context)?),
    };
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, flow.ty.clone());
    let comes = match flow.sizes.as_deref().and_then(<[Size]>::first) {
        Some(size) => size.clone(),
        None => Size::Computed(quote!(<#shape as #krate::Shape>::DIMS.as_slice()[0])),
    };
    if let (Some(channels), Some(arg)) = (&stated, args.first()) {
        let shape = |channels: &Size| {
            let inner = flow.sizes.iter().flatten().skip(1).cloned();
            Flow::of(core::iter::once(channels.clone()).chain(inner).collect())
        };
        differ(spec, arg, [channels, &comes], shape, messages::channels, context);
    }
    let slopes = if args.is_empty() { Size::Number(1) } else { stated.unwrap_or(comes) };
    let (ident, n) = (builtin(spec, context), sized(&slopes, context));
    let layer = layer(spec, quote!(#ident<#n, #shape>), flow, context);
    let blame = args.first().map_or(layer.blame, |arg| arg.blame());
    Some(Layer { blame, parameters: slopes.number(), macs: Some(0), ..layer })
}

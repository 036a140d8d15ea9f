//! `Reshape<[1, 28, 28]>`

use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, layer, size};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::{Holds, call};
use crate::shape::Sizes;

pub fn reshape(spec: &Spec, context: &mut Context) -> Option<Layer> {
    const WANTED: &str = "the shape that it gives";
    const EXAMPLE: &str = "Reshape<[1, 28, 28]>";
    let arg = positional(spec, 1..=1, WANTED, EXAMPLE, context)?[0];
    let Arg::Sizes(_, list) = arg else {
        context.error_at(arg, messages::arguments("Reshape", WANTED, EXAMPLE));
        return None;
    };
    let gives: Option<Sizes> = list.iter().map(|arg| size(arg, "a size", context)).collect();
    let (gives, flow) = (gives?, any_shape(spec, context)?);
    if gives.len() > 6 {
        context.error_at(arg, messages::RANK);
        return None;
    }
    let (krate, gives) = (context.krate, Flow::of(gives));
    let counts = [gives.count(krate), flow.count(krate)];
    let holds = call!(krate, agree, counts[0], counts[1]);
    let message = messages::reshape(&context.name, &gives, &context.giver, &flow, counts.each_ref());
    let fits = match holds {
        Holds::Known(_) => context.check(arg, holds, message),
        asked => context.claim(arg.blame(), asked, message),
    };
    if !fits {
        return None;
    }
    let (input, output) = (&flow.ty, &gives.ty);
    let layer = layer(spec, quote!(#krate::Reshape<#input, #output>), gives.clone(), context);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer })
}

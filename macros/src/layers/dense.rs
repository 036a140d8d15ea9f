//! `Dense<IN, OUT, A>`

use quote::quote;

use super::arguments::positional;
use super::common::{activation, around_first, braced, builtin, differ, layer, size};
use super::rules::positive;
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Fit, Flow, Layer};
use crate::shape::{self, Size};
use syn::spanned::Spanned;

/// `Dense<IN, OUT, A>`
pub fn dense(spec: &Spec, context: &mut Context) -> Option<Layer> {
    const EXAMPLE: &str = "Dense<64, 32, Relu>";
    let args = positional(spec, 2..=3, "inputs, outputs and perhaps an activation", EXAMPLE, context)?;
    let outputs = size(args[1], "the number of outputs", context);
    let inputs = dense_inputs(spec, args[0], context);
    // what stands in the wrong place is told once, and not in both places
    let ((inputs, fit), outputs) = (inputs?, outputs?);
    if inputs.number().is_none() && context.flow.is_none() {
        context.claims.push(positive(args[0].blame(), "Input", "the number of inputs"));
    }
    if outputs.number().is_none() {
        context.claims.push(positive(args[1].blame(), "Output", "the number of outputs"));
    }
    let krate = context.krate;
    let activation = match args.get(2) {
        Some(arg) => activation(arg, context),
        None => quote!(#krate::Linear),
    };
    let products = inputs.number().zip(outputs.number()).and_then(|(i, o)| i.checked_mul(o));
    let parameters = products.zip(outputs.number()).and_then(|(product, o)| product.checked_add(o));
    let (i, o) = (braced(&inputs), braced(&outputs));
    let ident = builtin(spec, context);
    let layer = layer(spec, quote!(#ident<#i, #o, #activation>), Flow::of(vec![outputs]), context);
    Some(Layer { blame: args[0].blame(), fit, parameters, macs: products, ..layer })
}

/// The number of inputs that a dense layer states or takes from what comes in, and whether that fits.
fn dense_inputs(spec: &Spec, arg: &Arg, context: &mut Context) -> Option<(Size, Fit)> {
    let stated = if matches!(arg, Arg::Infer(_)) { None } else { Some(size(arg, "the number of inputs", context)?) };
    let Some(flow) = context.flow.clone() else {
        if stated.is_none() {
            context.error_at(arg, messages::infer_first(&context.name.clone()));
        }
        return stated.map(|stated| (stated, Fit::Seen));
    };
    if flow.lost {
        return stated.map(|stated| (stated, Fit::Seen));
    }
    let by_rustc = Fit::Input(around_first(spec));
    match (flow.sizes.as_deref(), stated) {
        (Some([gives]), None) => Some((gives.clone(), Fit::Seen)),
        (Some([gives]), Some(takes)) if gives.same(&takes) => Some((takes, Fit::Seen)),
        (Some([Size::Number(gives)]), Some(Size::Number(takes))) => {
            differ(spec, arg, [takes, *gives], |size| format!("[{size}]"), messages::inputs, context);
            Some((Size::Number(takes), Fit::Seen))
        }
        (Some([_]) | None, Some(stated)) => Some((stated, by_rustc)),
        (Some(gives), stated) => {
            let each = spec.written();
            let each = (gives.len() == 2).then_some(each.as_str());
            let message = messages::not_a_vector(&context.name, &context.giver, &shape::written(gives), each);
            context.error(spec.path.span(), message);
            Some((stated.or(shape::count(gives).map(Size::Number))?, Fit::Seen))
        }
        (None, None) => {
            let (krate, ty) = (context.krate, &flow.ty);
            Some((Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.count())), by_rustc))
        }
    }
}

//! `Dense<IN, OUT, A>`

use quote::quote;

use syn::spanned::Spanned;

use super::arguments::positional;
use super::common::{activation, braced, builtin, differ, layer, size};
use crate::ast::{Arg, Spec};
use crate::claims::of_shapes;
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::{Holds, Sentence, call};
use crate::shape;
use crate::shape::Size;

/// `Dense<IN, OUT, A>`
pub fn dense(spec: &Spec, context: &mut Context) -> Option<Layer> {
    const EXAMPLE: &str = "Dense<64, 32, Relu>";
    let args = positional(spec, 2..=3, "inputs, outputs and perhaps an activation", EXAMPLE, context)?;
    let outputs = size(args[1], "the number of outputs", context);
    let inputs = dense_inputs(spec, args[0], context);
    // what stands in the wrong place is reported once, not in both places
    let (inputs, outputs) = (inputs?, outputs?);
    for (i, (size, what)) in
        [(&inputs, "the number of inputs"), (&outputs, "the number of outputs")].into_iter().enumerate()
    {
        if !matches!(args[i], Arg::Infer(_)) {
            let holds = call!(context.krate, positive, size);
            context.claim(args[i].blame(), holds, messages::zero(what).into());
        }
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
    Some(Layer { blame: args[0].blame(), parameters, macs: products, ..layer })
}

/// The number of inputs that a dense layer states or takes from its input.
fn dense_inputs(spec: &Spec, arg: &Arg, context: &mut Context) -> Option<Size> {
    let stated = if matches!(arg, Arg::Infer(_)) { None } else { Some(size(arg, "the number of inputs", context)?) };
    let Some(flow) = context.flow.clone() else {
        if stated.is_none() {
            context.error_at(arg, messages::infer_first(&context.name.clone()));
        }
        return stated;
    };
    if flow.lost {
        return stated;
    }
    let krate = context.krate;
    match flow.sizes.as_deref() {
        Some([gives]) => {
            if let Some(takes) = &stated {
                let shape = |size: &Size| Flow::of(vec![size.clone()]);
                differ(spec, arg, [takes, gives], shape, messages::inputs, context);
            }
            Some(stated.unwrap_or_else(|| gives.clone()))
        }
        Some(gives) => {
            let each = spec.written();
            let each = (gives.len() == 2).then_some(each.as_str());
            let message = messages::not_a_vector(&context.name, &context.giver, shape::written(gives), each);
            context.error(spec.path.span(), message);
            stated.or(shape::count(gives).map(Size::Number))
        }
        None => {
            let (ty, blame) = (&flow.ty, arg.blame());
            let vector = Holds::Asked(quote!(#krate::__private::is_vector::<#ty>()));
            let (each, name, giver) = (spec.written(), &context.name, &context.giver);
            let message = Sentence::either(
                of_shapes("has_any_length", &[ty], blame),
                messages::not_of_any_length(name, giver, &flow, &each),
                Sentence::either(
                    of_shapes("is_sequence", &[ty], blame),
                    messages::not_a_vector(name, giver, &flow, Some(&each)),
                    messages::not_a_vector(name, giver, &flow, None),
                ),
            );
            context.claim(blame, vector, message);
            if let Some(takes) = &stated {
                let gives = Size::Computed(quote!(#krate::__private::vector_size::<#ty>()));
                let shape = |size: &Size| Flow::of(vec![size.clone()]);
                differ(spec, arg, [takes, &gives], shape, messages::inputs, context);
            }
            Some(stated.unwrap_or_else(|| Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.count()))))
        }
    }
}

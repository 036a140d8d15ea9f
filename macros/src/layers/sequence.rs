//! `Embedding` and `TimeDistributed`

use quote::quote;

use super::arguments::{arguments, positional, written};
use super::common::{braced, builtin, layer, size};
use super::resolve::{Steps, list, over_steps, steps};
use super::rules::{positive_rule, with_rules};
use crate::ast::Spec;
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::shape::{Kind, Size};

/// `Embedding<VOCAB, DIM>`
pub fn embedding(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args =
        positional(spec, 2..=2, "the size of its vocabulary and of its vectors", "Embedding<1000, 64>", context)?;
    let vocabulary = size(args[0], "the size of the vocabulary", context);
    let (vocabulary, dim) = (vocabulary?, size(args[1], "the size of the vectors", context)?);
    positive_rule(Some(&vocabulary), args[0], "the size of a vocabulary", context);
    positive_rule(Some(&dim), args[1], "the size of the vectors", context);
    let Some(flow) = context.flow.clone() else {
        context.error(spec.blame(), messages::tokens_first(&context.name.clone()));
        return None;
    };
    if flow.lost {
        return None;
    }
    let krate = context.krate;
    let gives = match flow.sizes.as_deref() {
        Some([count]) if flow.kind.tokens => {
            Flow::of_kind(krate, vec![count.clone(), dim.clone()], Kind { tokens: false, ..flow.kind })
        }
        Some(_) => {
            let shape = flow.written().unwrap_or_default();
            let steps = flow.sizes.iter().flatten().next().and_then(Size::number).filter(|_| context.mapping.is_some());
            let (name, giver) = (context.name.clone(), context.giver.clone());
            context.error(spec.blame(), messages::not_tokens(&name, &giver, &shape, steps));
            return None;
        }
        None => {
            let (ty, dim) = (&flow.ty, dim.expression());
            Flow::unknown(quote!(<#ty as #krate::Sequence>::With<[::core::primitive::f32; #dim]>))
        }
    };
    let (ident, ty) = (builtin(spec, context), &flow.ty);
    let [v, d] = [&vocabulary, &dim].map(braced);
    let v = with_rules(v, context);
    let parameters = vocabulary.number().zip(dim.number()).and_then(|(v, d)| v.checked_mul(d));
    let layer = layer(spec, quote!(#ident<#v, #d, #ty>), gives, context);
    Some(Layer { parameters, macs: Some(0), ..layer })
}

/// `TimeDistributed<Dense<64, 32, Relu>, Dense<32, 10>>`
pub fn time_distributed(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &[], context)?;
    let (wanted, example) = ("the layers that each step goes through", "Dense<64, 10>");
    arguments(&written, spec, 1..=usize::MAX, "TimeDistributed", wanted, example, context)?;
    if let Some(other) = written.positional.iter().find(|arg| arg.spec().is_none()) {
        let message = messages::arguments("TimeDistributed", wanted, &format!("TimeDistributed<{example}>"));
        context.error_at(other, message);
        return None;
    }
    let specs: Vec<&Spec> = written.positional.iter().filter_map(|arg| arg.spec()).collect();
    let Steps { flow, .. } = steps(spec, context)?;
    over_steps(spec, &flow, context, |context| list(&specs, context))
}

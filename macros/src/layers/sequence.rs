//! Layers over sequences, but for the recurrent ones: `Embedding`, `TimeDistributed`, `LastStep`, `MeanOverTime`; and what becomes of the
//! other layers after a sequence of any length.

use quote::quote;

use super::conv::arguments;
use super::window::written;
use super::{ACTIVATIONS, braced, built_in, builtin, layer, positional, positive_rule, residual, size, with_rules};
use crate::check::{Context, Fit, Flow, Layer};
use crate::messages;
use crate::parse::Spec;
use crate::shape::{Kind, Size};

/// The layers that take sequences of any length as they are.
const OVER_SEQUENCES: &[&str] = &[
    "Embedding",
    "EncoderDecoder",
    "Gru",
    "LastStep",
    "Lstm",
    "MeanOverTime",
    "MultiHeadAttention",
    "PositionalEncoding",
    "Rnn",
    "TimeDistributed",
    "TransformerEncoder",
];
/// The layers that map each row for itself, so that the steps of a sequence can be given to them one by one.
const ROW_BY_ROW: &[&str] = &["Dropout", "LayerNorm"];

/// A built-in layer after a sequence of any length, unless it takes these as they are: one that works row by row is given the steps,
/// another one does not fit.
pub fn of_any_length(word: &str, spec: &Spec, context: &mut Context) -> Option<Option<Layer>> {
    let flow = context.flow.clone().filter(|flow| !flow.lost && !flow.kind.is_tensor())?;
    if OVER_SEQUENCES.contains(&word) || !super::is_built_in(word) {
        return None;
    }
    if (ROW_BY_ROW.contains(&word) || ACTIVATIONS.contains(&word)) && !flow.kind.tokens {
        return Some(over_steps(spec, &flow, context, |context| {
            built_in(word, spec, context).map(|layer| vec![layer])
        }));
    }
    let shape = flow.written().unwrap_or_default();
    let message = messages::not_of_any_length(&context.name, &context.giver, &shape, &spec.written());
    context.error(spec.blame(), message);
    Some(None)
}

/// A sequence that comes in, of which the sizes are known or not; with its number of steps and what there is at each.
struct Steps {
    flow: Flow,
    count: Size,
    step: Flow,
}

impl Steps {
    /// Nothing, if what comes in is known to be none, or a row of single numbers.
    fn of(flow: Flow, context: &Context) -> Option<Steps> {
        let (krate, ty) = (context.krate, &flow.ty);
        let (count, step) = match flow.sizes.as_deref() {
            Some([_] | []) => return None,
            Some([count, sizes @ ..]) => {
                let kind = Kind { at_most: false, ..flow.kind };
                (count.clone(), Flow::of_kind(krate, sizes.to_vec(), kind))
            }
            None => (
                Size::Computed(quote!(<#ty as #krate::Sequence>::STEPS)),
                Flow::unknown(quote!(<#ty as #krate::Sequence>::Step)),
            ),
        };
        Some(Steps { flow, count, step })
    }

    /// A sequence as long, of other steps.
    fn with(&self, step: &Flow, context: &Context) -> Flow {
        let krate = context.krate;
        match (&self.flow.sizes, &step.sizes) {
            (Some(_), Some(sizes)) => {
                let sizes = core::iter::once(&self.count).chain(sizes).cloned().collect();
                Flow::of_kind(krate, sizes, Kind { at_most: self.flow.kind.at_most, tokens: false })
            }
            _ => {
                let (sequence, step) = (&self.flow.ty, &step.ty);
                Flow::unknown(quote!(<#sequence as #krate::Sequence>::With<#step>))
            }
        }
    }
}

/// What comes into a layer over sequences, told of if it is none.
fn steps(spec: &Spec, context: &mut Context) -> Option<Steps> {
    let Some(flow) = context.flow.clone() else {
        context.error(spec.blame(), messages::sequence_first(&context.name.clone(), None));
        return None;
    };
    if flow.lost {
        return None;
    }
    let shape = flow.written().unwrap_or_default();
    let steps = Steps::of(flow, context);
    if steps.is_none() {
        let message = messages::no_steps(&context.name, &context.giver, &shape, &spec.written());
        context.error(spec.blame(), message);
    }
    steps
}

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

/// `LastStep`, `MeanOverTime`
pub fn without_time(name: &str, spec: &Spec, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", name, context)?;
    let Steps { flow, step, .. } = steps(spec, context)?;
    let (ident, ty) = (builtin(spec, context), &flow.ty);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer(spec, quote!(#ident<#ty>), step, context) })
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
    over_steps(spec, &flow, context, |context| residual::list(&specs, context))
}

/// The layers that `resolve` finds, at each step of what comes in.
fn over_steps(
    spec: &Spec,
    flow: &Flow,
    context: &mut Context,
    resolve: impl FnOnce(&mut Context) -> Option<Vec<Layer>>,
) -> Option<Layer> {
    let steps = Steps::of(flow.clone(), context)?;
    context.flow = Some(steps.step.clone());
    let before = context.mistakes();
    let fits = context.fits.take(); // a step is held against the steps before it from outside
    let layers = resolve(context);
    (context.flow, context.fits) = (Some(flow.clone()), fits);
    let mut layers = layers.filter(|layers| layers.iter().all(|layer| !layer.gives.lost))?;
    context.claims.extend(residual::inner_claims(&mut layers, |ty| residual::inner(ty, "First")));
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    let (krate, chain) = (context.krate, crate::expand::chain(context.krate, &types));
    let (count, ty) = (braced(&steps.count), &flow.ty);
    let fit = match &layers[..] {
        [only] if matches!(only.fit, Fit::Input(_)) => None,
        layers if layers.iter().all(|layer| matches!(layer.fit, Fit::Seen)) => Some(Fit::Seen),
        _ => Some(Fit::Input([String::new(), String::new()])),
    };
    let fits = matches!(fit, Some(Fit::Seen)) && context.mistakes() == before;
    // where it is not known whether they fit, the layers say what they take and give
    let of = |what: &str| {
        let what = quote::format_ident!("{what}");
        quote!(<#ty as #krate::Sequence>::With<<#chain as #krate::Layer>::#what>)
    };
    let sequence = if fits { ty.clone() } else { of("Input") };
    let gives = steps.with(&layers.last()?.gives, context);
    let gives = if fits { gives } else { Flow { ty: of("Output"), ..gives } };
    let parameters = layers.iter().map(|layer| layer.parameters).sum();
    let macs: Option<u64> = layers.iter().map(|layer| layer.macs).sum();
    let macs = macs.zip(steps.count.number()).and_then(|(macs, count)| macs.checked_mul(count));
    let ty = quote!(#krate::TimeDistributed<#chain, #count, #sequence>);
    let blame = layers.first().map_or(spec.blame(), |layer| layer.blame);
    let fit = fit.or_else(|| layers.into_iter().next().map(|only| only.fit)).unwrap_or(Fit::Seen);
    Some(Layer { blame, fit, parameters, macs, ..layer(spec, ty, gives, context) })
}

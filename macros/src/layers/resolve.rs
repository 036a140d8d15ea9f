//! From a layer as it is written to its type: by the catalogue, or as a custom layer; alone, in a list, or at each step of a sequence.

use proc_macro2::Ident;
use quote::quote;
use syn::spanned::Spanned;

use super::activations::activation_layer;
use super::common::{NO_LAYERS, braced, layer, lost};
use super::custom::custom_layer;
use super::meant;
use super::nested::{inner, inner_claims};
use crate::ast::{Arg, Spec};
use crate::context::{Context, Sequences};
use crate::messages;
use crate::model::{Fit, Flow, Layer};
use crate::shape::{Kind, Size};
use crate::tokens::chain;
use crate::words::similar;

/// Works out the type of a layer, or of the one that was meant.
pub fn resolve(spec: &Spec, context: &mut Context) -> Layer {
    match meant::resolve(spec, context) {
        Some(layer) => layer,
        None => as_written(spec, context),
    }
}

/// Works out the type of a layer that is written as layers are here.
pub fn as_written(spec: &Spec, context: &mut Context) -> Layer {
    let word = spec.word().unwrap_or_default();
    if let Some(layer) = built_in(&word, spec, context) {
        return layer;
    }
    let known: Vec<&str> = context.rows.iter().map(|row| row.word).chain(context.activation_words()).collect();
    if let Some(similar) = similar(&word, &known) {
        context.error(spec.path.span(), messages::unknown("layer", &word, similar));
        // what comes after is held against the layer that was probably meant
        let mut meant = spec.clone();
        meant.path = Ident::new(similar, spec.path.span()).into();
        return built_in(similar, &meant, context).unwrap_or_else(|| lost(spec.written(), spec.blame(), context));
    }
    if NO_LAYERS.contains(&word.as_str()) {
        let inner = match spec.args() {
            [Arg::Spec(inner)] if context.row(&inner.word().unwrap_or_default()).is_some() => Some(inner.written()),
            _ => None,
        };
        context.error_at(spec, messages::no_layer(&spec.written(), inner.as_deref()));
        return lost(spec.written(), spec.blame(), context);
    }
    custom_layer(spec, context)
}

fn built_in(word: &str, spec: &Spec, context: &mut Context) -> Option<Layer> {
    if let Some(layer) = of_any_length(word, spec, context) {
        return Some(layer.unwrap_or_else(|| lost(spec.written(), spec.blame(), context)));
    }
    let (resolve, identity) = match context.row(word) {
        Some(row) => (row.resolve, row.identity),
        None => {
            (context.activation(word).map(|_| activation_layer as fn(&Spec, &mut Context) -> Option<Layer>)?, false)
        }
    };
    let layer = resolve(spec, context).map(|layer| Layer { identity, ..layer });
    Some(layer.unwrap_or_else(|| lost(spec.written(), spec.blame(), context)))
}

/// Resolves layers one after the other, under their own names.
pub fn list(specs: &[&Spec], context: &mut Context) -> Option<Vec<Layer>> {
    let outer = (context.name.clone(), context.giver.clone(), context.mapping.take());
    let (claims, after) = (core::mem::take(&mut context.claims), core::mem::take(&mut context.after));
    let made = core::mem::take(&mut context.made);
    let mut layers: Vec<Layer> = Vec::new();
    for spec in specs {
        context.name = format!("`{}`", spec.written());
        let layer = resolve(spec, context);
        let layer = Layer { claims: core::mem::take(&mut context.claims), ..layer };
        context.flow = Some(layer.gives.clone());
        context.giver = format!("{} before it", context.name);
        layers.push(layer);
    }
    (context.name, context.giver, context.mapping) = outer;
    (context.claims, context.after, context.made) = (claims, after, made);
    layers.iter().all(|layer| !layer.gives.lost).then_some(layers)
}

/// A built-in layer after a sequence of any length, unless it takes these as they are: one that works row by row is given the steps,
/// another one does not fit.
pub fn of_any_length(word: &str, spec: &Spec, context: &mut Context) -> Option<Option<Layer>> {
    let flow = context.flow.clone().filter(|flow| !flow.lost && !flow.kind.is_tensor())?;
    let sequences = match context.row(word) {
        Some(row) => row.sequences,
        None => context.activation(word).map(|_| Sequences::RowByRow)?,
    };
    if sequences == Sequences::Taken {
        return None;
    }
    if sequences == Sequences::RowByRow && !flow.kind.tokens {
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
pub struct Steps {
    pub flow: Flow,
    pub count: Size,
    pub step: Flow,
}

impl Steps {
    /// Nothing, if the input is known to be no sequence, or a row of single numbers.
    pub fn of(flow: Flow, context: &Context) -> Option<Steps> {
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
    pub fn with(&self, step: &Flow, context: &Context) -> Flow {
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

/// The input of a layer over sequences; an error if it is no sequence.
pub fn steps(spec: &Spec, context: &mut Context) -> Option<Steps> {
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

/// The layers that `resolve` finds, at each step of the input.
pub fn over_steps(
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
    let asked = layers.iter().any(|layer| !layer.claims.is_empty());
    context.claims.extend(inner_claims(&mut layers, |ty| inner(ty, "First")));
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    let (krate, chain) = (context.krate, chain(context.krate, &types));
    let (count, ty) = (braced(&steps.count), &flow.ty);
    let seen = layers.iter().all(|layer| layer.fit == Fit::Seen);
    let fits = seen && !asked && context.mistakes() == before;
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
    let fit = if seen { Fit::Seen } else { Fit::Input };
    Some(Layer { blame, fit, parameters, macs, ..layer(spec, ty, gives, context) })
}

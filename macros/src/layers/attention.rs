//! Attention of sequences to themselves: `MultiHeadAttention`, `TransformerEncoder`, `PositionalEncoding`.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{arguments, positional, written};
use super::common::{activation, braced, builtin, dropout_rate, layer, size};
use super::recurrent::{Input, input};
use super::rules::{positive_rule, with_rules};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::Layer;
use crate::sentence::call;
use crate::shape::Size;

/// `MultiHeadAttention<MODEL, HEADS, causal = true>`
pub fn multi_head(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &["causal"], context)?;
    arguments(&written, spec, 2..=2, "MultiHeadAttention", "features and heads", "64, 4", context)?;
    let (input, heads) = features_and_heads(spec, [written.positional[0], written.positional[1]], context)?;
    let causal = written.flag("causal", false, context);
    let (ident, [f, h]) = (builtin(spec, context), [&input.features, &heads].map(braced));
    let h = with_rules(h, context);
    let sequence = &input.ty;
    let ty = quote!(#ident<#f, #h, #sequence, #causal>);
    let parameters = weights(&input);
    let macs = macs(&input);
    finish(spec, written.positional[0], input, ty, parameters, macs, context)
}

/// `TransformerEncoder<MODEL, HEADS, FEED, A, dropout = 0.1, norm_first = true>`
pub fn transformer_encoder(spec: &Spec, context: &mut Context) -> Option<Layer> {
    const NAME: &str = "TransformerEncoder";
    let written = written(spec, &["dropout", "norm_first"], context)?;
    let wanted = "features, heads, the size of its dense network and perhaps an activation";
    arguments(&written, spec, 3..=4, NAME, wanted, "64, 4, 256", context)?;
    let feed = size(written.positional[2], "the size of the dense network", context);
    let (input, heads) = features_and_heads(spec, [written.positional[0], written.positional[1]], context)?;
    let feed = feed?;
    positive_rule(Some(&feed), written.positional[2], "the size of the dense network", context);
    let krate = context.krate;
    let activation = match written.positional.get(3) {
        Some(arg) => activation(arg, context),
        None => quote!(#krate::Relu),
    };
    let first = written.flag("norm_first", false, context);
    let rate = match written.setting("dropout") {
        Some(arg) => dropout_rate(arg, "dropout = 0.2", context)?,
        None => quote!(0),
    };
    let (ident, [f, h, n]) = (builtin(spec, context), [&input.features, &heads, &feed].map(braced));
    let h = with_rules(h, context);
    let sequence = &input.ty;
    let ty = quote!(#ident<#f, #h, #n, #sequence, #activation, #rate, #first>);
    let numbers = input.features.number().zip(feed.number());
    let dense = numbers.and_then(|(f, n)| f.checked_mul(n)?.checked_mul(2)?.checked_add(n)?.checked_add(5 * f));
    let parameters = weights(&input).zip(dense).and_then(|(a, b)| a.checked_add(b));
    let each = numbers.and_then(|(f, n)| f.checked_mul(2 * (n + 1)));
    let steps = input.steps.as_ref().and_then(Size::number);
    let macs = macs(&input).zip(each.zip(steps)).and_then(|(macs, (each, t))| macs.checked_add(each.checked_mul(t)?));
    finish(spec, written.positional[0], input, ty, parameters, macs, context)
}

/// `PositionalEncoding`
pub fn positional_encoding(spec: &Spec, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", "PositionalEncoding", context)?;
    let whatever = Arg::Infer(syn::token::Underscore { spans: [spec.blame()] });
    let input = input(spec, &whatever, context)?;
    let (ident, features, sequence) = (builtin(spec, context), with_rules(braced(&input.features), context), &input.ty);
    let ty = quote!(#ident<#features, #sequence>);
    finish(spec, &whatever, input, ty, Some(0), Some(0), context)
}

/// The sequence that comes in, and heads that divide its features.
fn features_and_heads(spec: &Spec, [features, heads]: [&Arg; 2], context: &mut Context) -> Option<(Input, Size)> {
    let count = size(heads, "the number of heads", context);
    let (input, count) = (input(spec, features, context)?, count?);
    let (krate, features) = (context.krate, &input.features);
    positive_rule(Some(&count), heads, "the number of heads", context);
    let fit: Size = call!(krate, largest_divisor, count, features, features);
    let message = messages::heads(&context.name, [&count, features, &fit]);
    context.check(heads, call!(krate, divides, count, features), message).then_some((input, count))
}

/// The parameters of the attention.
fn weights(input: &Input) -> Option<u64> {
    let f = input.features.number()?;
    f.checked_mul(f.checked_add(1)?)?.checked_mul(4)
}

/// The multiply-accumulate operations of the attention.
fn macs(input: &Input) -> Option<u64> {
    let (t, f) = (input.steps.as_ref()?.number()?, input.features.number()?);
    let (projections, products) = (t.checked_mul(f)?.checked_mul(f)?, t.checked_mul(t)?.checked_mul(f)?);
    projections.checked_mul(4)?.checked_add(products.checked_mul(2)?)
}

/// A layer that gives as many features as it takes.
fn finish(
    spec: &Spec,
    features: &Arg,
    input: Input,
    ty: TokenStream,
    parameters: Option<u64>,
    macs: Option<u64>,
    context: &mut Context,
) -> Option<Layer> {
    let gives = input.with(&input.features, context);
    let layer = layer(spec, ty, gives, context);
    Some(Layer { blame: features.blame(), parameters, macs, ..layer })
}

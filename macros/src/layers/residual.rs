//! `Residual<…>`: a list of layers, and a way around them.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::arguments::{Written, written};
use super::common::layer;
use super::nested::{inner, inner_claims, listed};
use super::resolve::list;
use crate::ast::{Arg, Spec};
use crate::claims::{asked, fits, of_shapes};
use crate::context::Context;
use crate::messages;
use crate::model::{Claim, Fit, Flow, Layer};
use crate::shape;
use crate::shape::Size;
use crate::tokens::krate_at;

pub fn residual(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &["shortcut"], context)?;
    let example = "Residual<Dense<16, 16, Relu>, Dense<16, 16>>";
    let (input, specs) = inner_specs(spec, &written, example, context)?;
    let layers = list(&specs, context);
    let shortcut = written.setting("shortcut").map(|arg| shortcut(arg, &input, context));
    context.flow = Some(input.clone());
    let (mut layers, mut shortcut) = (layers?, shortcut.map_or(Some(None), |layer| layer.map(Some))?);
    let gives = layers.last()?.gives.clone();
    let around = shortcut.as_ref().map_or(&input, |layer| &layer.gives).clone();
    if let (Some(a), Some(b)) = (&around.sizes, &gives.sizes)
        && shape::differ(a, b)
    {
        let cure = suggestion(input.sizes.as_deref(), b);
        let (from, to) = (shape::written(a), shape::written(b));
        context.error(spec.blame(), messages::residual(&context.name, from, to, shortcut.is_some(), cure));
        return None;
    }
    context.claims.extend(inner_claims(&mut layers, first_inner));
    if let Some(shortcut) = &mut shortcut {
        context.claims.extend(inner_claims(core::slice::from_mut(shortcut), through));
        if shortcut.fit != Fit::Seen {
            context.claims.push(takes_what_comes_in(shortcut.blame, &shortcut.written, through, context));
        }
    }
    if !(gives.is_known() && around.is_known()) {
        context.claims.push(sum_claim(spec.blame(), context.name.clone(), shortcut.is_some()));
    }
    // where the two differ, which is reported here, the next layer is compared with the shortcut
    let gives = if around.is_known() { around } else { gives };
    let krate = context.krate;
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    let chain = listed(krate, &types);
    let way = match &shortcut {
        Some(Layer { ty, .. }) => quote!(#krate::ShortcutLayer<#ty>),
        None => quote!(#krate::Identity),
    };
    let all = || layers.iter().chain(&shortcut);
    let parameters = all().map(|layer| layer.parameters).sum();
    let macs = all().map(|layer| layer.macs).sum();
    let fit = layers[0].fit;
    let ty = quote!(#krate::Residual<#chain, #way>);
    Some(Layer { fit, parameters, macs, ..layer(spec, ty, gives, context) })
}

/// The input, and the layers in the list.
pub fn inner_specs<'a>(
    spec: &Spec,
    written: &Written<'a>,
    example: &str,
    context: &mut Context,
) -> Option<(Flow, Vec<&'a Spec>)> {
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
        let message = messages::arguments(&spec.word()?, "a list of layers", example);
        match other {
            Some(other) => context.error_at(other, message),
            None => context.error(spec.blame(), message),
        }
        return None;
    }
    Some((input, specs))
}

/// What the layers give can be added to what goes around them.
fn sum_claim(blame: Span, name: String, has_shortcut: bool) -> Claim {
    let krate = krate_at(blame);
    Box::new(move |ty| {
        let layers = first_inner(ty);
        let around = if has_shortcut {
            let shortcut = through(ty);
            quote_spanned!(blame=> <#shortcut as #krate::Layer>::Output)
        } else {
            quote_spanned!(blame=> <#ty as #krate::Layer>::Input)
        };
        let given = quote_spanned!(blame=> <#layers as #krate::Layer>::Output);
        let flows = [&around, &given].map(|ty| Flow::unknown(ty.clone()));
        let message = messages::residual(&name, &flows[0], &flows[1], has_shortcut, None);
        asked(blame, &of_shapes("same", &[&given, &around], blame), &message)
    })
}

/// The layer that goes around the others takes what the whole takes.
pub fn takes_what_comes_in(
    blame: Span,
    written: &str,
    place: impl Fn(&TokenStream) -> TokenStream + 'static,
    context: &Context,
) -> Claim {
    let (krate, name, giver) = (krate_at(blame), format!("`{written}`"), context.giver.clone());
    Box::new(move |ty| {
        let inner = place(ty);
        let given = quote_spanned!(blame=> <#ty as #krate::Layer>::Input);
        let expected = quote_spanned!(blame=> <#inner as #krate::Layer>::Input);
        fits(blame, [&name, &giver], &given, &expected)
    })
}

/// The type of the chain of layers of a residual, within its list.
fn first_inner(ty: &TokenStream) -> TokenStream {
    inner(&inner(ty, "First"), "First")
}

/// The type of the shortcut.
fn through(ty: &TokenStream) -> TokenStream {
    inner(&inner(ty, "Second"), "First")
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

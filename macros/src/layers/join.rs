//! What makes one value of several: `Add(a, b)`, `Multiply(a, b)`, `Concat(a, b)`.

use proc_macro2::Span;
use quote::quote;

use super::common::{layer, lost};
use crate::ast::{Arg, Spec};
use crate::claims::of_shapes;
use crate::context::Context;
use crate::graph::Join;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::{Sentence, call};
use crate::shape::{self, Size, Sizes};
use crate::tokens::alias;

/// A value that is joined: what it is, its name, and where that stands.
pub struct Joined {
    pub flow: Flow,
    pub name: String,
    pub span: Span,
}

/// The join with its settings, and what it gives.
pub fn join(join: Join, spec: &Spec, values: &[Joined], context: &mut Context) -> (Join, Layer) {
    match resolve(join, spec, values, context) {
        Some(found) => found,
        None => (join, lost(spec.written(), spec.blame(), context)),
    }
}

fn resolve(join: Join, spec: &Spec, values: &[Joined], context: &mut Context) -> Option<(Join, Layer)> {
    let word = spec.word()?;
    if values.is_empty() || values.iter().any(|value| value.flow.lost) {
        return None;
    }
    if let Some(value) = values.iter().find(|value| !value.flow.kind.is_tensor()) {
        let gives = value.flow.written().unwrap_or_default();
        context.error(value.span, messages::join_kind(&word, &value.name, &gives));
        return None;
    }
    let join = settings(join, spec, values, context)?;
    let gives = match join {
        Join::Add => sum(values, context)?,
        Join::Multiply => product(values, context)?,
        Join::Concat(axis) => concat(axis, values, context)?,
        Join::Part(_) | Join::Outputs => return None,
    };
    let (krate, ty) = (context.krate, &gives.ty);
    let multiplies = join == Join::Multiply;
    let ty = quote!(#krate::__private::join::Joined<#ty, #multiplies>);
    let macs = if multiplies { gives.sizes.as_deref().and_then(shape::count) } else { Some(0) };
    Some((join, Layer { parameters: Some(0), macs, ..layer(spec, ty, gives, context) }))
}

/// Reads `axis = 1`.
fn settings(join: Join, spec: &Spec, values: &[Joined], context: &mut Context) -> Option<Join> {
    let mut found = join;
    for arg in spec.args() {
        let Arg::Setting(name, value) = arg else { return None };
        if !(matches!(join, Join::Concat(_)) && name == "axis") {
            context.error(name.span(), messages::join_setting(&spec.word()?, &name.to_string()));
            return None;
        }
        let rank = values[0].flow.sizes.as_ref().map_or(6, Vec::len);
        let axis = match &**value {
            Arg::Integer(number) => number.base10_parse::<usize>().ok().filter(|axis| *axis < rank),
            _ => None,
        };
        let Some(axis) = axis else {
            context.error(value.blame(), messages::axis(&value.written(), rank));
            return None;
        };
        found = Join::Concat(axis);
    }
    Some(found)
}

/// Values of one shape.
fn sum(values: &[Joined], context: &mut Context) -> Option<Flow> {
    let known = values.iter().find(|value| value.flow.sizes.is_some()).unwrap_or(&values[0]);
    for value in values {
        let names = [known, value].map(|value| value.name.as_str());
        let message = |cure| messages::sum(names, [known, value].map(|value| Sentence::from(&value.flow)), cure);
        if let (Some(one), Some(other)) = (&known.flow.sizes, &value.flow.sizes) {
            if shape::differ(one, other) {
                let cure = match (&one[..], &other[..]) {
                    ([one], [other]) => messages::as_long(&value.name, [other, one]),
                    _ => None,
                };
                context.error(value.span, message(cure));
                return None;
            }
            if one.iter().zip(other).all(|(one, other)| one.same(other)) {
                continue;
            }
        }
        let same = of_shapes("same", &[&known.flow.ty, &value.flow.ty], value.span);
        context.claim(value.span, same, message(None));
    }
    Some(known.flow.clone())
}

/// Values of one shape, or a number for each channel of the first.
fn product(values: &[Joined], context: &mut Context) -> Option<Flow> {
    let [first, second] = values else { return None };
    let names = [first, second].map(|value| value.name.as_str());
    let message = |cure: &str| messages::scaled(names, [first, second].map(|value| Sentence::from(&value.flow)), cure);
    let [one, other] = names;
    if let (Some(a), Some(b)) = (&first.flow.sizes, &second.flow.sizes) {
        if !per_channel(a, b) {
            let turned = format!("write `Multiply({other}, {one})`");
            let cure = match (per_channel(b, a), a.first()) {
                (true, _) => turned,
                (false, Some(channels)) if a.len() > 1 => {
                    let channels = channels.number().map_or("its channels".into(), |number| number.to_string());
                    format!("make `{other}` give the shape of `{one}`, or {channels} numbers")
                }
                _ => format!("make `{other}` give the shape of `{one}`"),
            };
            context.error(second.span, message(&cure));
            return None;
        }
        if shape::known(a) && shape::known(b) {
            return Some(first.flow.clone());
        }
    }
    let fits = of_shapes("multiplies", &[&first.flow.ty, &second.flow.ty], second.span);
    let say = message(&format!("make `{other}` give the shape of `{one}`"));
    context.claim(second.span, fits, say);
    Some(first.flow.clone())
}

/// Whether the second may be multiplied with the first, as far as numbers tell.
fn per_channel(first: &[Size], second: &[Size]) -> bool {
    let ones = second.iter().skip(1).all(|size| size.number().is_none_or(|size| size == 1));
    let channels = second.first().is_some_and(|size| !first.is_empty() && !first[0].differs(size));
    !shape::differ(first, second) || ones && channels && second.len() <= first.len()
}

/// Values that differ along one axis at most.
fn concat(axis: usize, values: &[Joined], context: &mut Context) -> Option<Flow> {
    let mut all: Vec<(&Joined, &Sizes)> = Vec::new();
    for value in values {
        let Some(sizes) = &value.flow.sizes else {
            context.error(value.span, messages::join_unknown(&value.name));
            return None;
        };
        all.push((value, sizes));
    }
    let (first, one) = all[0];
    for (value, other) in &all[1..] {
        let names = [first, *value].map(|value| value.name.as_str());
        let rest = |sizes: &Sizes| -> Sizes {
            sizes.iter().enumerate().filter(|(i, _)| *i != axis).map(|(_, size)| size.clone()).collect()
        };
        let shapes = [one, *other].map(|sizes| Sentence::from(&Flow::of(sizes.clone())));
        let cure = cure(names, [one, *other], axis);
        if one.len() != other.len() || axis >= other.len() || shape::differ(&rest(one), &rest(other)) {
            context.error(value.span, messages::joined(names, shapes, axis, &cure));
            return None;
        }
        for (one, other) in rest(one).iter().zip(&rest(other)).filter(|(one, other)| !one.same(other)) {
            let say = messages::joined(names, shapes.clone(), axis, &cure);
            context.claim(value.span, call!(context.krate, agree, *one, *other), say);
        }
    }
    let along = all[1..].iter().fold(one[axis].clone(), |sum, (_, sizes)| call!(context.krate, plus, sum, sizes[axis]));
    let mut sizes = one.clone();
    sizes[axis] = along;
    Some(Flow::of(sizes))
}

/// What to do about two values that do not fit one after the other.
fn cure([first, second]: [&str; 2], [one, other]: [&Sizes; 2], axis: usize) -> String {
    let fits = |axis: usize| {
        let others = one.iter().zip(other.iter()).enumerate().filter(|(i, _)| *i != axis);
        one.len() == other.len() && others.into_iter().all(|(_, (a, b))| !a.differs(b))
    };
    match (one.len(), other.len()) {
        (a, b) if a == b => match (0..a).find(|other| *other != axis && fits(*other)) {
            Some(axis) => format!("write `Concat<axis = {axis}>({first}, {second})`, or give both the same sizes"),
            None => format!("make `{second}` give the sizes of `{first}`"),
        },
        (1, _) => format!("put `Flatten({second})` between, and join that"),
        (_, 1) => format!("put `Flatten({first})` between, and join that"),
        _ => format!("make `{second}` give the sizes of `{first}`"),
    }
}

/// The layer of `first`, used again on another value.
pub fn again(spec: &Spec, first: (usize, &Layer, &Flow), value: &Joined, context: &mut Context) -> Layer {
    let (first, of, takes) = first;
    let (Some(network), name) = (context.network, spec.word().unwrap_or_default()) else {
        return lost(spec.written(), spec.blame(), context);
    };
    if of.gives.lost || value.flow.lost || takes.lost {
        return lost(spec.written(), spec.blame(), context);
    }
    let [wanted, given] = [takes, &value.flow].map(Sentence::from);
    let say = messages::again(&context.name, &name, &wanted, &context.giver, &given);
    let seen = match (&takes.sizes, &value.flow.sizes) {
        (Some(one), Some(other)) if shape::differ(one, other) || takes.kind != value.flow.kind => {
            context.error(value.span, say);
            return lost(spec.written(), spec.blame(), context);
        }
        (Some(one), Some(other)) => one.iter().zip(other).all(|(one, other)| one.same(other)),
        _ => false,
    };
    if !seen {
        let same = of_shapes("same", &[&takes.ty, &value.flow.ty], value.span);
        context.claim(value.span, same, say);
    }
    let ty = alias(network, &format!("Layer{first}"));
    let known = Layer {
        parameters: Some(0),
        macs: of.macs,
        identity: of.identity,
        ..layer(spec, quote!(#ty), of.gives.clone(), context)
    };
    Layer { blame: spec.blame(), ..known }
}

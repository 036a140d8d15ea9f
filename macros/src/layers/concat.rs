//! `Concat<…>`: branches side by side.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::arguments::written;
use super::common::layer;
use super::nested::{inner, inner_claims, listed};
use super::residual::takes_what_comes_in;
use super::resolve::list;
use crate::ast::{Arg, Spec};
use crate::claims::{asked, of_shapes};
use crate::context::Context;
use crate::messages;
use crate::model::{Claim, Fit, Flow, Layer};
use crate::sentence::{Sentence, call};
use crate::shape;
use crate::shape::Sizes;

/// A branch: its type, what it gives, and its sums.
struct Branch {
    ty: TokenStream,
    written: String,
    /// Its first layer, as written.
    first: String,
    gives: Sizes,
    parameters: Option<u64>,
    macs: Option<u64>,
    fit: Fit,
    blame: Span,
    claims: Vec<Claim>,
}

pub fn concat(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &[], context)?;
    let Some(input) = context.flow.clone() else {
        context.error(spec.blame(), messages::shape_first(&context.name.clone()));
        return None;
    };
    if input.lost {
        return None;
    }
    if written.positional.len() < 2 {
        const EXAMPLE: &str = "Concat<Conv2d<8, 4, 1, Relu>, Conv2d<8, 4, 3, Relu, padding = same>>";
        context.error(spec.blame(), messages::arguments("Concat", "two branches or more", EXAMPLE));
        return None;
    }
    let mut branches = Vec::new();
    for arg in &written.positional {
        context.flow = Some(input.clone());
        branches.push(branch(arg, context));
    }
    context.flow = Some(input);
    let mut branches: Vec<Branch> = branches.into_iter().collect::<Option<_>>()?;
    for (arg, branch) in written.positional.iter().zip(&branches).skip(1) {
        let (a, b) = (&branches[0].gives, &branch.gives);
        if a.is_empty() || b.is_empty() || shape::differ(&a[1..], &b[1..]) {
            let names = [&branches[0].written, &branch.written].map(|name| format!("`{name}`"));
            let message = messages::branches(&context.name, &names, [a, b].map(|sizes| shape::written(sizes).into()));
            context.error(arg.blame(), message);
            return None;
        }
    }
    let krate = context.krate;
    let parameters = branches.iter().map(|branch| branch.parameters).sum();
    let macs = branches.iter().map(|branch| branch.macs).sum();
    let fit = branches[0].fit;
    let claims = claims(&mut branches, context);
    context.claims.extend(claims);
    // the last two make a pair, which makes a pair with the one before
    let mut branches = branches.into_iter().rev();
    let last = branches.next()?;
    let (ty, gives) = branches.fold((last.ty, last.gives), |(second, rest), Branch { ty: first, gives, .. }| {
        let gives: Sizes =
            core::iter::once(call!(krate, plus, gives[0], rest[0])).chain(gives[1..].iter().cloned()).collect();
        let output = shape::array(&gives);
        (quote!(#krate::Concat<#first, #second, #output>), gives)
    });
    let ty = quote!(#krate::Sequential<#ty, ()>); // the branches are known by their positions
    Some(Layer { fit, parameters, macs, ..layer(spec, ty, Flow::of(gives), context) })
}

/// What is claimed of the branches, and of each with the first.
fn claims(branches: &mut [Branch], context: &Context) -> Vec<Claim> {
    let count = branches.len();
    let mut claims: Vec<Claim> = Vec::new();
    for i in 0..count {
        for own in core::mem::take(&mut branches[i].claims) {
            claims.push(Box::new(move |ty| own(&branch_type(ty, i, count))));
        }
        let (one, branch) = (&branches[0], &branches[i]);
        if i > 0 && branch.fit != Fit::Seen {
            claims.push(takes_what_comes_in(branch.blame, &branch.first, move |ty| branch_type(ty, i, count), context));
        }
        if i > 0 && !(shape::known(&one.gives[1..]) && shape::known(&branch.gives[1..])) {
            let flows = [one, branch].map(|branch| Flow::of(branch.gives.clone()));
            let names = [one, branch].map(|branch| format!("`{}`", branch.written));
            let same = of_shapes("same_but_outermost", &flows.each_ref().map(|flow| &flow.ty), branch.blame);
            let message = messages::branches(&context.name, &names, flows.each_ref().map(Sentence::from));
            let check = asked(branch.blame, &same, &message);
            claims.push(Box::new(move |_| check.clone()));
        }
    }
    claims
}

/// The type of branch `i` of `count`, within their list.
fn branch_type(ty: &TokenStream, i: usize, count: usize) -> TokenStream {
    place(&inner(ty, "First"), i, count)
}

/// The type of a branch in pairs of the first branch and the rest.
fn place(ty: &TokenStream, i: usize, count: usize) -> TokenStream {
    match (i, count) {
        (_, 1) => ty.clone(),
        (0, _) => inner(ty, "First"),
        _ => place(&inner(ty, "Second"), i - 1, count - 1),
    }
}

/// A layer, or several in brackets.
fn branch(arg: &Arg, context: &mut Context) -> Option<Branch> {
    let specs: Option<Vec<&Spec>> = match arg {
        Arg::Sizes(_, list) => list.iter().map(Arg::spec).collect(),
        arg => arg.spec().map(|spec| vec![spec]),
    };
    let Some(specs) = specs else {
        context.error_at(arg, messages::LAYER);
        return None;
    };
    let mut layers = list(&specs, context)?;
    let gives = layers.last()?.gives.sizes.clone();
    let Some(gives) = gives else {
        context.error_at(arg, messages::branch_unknown(&arg.written()));
        return None;
    };
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    Some(Branch {
        ty: match &types[..] {
            [alone] => alone.clone(),
            types => listed(context.krate, types),
        },
        written: arg.written(),
        first: layers[0].written.clone(),
        gives,
        parameters: layers.iter().map(|layer| layer.parameters).sum(),
        macs: layers.iter().map(|layer| layer.macs).sum(),
        claims: match layers.len() {
            1 => inner_claims(&mut layers, TokenStream::clone),
            _ => inner_claims(&mut layers, |ty| inner(ty, "First")),
        },
        blame: layers[0].blame,
        fit: layers[0].fit,
    })
}

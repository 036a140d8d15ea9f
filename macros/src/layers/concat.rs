//! `Concat<…>`: branches side by side.

use quote::quote;

use super::layer;
use super::residual::list;
use super::window::written;
use crate::check::{Context, Fit, Flow, Layer};
use crate::messages;
use crate::parse::{Arg, Spec};
use crate::shape::{self, Size, Sizes};

/// A branch: its type, what it gives, and its sums.
struct Branch {
    ty: proc_macro2::TokenStream,
    written: String,
    gives: Sizes,
    parameters: Option<u64>,
    macs: Option<u64>,
    seen: bool,
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
    let branches: Vec<Branch> = branches.into_iter().collect::<Option<_>>()?;
    for (arg, branch) in written.positional.iter().zip(&branches).skip(1) {
        let (a, b) = (&branches[0].gives, &branch.gives);
        if a.is_empty() || b.is_empty() || shape::differ(&a[1..], &b[1..]) {
            let names = [&branches[0].written, &branch.written].map(|name| format!("`{name}`"));
            let message = messages::branches(&context.name, &names, &[shape::written(a), shape::written(b)]);
            context.error(arg.blame(), message);
            return None;
        }
    }
    let krate = context.krate;
    let parameters = branches.iter().map(|branch| branch.parameters).sum();
    let macs = branches.iter().map(|branch| branch.macs).sum();
    let seen = branches[0].seen;
    // the last two make a pair, which makes a pair with the one before
    let mut branches = branches.into_iter().rev();
    let last = branches.next()?;
    let (ty, gives) = branches.fold((last.ty, last.gives), |(second, rest), Branch { ty: first, gives, .. }| {
        let gives: Sizes =
            core::iter::once(plus(krate, &gives[0], &rest[0])).chain(gives[1..].iter().cloned()).collect();
        let output = shape::array(&gives);
        (quote!(#krate::Concat<#first, #second, #output>), gives)
    });
    let fit = if seen { Fit::Seen } else { Fit::Input([String::new(), String::new()]) };
    Some(Layer { fit, parameters, macs, ..layer(spec, ty, Flow::of(gives), context) })
}

fn plus(krate: &proc_macro2::TokenStream, a: &Size, b: &Size) -> Size {
    match a.number().zip(b.number()).and_then(|(a, b)| a.checked_add(b)) {
        Some(sum) => Size::Number(sum),
        None => {
            let [a, b] = [a, b].map(Size::expression);
            Size::Expression(quote!(#krate::arithmetic::plus(#a, #b)))
        }
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
    let layers = list(&specs, context)?;
    let gives = layers.last()?.gives.sizes.clone();
    let Some(gives) = gives else {
        context.error_at(arg, messages::BRANCH_UNKNOWN);
        return None;
    };
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    Some(Branch {
        ty: crate::expand::chain(context.krate, &types),
        written: arg.written(),
        gives,
        parameters: layers.iter().map(|layer| layer.parameters).sum(),
        macs: layers.iter().map(|layer| layer.macs).sum(),
        seen: matches!(layers[0].fit, Fit::Seen),
    })
}

//! Layers that their row of the catalogue says all about: without settings, with at most one argument, and sizes that follow from the
//! input.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, braced, dropout_rate, layer, size};
use super::resolve::{Steps, steps};
use super::rules::{positive_rule, with_rules};
use super::window::{Over, each, planes};
use crate::ast::Spec;
use crate::context::Context;
use crate::model::{Flow, Layer};
use crate::shape::{Size, Sizes};

/// What a layer takes.
#[derive(Clone, Copy, PartialEq)]
pub enum Takes {
    /// Any shape.
    Any,
    /// `[channels, height, width]`
    Image,
    /// An image, or a signal, `[channels, length]`.
    Planes,
    /// A signal, or a vector.
    SignalOrVector,
    /// A sequence of steps of any shape.
    Sequence,
}

/// What a layer has between `<` and `>`, with the words of messages.
#[derive(Clone, Copy)]
pub enum Argument {
    /// Nothing.
    None(&'static str),
    /// The probability of something to be dropped.
    Rate(&'static str),
    /// A size of one or more: what it is, and an example.
    Size(&'static str, &'static str),
    /// A number for each side of an image: what it says, what it is, and the least that it may be.
    Each(&'static str, &'static str, u64),
}

/// A layer as it is read: what its row makes a [`Layer`] of.
pub struct Simple<'a, 'k> {
    pub krate: &'k TokenStream,
    spec: &'a Spec,
    /// The input.
    pub flow: Flow,
    /// Its sizes, as far as they are known.
    pub sizes: Sizes,
    /// The step of a sequence.
    pub step: Option<Flow>,
    /// The numbers of the argument.
    pub each: Sizes,
    pub rate: TokenStream,
}

/// Reads a layer that takes this and has that between `<` and `>`.
pub fn simple<'a, 'k>(
    spec: &'a Spec,
    takes: Takes,
    argument: Argument,
    context: &mut Context<'k>,
) -> Option<Simple<'a, 'k>> {
    let name = spec.word().unwrap_or_default();
    let (count, wanted, example) = match argument {
        Argument::None(wanted) => (0, wanted, name),
        Argument::Rate(wanted) => (1, wanted, format!("{name}<0.2>")),
        Argument::Size(wanted, number) => (1, wanted, format!("{name}<{number}>")),
        Argument::Each(wanted, ..) => (1, wanted, format!("{name}<2>")),
    };
    let args = positional(spec, count..=count, wanted, &example, context)?;
    let rate = match argument {
        Argument::Rate(_) => dropout_rate(args[0], &example, context)?,
        _ => TokenStream::new(),
    };
    let each = match argument {
        Argument::Each(_, what, least) => each(Over::Image, args[0], what, least, context)?,
        Argument::Size(what, _) => {
            let size = size(args[0], what, context)?;
            positive_rule(Some(&size), args[0], what, context);
            vec![size]
        }
        _ => Sizes::new(),
    };
    let rank = context.flow.as_ref().and_then(|flow| flow.sizes.as_ref()).map(Vec::len);
    let (flow, sizes, step) = match (takes, rank) {
        (Takes::Sequence, _) => {
            let Steps { flow, step, .. } = steps(spec, context)?;
            (flow, Sizes::new(), Some(step))
        }
        (Takes::Any, _) | (Takes::SignalOrVector, Some(1)) => {
            let flow = any_shape(spec, context)?;
            let sizes = flow.sizes.clone().unwrap_or_default();
            (flow, sizes, None)
        }
        (Takes::SignalOrVector, _) | (Takes::Planes, Some(2)) => {
            let (flow, sizes) = planes(Over::Signal, spec, None, context)?;
            (flow, sizes, None)
        }
        (Takes::Planes | Takes::Image, _) => {
            let (flow, sizes) = planes(Over::Image, spec, None, context)?;
            (flow, sizes, None)
        }
    };
    Some(Simple { krate: context.krate, spec, flow, sizes, step, each, rate })
}

impl Simple<'_, '_> {
    /// The layer, where it changes both sides of an image by a number each.
    pub fn resized(&self, name: &str, larger: impl Fn(&Size, &Size) -> Size, context: &mut Context) -> Option<Layer> {
        let sides = self.sizes[1..].iter().zip(&self.each).map(|(size, by)| larger(size, by));
        let gives = Flow::of(self.sizes[..1].iter().cloned().chain(sides).collect());
        let (input, output) = (&self.flow.ty, &gives.ty);
        let [up, across] = [0, 1].map(|i| sized(&self.each[i], context));
        self.gives(name, quote!(#input, #output, #up, #across), gives.clone(), context)
    }

    /// The layer: the library's type `name` of these arguments, which gives this. It has no parameters and does no products.
    pub fn gives(&self, name: &str, arguments: TokenStream, gives: Flow, context: &Context) -> Option<Layer> {
        let (krate, ident) = (self.krate, Ident::new(name, self.spec.blame()));
        let layer = layer(self.spec, quote!(#krate::#ident<#arguments>), gives, context);
        Some(Layer { parameters: Some(0), macs: Some(0), ..layer })
    }
}

/// A size as an argument of a type, with the checks so far.
pub fn sized(size: &Size, context: &mut Context) -> TokenStream {
    with_rules(braced(size), context)
}

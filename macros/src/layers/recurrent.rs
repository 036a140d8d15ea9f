//! Recurrent layers: `Rnn`, `Lstm`, `Gru`.

use quote::quote;

use super::arguments::{Written, arguments, written};
use super::common::{activation, braced, builtin, differ, layer, size};
use super::rules::{positive_rule, with_rules};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::shape;
use crate::shape::Size;

const SETTINGS: &[&str] = &["return", "bidirectional", "truncate"];

/// `Rnn<IN, HIDDEN, A, …>`, `Lstm<IN, HIDDEN, …>`, `Gru<IN, HIDDEN, …>`
pub fn recurrent(name: &str, spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, SETTINGS, context)?;
    let plain = name == "Rnn";
    let wanted = if plain { "features, units and perhaps an activation" } else { "features and units" };
    arguments(&written, spec, 2..=2 + usize::from(plain), name, wanted, "32, 64", context)?;
    let [features_arg, hidden_arg] = [written.positional[0], written.positional[1]];
    let hidden = size(hidden_arg, "the number of units", context);
    let input = input(spec, features_arg, context);
    let settings = settings(&written, context);
    let (hidden, input, settings) = (hidden?, input?, settings?);
    positive_rule(Some(&hidden), hidden_arg, "the number of units", context);
    let activation = written.positional.get(2).map(|arg| remembered(arg, context));

    let krate = context.krate;
    let rows = if settings.both { doubled(&hidden) } else { hidden.clone() };
    let gives = if settings.last { Flow::of(vec![rows.clone()]) } else { input.with(&rows, context) };
    let (ident, sequence) = (builtin(spec, context), &input.ty);
    let [i, h, k] = [&input.features, &hidden, &settings.truncate].map(braced);
    let i = with_rules(i, context);
    let returned = if settings.last { quote!(#krate::layers::Last) } else { quote!(#krate::layers::All) };
    let activation = match (plain, activation) {
        (false, _) => None,
        (true, None) => Some(quote!(#krate::Tanh,)),
        (true, Some(activation)) => Some(quote!(#activation,)),
    };
    let ty = quote!(#ident<#i, #h, #sequence, #activation #returned, #k>);
    let ty = match (settings.both, braced(&rows)) {
        (true, rows) => quote!(#krate::Bidirectional<#ty, #rows>),
        (false, _) => ty,
    };
    let gates = match name {
        "Lstm" => 4,
        "Gru" => 3,
        _ => 1,
    };
    let units = hidden.number().and_then(|hidden| hidden.checked_mul(gates * if settings.both { 2 } else { 1 }));
    let weighed = input.features.number().zip(hidden.number()).map(|(features, hidden)| features + hidden);
    let products = units.zip(weighed).and_then(|(units, weighed)| units.checked_mul(weighed));
    let parameters = products.zip(units).and_then(|(products, units)| products.checked_add(2 * units));
    let macs = products.zip(input.steps.as_ref().and_then(Size::number)).and_then(|(p, steps)| p.checked_mul(steps));
    let blame = features_arg.blame();
    Some(Layer { blame, parameters, macs, ..layer(spec, ty, gives, context) })
}

/// An activation whose derivative follows from its output.
fn remembered(arg: &Arg, context: &mut Context) -> proc_macro2::TokenStream {
    let word = arg.written();
    if context.activation(&word).is_some_and(|activation| !activation.by_output) {
        context.error_at(arg, messages::not_from_its_output(&word));
        return activation(&Arg::Spec(tanh(arg)), context);
    }
    activation(arg, context)
}

/// `Tanh`, in the place of another activation.
fn tanh(arg: &Arg) -> Spec {
    Spec { path: proc_macro2::Ident::new("Tanh", arg.blame()).into(), args: None, called: None }
}

/// The input of a layer over sequences of rows.
pub struct Input {
    pub features: Size,
    /// The number of steps, if it is known.
    pub steps: Option<Size>,
    /// The type of the sequence that the layer takes.
    pub ty: proc_macro2::TokenStream,
    flow: Flow,
}

impl Input {
    /// A sequence as long, of rows of another size.
    pub fn with(&self, rows: &Size, context: &Context) -> Flow {
        match &self.steps {
            Some(steps) => Flow::of_kind(context.krate, vec![steps.clone(), rows.clone()], self.flow.kind),
            None => {
                let (krate, sequence, rows) = (context.krate, &self.flow.ty, rows.expression());
                Flow::unknown(quote!(<#sequence as #krate::Sequence>::With<[::core::primitive::f32; #rows]>))
            }
        }
    }
}

/// The sequence that comes in, and whether its features are those that the layer states.
pub fn input(spec: &Spec, arg: &Arg, context: &mut Context) -> Option<Input> {
    let stated = match arg {
        Arg::Infer(_) => None,
        arg => Some(size(arg, "the number of features", context)?),
    };
    positive_rule(stated.as_ref(), arg, "the number of features", context);
    let Some(flow) = context.flow.clone() else {
        let features = stated.as_ref().and_then(Size::number);
        context.error(spec.blame(), messages::sequence_first(&context.name.clone(), features));
        return None;
    };
    if flow.lost {
        return None;
    }
    let krate = context.krate;
    let (features, steps) = match flow.sizes.as_deref() {
        Some([steps, gives]) => {
            if let Some(takes) = &stated {
                let shape = |features: &Size| Flow::of_kind(krate, vec![steps.clone(), features.clone()], flow.kind);
                differ(spec, arg, [takes, gives], shape, messages::features, context);
            }
            (stated.unwrap_or(gives.clone()), Some(steps.clone()))
        }
        Some(sizes) => {
            let shape = flow.written().unwrap_or_default();
            let reshaped = reshaped(sizes, stated.as_ref());
            let kind = [sizes.len() == 1, context.mapping.is_some(), flow.kind.tokens];
            let message = messages::not_a_sequence(&context.name, &context.giver, &shape, kind, reshaped);
            context.error(spec.blame(), message);
            return None;
        }
        None => {
            let ty = &flow.ty;
            let gives = Size::Computed(quote!(#krate::__private::row_size::<#ty>()));
            if let Some(takes) = &stated {
                let shape = |features: &Size| Flow::of(vec![features.clone()]);
                differ(spec, arg, [takes, &gives], shape, messages::features, context);
            }
            (stated.unwrap_or(Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.row()))), None)
        }
    };
    let ty = match &steps {
        Some(steps) => flow.kind.ty(krate, &[steps.clone(), features.clone()]),
        None => {
            let (ty, features) = (&flow.ty, features.expression());
            quote!(<#ty as #krate::Sequence>::With<[::core::primitive::f32; #features]>)
        }
    };
    Some(Input { features, steps, ty, flow })
}

/// What makes a sequence of such a shape, if its numbers can be divided so.
fn reshaped(sizes: &[Size], features: Option<&Size>) -> Option<String> {
    let (count, features) = (shape::count(sizes)?, features.and_then(Size::number)?);
    (features > 0 && count % features == 0 && count > features)
        .then(|| format!("Reshape<[{}, {features}]>", count / features))
}

struct Settings {
    last: bool,
    both: bool,
    truncate: Size,
}

fn settings(written: &Written, context: &mut Context) -> Option<Settings> {
    let last = match written.setting("return").map(|arg| (arg, arg.written())) {
        Some((_, word)) if word == "last" => true,
        Some((arg, word)) if word != "all" => {
            context.error_at(arg, messages::not_one_of("return", &["last", "all"], &word));
            return None;
        }
        _ => false,
    };
    let truncate = match written.setting("truncate") {
        Some(arg) => size(arg, "the number of steps that a gradient goes back", context)?,
        None => Size::Number(0),
    };
    Some(Settings { last, both: written.flag("bidirectional", false, context), truncate })
}

fn doubled(size: &Size) -> Size {
    match size {
        Size::Number(number) => Size::Number(2 * number),
        Size::Expression { written, value } => {
            Size::Expression { written: quote!({ 2 * #written }), value: quote!(2 * #value) }
        }
        Size::Computed(tokens) => Size::Computed(quote!(2 * #tokens)),
    }
}

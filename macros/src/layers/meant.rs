//! A layer written as another framework has it: what was meant, made of the user's own tokens.
//!
//! All that is foreign in a layer is one mistake, with the whole layer for a cure; what follows is held against the layer that was meant.

mod arguments;
mod words;

use proc_macro2::{Ident, Span};

use super::common::lost;
use super::foreign::{ABSENT, FOREIGN, Foreign, Here, PLACES};
use super::resolve::as_written;
use super::signatures::LACKING;
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::Layer;
use crate::shape::Size;
use words::activation_word;
use words::{with_setting, word_arg};

/// Resolves a layer that is written as it would be elsewhere; nothing, if it is not.
pub fn resolve(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let mut reader = Reader { why: None, own: None, unfit: false, lacking: Vec::new() };
    let meant = match reader.layer(spec, context) {
        Ok(meant) => meant,
        Err(message) => {
            let at = reader.why.map_or(spec.blame(), |(at, _)| at);
            context.error(at, message);
            return Some(lost(spec.written(), spec.blame(), context));
        }
    };
    let (at, why) = reader.why.filter(|_| !(reader.unfit && reader.own.is_some()))?;
    let place = context.errors.len();
    let outer = context.drops.replace(false);
    let (layer, meant, lacking) = without_unknown(meant, context);
    let drops = core::mem::replace(&mut context.drops, outer) == Some(true);
    let cure = if drops { with_setting(meant, "remainder", word_arg("drop", at)) } else { meant };
    let mut message = messages::foreign(&why, &cure.written(), reader.own.as_deref());
    let word = cure.word().unwrap_or_default();
    for (name, value) in lacking.iter().chain(&reader.lacking) {
        message += &messages::lacking(name, lack(&word, name), &word, value, why == messages::no_setting(&word, name));
    }
    context.errors.insert(place, syn::Error::new(at, message));
    Some(layer)
}

/// Works out the layer without the settings that it does not have, which are part of the one mistake; with the layer as it is then, and
/// these settings with their values.
fn without_unknown(mut meant: Spec, context: &mut Context) -> (Layer, Spec, Vec<(String, String)>) {
    let (errors, numbers) = (context.errors.len(), context.wrong_numbers.len());
    let mut lacking = Vec::new();
    loop {
        context.unknown.clear();
        let layer = as_written(&meant, context);
        let unknown = core::mem::take(&mut context.unknown);
        let Some(args) = meant.args.as_mut().filter(|_| !unknown.is_empty()) else {
            return (layer, meant, lacking);
        };
        let before = args.list.len();
        args.list.retain(|arg| match arg {
            Arg::Setting(name, value) if unknown.iter().any(|unknown| name == unknown) => {
                lacking.push((name.to_string(), value.written()));
                false
            }
            _ => true,
        });
        if args.list.len() == before {
            return (layer, meant, lacking);
        }
        if args.list.is_empty() {
            meant.args = None;
        }
        context.errors.truncate(errors);
        context.wrong_numbers.truncate(numbers);
    }
}

/// What is instead of a setting that a layer does not have, if that is known.
fn lack(layer: &str, setting: &str) -> Option<&'static str> {
    let of = |layers: &[&str]| layers.is_empty() || layers.contains(&layer);
    LACKING.iter().find(|lack| lack.settings.contains(&setting) && of(lack.layers)).map(|lack| lack.instead)
}

/// The entry of another framework's name.
fn foreign(word: &str) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|foreign| foreign.word == word)
}

/// The norm of this kind that takes what comes in, if it is another one.
fn of_rank(norm: &str, context: &Context) -> Option<&'static str> {
    let flow = context.flow.as_ref().filter(|flow| flow.kind.is_tensor())?;
    match (norm, flow.sizes.as_ref()?.len()) {
        ("BatchNorm2d", 1 | 2) => Some("BatchNorm1d"),
        ("BatchNorm1d", 3) => Some("BatchNorm2d"),
        _ => None,
    }
}

/// The layers of a `Sequential` by themselves, with names where the network has these.
fn in_turn(spec: &Spec, name: &str) -> Option<String> {
    let layers: Option<Vec<&Spec>> = spec.args().iter().map(Arg::spec).collect();
    let layers = layers.filter(|layers| !layers.is_empty())?;
    let word = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
    let word = word.filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let named = |(i, layer): (usize, &&Spec)| match word {
        Some(word) => format!("{word}{}: {}", i + 1, layer.written()),
        None => layer.written(),
    };
    Some(format!("write `{}`", layers.iter().enumerate().map(named).collect::<Vec<_>>().join(", ")))
}

struct Reader {
    /// The first thing that is foreign: where, and what to say of it.
    why: Option<(Span, String)>,
    /// The name, where it may be the user's own as well.
    own: Option<String>,
    /// Whether its arguments are not those of the layer of another framework, so that it is the user's own.
    unfit: bool,
    /// Settings that are left out, since they are not there, with their values.
    lacking: Vec<(String, String)>,
}

impl Reader {
    fn note(&mut self, at: Span, why: impl Into<String>) {
        if self.why.is_none() {
            self.why = Some((at, why.into()));
        }
    }

    /// The layer that was meant, or what to say where none can be made.
    fn layer(&mut self, spec: &Spec, context: &Context) -> Result<Spec, String> {
        let mut meant = spec.clone();
        let mut words: Vec<Ident> = spec.path.segments.iter().map(|segment| segment.ident.clone()).collect();
        if words.len() > 1 && words.last().is_some_and(|word| word == "new") {
            words.pop();
            meant.path = words[words.len() - 1].clone().into();
            if !self.is_known(&meant, &words[words.len() - 1].to_string(), context) {
                return Ok(spec.clone());
            }
            self.note(spec.blame(), messages::CONSTRUCTOR);
            return self.layer(&meant, context);
        }
        let Some(last) = words.pop() else { return Ok(meant) };
        let word = last.to_string();
        if !self.is_known(spec, &word, context) {
            return Ok(meant);
        }
        if word == "Bidirectional" {
            return self.bidirectional(spec, context);
        }
        let here = self.name(spec, &word, &last, context)?;
        let here = self.for_rank(here, &last, context);
        meant.path = Ident::new(&here, last.span()).into();
        if let Some(span) = meant.called.take() {
            self.note(span, messages::CALLED);
        }
        if let Some((span, slip)) = meant.args.as_mut().and_then(|args| args.slip.take()) {
            self.note(span, slip);
        }
        self.arguments(spec, &word, &mut meant, &here, context)?;
        if meant.args.as_ref().is_some_and(|args| args.list.is_empty()) {
            meant.args = None;
        }
        Ok(meant)
    }

    /// Whether the path is one of the names that stand here or elsewhere for a layer.
    fn is_known(&self, spec: &Spec, word: &str, context: &Context) -> bool {
        let known = context.row(word).is_some()
            || context.activation(word).is_some()
            || foreign(word).is_some()
            || (["Bidirectional", "Activation"].contains(&word));
        let first = spec.path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let alone = spec.path.get_ident().is_some();
        let known = known || !alone && activation_word(&Arg::Spec(spec.clone()), context).is_some();
        known && (alone || spec.path.leading_colon.is_none() && PLACES.contains(&first.as_str()))
    }

    /// The name here.
    fn name(&mut self, spec: &Spec, word: &str, last: &Ident, context: &Context) -> Result<String, String> {
        let alone = spec.path.get_ident().is_some();
        if word == "Activation"
            && let Some(named) = spec.args().first().and_then(|arg| activation_word(arg, context))
        {
            self.note(last.span(), messages::ACTIVATION_LAYER);
            return Ok(named);
        }
        if word == "Linear" && !spec.args().is_empty() {
            self.note(last.span(), messages::LINEAR);
            return Ok("Dense".into());
        }
        match foreign(word).map(|foreign| foreign.here) {
            // a network can be called `Input` or `Sequential`
            Some(Here::Else(..) | Here::Absent)
                if alone && spec.args.is_none() && !word.contains("Layer") && !word.contains("Pool") =>
            {
                Ok(word.to_owned())
            }
            Some(Here::Else(what, cure)) => {
                self.note(last.span(), what);
                if let Some(layers) =
                    in_turn(spec, &context.name).filter(|_| ["Sequential", "ModuleList"].contains(&word))
                {
                    return Err(messages::elsewhere(what, &layers, word, alone));
                }
                Err(messages::elsewhere(what, cure, word, alone))
            }
            Some(Here::Absent) => {
                let what = messages::absent(word);
                self.note(last.span(), what.as_str());
                Err(messages::elsewhere(&what, ABSENT, word, alone))
            }
            Some(Here::Named(here)) if context.row(word).is_none() => {
                let here = of_rank(here, context).unwrap_or(here);
                self.own = (alone && self.why.is_none()).then(|| word.to_owned());
                self.note(last.span(), messages::called_here(word, here));
                if let Some(told) = self.adaptive(spec, word, context) { Err(told) } else { Ok(here.to_owned()) }
            }
            _ => {
                if !alone {
                    let path = &spec.path;
                    self.note(
                        last.span(),
                        messages::no_place(&quote::quote!(#path).to_string().replace(' ', ""), word),
                    );
                }
                let named = activation_word(&Arg::Spec(spec.clone()), context);
                Ok(named.filter(|_| !alone).unwrap_or(word.to_owned()))
            }
        }
    }

    /// A pool to a given size, which is none of all there is.
    fn adaptive(&self, spec: &Spec, word: &str, context: &Context) -> Option<String> {
        let to = spec.args().first().filter(|_| word.starts_with("Adaptive"))?;
        let to = match to {
            Arg::Setting(_, value) => value,
            other => other,
        };
        let sides: Vec<String> = match to {
            Arg::Pair(_, pair) => pair.iter().map(Arg::written).collect(),
            other => vec![other.written()],
        };
        if sides.iter().all(|side| side == "1") {
            return None;
        }
        let sizes = context.flow.as_ref()?.sizes.as_deref()?.get(1..)?.iter().map(Size::number);
        let windows: Option<Vec<u64>> = sizes
            .zip(sides.iter().cycle())
            .map(|(size, side)| Some(size?).zip(side.parse().ok()).filter(|(size, side)| *side > 0 && size % side == 0))
            .map(|both| both.map(|(size, side): (u64, u64)| size / side))
            .collect();
        let pool = word.trim_start_matches("Adaptive");
        let cure = match windows.as_deref() {
            Some([one]) => format!("{pool}<{one}>"),
            Some([one, other]) if one == other => format!("{pool}<{one}>"),
            Some([one, other]) => format!("{pool}<({one}, {other})>"),
            _ => return Some(messages::adaptive(word, None)),
        };
        Some(messages::adaptive(word, Some(&cure)))
    }

    /// A norm for images after a vector or a signal, and the other way round.
    fn for_rank(&mut self, here: String, last: &Ident, context: &Context) -> String {
        let Some(other) = of_rank(&here, context) else { return here };
        let shape = context.flow.as_ref().and_then(|flow| flow.written()).unwrap_or_default();
        self.note(last.span(), messages::norm_of_rank(&context.name, &here, &context.giver, &shape));
        other.into()
    }

    /// `Bidirectional<Lstm<3, 32>>`
    fn bidirectional(&mut self, spec: &Spec, context: &Context) -> Result<Spec, String> {
        self.note(spec.blame(), messages::BIDIRECTIONAL);
        let Some(inner) = spec.args().first().and_then(Arg::spec) else {
            return Err(messages::arguments(
                "Bidirectional",
                "a recurrent layer elsewhere; here `bidirectional` is a setting of that layer",
                "Lstm<3, 32, bidirectional = true>",
            ));
        };
        let meant = self.layer(inner, context)?;
        let end = meant.args.as_ref().map_or(spec.blame(), |args| args.end);
        Ok(with_setting(meant, "bidirectional", word_arg("true", end)))
    }
}

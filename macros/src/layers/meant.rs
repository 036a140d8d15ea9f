//! A layer written as another framework has it: what was meant, made of the user's own tokens.
//!
//! All that is foreign in a layer is one mistake, with the whole layer for a cure; what follows is held against the layer that was meant.

mod arguments;
mod words;

use proc_macro2::{Ident, Span};

use super::common::lost;
use super::foreign::{FOREIGN, Foreign, Here, PLACES};
use super::resolve::as_written;
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::Layer;
use crate::shape::Size;
use words::activation_word;
use words::{with_setting, word_arg};

/// Resolves a layer that is written as it would be elsewhere; nothing, if it is not.
pub fn resolve(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let mut reader = Reader { why: None, own: None, unfit: false };
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
    context.unknown.clear();
    let layer = as_written(&meant, context);
    let drops = core::mem::replace(&mut context.drops, outer) == Some(true);
    let mut cure = if drops { with_setting(meant, "remainder", word_arg("drop", at)) } else { meant };
    if let Some(args) = &mut cure.args {
        args.list.retain(|arg| !matches!(arg, Arg::Setting(name, _) if context.unknown.contains(&name.to_string())));
    }
    let message = messages::foreign(&why, &cure.written(), reader.own.as_deref());
    context.errors.insert(place, syn::Error::new(at, message));
    Some(layer)
}

/// The entry of another framework's name.
fn foreign(word: &str) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|foreign| foreign.word == word)
}

struct Reader {
    /// The first thing that is foreign: where, and what to say of it.
    why: Option<(Span, String)>,
    /// The name, where it may be the user's own as well.
    own: Option<String>,
    /// Whether its arguments are not those of the layer of another framework, so that it is the user's own.
    unfit: bool,
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
            Some(Here::Else(..))
                if alone && spec.args.is_none() && !word.contains("Layer") && !word.contains("Pool") =>
            {
                Ok(word.to_owned())
            }
            Some(Here::Else(what, cure)) => {
                self.note(last.span(), what);
                Err(messages::elsewhere(what, cure, word, alone))
            }
            Some(Here::Named(here)) if context.row(word).is_none() => {
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
                Ok(word.to_owned())
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
        let flow = context.flow.as_ref().filter(|flow| flow.kind.is_tensor());
        let rank = flow.and_then(|flow| flow.sizes.as_ref()).map(Vec::len);
        let other = match (here.as_str(), rank) {
            ("BatchNorm2d", Some(1 | 2)) => "BatchNorm1d",
            ("BatchNorm1d", Some(3)) => "BatchNorm2d",
            _ => return here,
        };
        let shape = flow.and_then(|flow| flow.written()).unwrap_or_default();
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

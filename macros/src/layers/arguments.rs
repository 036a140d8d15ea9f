//! The arguments of a layer: how many there are, and those with a name apart.

use proc_macro2::Span;

use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use syn::spanned::Spanned;

/// The arguments of a layer, those with a name apart.
pub struct Written<'a> {
    pub positional: Vec<&'a Arg>,
    named: Vec<(String, Span, &'a Arg)>,
}

/// Takes the arguments apart. `known` are the settings there are.
///
/// Nothing, if a setting is wrong: what the layer gives is then not known.
pub fn written<'a>(spec: &'a Spec, known: &[&str], context: &mut Context) -> Option<Written<'a>> {
    let mut good = true;
    let mut written = Written { positional: Vec::new(), named: Vec::new() };
    for arg in spec.args() {
        match arg {
            Arg::Setting(name, value) => {
                let word = name.to_string();
                if !known.contains(&word.as_str()) {
                    let layer = spec.word().unwrap_or_default();
                    context.error(name.span(), messages::unknown_setting(&layer, &word, known));
                    context.unknown.push(word);
                    good = false;
                } else if written.named.iter().any(|(other, ..)| *other == word) {
                    context.error(name.span(), messages::setting_twice(&word));
                    good = false;
                } else {
                    written.named.push((word, name.span(), value));
                }
            }
            other => written.positional.push(other),
        }
    }
    good.then_some(written)
}

impl<'a> Written<'a> {
    pub fn setting(&self, name: &str) -> Option<&'a Arg> {
        self.named.iter().find(|(word, ..)| word == name).map(|(.., value)| *value)
    }

    /// A setting that is `true` or `false`.
    pub fn flag(&self, name: &str, default: bool, context: &mut Context) -> bool {
        let Some(value) = self.setting(name) else { return default };
        match value.written().as_str() {
            "true" => true,
            "false" => false,
            found => {
                context.error_at(value, messages::not_a_flag(name, found));
                default
            }
        }
    }

    /// Whether `name = word` is written, where that is all that can be.
    pub fn word(&self, name: &str, word: &str, context: &mut Context) -> bool {
        let Some(value) = self.setting(name) else { return false };
        if value.written() != word {
            context.error_at(value, messages::not_the_word(name, word, &value.written()));
        }
        true
    }
}

/// There are as many arguments as there may be.
pub fn arguments(
    written: &Written,
    spec: &Spec,
    count: core::ops::RangeInclusive<usize>,
    name: &str,
    wanted: &str,
    example: &str,
    context: &mut Context,
) -> Option<()> {
    let given = written.positional.len();
    if count.contains(&given) {
        return Some(());
    }
    let message = messages::arguments(name, wanted, &format!("{name}<{example}>"));
    match written.positional.get(*count.end()) {
        Some(extra) => context.error_at(extra, message),
        None => context.error(spec.args.as_ref().map_or(spec.blame(), |args| args.end), message),
    }
    None
}

/// The arguments without settings, if there are as many as there may be.
pub fn positional<'a>(
    spec: &'a Spec,
    count: core::ops::RangeInclusive<usize>,
    wanted: &str,
    example: &str,
    context: &mut Context,
) -> Option<Vec<&'a Arg>> {
    let name = spec.word().unwrap_or_default();
    let mut list = Vec::new();
    for arg in spec.args() {
        match arg {
            Arg::Setting(setting, _) => {
                context.unknown.push(setting.to_string());
                if let Arg::Setting(_, value) = arg
                    && ["true", "false", "True", "False"].contains(&value.written().as_str())
                {
                    context.error(setting.span(), messages::no_settings(&name, setting));
                    return None;
                }
                let plain = |arg: &Arg| if let Arg::Setting(_, value) = arg { value.written() } else { arg.written() };
                let cure = format!("{name}<{}>", spec.args().iter().map(plain).collect::<Vec<_>>().join(", "));
                let others = spec.args().iter().filter(|arg| !matches!(arg, Arg::Setting(..)));
                let others: Vec<String> = others.map(Arg::written).collect();
                let cure = match others.len() {
                    _ if count.contains(&spec.args().len()) => cure,
                    0 if count.contains(&0) => name.clone(),
                    given if count.contains(&given) => format!("{name}<{}>", others.join(", ")),
                    _ => example.to_owned(),
                };
                let cure = &cure;
                context.error(setting.span(), messages::by_position(&name, setting, cure));
                return None;
            }
            other => list.push(other),
        }
    }
    if list.len() > *count.end() {
        context.error_at(list[*count.end()], messages::arguments(&name, wanted, example));
        return None;
    }
    if list.len() < *count.start() {
        let span = spec.args.as_ref().map_or(spec.path.span(), |args| args.end);
        context.error(span, messages::arguments(&name, wanted, example));
        return None;
    }
    Some(list)
}

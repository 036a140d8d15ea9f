//! Words and numbers as they are meant: activations, flags, the size that comes in.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::{LitInt, LitStr};

use super::foreign;
use crate::ast::{Arg, Args, Spec};
use crate::context::Context;
use crate::layers::foreign::{Here, PLACES};
use crate::layers::signatures::ALWAYS;
use crate::shape::Size;

/// The number that comes into a layer of this name, or `_`.
pub(super) fn incoming(layer: &str, at: Span, context: &Context) -> Arg {
    let sizes =
        context.flow.as_ref().filter(|flow| !flow.lost).and_then(|flow| flow.sizes.as_deref()).unwrap_or_default();
    let number = match (layer, sizes) {
        // an image with its channels last, which is told of at the mapping
        ("Conv2d" | "DepthwiseConv2d", [Size::Number(height), Size::Number(width), Size::Number(channels @ 1..=4)])
            if context.mapping.is_some() && *height > 4 && *width > 4 =>
        {
            Some(*channels)
        }
        ("Dense", [size]) => size.number(),
        ("Lstm" | "Gru" | "Rnn" | "MultiHeadAttention" | "TransformerEncoder", [_, size]) => size.number(),
        ("Conv1d", [size, _]) | ("Conv2d" | "DepthwiseConv2d" | "ConvTranspose2d", [size, _, _]) => size.number(),
        _ => None,
    };
    match number {
        Some(number) => Arg::Integer(LitInt::new(&number.to_string(), at)),
        None => Arg::Infer(syn::token::Underscore { spans: [at] }),
    }
}

/// Whether an argument can only be a type.
pub(super) fn is_type(arg: &Arg) -> bool {
    match arg {
        Arg::Spec(spec) => spec.args.is_some(),
        Arg::Other(tokens) => syn::parse2::<syn::Lit>(tokens.clone()).is_err(),
        _ => false,
    }
}

/// A number that is written out.
pub(super) fn number(arg: &Arg) -> Option<u64> {
    if let Arg::Integer(number) = arg { number.base10_parse().ok() } else { None }
}

/// The next convolution behind this layer, and the channels that it states.
pub(super) fn next_channels(context: &Context) -> Option<(String, u64)> {
    for field in context.after {
        let spec = field.layer.as_ref().ok()?;
        let word = spec.word()?;
        if word.contains("Conv") {
            let name = field.name.as_ref().map_or(spec.written(), |name| name.to_string());
            return Some((format!("`{name}`"), number(spec.args().first()?)?));
        }
        let keeps = ["Pool", "Norm", "Dropout"].iter().any(|part| word.contains(part)) && !word.contains("Global");
        if !keeps && activation_word(&Arg::Spec(spec.clone()), context).is_none() {
            return None;
        }
    }
    None
}

/// The activation that is meant by a word or a text of another framework.
pub fn activation_word(arg: &Arg, context: &Context) -> Option<String> {
    let word = match arg {
        Arg::Spec(spec) if ["Some", "Box", "Option"].iter().any(|word| spec.path.is_ident(word)) => match spec.args() {
            [inner] => return activation_word(inner, context),
            _ => return None,
        },
        Arg::Spec(spec) if spec.args().is_empty() || spec.called.is_some() => {
            let first = spec.path.segments.first()?.ident.to_string();
            if spec.path.segments.len() > 1 && !PLACES.contains(&first.as_str()) {
                return None;
            }
            spec.path.segments.last()?.ident.to_string()
        }
        Arg::Other(tokens) => text(tokens).or_else(|| referred(tokens))?,
        _ => return None,
    };
    if let Some(Here::Named(here)) = foreign(&word).map(|foreign| foreign.here)
        && context.activation(here).is_some()
    {
        return Some(here.into());
    }
    let plain = |word: &str| word.to_lowercase().replace('_', "");
    if is_constant(&word) {
        return None;
    }
    let same = context.activations.iter().find(|activation| plain(activation.word) == plain(&word));
    same.map(|activation| activation.word.to_owned()).or((plain(&word) == "swish").then(|| "Silu".into()))
}

/// What stands in quotes, double or, as Python has them too, single ones.
fn text(tokens: &TokenStream) -> Option<String> {
    let text = tokens.to_string();
    let single = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    single.map(str::to_owned).or_else(|| Some(syn::parse2::<LitStr>(tokens.clone()).ok()?.value()))
}

/// The word behind a `&`.
fn referred(tokens: &TokenStream) -> Option<String> {
    let reference = syn::parse2::<syn::TypeReference>(tokens.clone()).ok()?;
    let syn::Type::Path(path) = *reference.elem else { return None };
    path.path.get_ident().map(Ident::to_string)
}

/// Whether a word is written as constants are.
pub(super) fn is_constant(word: &str) -> bool {
    word.len() > 1 && !word.contains(char::is_lowercase)
}

pub(super) fn is_always(word: &str, value: &Arg, context: &Context) -> bool {
    let value = value.written().trim_matches('"').to_lowercase();
    let known = ALWAYS.iter().find(|(always, _)| *always == word);
    let says = |values: &[&str]| values.is_empty() || values.contains(&value.as_str());
    known.is_some_and(|(_, values)| says(values)) && (!word.starts_with("input_") || context.flow.is_some())
}

/// The sizes within parentheses.
pub(super) fn tuple(tokens: &proc_macro2::TokenStream) -> Option<Vec<Arg>> {
    use syn::parse::Parser;
    let mut all = tokens.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (all.next(), all.next()) else { return None };
    let list = syn::punctuated::Punctuated::<Arg, syn::Token![,]>::parse_terminated;
    let list = list.parse2(group.stream()).ok().filter(|_| group.delimiter() == Delimiter::Parenthesis)?;
    Some(list.into_iter().collect())
}

pub(super) fn spec_arg(word: &str, span: Span) -> Arg {
    Arg::Spec(Spec { path: quote::format_ident!("{word}", span = span).into(), args: None, called: None })
}

/// `same`, `true`
pub(super) fn word_arg(word: &str, span: Span) -> Arg {
    match word {
        "true" | "false" => {
            let word = Ident::new(word, span);
            Arg::Other(quote::quote!(#word))
        }
        _ => spec_arg(word, span),
    }
}

/// The layer with one more setting.
pub(super) fn with_setting(mut spec: Spec, name: &str, value: Arg) -> Spec {
    let end = spec.blame();
    let args = spec.args.get_or_insert(Args { list: Vec::new(), end, slip: None });
    args.list.push(Arg::Setting(Ident::new(name, end), Box::new(value)));
    spec
}

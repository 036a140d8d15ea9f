//! Layers and their arguments as tokens again, as a person would write them, and where they stand.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::{Arg, Args, Spec};
use crate::tokens::tidy;

impl ToTokens for Spec {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.path.to_tokens(tokens);
        if let Some(Args { list, end, .. }) = &self.args {
            tokens.extend(quote!(<#(#list),*));
            tokens.extend(quote_spanned!(*end=> >));
        }
    }
}

impl ToTokens for Arg {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Arg::Infer(underscore) => underscore.to_tokens(tokens),
            Arg::Integer(number) => number.to_tokens(tokens),
            Arg::Float(number) => number.to_tokens(tokens),
            Arg::Block(other) | Arg::Other(other) | Arg::Pair(other, _) | Arg::Sizes(other, _) => {
                other.to_tokens(tokens)
            }
            Arg::Spec(spec) => spec.to_tokens(tokens),
            Arg::Setting(name, value) => tokens.extend(quote!(#name = #value)),
        }
    }
}

impl Spec {
    /// As a person would write it: `Dense<784, 10, Relu>`.
    pub fn written(&self) -> String {
        let mut text = path_text(&self.path);
        if let Some(Args { list, .. }) =
            self.args.as_ref().filter(|args| !(args.list.is_empty() && self.called.is_some()))
        {
            let args: Vec<String> = list.iter().map(Arg::written).collect();
            text += &format!("<{}>", args.join(", "));
        }
        text
    }

    /// The name of a path of one word, which may be that of a built-in layer or activation.
    pub fn word(&self) -> Option<String> {
        self.path.get_ident().map(Ident::to_string)
    }

    /// The tokens to blame: the last word of the path.
    pub fn blame(&self) -> Span {
        self.path.segments.last().map_or(Span::call_site(), |segment| segment.ident.span())
    }

    /// Whether this is the word alone.
    pub fn is(&self, word: &str) -> bool {
        self.path.is_ident(word) && self.args.is_none()
    }

    /// As written, but for the last argument: `Dense<784, 10>`.
    pub fn without_last_arg(&self) -> String {
        let mut shorter = self.clone();
        if let Some(args) = &mut shorter.args {
            args.list.pop();
        }
        shorter.written()
    }

    pub fn args(&self) -> &[Arg] {
        self.args.as_ref().map_or(&[], |args| &args.list)
    }
}

impl Arg {
    /// The token to blame.
    pub fn blame(&self) -> Span {
        match self {
            Arg::Spec(spec) => spec.blame(),
            other => other.span(),
        }
    }

    pub fn spec(&self) -> Option<&Spec> {
        if let Arg::Spec(spec) = self { Some(spec) } else { None }
    }

    pub fn written(&self) -> String {
        match self {
            Arg::Infer(_) => "_".into(),
            Arg::Integer(number) => number.to_string(),
            Arg::Float(number) => number.to_string(),
            Arg::Block(other) | Arg::Other(other) | Arg::Sizes(other, _) => tidy(other),
            Arg::Spec(spec) => spec.written(),
            Arg::Pair(_, pair) => format!("({}, {})", pair[0].written(), pair[1].written()),
            Arg::Setting(name, value) => format!("{name} = {}", value.written()),
        }
    }
}

fn path_text(path: &Path) -> String {
    let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let root = if path.leading_colon.is_some() { "::" } else { "" };
    format!("{root}{}", words.join("::"))
}

//! What a layer is resolved with, and how a layer is entered in the catalogue.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ast::{Arg, Field, Spec};
use crate::claims::asked;
use crate::model::{Claim, Flow, Layer};
use crate::sentence::{Holds, Sentence};
use crate::shape::Size;
use crate::tokens::alias;

/// A built-in layer, as the catalogue has it.
pub struct Row {
    /// Its name in `network!`.
    pub word: &'static str,
    /// A network with it, in the type form.
    pub example: &'static str,
    /// Works out its type; nothing, if there is a mistake in it.
    pub resolve: fn(&Spec, &mut Context) -> Option<Layer>,
    /// What becomes of it after a sequence of any length.
    pub sequences: Sequences,
    /// Over how many dimensions it takes tokens, if it does; with the same of another layer.
    pub takes_tokens: fn(&Spec, TakesTokens) -> Option<usize>,
    /// Whether it changes no number in inference, which leaves it out.
    pub identity: bool,
    /// What becomes of it in integers.
    pub int8: Int8Form,
}

/// What becomes of a layer in a network of `i8`s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Int8Form {
    /// It has no such form.
    None,
    /// A layer of products, into which a normalisation and a clamp behind it are folded.
    Products,
    /// A layer of another kind.
    Other,
    /// It is folded into a layer of products before it.
    Folded,
    /// Nothing: only training knows it.
    Nothing,
}

/// Over how many dimensions a layer takes tokens, as far as its words tell.
pub type TakesTokens = fn(&Spec) -> Option<usize>;

/// What becomes of a layer after a sequence of any length.
#[derive(Clone, Copy, PartialEq)]
pub enum Sequences {
    /// It does not fit.
    Refused,
    /// It takes sequences.
    Taken,
    /// It maps each row for itself, so it is given the steps one by one.
    RowByRow,
}

/// A built-in activation.
pub struct Activation {
    pub word: &'static str,
    /// Whether its derivative follows from its output alone, so that its input need not be kept.
    pub by_output: bool,
    /// Whether it makes shares of one of a row, or their logarithms, which belongs at the end of a network.
    pub normalizes: bool,
    /// What its formula has as a parameter in other frameworks, and the one value that it has here.
    pub parameter: Option<(&'static str, f64)>,
    /// Whether it is the function that clamps, or none at all, so that a layer of integers has it for nothing.
    pub clamps: bool,
    /// What is written in its place where it has no form in integers.
    pub instead_in_int8: Option<&'static str>,
}

impl Activation {
    /// What arguments it takes, for messages.
    pub fn arguments(&self) -> String {
        match self.parameter {
            Some((name, value)) => format!("no arguments: its {name} is {value}"),
            None => "no arguments".into(),
        }
    }
}

/// What a layer is resolved with: its place in the chain, and where mistakes go.
pub struct Context<'a> {
    pub krate: &'a TokenStream,
    /// The built-in layers.
    pub rows: &'static [Row],
    /// The built-in activations.
    pub activations: &'static [Activation],
    /// The network's name, if it has one.
    pub network: Option<&'a Ident>,
    /// The input; nothing before the first layer of a network without a mapping.
    pub flow: Option<Flow>,
    /// The layer that gives it, in messages.
    pub giver: String,
    /// The layer's name in messages, in backticks.
    pub name: String,
    /// The mapping's input, if it comes right before this layer.
    pub mapping: Option<Span>,
    /// The network's input, where mapping and first layer differ: nobody knows which is meant.
    pub lost_input: Option<TokenStream>,
    /// The claims of the layer so far.
    pub claims: Vec<Claim>,
    /// See [`Network::checked`].
    pub checked: Vec<[TokenStream; 2]>,
    /// What its type must tell of its own constants: see `with_rules`.
    pub rules: Vec<TokenStream>,
    /// Within an encoder, the checks of the inputs of custom layers: part of the type of the whole, which asks for
    /// more than layers.
    pub fits: Option<Vec<TokenStream>>,
    /// See [`Network::constants`].
    pub constants: Vec<(Ident, TokenStream)>,
    /// Settings that the layer does not have, which are reported.
    pub unknown: Vec<String>,
    /// The layers behind this one in the network, as they are written.
    pub after: &'a [Field],
    /// Where layers name what they take: the values before this layer, by their names, unless it names one.
    pub made: Vec<(String, Flow)>,
    /// Within a layer of another framework's, where windows leave the remainder out silently: whether they do.
    pub drops: Option<bool>,
    /// Where numbers stand that are wrong by themselves.
    pub wrong_numbers: Vec<String>,
    pub errors: Vec<syn::Error>,
}

impl<'a> Context<'a> {
    /// The built-in layer of this name.
    pub fn row(&self, word: &str) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.word == word)
    }

    /// The built-in activation of this name.
    pub fn activation(&self, word: &str) -> Option<&'static Activation> {
        self.activations.iter().find(|activation| activation.word == word)
    }

    /// The names of all built-in activations.
    pub fn activation_words(&self) -> Vec<&'static str> {
        self.activations.iter().map(|activation| activation.word).collect()
    }

    pub fn error(&mut self, span: Span, message: impl core::fmt::Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// Marks tokens that hold more than one, such as `1 + 2`.
    pub fn error_at(&mut self, tokens: impl quote::ToTokens, message: impl core::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// A size that is a constant or an expression. In a struct it gets a name, so that what is wrong with it is one error, wherever the
    /// size is used.
    pub fn constant(&mut self, written: TokenStream, blame: Span) -> Size {
        let Some(network) = self.network else { return Size::expressed(written) };
        let words = written.to_string();
        let known = self.constants.iter().position(|(_, other)| other.to_string() == words);
        let i = known.unwrap_or_else(|| {
            self.constants.push((alias(network, &format!("Size{}", self.constants.len())), written.clone()));
            self.constants.len() - 1
        });
        let (krate, mut name) = (self.krate, self.constants[i].0.clone());
        name.set_span(name.span().located_at(blame));
        let value = quote!(<#name as #krate::__private::Constant>::SIZE);
        self.checked.push([value.clone(), written.clone()]);
        Size::Expression { written, value }
    }

    /// Unless this holds, the sentence is an error at `arg`: here, or of the type of the layer. Whether all is well so far.
    pub fn check(&mut self, arg: &Arg, holds: Holds, say: Sentence) -> bool {
        self.check_at(arg, arg.blame(), holds, say)
    }

    /// As `check`, where the layer itself is to blame.
    pub fn check_layer(&mut self, spec: &Spec, holds: Holds, say: Sentence) -> bool {
        self.check_at(&spec.path, spec.blame(), holds, say)
    }

    fn check_at(&mut self, tokens: impl quote::ToTokens, blame: Span, holds: Holds, say: Sentence) -> bool {
        match (&holds, say.text()) {
            (Holds::Known(true), _) => return true,
            (Holds::Known(false), Some(text)) => {
                self.error_at(tokens, text);
                return false;
            }
            _ => self.rules.push(asked(blame, &holds, &say)),
        }
        true
    }

    /// As `check`, but where only rustc can see it, beside the layer: of a layer and its input.
    pub fn claim(&mut self, blame: Span, holds: Holds, say: Sentence) -> bool {
        match (&holds, say.text()) {
            (Holds::Known(true), _) => return true,
            (Holds::Known(false), Some(text)) => {
                self.error(blame, text);
                return false;
            }
            _ => {
                let check = asked(blame, &holds, &say);
                self.claims.push(Box::new(move |_| check.clone()));
            }
        }
        true
    }

    /// How many mistakes there are so far.
    pub fn mistakes(&self) -> usize {
        self.errors.len()
    }

    /// Stands for a layer with a mistake.
    pub fn lost_layer(&self) -> TokenStream {
        let lost = self.network.map(lost_size);
        lost_layer(self.krate, &quote!(#lost))
    }

    /// Stands for a shape that a mistake hides.
    pub fn lost_shape(&self) -> TokenStream {
        let (krate, layer) = (self.krate, self.lost_layer());
        quote!(<#layer as #krate::Layer>::Output)
    }
}

/// The name of the constant that holds the mistakes of a network: see [`lost_layer`].
pub fn lost_size(network: &Ident) -> Ident {
    alias(network, "Lost")
}

/// A layer with a size that is a mistake. rustc, which reports that once, takes such a layer and its shapes for any other, so
/// that nothing that uses them is a second mistake.
pub fn lost_layer(krate: &TokenStream, size: &TokenStream) -> TokenStream {
    quote!(#krate::Dense<{ #size }, 1, #krate::Linear>)
}

//! A network of which the types are known: what `check` makes and `expand` writes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ends::Side;
use crate::graph::Graph;
use crate::shape::{self, Kind, Size, Sizes};

/// A network of which every layer has a type.
pub struct Network {
    /// The type of the input; without it, what the first layer takes.
    pub input: Option<TokenStream>,
    /// The type of the output; without it, what the last layer gives.
    pub output: Option<TokenStream>,
    /// The input as the mapping has it.
    pub input_written: Option<String>,
    /// The inputs and outputs, where these have names.
    pub inputs: Side,
    pub outputs: Side,
    /// The activations that end the outputs.
    pub heads: Vec<TokenStream>,
    /// The sizes of the input, if these are known.
    pub input_sizes: Option<Sizes>,
    /// Whether the input is made of tokens, which have no derivative.
    pub input_tokens: bool,
    /// The shapes of the mapping, to be held against the first and the last layer by rustc.
    pub promised: Option<Promised>,
    pub layers: Vec<Layer>,
    /// What each layer takes.
    pub graph: Graph,
    /// Types of the user's, as the types of layers have them, with a check, and as they are written.
    pub checked: Vec<[TokenStream; 2]>,
    /// The constants that are sizes: names for types that hold them, and as they are written.
    pub constants: Vec<(Ident, TokenStream)>,
    /// What becomes of each layer in integers, if the network has an int8 form.
    pub int8: Option<Vec<Step>>,
}

/// What becomes of a layer in the int8 form of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// It is run, with the normalisation and the clamp of these layers behind it folded into it.
    Run { norm: Option<usize>, clamp: Option<usize> },
    /// It is not run.
    Folded,
}

/// The types of a mapping and where they stand.
pub struct Promised {
    pub input: TokenStream,
    pub output: TokenStream,
    pub spans: [Span; 2],
    /// Whether the last layer has been held against the mapping already.
    pub output_seen: bool,
}

/// A layer with its type.
pub struct Layer {
    pub ty: TokenStream,
    /// As it is written, for the summary.
    pub written: String,
    /// Its name in messages, in backticks.
    pub name: String,
    /// The tokens to blame when it does not fit its input.
    pub blame: Span,
    pub fit: Fit,
    /// What must hold of its own arguments.
    pub claims: Vec<Claim>,
    pub gives: Flow,
    pub parameters: Option<u64>,
    pub macs: Option<u64>,
    /// Whether it changes no number in inference, and so needs no memory of its own.
    pub identity: bool,
}

/// Whether a layer fits its input.
#[derive(Clone, Copy, PartialEq)]
pub enum Fit {
    /// It does, or its check is among the claims, or it has a mistake that is reported.
    Seen,
    /// Only rustc can see whether it does: a custom layer.
    Input,
}

/// What must hold of a layer, which only rustc can see: from the layer's type, an expression that fails while it is
/// compiled. It carries the span of what is to blame.
pub type Claim = Box<dyn Fn(&TokenStream) -> TokenStream>;

/// What flows from one layer to the next.
#[derive(Clone)]
pub struct Flow {
    /// The sizes, if the macro knows the shape.
    pub sizes: Option<Sizes>,
    /// The type of the shape.
    pub ty: TokenStream,
    /// What the shape is besides its sizes, if these are known.
    pub kind: Kind,
    /// Whether nothing is known because of a mistake that is reported.
    pub lost: bool,
}

impl Flow {
    pub fn of(sizes: Sizes) -> Flow {
        Flow { ty: shape::array(&sizes), sizes: Some(sizes), kind: Kind::default(), lost: false }
    }

    /// Whether both are known to be the same shape.
    pub fn same(&self, other: &Flow) -> bool {
        let sizes = self.sizes.iter().zip(&other.sizes);
        let mut sizes = sizes.map(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)));
        sizes.next().unwrap_or(false) && self.kind == other.kind
    }

    /// A shape of which only rustc knows the sizes.
    pub fn unknown(ty: TokenStream) -> Flow {
        Flow { ty, sizes: None, kind: Kind::default(), lost: false }
    }

    pub fn of_kind(krate: &TokenStream, sizes: Sizes, kind: Kind) -> Flow {
        Flow { ty: kind.ty(krate, &sizes), sizes: Some(sizes), kind, lost: false }
    }

    /// How many numbers there are.
    pub fn count(&self, krate: &TokenStream) -> Size {
        let ty = &self.ty;
        match self.sizes.as_deref().and_then(shape::count) {
            Some(count) => Size::Number(count),
            None => Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.count())),
        }
    }

    /// Whether all sizes are numbers.
    pub fn is_known(&self) -> bool {
        self.sizes.as_deref().is_some_and(shape::known)
    }

    /// `[..12, 8]`, if the sizes are known.
    pub fn written(&self) -> Option<String> {
        self.sizes.as_deref().map(|sizes| self.kind.written(sizes))
    }
}

//! A declaration as it is written, with nothing understood yet but the grammar.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Generics, Ident, LitFloat, LitInt, Path, Token, Visibility};

mod written;

/// A network as it is written.
pub struct Declaration {
    pub header: Header,
    pub mapping: Option<Mapping>,
    /// Whether there is a mapping that cannot be read.
    pub mapping_lost: bool,
    pub form: Form,
    pub layers: Vec<Field>,
    pub budget: Vec<(Ident, Expr)>,
    /// Mistakes that did not keep the rest from being read.
    pub errors: Vec<syn::Error>,
}

/// What stands before the layers, and, if it can be read, stands in for a network whose layers cannot.
#[derive(Clone)]
pub struct Header {
    /// The path of the crate `congruent`: `$crate`.
    pub krate: TokenStream,
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    /// The network's name; none in the type form.
    pub name: Option<Ident>,
    /// Whether the network has an int8 form.
    pub int8: Option<Int8>,
    /// What was written after the name, though a network has none.
    pub generics: Generics,
}

/// `#[int8]`, or `#[int8(KwsInt8)]`
#[derive(Clone)]
pub struct Int8 {
    pub span: Span,
    /// What the int8 network is called, if that is written.
    pub name: Option<Ident>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Named,
    ByPosition,
    Type,
}

/// `[1, 28, 28] -> [10]`
pub struct Mapping {
    pub input: MappedShape,
    pub output: MappedShape,
    /// What is wrong with the arrow, where it was recognised.
    pub slip: Option<(Span, &'static str)>,
}

/// `[1, 28, 28]`, or `[..12, 8]`
pub struct MappedShape {
    pub span: Span,
    /// Whether `..` stands before the first size.
    pub at_most: bool,
    pub sizes: Vec<Expr>,
    /// The shapes of several values, each with its name, in place of sizes.
    pub parts: Vec<(Ident, MappedShape)>,
    /// What is wrong with how it is written, though not with what.
    pub slip: Option<(Span, &'static str)>,
}

pub struct Field {
    pub attrs: Vec<Attribute>,
    /// Where `#[frozen]` stands, if it does.
    pub frozen: Option<Span>,
    pub vis: Visibility,
    pub name: Option<Ident>,
    /// The layer, or what keeps it from being read.
    pub layer: syn::Result<Spec>,
    /// What it takes, if that is written.
    pub sources: Option<Sources>,
}

/// What a layer takes: `(seen, speed)`.
pub struct Sources {
    pub span: Span,
    pub names: Vec<Ident>,
}

/// A path, perhaps with arguments: a layer, an activation, or a constant.
#[derive(Clone)]
pub struct Spec {
    pub path: Path,
    pub args: Option<Args>,
    /// The arguments in parentheses or brackets, where they stand in these, as in a call.
    pub called: Option<Span>,
}

#[derive(Clone)]
pub struct Args {
    pub list: Vec<Arg>,
    /// The closing `>`.
    pub end: Span,
    /// What is wrong with how they are written, though not with what: a colon for an equals sign, a `>` that is missing.
    pub slip: Option<(Span, &'static str)>,
}

#[derive(Clone)]
pub enum Arg {
    /// `_`
    Infer(Token![_]),
    Integer(LitInt),
    Float(LitFloat),
    /// `{ … }`
    Block(TokenStream),
    Spec(Spec),
    /// `(3, 5)`
    Pair(TokenStream, Box<[Arg; 2]>),
    /// `[1, 28, 28]`
    Sizes(TokenStream, Vec<Arg>),
    /// `name = value`
    Setting(Ident, Box<Arg>),
    /// Anything else that can stand between the commas.
    Other(TokenStream),
}

/// What keeps a declaration from being read, with the header if that could be read.
pub struct Unreadable {
    pub error: syn::Error,
    pub header: Option<Header>,
}

/// The name or position of a layer's field.
pub fn field_ident(declaration: &Declaration, position: usize) -> TokenStream {
    let field = &declaration.layers[position];
    if let Some(name) = &field.name {
        return quote!(#name);
    }
    let span = field.layer.as_ref().map_or(Span::call_site(), |spec| spec.path.span());
    let index = syn::Index { index: position as u32, span };
    quote_spanned!(span=> #index)
}

//! From a [`Declaration`] to a [`Network`] whose types are known, or to all the mistakes in it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::layers;
use crate::messages;
use crate::parse::{Declaration, Field, Form, MappedShape};
use crate::shape::{self, Size, Sizes};

/// A network of which every layer has a type.
pub struct Network {
    pub input: TokenStream,
    pub output: TokenStream,
    pub input_sizes: Option<Sizes>,
    /// The shapes of the mapping, to be held against the first and the last layer by rustc.
    pub promised: Option<(TokenStream, TokenStream)>,
    pub layers: Vec<Layer>,
}

/// A layer with its type.
pub struct Layer {
    pub ty: TokenStream,
    /// As it is written, for the summary.
    pub written: String,
    pub span: Span,
    pub gives: Flow,
    pub parameters: Option<u64>,
    pub macs: Option<u64>,
}

/// What flows from one layer to the next.
#[derive(Clone)]
pub struct Flow {
    /// The sizes, if the macro knows the shape.
    pub sizes: Option<Sizes>,
    /// The type of the shape.
    pub ty: TokenStream,
    /// Who gives it, for messages.
    pub giver: String,
}

/// What a layer is resolved with: its place in the chain, and where mistakes go.
pub struct Context<'a> {
    pub krate: &'a TokenStream,
    /// What comes in; nothing before the first layer of a network without a mapping.
    pub flow: Option<Flow>,
    /// The layer's name in messages, in backticks.
    pub name: String,
    errors: Vec<syn::Error>,
}

impl Context<'_> {
    pub fn error(&mut self, span: Span, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// Marks tokens that hold more than one, such as `1 + 2`.
    pub fn error_at(&mut self, tokens: impl quote::ToTokens, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }
}

/// Works out the types of all layers.
///
/// With mistakes, all of them come back, together with what could be worked out.
pub fn check(declaration: &Declaration) -> Result<Network, (Vec<syn::Error>, Network)> {
    let krate = &declaration.header.krate;
    let mut context = Context { krate, flow: None, name: String::new(), errors: Vec::new() };
    duplicate_names(&declaration.layers, &mut context);
    let mapping = declaration.mapping.as_ref().map(|mapping| {
        let input = mapped(&mapping.input, &mut context);
        (input, mapped(&mapping.output, &mut context))
    });
    if let Some((input, _)) = &mapping {
        context.flow =
            Some(Flow { ty: shape::array(input), sizes: Some(input.clone()), giver: "the network's input".into() });
    }
    let mut resolved = Vec::new();
    for (position, field) in declaration.layers.iter().enumerate() {
        context.name = match &field.name {
            Some(name) => format!("`{name}`"),
            None => format!("`{}`", field.layer.written()),
        };
        let from_mapping = if position == 0 { declaration.mapping.as_ref() } else { None };
        let layer = layers::resolve(&field.layer, from_mapping.map(|m| m.input.span), &mut context);
        let giver = format!("{} before it", context.name);
        context.flow = Some(Flow { giver, ..layer.gives.clone() });
        resolved.push(layer);
    }
    mapping_output(declaration, &mapping, &resolved, &mut context);
    let network = network(krate, declaration, mapping, resolved);
    if context.errors.is_empty() { Ok(network) } else { Err((context.errors, network)) }
}

/// Each layer has a name of its own.
fn duplicate_names(fields: &[Field], context: &mut Context) {
    let names: Vec<_> = fields.iter().filter_map(|field| field.name.as_ref()).collect();
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            context.error(name.span(), messages::duplicate(name));
        }
    }
}

/// The sizes of one side of the mapping.
fn mapped(shape: &MappedShape, context: &mut Context) -> Sizes {
    shape.sizes.iter().map(|size| mapped_size(size, context)).collect()
}

fn mapped_size(size: &syn::Expr, context: &mut Context) -> Size {
    let syn::Expr::Lit(syn::ExprLit { lit, .. }) = size else {
        if matches!(size, syn::Expr::Unary(_) | syn::Expr::Infer(_)) {
            context.error_at(size, messages::not_a_size("a size", &quote!(#size).to_string()));
            return Size::Number(1);
        }
        return Size::Expression(quote!(#size));
    };
    match lit {
        syn::Lit::Int(number) => layers::integer(number, "a size", context),
        other => {
            context.error(other.span(), messages::not_a_size("a size", &quote!(#other).to_string()));
            Size::Number(1)
        }
    }
}

/// What the last layer gives is what the mapping promises.
fn mapping_output(
    declaration: &Declaration,
    mapping: &Option<(Sizes, Sizes)>,
    layers: &[Layer],
    context: &mut Context,
) {
    let (Some((_, promised)), Some(written), Some(last)) = (mapping, &declaration.mapping, layers.last()) else {
        return;
    };
    if let Some(gives) = &last.gives.sizes
        && shape::differ(promised, gives)
    {
        let message =
            messages::mapping_output(&shape::written(promised), &context.name.clone(), &shape::written(gives));
        context.error(written.output.span, message);
    }
}

fn network(
    krate: &TokenStream,
    declaration: &Declaration,
    mapping: Option<(Sizes, Sizes)>,
    layers: Vec<Layer>,
) -> Network {
    let promised = mapping.as_ref().zip(declaration.mapping.as_ref()).map(|((input, output), written)| {
        let (input, output) = (shape::array(input), shape::array(output));
        (respan(input, written.input.span), respan(output, written.output.span))
    });
    let first = layers.first().map(|layer| layer.ty.clone()).unwrap_or_default();
    let input = match &promised {
        Some((input, _)) => input.clone(),
        None => quote!(<#first as #krate::Layer>::Input),
    };
    let output = layers.last().map(|layer| layer.gives.ty.clone()).unwrap_or_default();
    let input_sizes = mapping.map(|(input, _)| input);
    Network { input, output, input_sizes, promised, layers }
}

/// The same tokens; what is not the user's own gets the span.
fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    quote_spanned!(span=> #tokens)
}

/// The form of a list of layers, as messages count them.
pub fn field_ident(declaration: &Declaration, position: usize) -> TokenStream {
    match (&declaration.layers[position].name, declaration.form) {
        (Some(name), _) => quote!(#name),
        (None, Form::ByPosition | Form::Named | Form::Type) => {
            let index = syn::Index { index: position as u32, span: declaration.layers[position].layer.path.span() };
            quote!(#index)
        }
    }
}

//! From a [`Declaration`] to a [`Network`] whose types are known, or to all the mistakes in it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use crate::expand::krate_at;
use crate::layers;
use crate::messages;
use crate::parse::{self, Declaration, Field, Form, MappedShape, Spec};
use crate::shape::{self, Kind, Size, Sizes};

/// A network of which every layer has a type.
pub struct Network {
    /// The type of the input; without it, what the first layer takes.
    pub input: Option<TokenStream>,
    /// The type of the output; without it, what the last layer gives.
    pub output: Option<TokenStream>,
    /// The input as the mapping has it.
    pub input_written: Option<String>,
    /// The shapes of the mapping, to be held against the first and the last layer by rustc.
    pub promised: Option<Promised>,
    pub layers: Vec<Layer>,
    /// Types of the user's, as the types of layers have them, with a check, and as they are written.
    pub checked: Vec<[TokenStream; 2]>,
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
    /// The tokens to blame when it does not fit what comes in.
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

/// Whether a layer fits what comes in.
pub enum Fit {
    /// It does, or it has been told that it does not.
    Seen,
    /// Only rustc can tell whether its input is what comes in. With the layer as written before and after its number
    /// of inputs, or nothing if it has none to write.
    Input([String; 2]),
    /// Only rustc can tell whether the rows that come in have this size.
    Row(TokenStream, [String; 2]),
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
    /// Whether nothing is known because of a mistake that has been told.
    pub lost: bool,
}

impl Flow {
    pub fn of(sizes: Sizes) -> Flow {
        Flow { ty: shape::array(&sizes), sizes: Some(sizes), kind: Kind::default(), lost: false }
    }

    /// A shape of which only rustc knows the sizes.
    pub fn unknown(ty: TokenStream) -> Flow {
        Flow { ty, sizes: None, kind: Kind::default(), lost: false }
    }

    pub fn of_kind(krate: &TokenStream, sizes: Sizes, kind: Kind) -> Flow {
        Flow { ty: kind.ty(krate, &sizes), sizes: Some(sizes), kind, lost: false }
    }

    /// `[..12, 8]`, if the sizes are known.
    pub fn written(&self) -> Option<String> {
        self.sizes.as_deref().map(|sizes| self.kind.written(sizes))
    }
}

/// What a layer is resolved with: its place in the chain, and where mistakes go.
pub struct Context<'a> {
    pub krate: &'a TokenStream,
    /// The network's name, if it has one.
    pub network: Option<&'a Ident>,
    /// What comes in; nothing before the first layer of a network without a mapping.
    pub flow: Option<Flow>,
    /// Who gives it, in messages.
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
    /// Within an encoder, what tells whether the layers fit that are not built in: rules of the type of the whole, which asks for
    /// more than layers.
    pub fits: Option<Vec<TokenStream>>,
    /// Where numbers stand that are wrong by themselves.
    pub wrong_numbers: Vec<String>,
    errors: Vec<syn::Error>,
}

impl Context<'_> {
    pub fn error(&mut self, span: Span, message: impl core::fmt::Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// Marks tokens that hold more than one, such as `1 + 2`.
    pub fn error_at(&mut self, tokens: impl quote::ToTokens, message: impl core::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// How many mistakes there are so far.
    pub fn mistakes(&self) -> usize {
        self.errors.len()
    }

    /// A layer that the last mistake hides.
    pub fn lost_layer(&self) -> TokenStream {
        lost_layer(self.krate, self.errors.last())
    }

    /// A shape that the last mistake hides.
    pub fn lost_shape(&self) -> TokenStream {
        let (krate, layer) = (self.krate, self.lost_layer());
        quote!(<#layer as #krate::Layer>::Output)
    }
}

/// A layer whose sizes are mistakes. rustc, which has told them, takes such a layer and its shapes for any other, so that
/// nothing that uses them is a second mistake.
pub fn lost_layer<'a>(krate: &TokenStream, errors: impl IntoIterator<Item = &'a syn::Error>) -> TokenStream {
    let errors: TokenStream = errors.into_iter().map(syn::Error::to_compile_error).collect();
    quote!(#krate::Dense<{ #errors }, { #errors }, #krate::Linear>)
}

/// Works out the types of all layers, and finds all mistakes. With mistakes, the network is what could be worked out.
pub fn check(declaration: &Declaration) -> (Network, Vec<syn::Error>) {
    let krate = &declaration.header.krate;
    let errors = declaration.errors.clone();
    let (name, giver) = (String::new(), String::new());
    let mut context = Context {
        krate,
        network: declaration.header.name.as_ref(),
        flow: None,
        giver,
        name,
        mapping: None,
        lost_input: None,
        claims: Vec::new(),
        checked: Vec::new(),
        rules: Vec::new(),
        fits: None,
        wrong_numbers: Vec::new(),
        errors,
    };
    own_layout(&declaration.header.attrs, &mut context);
    duplicate_names(&declaration.layers, &mut context);
    for field in &declaration.layers {
        unconditional(field, &mut context);
    }
    let mapping = declaration.mapping.as_ref().map(|mapping| {
        let first = declaration.layers.first().and_then(|field| field.layer.as_ref().ok());
        let tokens = first.and_then(layers::takes_tokens) == Some(mapping.input.sizes.len());
        let input = mapped(&mapping.input, tokens, &mut context);
        (input, mapped(&mapping.output, false, &mut context))
    });
    if let (Some((input, _)), Some(written)) = (&mapping, &declaration.mapping) {
        context.flow = Some(input.clone());
        context.giver = "the network's input".into();
        context.mapping = Some(written.input.span);
    }
    let resolved: Vec<Layer> = declaration.layers.iter().map(|field| resolve(field, &mut context)).collect();
    softmax_ends(&declaration.layers, &mut context);
    something_learns(declaration, &resolved, &mut context);
    let (output_seen, lost_output) = mapping_output(declaration, &mapping, &resolved, &mut context);
    let mut network = network(declaration, mapping, resolved, output_seen);
    network.checked = core::mem::take(&mut context.checked);
    network.input = context.lost_input.take().or(network.input);
    network.output = lost_output;
    (network, context.errors)
}

/// Resolves the next layer of the chain.
fn resolve(field: &Field, context: &mut Context) -> Layer {
    context.name = match &field.name {
        Some(name) => format!("`{name}`"),
        None => format!("`{}`", field.layer.as_ref().map(Spec::written).unwrap_or_default()),
    };
    let layer = match &field.layer {
        Ok(spec) => layers::resolve(spec, context),
        Err(error) => {
            context.errors.push(error.clone());
            layers::lost(String::new(), error.span(), context)
        }
    };
    let layer = Layer { claims: core::mem::take(&mut context.claims), ..layer };
    context.giver = format!("{} before it", context.name);
    context.flow = Some(layer.gives.clone());
    context.mapping = None;
    layer
}

/// An attribute that changes the layout would break what unsafe code relies on.
fn own_layout(attrs: &[Attribute], context: &mut Context) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        context.error_at(attr, messages::REPR);
    }
}

/// A layer is there or not for all of the generated code alike.
fn unconditional(field: &Field, context: &mut Context) {
    let conditional = |attr: &&Attribute| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr");
    for attr in field.attrs.iter().filter(conditional) {
        context.error_at(attr, messages::CONDITIONAL);
    }
}

/// A struct may have frozen layers, as long as another one has parameters.
fn something_learns(declaration: &Declaration, layers: &[Layer], context: &mut Context) {
    let Some(last) = declaration.layers.iter().rev().find_map(|field| field.frozen) else {
        return;
    };
    let learns = |(field, layer): (&Field, &Layer)| field.frozen.is_none() && layer.parameters != Some(0);
    if declaration.form == Form::Type {
        context.error(last, messages::FROZEN_TYPE);
    } else if !declaration.layers.iter().zip(layers).any(learns) {
        context.error(last, messages::ALL_FROZEN);
    }
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

/// Softmax as the activation of a layer ends a network, and stands there once.
///
/// In the middle it is nearly always a slip: it squeezes what flows into shares that sum to one, and its gradients
/// vanish. Where it is meant, as in attention, a layer of its own says so: `Softmax` in a place of its own is let
/// through, unless it comes right after another one.
fn softmax_ends(fields: &[Field], context: &mut Context) {
    let mut layers = fields.iter().filter_map(|field| field.layer.as_ref().ok()).peekable();
    while let Some(spec) = layers.next() {
        let Some(next) = layers.peek() else { return };
        let own_layer = spec.is("Softmax");
        let activation = spec.args().last().and_then(|arg| arg.spec()).filter(|arg| arg.is("Softmax"));
        if next.is("Softmax") && (own_layer || activation.is_some()) {
            context.error_at(*next, messages::SOFTMAX_TWICE);
        } else if let Some(activation) = activation {
            context.error_at(activation, messages::softmax_inside(&spec.without_last_arg()));
        }
    }
}

/// The sizes of one side of the mapping.
fn mapped(shape: &MappedShape, tokens: bool, context: &mut Context) -> Flow {
    let before = context.mistakes();
    let sizes: Sizes = shape.sizes.iter().map(|size| mapped_size(size, context)).collect();
    if sizes.len() > 6 {
        context.error(shape.span, messages::RANK);
    }
    if context.mistakes() > before {
        return Flow { lost: true, ..Flow::unknown(context.lost_shape()) };
    }
    if let (true, Some(Size::Expression(most)), Some(written)) = (shape.at_most, sizes.first(), shape.sizes.first()) {
        let (blame, krate, most) = (written.span(), krate_at(written.span()), most.clone());
        context.claims.push(Box::new(
            move |_| quote_spanned!(blame=> #krate::network::arithmetic::assert_positive("the most steps of a sequence", #most)),
        ));
    }
    Flow::of_kind(context.krate, sizes, Kind { at_most: shape.at_most, tokens })
}

fn mapped_size(size: &syn::Expr, context: &mut Context) -> Size {
    match size {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => layers::integer(number, "a size", context),
        syn::Expr::Lit(_) | syn::Expr::Unary(_) | syn::Expr::Infer(_) | syn::Expr::Array(_) => {
            context.error_at(size, messages::not_a_size("a size", &quote!(#size).to_string().replace(' ', "")));
            Size::Number(1)
        }
        syn::Expr::Block(syn::ExprBlock { block, .. }) => {
            let (contents, braces) = (&block.stmts, block.brace_token.span.join());
            Size::Expression(parse::braced(quote!(#(#contents)*), braces))
        }
        syn::Expr::Range(range) => {
            context.error_at(range, messages::AT_MOST_FIRST);
            range.end.as_deref().map_or(Size::Number(1), |size| mapped_size(size, context))
        }
        _ => Size::Expression(quote!(#size)),
    }
}

/// What the last layer gives is what the mapping promises. Tells whether that could be seen, and what the output is
/// where the two differ.
fn mapping_output(
    declaration: &Declaration,
    mapping: &Option<(Flow, Flow)>,
    layers: &[Layer],
    context: &mut Context,
) -> (bool, Option<TokenStream>) {
    let (Some((_, promised)), Some(written), Some(last)) = (mapping, &declaration.mapping, layers.last()) else {
        return (true, None);
    };
    let (Some(gives), Some(sizes)) = (&last.gives.sizes, &promised.sizes) else {
        return (false, None);
    };
    if shape::differ(sizes, gives) || promised.kind != last.gives.kind {
        let [promised, gives] = [promised, &last.gives].map(|flow| flow.written().unwrap_or_default());
        let message = messages::mapping_output(&promised, &last.name, &gives);
        context.error(written.output.span, message);
        return (true, Some(context.lost_shape()));
    }
    (shape::known(sizes) && shape::known(gives), None)
}

fn network(declaration: &Declaration, mapping: Option<(Flow, Flow)>, layers: Vec<Layer>, output_seen: bool) -> Network {
    let promised = mapping.as_ref().zip(declaration.mapping.as_ref()).map(|((input, output), written)| Promised {
        input: input.ty.clone(),
        output: output.ty.clone(),
        spans: [written.input.span, written.output.span],
        output_seen,
    });
    let input = promised.as_ref().map(|promised| promised.input.clone());
    let input_written = mapping.and_then(|(input, _)| input.written());
    Network { input, output: None, input_written, promised, layers, checked: Vec::new() }
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

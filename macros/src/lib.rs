//! The macros of `congruent`. Use them through that crate, which documents them.
//!
//! `network!` goes through a file each: `parse` reads the tokens into `ast`, `check` finds what does not fit and works out the
//! types into `model`, `expand` writes the code and cannot fail; `stand_in` is what is written where something is wrong.
//! `layers` are the built-in layers, by a catalogue; `messages` holds every sentence that a user may read.
//!
//! Imports run one way: `words`, `tokens` < `messages`, `shape` < `ast`, `graph`, `model` < `context`, `claims` < `layers` <
//! `parse`, `wiring`, `int8` < `check` < `plan`, `liveness` < `expand` < `stand_in`.

mod arithmetic;
mod ast;
mod check;
mod claims;
mod context;
mod ends;
mod expand;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod golden;
mod gradient;
mod graph;
mod int8;
mod layers;
mod liveness;
mod messages;
mod model;
mod parameters;
mod parse;
mod plan;
mod sentence;
mod shape;
mod stand_in;
mod tokens;
mod twice;
mod wiring;
mod words;

use proc_macro::TokenStream;

/// See `congruent::network!`, which hands its tokens to this macro with the crate's path before them.
#[proc_macro]
pub fn network(input: TokenStream) -> TokenStream {
    network_tokens(input.into()).into()
}

fn network_tokens(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let declaration = match parse::declaration(input) {
        Ok(declaration) => declaration,
        Err(unreadable) => return stand_in::for_unreadable(*unreadable),
    };
    let declaration = wiring::with_ends(declaration);
    if let Some(error) = of_two(&declaration) {
        return error.to_compile_error();
    }
    let (network, errors) = check::check(&declaration);
    if errors.is_empty() {
        expand::expand(&declaration, &network)
    } else {
        stand_in::for_wrong(&errors, &declaration, &network)
    }
}

/// The error of a network whose name another one beside it has.
fn of_two(declaration: &ast::Declaration) -> Option<syn::Error> {
    let name = declaration.header.name.as_ref()?;
    if expand::conditions(&declaration.header).next().is_some() {
        return None;
    }
    let line = twice::first_of_two(name)?;
    Some(syn::Error::new(name.span(), messages::two_networks(name, line)))
}

/// The built-in layers and activations, for tests and documentation: see `layers::catalogue`.
#[doc(hidden)]
#[proc_macro]
pub fn __catalogue(_: TokenStream) -> TokenStream {
    let rows = layers::catalogue();
    let rows = rows.iter().map(|(word, example, kind)| quote::quote!((#word, #example, #kind)));
    quote::quote!(&[#(#rows),*]).into()
}

/// The arithmetic of shapes, for the library: see `arithmetic.rs`.
#[doc(hidden)]
#[proc_macro]
pub fn __arithmetic(_: TokenStream) -> TokenStream {
    include_str!("arithmetic.rs").parse().unwrap_or_default()
}

/// Makes a struct of `f32`s, arrays of them and other layers the parameters of a layer.
///
/// The struct needs `#[repr(C)]`. Fields of type `PhantomData` are allowed. A field that training does not learn, such as running
/// statistics, is marked `#[parameters(non_trainable)]`: a gradient that would learn it does not compile in a network. Where the crate is
/// renamed, say so: `#[parameters(crate = other_name)]`.
#[proc_macro_derive(Parameters, attributes(parameters))]
pub fn parameters(input: TokenStream) -> TokenStream {
    parameters::derive(input.into(), &["Plain", "Parameters"]).into()
}

/// Makes a struct of numbers of four bytes and arrays of them the memory of a layer: its tape or its scratch.
///
/// The struct needs `#[repr(C)]`. Where the crate is renamed, say so: `#[parameters(crate = other_name)]`.
#[proc_macro_derive(Plain, attributes(parameters))]
pub fn plain(input: TokenStream) -> TokenStream {
    parameters::derive(input.into(), &["Plain"]).into()
}

/// The gradient of a layer that has other layers for fields: the struct `{Layer}Gradient` with a type parameter for the gradient of each
/// field but markers, and its `GradientOf`, which passes all on to the fields.
///
/// Where the crate is renamed, say so: `#[parameters(crate = other_name)]`.
#[proc_macro_derive(GradientOf, attributes(parameters))]
pub fn gradient_of(input: TokenStream) -> TokenStream {
    gradient::derive(input.into()).into()
}

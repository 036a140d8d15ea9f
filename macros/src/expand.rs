//! From a checked [`Network`] to the code of it. Nothing here can fail.
//!
//! What is written, for each form, stands by hand and commented in `examples/expanded.rs` of the `congruent` crate.

mod block;
mod checks;
mod passes;
mod type_form;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::check::{Network, field_ident};
use crate::parse::{Declaration, Form, Header};
use crate::shape;
use block::Parts;
pub use type_form::chain;

/// The name of the crate within the block that holds the implementations. It is a name of its own, and not `$crate`, so
/// that it can carry the span of a user's tokens.
const CRATE: &str = "__congruent";

/// The network.
pub fn expand(declaration: &Declaration, network: &Network) -> TokenStream {
    let Some(name) = &declaration.header.name else {
        return type_form::type_form(declaration, network);
    };
    let structure = structure(declaration, network);
    let parts = Parts::new(declaration, network, name);
    let memory = parts.memory();
    let gradient = parts.gradient();
    let layer = parts.layer();
    let network_impl = parts.network_impl();
    let (aliases, checks, budget) = (parts.aliases(), parts.checks(), parts.budget());
    let (krate, input, output) = (&parts.krate, &network.input, &network.output);
    let block = quote! {
        #aliases
        #memory
        #gradient
        #layer
        #network_impl
        #checks
        #budget
        #krate::network_methods!([] #name, #input, #output);
    };
    let block = in_block(&declaration.header, &block);
    quote!(#structure #block)
}

/// What is not to be seen outside, under the conditions of the network itself.
pub fn in_block(header: &Header, contents: &TokenStream) -> TokenStream {
    let conditions = header.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let (krate, alias) = (&header.krate, format_ident!("{CRATE}"));
    quote! {
        #(#conditions)*
        #[allow(non_camel_case_types)]
        const _: () = {
            use #krate::__private::krate as #alias;
            #contents
        };
    }
}

/// The same tokens under another span, that of a user's own, where errors are to be told. `$crate` means nothing there
/// and keeps its own.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let respan = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut copy = Group::new(group.delimiter(), at(span, group.stream()));
            copy.set_span(span);
            TokenTree::Group(copy)
        }
        TokenTree::Ident(word) if word == "$crate" => word.into(),
        mut other => {
            other.set_span(span);
            other
        }
    };
    tokens.into_iter().map(respan).collect()
}

/// The struct, with the user's attributes and a summary in its documentation.
pub fn structure(declaration: &Declaration, network: &Network) -> TokenStream {
    let (attrs, vis, name) = (&declaration.header.attrs, &declaration.header.vis, &declaration.header.name);
    let table = table(declaration, network);
    let fields = declaration.layers.iter().zip(&network.layers).map(|(field, layer)| {
        let (attrs, vis, ty) = (&field.attrs, &field.vis, &layer.ty);
        let doc = format!("`{}`{}", layer.written, if field.frozen.is_some() { ", frozen" } else { "" });
        match &field.name {
            Some(name) => quote!(#(#attrs)* #[doc = #doc] #vis #name: #ty),
            None => quote!(#(#attrs)* #[doc = #doc] #vis #ty),
        }
    });
    let body = match declaration.form {
        Form::Named => quote!({ #(#fields),* }),
        Form::ByPosition | Form::Type => quote!((#(#fields),*);),
    };
    quote! {
        #(#attrs)*
        #[doc = #table]
        #[repr(C)]
        #vis struct #name #body
    }
}

/// The summary as a table of the documentation.
fn table(declaration: &Declaration, network: &Network) -> String {
    let show = |number: Option<u64>| number.map_or("…".into(), thousands);
    let input =
        network.input_sizes.as_deref().map_or(String::new(), |sizes| format!(" from `{}`", shape::written(sizes)));
    let mut table = format!("\n\n| layer |{input} | output | parameters | MACs |\n|---|---|---|---:|---:|\n");
    for (position, layer) in network.layers.iter().enumerate() {
        let name = field_ident(declaration, position);
        let output = layer.gives.sizes.as_deref().map_or("…".into(), |sizes| format!("`{}`", shape::written(sizes)));
        let (parameters, macs) = (show(layer.parameters), show(layer.macs));
        table += &format!("| `{name}` | `{}` | {output} | {parameters} | {macs} |\n", layer.written);
    }
    let sum = |of: fn(&crate::check::Layer) -> Option<u64>| network.layers.iter().map(of).sum::<Option<u64>>();
    table + &format!("| | | | {} | {} |\n", show(sum(|l| l.parameters)), show(sum(|l| l.macs)))
}

/// `1234567` as `1,234,567`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

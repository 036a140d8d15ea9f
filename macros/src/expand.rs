//! From a checked [`Network`] to the code of it. Nothing here can fail.
//!
//! What is written, for each form, stands by hand and commented in `examples/expanded.rs` of the `congruent` crate.

mod arena;
mod block;
mod checks;
mod ends;
mod graph;
mod int8;
mod passes;
mod type_form;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::Attribute;

use crate::ast::{Declaration, Form, Header, field_ident};
use crate::graph::{Join, Kind};
use crate::model::Network;
use crate::tokens::{CRATE, alias};
use block::Parts;
pub use int8::stand_in as int8_stand_in;

/// The network.
pub fn expand(declaration: &Declaration, network: &Network) -> TokenStream {
    let Some(name) = &declaration.header.name else {
        return type_form::type_form(declaration, network);
    };
    let (aliases, structure) = (aliases(declaration, network), structure(declaration, network));
    let parts = Parts::new(declaration, network, name);
    let (memory, gradient, layer, network_impl) =
        (parts.memory(), parts.gradient(), parts.layer(), parts.network_impl());
    let (checks, budget, forward) = (parts.checks(), parts.budget(), forward(name, network));
    let (krate, ends) = (&parts.krate, ends::impls(name, network, Some(&network.heads)));
    let block = quote! {
        #memory
        #gradient
        #layer
        #network_impl
        #checks
        #budget
        #ends
        #forward
        #krate::network_methods!([] #name);
    };
    let block = in_block(&declaration.header, &block);
    let int8 = network.int8.as_ref().map(|steps| int8::twin(declaration, network, steps));
    quote!(#aliases #structure #block #int8)
}

/// The method that most programs call, under the span of the network's name, so that rustc can show where it is.
///
/// What only rustc can hold against the mapping is given as the mapping has it, so that what uses it is no second mistake.
pub fn forward(name: &Ident, network: &Network) -> TokenStream {
    let promised = network.output.is_none() && network.promised.as_ref().is_some_and(|promised| !promised.output_seen);
    let (output, infer) = if promised { ("Promised", "infer_as") } else { ("Output", "infer_one") };
    let infer = Ident::new(infer, name.span());
    let [input, output] = ["Input", output].map(|what| Ident::new(&alias(name, what).to_string(), name.span()));
    let krate = Ident::new(CRATE, name.span());
    quote_spanned! {name.span()=>
        impl #name {
            /// The output for one input.
            #[must_use]
            #[allow(dead_code)]
            pub fn forward(&self, input: &#input) -> #output {
                #krate::__private::#infer(self, input)
            }
        }
    }
}

/// Names for the types of the layers and of the mapping, so that what the user wrote stands in one place, and what is
/// wrong with it is reported once.
pub fn aliases(declaration: &Declaration, network: &Network) -> TokenStream {
    let (header, krate) = (&declaration.header, &declaration.header.krate);
    let Some(name) = &header.name else { return TokenStream::new() };
    let layer = |i: usize| alias(name, &format!("Layer{i}"));
    let (first, last) = (layer(0), layer(network.layers.len() - 1));
    let input = network.input.clone().unwrap_or_else(|| quote!(<#first as #krate::Layer>::Input));
    let output = network.output.clone().unwrap_or_else(|| quote!(<#last as #krate::Layer>::Output));
    let layers = network.layers.iter().enumerate().map(|(i, layer_type)| (layer(i), layer_type.ty.clone()));
    let promised = network.promised.as_ref().map(|promised| (alias(name, "Promised"), promised.output.clone()));
    let all = layers.chain([(alias(name, "Input"), input), (alias(name, "Output"), output)]).chain(promised);
    let conditions: Vec<_> = conditions(header).collect();
    // the first goes without attributes where it can: so rustc reports a struct where a type or a value stands in one error
    let bare = conditions.is_empty() && name.to_string().chars().all(char::is_alphanumeric);
    let constants = network.constants.iter().map(|(alias, written)| (alias.clone(), quote!([(); #written])));
    let all = all.chain(constants).enumerate().map(|(i, (alias, ty))| {
        let attrs = (i > 0 || !bare).then(|| quote!(#(#conditions)* #[doc(hidden)] #[allow(non_camel_case_types)]));
        quote!(#attrs type #alias = #ty;)
    });
    all.collect()
}

/// The `#[cfg(...)]` of the network, under which all of it stands.
pub fn conditions(header: &Header) -> impl Iterator<Item = &Attribute> {
    header.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
}

/// What is not to be seen outside, under the conditions of the network itself.
pub fn in_block(header: &Header, contents: &TokenStream) -> TokenStream {
    let conditions = conditions(header);
    let (krate, alias) = (&header.krate, format_ident!("{CRATE}"));
    quote! {
        #(#conditions)*
        #[allow(non_camel_case_types, unreachable_pub, unused_qualifications)]
        const _: () = {
            use #krate::__private::krate as #alias;
            #contents
        };
    }
}

/// The struct, with the user's attributes and a summary in its documentation.
pub fn structure(declaration: &Declaration, network: &Network) -> TokenStream {
    let (attrs, vis, name) = (&declaration.header.attrs, &declaration.header.vis, &declaration.header.name);
    let table = table(declaration, network);
    let mut names = Vec::new();
    let mut fields = Vec::new();
    let own = |(i, _): &(usize, _)| network.graph.is_own(*i);
    for (i, (field, layer)) in declaration.layers.iter().zip(&network.layers).enumerate().filter(own) {
        // of two fields of one name, which is a mistake, the first stands in the struct
        if field.name.is_some() && names.contains(&&field.name) {
            continue;
        }
        names.push(&field.name);
        let (attrs, vis, ty) = (&field.attrs, &field.vis, as_written(&layer.ty, &network.checked));
        let doc = format!("`{}`{}", layer.written, if field.frozen.is_some() { ", frozen" } else { "" });
        let alias = name.as_ref().map(|name| alias(name, &format!("Layer{i}")));
        let name = field.name.as_ref().map(|name| quote!(#name:));
        fields.push(quote! {
            #(#attrs)*
            #[doc = #doc]
            #[cfg(not(doc))]
            #vis #name #alias,
            #(#attrs)*
            #[doc = #doc]
            #[cfg(doc)]
            #vis #name #ty
        });
    }
    let body = match declaration.form {
        Form::Named => quote!({ #(#fields),* }),
        Form::ByPosition | Form::Type => quote!((#(#fields),*);),
    };
    let ends = ends::structs(&declaration.header, network);
    quote! {
        #(#attrs)*
        #[doc = #table]
        #[repr(C)]
        #vis struct #name #body
        #ends
    }
}

/// A type as documentation shows it, without the checks.
fn as_written(ty: &TokenStream, checked: &[[TokenStream; 2]]) -> TokenStream {
    let mut tokens: Vec<TokenTree> = ty.clone().into_iter().collect();
    for [checked, written] in checked {
        let words: Vec<String> = checked.clone().into_iter().map(|token| token.to_string()).collect();
        let found = |run: &[TokenTree]| run.iter().zip(&words).all(|(token, word)| token.to_string() == *word);
        while let Some(at) = tokens.windows(words.len()).position(found) {
            tokens.splice(at..at + words.len(), written.clone());
        }
    }
    tokens.into_iter().collect()
}

/// The implementations for inputs and outputs with names, where something is wrong with the network.
pub fn ends_of_wrong(name: &Ident, network: &Network) -> TokenStream {
    ends::impls(name, network, None)
}

/// The summary as a table of the documentation.
fn table(declaration: &Declaration, network: &Network) -> String {
    let show = |number: Option<u64>| number.map_or("…".into(), thousands);
    let input = network.input_written.as_ref().map_or(String::new(), |input| format!(" from `{input}`"));
    let mut table = format!("\n\n| layer |{input} | output | parameters | MACs |\n|---|---|---|---:|---:|\n");
    let made = |(i, _): &(usize, _)| !matches!(network.graph.0[*i].kind, Kind::Join(Join::Part(_) | Join::Outputs));
    for (position, layer) in network.layers.iter().enumerate().filter(made) {
        let name = field_ident(declaration, position);
        let output = layer.gives.written().map_or("…".into(), |shape| format!("`{shape}`"));
        let (parameters, macs) = (show(layer.parameters), show(layer.macs));
        table += &format!("| `{name}` | `{}` | {output} | {parameters} | {macs} |\n", layer.written);
    }
    let sum = |of: fn(&crate::model::Layer) -> Option<u64>| network.layers.iter().map(of).sum::<Option<u64>>();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_shows_types_as_they_are_written() {
        let [checked, written] = [quote!(<Mine<3> as If<{ true }>>::Layer), quote!(Mine<3>)];
        let ty = quote!(Residual<#checked, Flatten<4, <#checked as Layer>::Output>>);
        let shown = as_written(&ty, &[[checked, written]]).to_string();
        assert_eq!(shown, quote!(Residual<Mine<3>, Flatten<4, <Mine<3> as Layer>::Output>>).to_string());
    }
}

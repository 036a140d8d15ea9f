//! What a wrong network expands to: its errors, and a type of the same name and signatures, so that nothing else
//! complains and an editor still knows the fields and methods.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::check::Network;
use crate::expand::structure;
use crate::parse::{Declaration, Form, Header};

/// For a declaration whose grammar is wrong: a struct without layers, of a shape that is not known.
pub fn for_unreadable(error: &syn::Error, header: Option<&Header>) -> TokenStream {
    let errors = error.to_compile_error();
    let Some(Header { krate, attrs, vis, name: Some(name) }) = header else {
        return errors;
    };
    let unknown = quote!(<#krate::__private::Unresolved as #krate::Layer>::Output);
    let impls = impls(krate, name, &unknown, &unknown, &quote!(#krate::Linear));
    quote! {
        #errors
        #(#attrs)*
        #[repr(C)]
        #vis struct #name;
        #impls
    }
}

/// For a declaration that can be read but does not fit together.
pub fn for_wrong(errors: &[syn::Error], declaration: &Declaration, network: &Network) -> TokenStream {
    let Header { krate, name, .. } = &declaration.header;
    let errors = errors.iter().map(syn::Error::to_compile_error);
    let Some(name) = name else {
        return quote!((#(#errors),*));
    };
    let structure = structure(declaration, network);
    let last = network.layers.last().map(|layer| &layer.ty);
    let impls = impls(krate, name, &network.input, &network.output, &quote!(<#last as #krate::Layer>::Head));
    debug_assert!(declaration.form != Form::Type);
    quote! {
        #(#errors)*
        #structure
        #impls
    }
}

/// The traits and methods of a network, with nothing in them.
fn impls(
    krate: &TokenStream,
    name: &Ident,
    input: &TokenStream,
    output: &TokenStream,
    head: &TokenStream,
) -> TokenStream {
    let title = name.to_string();
    quote! {
        const _: () = {
            unsafe impl #krate::Plain for #name {}
            unsafe impl #krate::Parameters for #name {}

            #[automatically_derived]
            impl #krate::Layer for #name {
                type Input = #input;
                type Output = #output;
                type Head = #head;
                type Gradient = Self;
                type Scratch<const B: usize> = ();
                type Tape<const B: usize> = ();
                const MACS: u64 = 0;

                fn initialize(&mut self, _: #krate::Init, _: &mut dyn #krate::rand::Rng) {}
                fn infer<const B: usize>(&self, _: &[Self::Input], _: &mut [Self::Output], _: &mut ()) {}
                fn forward<const B: usize>(
                    &self,
                    _: &[Self::Input],
                    _: &mut [Self::Output],
                    _: &mut (),
                    _: &mut #krate::Pass,
                ) {
                }
                fn backward<const B: usize>(
                    &self,
                    _: &[Self::Input],
                    _: &[Self::Output],
                    _: &mut (),
                    _: &mut [#krate::Gradient<Self::Output>],
                    _: Option<&mut [#krate::Gradient<Self::Input>]>,
                    _: &mut Self::Gradient,
                ) {
                }
            }

            #[automatically_derived]
            impl #krate::Network for #name {
                type ParamCount = #krate::__private::NoCount;
                type TrainedCount = #krate::__private::NoCount;
                const SUMMARY: #krate::__private::Summary = #krate::__private::Summary {
                    name: #title,
                    input: <#input as #krate::Shape>::DIMS,
                    layers: &[],
                };
            }

            #krate::network_methods!([] #name, #input, #output);
        };
    }
}

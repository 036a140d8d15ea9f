//! What a wrong network expands to: its errors, and a type of the same name and signatures, so that nothing else
//! complains and an editor still knows the fields and methods.
//!
//! All mistakes stand in one constant, which the types that are not known refer to: see [`lost_layer`].

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Visibility;
use syn::ext::IdentExt;

use crate::ast::{Declaration, Field, Form, Header, Unreadable};
use crate::check::check;
use crate::context::{lost_layer, lost_size};
use crate::expand::{aliases, conditions, ends_of_wrong, forward, in_block, int8_stand_in, structure};
use crate::model::Network;
use crate::tokens::alias;

/// For a declaration whose grammar is wrong: a type of which nothing is known.
pub fn for_unreadable(unreadable: Unreadable) -> TokenStream {
    let Unreadable { error, header } = unreadable;
    let Some(header) = header else {
        return error.to_compile_error();
    };
    let Header { krate, name, generics, .. } = &header;
    let Some(name) = name else {
        return lost_network(krate, core::slice::from_ref(&error));
    };
    if !generics.params.is_empty() || generics.where_clause.is_some() {
        return with_generics(&header, name, &lost_network(krate, core::slice::from_ref(&error)));
    }
    let layer = Field {
        attrs: Vec::new(),
        frozen: None,
        vis: Visibility::Inherited,
        name: None,
        layer: Err(error),
        sources: None,
    };
    let (form, layers) = (Form::ByPosition, vec![layer]);
    let declaration = Declaration {
        header,
        mapping: None,
        mapping_lost: false,
        form,
        layers,
        budget: Vec::new(),
        errors: Vec::new(),
    };
    let (network, errors) = check(&declaration);
    for_wrong(&errors, &declaration, &network)
}

/// A type with generic parameters, which a network has none of: what is done with it is done with a network of which nothing is known, so
/// that an `impl` beside it is no second mistake.
fn with_generics(header: &Header, name: &Ident, lost: &TokenStream) -> TokenStream {
    let vis = &header.vis;
    let generics = &without_bounds(&header.generics);
    let (of_impl, of_type, bounds) = generics.split_for_impl();
    let uses = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Lifetime(param) => Some({
            let lifetime = &param.lifetime;
            quote!(& #lifetime (),)
        }),
        syn::GenericParam::Type(param) => Some({
            let ty = &param.ident;
            quote!(fn() -> #ty,)
        }),
        syn::GenericParam::Const(_) => None,
    });
    let (alias, conditions) = (alias(name, "Lost"), conditions(header).collect::<Vec<_>>());
    let block = in_block(
        header,
        &quote! {
            impl #of_impl ::core::ops::Deref for #name #of_type #bounds {
                type Target = #alias;
                fn deref(&self) -> &#alias {
                    &self.1
                }
            }
            impl #of_impl ::core::ops::DerefMut for #name #of_type #bounds {
                fn deref_mut(&mut self) -> &mut #alias {
                    &mut self.1
                }
            }
            impl #of_impl __congruent::AsNetwork for #name #of_type #bounds {
                type Network = #alias;
                fn as_network(&self) -> &#alias {
                    &self.1
                }
                fn as_network_mut(&mut self) -> &mut #alias {
                    &mut self.1
                }
            }
            #[allow(dead_code)]
            impl #of_impl #name #of_type #bounds {
                pub const PARAMETERS: ::core::primitive::usize = 0;
                pub fn seeded(_: ::core::primitive::u64) -> Self {
                    loop {}
                }
                pub const fn zeroed() -> Self {
                    loop {}
                }
                pub fn forward<__I>(&self, _: &__I) -> <#alias as __congruent::Layer>::Output {
                    loop {}
                }
            }
        },
    );
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(dead_code, non_camel_case_types)]
        type #alias = #lost;
        #(#conditions)*
        #[allow(dead_code)]
        #vis struct #name #generics (::core::marker::PhantomData<(#(#uses)*)>, #alias) #bounds;
        #block
    }
}

/// The parameters alone: a trait of another framework, as `Backend`, is not found here.
fn without_bounds(generics: &syn::Generics) -> syn::Generics {
    let mut alone = syn::Generics { where_clause: None, ..generics.clone() };
    for param in &mut alone.params {
        match param {
            syn::GenericParam::Lifetime(param) => param.bounds.clear(),
            syn::GenericParam::Type(param) => param.bounds.clear(),
            syn::GenericParam::Const(_) => {}
        }
    }
    alone
}

/// A network of which nothing is known.
fn lost_network(krate: &TokenStream, errors: &[syn::Error]) -> TokenStream {
    let errors = errors.iter().map(syn::Error::to_compile_error);
    let layer = lost_layer(krate, &quote!(#(#errors)*));
    quote!(#krate::List::<#layer, #krate::Params<0, 0, 0>>)
}

/// For a declaration that can be read but does not fit together.
pub fn for_wrong(errors: &[syn::Error], declaration: &Declaration, network: &Network) -> TokenStream {
    let Header { krate, name, .. } = &declaration.header;
    let Some(name) = name else {
        return lost_network(krate, errors);
    };
    let (conditions, lost) = (conditions(&declaration.header), lost_size(name));
    let errors = errors.iter().map(syn::Error::to_compile_error);
    let (aliases, structure) = (aliases(declaration, network), structure(declaration, network));
    let block = in_block(&declaration.header, &impls(name, network, &lost));
    let int8 = int8_stand_in(declaration, network);
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(dead_code, non_upper_case_globals)]
        const #lost: ::core::primitive::usize = { #(#errors)* };
        #aliases
        #structure
        #block
        #int8
    }
}

/// The traits and methods of a network, with nothing in them.
///
/// Its fields may be anything, so it is no memory of any use: were the error of `lost` not told, since a program has another `::core`, each
/// view of it, and of what it is a part of, would still fail to compile.
fn impls(name: &Ident, network: &Network, lost: &Ident) -> TokenStream {
    let title = name.unraw().to_string();
    let (input, output) = (alias(name, "Input"), alias(name, "Output"));
    let last = alias(name, &format!("Layer{}", network.layers.len() - 1));
    let (forward, ends) = (forward(name, network), ends_of_wrong(name, network));
    quote! {
        unsafe impl __congruent::Plain for #name {
            const WRONG: ::core::primitive::usize = #lost | 1;
        }
        unsafe impl __congruent::Parameters for #name {
            const LAYOUT: __congruent::layout::Layout = __congruent::__private::refused(#lost);
        }

        #[automatically_derived]
        impl __congruent::Layer for #name {
            type Input = #input;
            type Output = #output;
            type Head = <#last as __congruent::Layer>::Head;
            type Gradient = Self;
            type Scratch<const __B: ::core::primitive::usize> = ();
            type Tape<const __B: ::core::primitive::usize> = ();
            const MACS: ::core::primitive::u64 = 0;

            fn initialize(&mut self, _: __congruent::Init, _: &mut dyn __congruent::rand::Rng) {}
            fn infer<const __B: ::core::primitive::usize>(
                &self,
                _: &[Self::Input],
                _: &mut [Self::Output],
                _: &mut (),
            ) {
            }
            fn forward<const __B: ::core::primitive::usize>(
                &self,
                _: &[Self::Input],
                _: &mut [Self::Output],
                _: &mut (),
                _: &mut __congruent::Pass,
            ) {
            }
            fn backward<const __B: ::core::primitive::usize>(
                &self,
                _: &[Self::Input],
                _: &[Self::Output],
                _: &mut (),
                _: &mut [__congruent::Gradient<Self::Output>],
                _: ::core::option::Option<&mut [__congruent::Gradient<Self::Input>]>,
                _: &mut Self::Gradient,
            ) {
            }
        }

        #[automatically_derived]
        impl __congruent::Network for #name {
            type ParamCount = __congruent::__private::NoCount;
            type SlotCount = __congruent::__private::NoCount;
            const SUMMARY: __congruent::__private::Summary =
                __congruent::__private::Summary::new(#title, <#input as __congruent::Shape>::DIMS, &[]);
        }

        #ends
        #forward
        __congruent::network_methods!([] #name);
    }
}

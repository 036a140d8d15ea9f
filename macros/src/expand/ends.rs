//! The structs of several inputs and outputs, and what is held against them: targets and losses by the same names.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::block::{ask_fields, implement};
use super::conditions;
use crate::ast::Header;
use crate::ends::{Side, companion};
use crate::model::{Flow, Network};
use crate::tokens::CRATE;

/// Of two values of one name, which is a mistake, the first.
fn distinct(side: &Side) -> Side {
    let first = |(i, (name, _)): &(usize, &(Ident, Flow))| !side[..*i].iter().any(|(other, _)| other == name);
    side.iter().enumerate().filter(first).map(|(_, value)| value.clone()).collect()
}

/// The structs, beside that of the network.
pub fn structs(header: &Header, network: &Network) -> TokenStream {
    let Some(name) = &header.name else { return TokenStream::new() };
    let (inputs, outputs) = (distinct(&network.inputs), distinct(&network.outputs));
    let conditions: Vec<_> = conditions(header).collect();
    let vis = &header.vis;
    let of_arrays = |what: &str, doc: String, side: &Side| {
        if side.is_empty() {
            return TokenStream::new();
        }
        let ident = companion(name, what);
        let fields = side.iter().map(|(field, flow)| {
            let (ty, doc) = (&flow.ty, format!("`{}`", flow.written().unwrap_or_default()));
            quote!(#[doc = #doc] #vis #field: #ty)
        });
        quote! {
            #(#conditions)*
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #[allow(dead_code)]
            #[repr(C)]
            #vis struct #ident { #(#fields),* }
        }
    };
    let by_output = |what: &str, doc: String| {
        if outputs.is_empty() {
            return TokenStream::new();
        }
        let ident = companion(name, what);
        let params = params("T", outputs.len());
        let fields = outputs.iter().zip(&params).map(|((field, _), param)| {
            let doc = format!("That of `{}`.", field.unraw());
            quote!(#[doc = #doc] #vis #field: #param)
        });
        quote! {
            #(#conditions)*
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #[allow(dead_code)]
            #vis struct #ident<#(#params),*> { #(#fields),* }
        }
    };
    let input = of_arrays("Input", format!("What comes into [`{name}`]."), &inputs);
    let output = of_arrays("Output", format!("What [`{name}`] gives."), &outputs);
    let target = by_output("Target", format!("What the outputs of [`{name}`] are to be."));
    let loss = by_output("Loss", format!("The loss of [`{name}`]: the sum of one for each of its outputs."));
    quote!(#input #output #target #loss)
}

fn params(letter: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|i| format_ident!("{letter}{i}")).collect()
}

/// The implementations for them. Without heads, any go with any loss: something is wrong with the network.
pub fn impls(name: &Ident, network: &Network, heads: Option<&[TokenStream]>) -> TokenStream {
    let (inputs, outputs) = (distinct(&network.inputs), distinct(&network.outputs));
    let (input, output) = (shape("Input", name, &inputs), shape("Output", name, &outputs));
    let loss = (!outputs.is_empty()).then(|| loss(name, &outputs, heads));
    quote!(#input #output #loss)
}

/// A struct of values is a shape.
fn shape(what: &str, name: &Ident, side: &Side) -> TokenStream {
    if side.is_empty() {
        return TokenStream::new();
    }
    let (krate, ident) = (format_ident!("{CRATE}"), companion(name, what));
    let fields: Vec<&Ident> = side.iter().map(|(field, _)| field).collect();
    let types: Vec<&TokenStream> = side.iter().map(|(_, flow)| &flow.ty).collect();
    let all = types.iter().rev().fold(None, |rest, ty| match rest {
        None => Some(quote!(#ty)),
        Some(rest) => Some(quote!(#krate::__private::Pair<#ty, #rest>)),
    });
    let members: Vec<TokenStream> = fields.iter().map(|field| quote!(#field)).collect();
    let plain = implement("Plain", &ident, &ask_fields(&krate, "Plain", &members));
    quote! {
        // SAFETY: `repr(C)`, and each field is plain memory.
        #plain

        impl #krate::__private::Sealed for #ident {}
        #[automatically_derived]
        impl #krate::Shape for #ident {
            const DIMS: #krate::__private::Dims = <#all as #krate::Shape>::DIMS;

            fn is_finite(&self) -> ::core::primitive::bool {
                true #(&& #krate::Shape::is_finite(&self.#fields))*
            }

            fn visit(&mut self, visitor: &mut dyn #krate::__private::Visitor) {
                #(#krate::Shape::visit(&mut self.#fields, visitor);)*
            }
        }
    }
}

/// The loss of all outputs is the sum of theirs.
fn loss(name: &Ident, side: &Side, heads: Option<&[TokenStream]>) -> TokenStream {
    let krate = format_ident!("{CRATE}");
    let [output, target, loss] = ["Output", "Target", "Loss"].map(|what| companion(name, what));
    let fields: Vec<&Ident> = side.iter().map(|(field, _)| field).collect();
    let types = side.iter().map(|(_, flow)| &flow.ty);
    let (losses, targets) = (params("L", side.len()), params("T", side.len()));
    let words: Vec<String> = fields.iter().map(|field| field.unraw().to_string()).collect();
    let names = words.iter().enumerate().map(|(i, word)| format!("{}{word}: ", if i == 0 { "" } else { ", " }));
    let each_head = match heads {
        Some(heads) => heads.to_vec(),
        None => vec![quote!(#krate::Linear); side.len()],
    };
    let compatible = match heads {
        Some(heads) => quote! {
            impl<#(#losses: #krate::CompatibleWith<#heads>),*> #krate::CompatibleWith<#krate::__private::OutputHeads<(#(#heads,)*)>>
                for #loss<#(#losses),*>
            {
                const OUTPUTS: #krate::__private::Outputs = #krate::__private::Outputs::Several(&[
                    #((#words, <#losses as #krate::CompatibleWith<#heads>>::OUTPUTS)),*
                ]);
            }
        },
        None => quote! {
            impl<#(#losses,)* __A> #krate::CompatibleWith<__A> for #loss<#(#losses),*> {}
        },
    };
    quote! {
        #compatible

        impl<#(#losses: #krate::Loss<#types, #targets>,)* #(#targets),*> #krate::Loss<#output, #target<#(#targets),*>>
            for #loss<#(#losses),*>
        {
            fn evaluate<__A: #krate::Activation>(
                &self,
                output: &mut #output,
                target: &#target<#(#targets),*>,
                gradient: &mut #output,
            ) -> ::core::result::Result<::core::primitive::f32, #krate::__private::TargetError> {
                let mut loss = 0.0;
                #(
                    loss += #krate::Loss::evaluate::<#each_head>(
                        &self.#fields,
                        &mut output.#fields,
                        &target.#fields,
                        &mut gradient.#fields,
                    )?;
                )*
                ::core::result::Result::Ok(loss)
            }

            fn describe(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #(
                    f.write_str(#names)?;
                    #krate::Loss::describe(&self.#fields, f)?;
                )*
                ::core::result::Result::Ok(())
            }

            fn fingerprint(&self, target: &#target<#(#targets),*>, show: &mut dyn ::core::ops::FnMut(::core::primitive::u32)) {
                #(#krate::Loss::fingerprint(&self.#fields, &target.#fields, show);)*
            }
        }
    }
}

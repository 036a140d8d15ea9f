//! Memory shared by values with lives of their own, as types whose sizes rustc works out: see `plan`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::block::{ask_fields, halves};
use crate::plan::{Part, Plan, plan};
use crate::tokens::alias;

/// The parts of a memory, each with its type, which may name the capacity `__B`.
pub struct Arena<'a> {
    krate: &'a Ident,
    network: &'a Ident,
    /// What the parts are called.
    name: &'static str,
    types: Vec<TokenStream>,
    parts: Vec<Part>,
    plan: Plan,
}

impl<'a> Arena<'a> {
    pub fn new(
        krate: &'a Ident,
        network: &'a Ident,
        name: &'static str,
        types: Vec<TokenStream>,
        parts: Vec<Part>,
    ) -> Self {
        let plan = plan(&parts);
        Arena { krate, network, name, types, parts, plan }
    }

    /// The type that is as large as all up to the end of a part.
    fn up_to(&self, part: usize) -> Ident {
        alias(self.network, &format!("{}{part}", self.name))
    }

    fn largest(&self, parts: impl IntoIterator<Item = usize>, capacity: &TokenStream) -> TokenStream {
        let tops: Vec<_> = parts.into_iter().map(|part| self.up_to(part)).map(|top| quote!(#top<#capacity>)).collect();
        halves(self.krate, &tops)
    }

    /// What lies below a part.
    fn below(&self, part: usize) -> TokenStream {
        self.largest(self.plan.below(&self.parts, part), &quote!(__B))
    }

    /// The types that the others are made of.
    pub fn declarations(&self) -> TokenStream {
        let krate = self.krate;
        let all = (0..self.parts.len()).map(|part| {
            let (top, below, ty) = (self.up_to(part), self.below(part), &self.types[part]);
            let fields = ask_fields(krate, "Plain", [&quote!(0), &quote!(1)]);
            quote! {
                #[repr(C)]
                pub struct #top<const __B: ::core::primitive::usize>(#below, #ty);
                // SAFETY: `repr(C)`, and each field is plain memory.
                unsafe impl<const __B: ::core::primitive::usize> #krate::Plain for #top<__B> {
                    #fields
                }
            }
        });
        quote!(#(#all)*)
    }

    /// The type of all of the memory.
    pub fn whole(&self) -> TokenStream {
        let covered: Vec<usize> = (0..self.parts.len()).flat_map(|part| self.plan.below(&self.parts, part)).collect();
        self.largest((0..self.parts.len()).filter(|part| !covered.contains(part)), &quote!(__B))
    }

    /// A type as large as the memory up to the end of what is alive in a step.
    pub fn alive(&self, step: usize, capacity: &TokenStream) -> TokenStream {
        let alive = |part: &usize| self.parts[*part].alive[0] <= step && step <= self.parts[*part].alive[1];
        self.largest((0..self.parts.len()).filter(alive), capacity)
    }

    /// The bytes of what is alive in a step, for one sample.
    pub fn taken(&self, step: usize) -> TokenStream {
        let alive = |part: &usize| self.parts[*part].alive[0] <= step && step <= self.parts[*part].alive[1];
        let types = (0..self.parts.len()).filter(alive).map(|part| &self.types[part]);
        quote!({
            const __B: ::core::primitive::usize = 1;
            0 #(+ ::core::mem::size_of::<#types>())*
        })
    }

    /// Takes parts of the memory, each a variable of the name that `variable` has.
    pub fn take(&self, memory: &TokenStream, parts: &[usize]) -> TokenStream {
        let krate = self.krate;
        let taken = self.plan.0.iter().filter(|part| parts.contains(part)).map(|part| {
            let (variable, below, ty) = (variable(*part), self.below(*part), &self.types[*part]);
            quote!(let (#variable, memory) = memory.take::<#below, #ty>();)
        });
        quote! {
            let memory = #krate::__private::rest(#memory);
            #(#taken)*
            let _ = memory;
        }
    }
}

/// The variable that holds a part.
pub fn variable(part: usize) -> Ident {
    format_ident!("part{part}")
}

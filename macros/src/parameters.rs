//! `#[derive(Parameters)]` and `#[derive(Plain)]`: a struct becomes plain memory, of `f32`s alone or of any words.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, GenericParam, Path, parse_quote};

/// Implements the given traits, each of which every field must implement too.
pub fn derive(input: TokenStream, traits: &[&str]) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let krate = crate_path(&input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "only a struct can be plain memory"));
    };
    if !is_repr_c(&input)? {
        let message = "plain memory needs a layout that is fixed\nhelp: write `#[repr(C)]` above the struct";
        return Err(syn::Error::new(input.ident.span(), message));
    }
    let impls = traits.iter().map(|name| implement(&input, data, &krate, &Ident::new(name, Span::call_site())));
    Ok(impls.collect())
}

fn implement(input: &DeriveInput, data: &DataStruct, krate: &Path, memory: &Ident) -> TokenStream {
    let name = &input.ident;
    let mut generics = input.generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(parse_quote!('static));
        }
    }
    let where_clause = generics.make_where_clause();
    for field in &data.fields {
        let ty = &field.ty;
        let bound = quote_spanned!(ty.span()=> #krate::#memory);
        where_clause.predicates.push(parse_quote!(#ty: #bound));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        // SAFETY: `repr(C)`, and every field is such memory, in whole words, so there is no padding.
        unsafe impl #impl_generics #krate::#memory for #name #ty_generics #where_clause {}
    }
}

/// `::congruent`, or what `#[parameters(crate = …)]` says.
fn crate_path(input: &DeriveInput) -> syn::Result<Path> {
    let mut path = parse_quote!(::congruent);
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("parameters")) {
        attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("expected `crate = path`"));
            }
            path = meta.value()?.call(Path::parse_mod_style)?;
            Ok(())
        })?;
    }
    Ok(path)
}

fn is_repr_c(input: &DeriveInput) -> syn::Result<bool> {
    let mut found = false;
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        attr.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("C");
            if meta.path.is_ident("align") || meta.path.is_ident("packed") {
                let message = "plain memory is aligned as `f32` is";
                return Err(meta.error(message));
            }
            Ok(())
        })?;
    }
    Ok(found)
}

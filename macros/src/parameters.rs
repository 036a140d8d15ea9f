//! `#[derive(Parameters)]` and `#[derive(Plain)]`: a struct becomes plain memory, of `f32`s alone or of any words.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Field, GenericParam, Path, parse_quote};

/// Implements the given traits, each of which every field must implement too.
pub fn derive(input: TokenStream, traits: &[&str]) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let Settings { krate, layout } = settings(&input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "only a struct can be plain memory"));
    };
    if !is_repr_c(&input)? {
        let message = "plain memory needs a layout that is fixed\nhelp: write `#[repr(C)]` above the struct";
        return Err(syn::Error::new(input.ident.span(), message));
    }
    let impls = traits
        .iter()
        .map(|name| implement(&input, data, &krate, &Ident::new(name, Span::call_site()), layout.as_ref()));
    Ok(impls.collect())
}

fn implement(
    input: &DeriveInput,
    data: &DataStruct,
    krate: &Path,
    memory: &Ident,
    kind: Option<&Ident>,
) -> TokenStream {
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
    let layout = (memory == "Parameters").then(|| {
        let name =
            |(i, field): (usize, &Field)| field.ident.as_ref().map_or(i.to_string(), |name| name.unraw().to_string());
        let names: Vec<_> = data.fields.iter().enumerate().map(name).collect();
        let types: Vec<_> = data.fields.iter().map(|field| &field.ty).collect();
        match kind {
            Some(kind) => {
                let inner = types.iter().take(if kind == "Chain" { 2 } else { 1 });
                quote! {
                    const LAYOUT: #krate::layout::Layout =
                        #krate::layout::Layout::#kind(#(&<#inner as #krate::Parameters>::LAYOUT),*);
                }
            }
            None => layout(&quote!(#krate), &names, &types),
        }
    });
    quote! {
        // SAFETY: `repr(C)`, and every field is such memory, in whole words, so there is no padding.
        unsafe impl #impl_generics #krate::#memory for #name #ty_generics #where_clause {
            #layout
        }
    }
}

/// The names and layouts of the fields of a struct.
pub fn layout(krate: &TokenStream, names: &[String], types: &[impl ToTokens]) -> TokenStream {
    quote! {
        const LAYOUT: #krate::layout::Layout = #krate::layout::Layout::Fields(&[
            #(#krate::layout::Field { name: #names, layout: &<#types as #krate::Parameters>::LAYOUT }),*
        ]);
    }
}

/// What `#[parameters(…)]` says.
struct Settings {
    /// `::congruent`, or another name for it.
    krate: Path,
    /// `Chain` or `List`, for the layers of this crate whose inner layers go by position.
    layout: Option<Ident>,
}

fn settings(input: &DeriveInput) -> syn::Result<Settings> {
    let mut settings = Settings { krate: parse_quote!(::congruent), layout: None };
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("parameters")) {
        attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                settings.krate = meta.value()?.call(Path::parse_mod_style)?;
            } else if meta.path.is_ident("layout") {
                settings.layout = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected `crate = path`"));
            }
            Ok(())
        })?;
    }
    Ok(settings)
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

//! `#[derive(Parameters)]`: a struct of `f32`s becomes plain memory.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, GenericParam, Path, parse_quote};

pub fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let krate = crate_path(&input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "only a struct can be the parameters of a layer"));
    };
    if !is_repr_c(&input)? {
        let message =
            "the parameters of a layer need a layout that is fixed\nhelp: write `#[repr(C)]` above the struct";
        return Err(syn::Error::new(input.ident.span(), message));
    }
    let name = &input.ident;
    let mut generics = input.generics.clone();
    // a type parameter may only stand in a `PhantomData`, or be parameters itself, which the fields' bounds say
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(parse_quote!('static));
        }
    }
    let where_clause = generics.make_where_clause();
    for field in &data.fields {
        let ty = &field.ty;
        let bound = quote_spanned!(ty.span()=> #krate::Parameters);
        where_clause.predicates.push(parse_quote!(#ty: #bound));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    Ok(quote! {
        // SAFETY: `repr(C)`, and every field is `f32`s or nothing of size, so there is no padding.
        unsafe impl #impl_generics #krate::Plain for #name #ty_generics #where_clause {}
        // SAFETY: as above.
        unsafe impl #impl_generics #krate::Parameters for #name #ty_generics #where_clause {}
    })
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
                let message = "the parameters of a layer are aligned as `f32` is";
                return Err(meta.error(message));
            }
            Ok(())
        })?;
    }
    Ok(found)
}

//! `#[derive(GradientOf)]`: the gradient of a layer that has other layers for fields is a struct of their gradients.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Fields, Member, Path, Type, parse_quote};

use crate::parameters;

/// Writes the struct and its `GradientOf`, each of which passes a call on to the fields, in their order.
pub fn derive(input: TokenStream) -> TokenStream {
    let written = syn::parse2(input).and_then(|input| gradient(&input));
    written.unwrap_or_else(|error| error.into_compile_error())
}

/// A field with parameters, and the type parameter that stands for its gradient.
struct Part<'a> {
    field: &'a Field,
    member: Member,
    gradient: Ident,
}

fn gradient(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "only a struct is a layer"));
    };
    let krate = parameters::krate(input)?;
    let parts = parts(&data.fields);
    let declared = declare(input, &krate, &data.fields, &parts);
    let implemented = implement(input, &krate, &parts);
    Ok(quote!(#declared #implemented))
}

/// All fields but markers, which have no gradient.
fn parts(fields: &Fields) -> Vec<Part<'_>> {
    let with_parameters = fields.iter().zip(fields.members()).filter(|(field, _)| !is_marker(&field.ty));
    let part = |(i, (field, member))| Part { field, member, gradient: format_ident!("G{i}") };
    with_parameters.enumerate().map(part).collect()
}

fn is_marker(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    ty.path.segments.last().is_some_and(|last| last.ident == "PhantomData" || last.ident == "Marker")
}

fn declare(input: &DeriveInput, krate: &Path, fields: &Fields, parts: &[Part]) -> TokenStream {
    let (name, vis) = (format_ident!("{}Gradient", input.ident), &input.vis);
    let doc = format!("The gradient of a [`{}`]: that of each of its fields.", input.ident);
    let gradients = parts.iter().map(|part| &part.gradient);
    let content = parts.iter().map(|Part { field, gradient, .. }| match &field.ident {
        Some(name) => {
            let (vis, doc) = (&field.vis, format!("The gradient of `{name}`."));
            quote!(#[doc = #doc] #vis #name: #gradient)
        }
        None => {
            let vis = &field.vis;
            quote!(#vis #gradient)
        }
    });
    let body = match fields {
        Fields::Named(_) => quote!({ #(#content),* }),
        _ => quote!((#(#content),*);),
    };
    quote! {
        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug, #krate::Parameters)]
        #[parameters(crate = #krate)]
        #[repr(C)]
        #vis struct #name<#(#gradients),*> #body
    }
}

fn implement(input: &DeriveInput, krate: &Path, parts: &[Part]) -> TokenStream {
    let (layer, name) = (&input.ident, format_ident!("{}Gradient", input.ident));
    let (_, layer_generics, _) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    for Part { field, gradient, .. } in parts {
        let ty = &field.ty;
        generics.params.push(parse_quote!(#gradient));
        generics.make_where_clause().predicates.push(parse_quote!(#gradient: #krate::GradientOf<#ty>));
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let gradients: Vec<&Ident> = parts.iter().map(|part| &part.gradient).collect();
    let members: Vec<&Member> = parts.iter().map(|part| &part.member).collect();
    let types = parts.iter().map(|part| &part.field.ty);
    // by their number, where markers lie between fields without names
    let own: Vec<Member> = (0..parts.len()).zip(&members).map(|(i, member)| own_member(i, member)).collect();
    quote! {
        #[diagnostic::do_not_recommend]
        #[automatically_derived]
        impl #impl_generics #krate::GradientOf<#layer #layer_generics> for #name<#(#gradients),*> #where_clause {
            const TRAINED: ::core::primitive::usize = 0 #(+ <#gradients as #krate::GradientOf<#types>>::TRAINED)*;

            fn pairs(
                &mut self,
                layer: &mut #layer #layer_generics,
                visit: &mut dyn ::core::ops::FnMut(&mut [::core::primitive::f32], &mut [::core::primitive::f32]),
            ) {
                #(#krate::GradientOf::pairs(&mut self.#own, &mut layer.#members, visit);)*
            }

            fn finish(&mut self, layer: &mut #layer #layer_generics) {
                #(#krate::GradientOf::finish(&mut self.#own, &mut layer.#members);)*
            }
        }
    }
}

/// The field of the gradient for the field of the layer.
fn own_member(position: usize, member: &Member) -> Member {
    match member {
        Member::Named(_) => member.clone(),
        Member::Unnamed(_) => position.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(layer: TokenStream) -> String {
        derive(layer).to_string()
    }

    #[test]
    fn each_field_has_its_gradient() {
        let text = written(quote! { pub struct Block<A> { pub a: A, scale: [f32; 4] } });
        assert!(text.contains("pub struct BlockGradient < G0 , G1 > {"), "{text}");
        assert!(text.contains("pub a : G0") && text.contains("scale : G1"), "{text}");
        assert!(
            text.contains(
                "impl < A , G0 , G1 > :: congruent :: GradientOf < Block < A > > for BlockGradient < G0 , G1 >"
            )
        );
        assert!(text.contains("G0 : :: congruent :: GradientOf < A >"), "{text}");
        assert!(text.contains("G1 : :: congruent :: GradientOf < [f32 ; 4] >"), "{text}");
    }

    #[test]
    fn a_marker_has_none_and_positions_close_up() {
        let text = written(quote! { struct Block<A, B>(A, core::marker::PhantomData<u8>, B); });
        assert!(text.contains("struct BlockGradient < G0 , G1 > (G0 , G1) ;"), "{text}");
        assert!(text.contains("& mut self . 1 , & mut layer . 2 , visit"), "{text}");
    }

    #[test]
    fn the_crate_can_have_another_name() {
        let text = written(quote! { #[parameters(crate = other)] struct Block { a: A } });
        assert!(text.contains("other :: GradientOf < Block >") && !text.contains(":: congruent"), "{text}");
    }

    #[test]
    fn an_enum_is_no_layer() {
        assert!(written(quote! { enum Block { A } }).contains("only a struct is a layer"));
    }
}

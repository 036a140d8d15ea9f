//! `#[derive(Parameters)]` and `#[derive(Plain)]`: a struct becomes plain memory, of `f32`s alone or of any words.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Field, GenericParam, Path, Type, parse_quote};

use crate::check::is_called;
use crate::messages;

/// Implements the given traits, each of which every field must implement too. With a mistake, it implements them all the same, so that
/// what needs them is no second mistake.
pub fn derive(input: TokenStream, traits: &[&str]) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    checked(&input, traits).unwrap_or_else(|error| stand_ins(&input, traits, &error))
}

/// The traits, with the mistake within a constant, so that it is told once, and what is computed from the constant has no value.
///
/// A program with another `::core` may have another `compile_error`, with which the constant has a value. So `WRONG` is never 0 and the layout
/// cannot be computed: each view of such memory, and of what it is a part of, fails to compile.
fn stand_ins(input: &DeriveInput, traits: &[&str], error: &syn::Error) -> TokenStream {
    let krate = settings(input).map_or_else(|_| parse_quote!(::congruent), |settings| settings.krate);
    let error = error.to_compile_error();
    let impls = traits.iter().enumerate().map(|(i, name)| {
        let content = match *name {
            _ if i + 1 < traits.len() => quote! {
                const WRONG: ::core::primitive::usize = <Self as #krate::Parameters>::LAYOUT.count() | 1;
            },
            "Parameters" => quote! {
                const LAYOUT: #krate::layout::Layout = #krate::__private::refused({ #error });
            },
            _ => quote!(const WRONG: ::core::primitive::usize = { let _: ::core::primitive::usize = { #error }; 1 };),
        };
        let name = Ident::new(name, Span::call_site());
        implement(input, &[], &krate, &name, &name, &content)
    });
    impls.collect()
}

fn checked(input: &DeriveInput, traits: &[&str]) -> syn::Result<TokenStream> {
    let Settings { krate, layout } = settings(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "only a struct can be plain memory"));
    };
    if !is_repr_c(input)? {
        let message = "plain memory needs a layout that is fixed\nhelp: write `#[repr(C)]` above the struct";
        return Err(syn::Error::new(input.ident.span(), message));
    }
    // the last of the traits implies those before it, so it is what a field must be
    let Some(strictest) = traits.last().map(|name| Ident::new(name, Span::call_site())) else {
        return Ok(TokenStream::new());
    };
    let generic: Vec<&Field> = data.fields.iter().filter(|field| is_generic(input, field)).collect();
    let own_layout = layout.clone();
    let (fields, layout) =
        (fields_of(data, &krate, &strictest, layout.is_some()), layout_of(data, &krate, layout.as_ref())?);
    let impls = traits.iter().map(|name| {
        let content = if *name == "Parameters" { &layout } else { &fields };
        implement(input, &generic, &krate, &Ident::new(name, Span::call_site()), &strictest, content)
    });
    let impls: TokenStream = impls.collect();
    let check = input.generics.params.is_empty().then(|| must_be_plain(input, &krate));
    // what the fields do not say
    let counted = own_layout
        .filter(|path| path.get_ident().is_none() && strictest == "Parameters" && input.generics.params.is_empty())
        .map(|path| must_be_whole(input, &path, &krate));
    Ok(quote!(#impls #check #counted))
}

/// The size of all fields, each of which must implement the strictest trait, in the scope of the implementation, where the types mean
/// what they mean in the struct.
///
/// The pattern holds the fields that there are against those that the derive has seen, for another attribute may have changed the struct
/// since. The pointer to a field is one to its very type, for which no `Deref` stands. A macro in the place of a type may give another
/// one each time, so there the type that the field is held against is asked for the trait as well.
///
/// Nothing here trusts a name that the program could give another meaning: all goes by the trait that is implemented.
fn fields_of(data: &DataStruct, krate: &Path, strictest: &Ident, own_layout: bool) -> TokenStream {
    let types: Vec<&Type> = data.fields.iter().map(|field| &field.ty).collect();
    let names: Vec<Ident> = (0..types.len()).map(|i| format_ident!("__field{i}")).collect();
    let sizes = types.iter().map(|ty| match strictest == "Parameters" {
        true => quote_spanned!(ty.span()=> 4 * <#ty as #krate::Parameters>::COUNT),
        false => quote_spanned!(ty.span()=> <#ty as #krate::Plain>::BYTES),
    });
    let holds = types.iter().zip(&names).map(|(ty, name)| match has_a_macro(&ty.to_token_stream()) {
        true => quote_spanned!(ty.span()=> <#ty as #krate::#strictest>::__holds(&raw const *#name);),
        false => quote!(let _: *const #ty = &raw const *#name;),
    });
    // a layout that names the fields asks the trait of each, and it is told once
    let size = match strictest == "Parameters" && !own_layout {
        true => quote!(4 * <Self as #krate::Parameters>::LAYOUT.count()),
        false => quote!(0 #(+ #sizes)*),
    };
    let members = data.fields.members();
    quote! {
        const FIELDS: ::core::primitive::usize = {
            let _ = |__value: &Self| {
                let Self { #(#members: #names),* } = __value;
                #(#holds)*
            };
            #size
        };
    }
}

/// Compiles if and only if no attribute has changed the layout: this is said in a sentence, and then asked of the trait itself.
fn must_be_plain(input: &DeriveInput, krate: &Path) -> TokenStream {
    let name = &input.ident;
    quote_spanned! {name.span()=>
        const _: () = {
            #krate::__private::plain_fields::<#name>();
            [()][<#name as #krate::Plain>::WRONG]
        };
    }
}

/// Compiles if and only if the layout at `path` has as many numbers as the struct.
fn must_be_whole(input: &DeriveInput, path: &Path, krate: &Path) -> TokenStream {
    let name = &input.ident;
    quote_spanned!(path.span()=> const _: () = #krate::__private::assert_layout::<#name>();)
}

/// Implements the trait `memory`; the fields that are generic must implement the strictest of all.
fn implement(
    input: &DeriveInput,
    generic: &[&Field],
    krate: &Path,
    memory: &Ident,
    strictest: &Ident,
    content: &TokenStream,
) -> TokenStream {
    let name = &input.ident;
    let mut generics = input.generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(parse_quote!('static));
        }
    }
    let where_clause = generics.make_where_clause();
    for field in generic {
        let ty = &field.ty;
        let bound = quote_spanned!(ty.span()=> #krate::#strictest);
        where_clause.predicates.push(parse_quote!(#ty: #bound));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    // this crate's own are too many for rustc to list; an attribute of a tool is not to be had in every module of others
    let hidden = krate.is_ident("crate").then(|| quote!(#[diagnostic::do_not_recommend]));
    quote! {
        #hidden
        // SAFETY: `repr(C)`, and every field is such memory, in whole words, so there is no padding.
        unsafe impl #impl_generics #krate::#memory for #name #ty_generics #where_clause {
            #content
        }
    }
}

/// The names and layouts of the fields of a struct, or a layout that goes by position.
fn layout_of(data: &DataStruct, krate: &Path, kind: Option<&Path>) -> syn::Result<TokenStream> {
    let trainable = data.fields.iter().map(is_trainable).collect::<syn::Result<Vec<bool>>>()?;
    if let (Some(kind), true) = (kind, trainable.contains(&false)) {
        return Err(syn::Error::new(kind.span(), "a layout of one's own says itself what is `Layout::NonTrainable`"));
    }
    let types: Vec<&Type> = data.fields.iter().map(|field| &field.ty).collect();
    let kind = match kind.map(|path| (path, path.get_ident())) {
        Some((path, None)) => return Ok(quote!(const LAYOUT: #krate::layout::Layout = #path;)),
        kind => kind.and_then(|(_, ident)| ident),
    };
    if let Some(kind) = kind {
        let inner = types.iter().take(if kind == "Chain" { 2 } else { 1 });
        return Ok(quote! {
            const LAYOUT: #krate::layout::Layout =
                #krate::layout::Layout::#kind(#(&<#inner as #krate::Parameters>::LAYOUT),*);
        });
    }
    let name =
        |(i, field): (usize, &Field)| field.ident.as_ref().map_or(i.to_string(), |name| name.unraw().to_string());
    let names: Vec<String> = data.fields.iter().enumerate().map(name).collect();
    Ok(layout(&quote!(#krate), &names, &types, &trainable))
}

/// Whether a field is without `#[parameters(non_trainable)]`.
fn is_trainable(field: &Field) -> syn::Result<bool> {
    let mut trainable = true;
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("parameters")) {
        attr.parse_nested_meta(|meta| {
            trainable = false;
            if meta.path.is_ident("non_trainable") { Ok(()) } else { Err(meta.error(messages::NON_TRAINABLE)) }
        })?;
    }
    Ok(trainable)
}

/// The names and layouts of the fields of a struct.
fn layout(krate: &TokenStream, names: &[String], types: &[impl ToTokens], trainable: &[bool]) -> TokenStream {
    let layouts = types.iter().zip(trainable).map(|(ty, trainable)| {
        let span = ty.to_token_stream().span();
        let layout = quote_spanned!(span=> <#ty as #krate::Parameters>::LAYOUT);
        if *trainable { layout } else { quote!(#krate::layout::Layout::NonTrainable(&#layout)) }
    });
    quote! {
        const LAYOUT: #krate::layout::Layout = #krate::layout::Layout::Fields(&[
            #(#krate::layout::Field { name: #names, layout: &#layouts }),*
        ]);
    }
}

fn is_generic(input: &DeriveInput, field: &Field) -> bool {
    let params: Vec<String> = input.generics.params.iter().map(name_of).collect();
    mentions(&field.ty.to_token_stream(), &params)
}

fn has_a_macro(ty: &TokenStream) -> bool {
    ty.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => has_a_macro(&group.stream()),
        TokenTree::Punct(punct) => punct.as_char() == '!',
        _ => false,
    })
}

fn name_of(param: &GenericParam) -> String {
    match param {
        GenericParam::Type(param) => param.ident.unraw().to_string(),
        GenericParam::Const(param) => param.ident.unraw().to_string(),
        GenericParam::Lifetime(param) => param.lifetime.ident.to_string(),
    }
}

fn mentions(tokens: &TokenStream, words: &[String]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), words),
        TokenTree::Ident(ident) => words.contains(&ident.unraw().to_string()),
        _ => false,
    })
}

/// The path of the crate, by `#[parameters(crate = path)]`.
pub fn krate(input: &DeriveInput) -> syn::Result<Path> {
    Ok(settings(input)?.krate)
}

/// What `#[parameters(…)]` says.
struct Settings {
    /// `::congruent`, or another name for it.
    krate: Path,
    /// `Chain` or `List`, for the layers of this crate whose inner layers go by position; or the path of a constant, for those whose
    /// tensors have other names or shapes than their fields.
    layout: Option<Path>,
}

fn settings(input: &DeriveInput) -> syn::Result<Settings> {
    let mut settings = Settings { krate: parse_quote!(::congruent), layout: None };
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("parameters")) {
        attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                settings.krate = meta.value()?.call(Path::parse_mod_style)?;
            } else if meta.path.is_ident("layout") {
                settings.layout = Some(meta.value()?.call(Path::parse_mod_style)?);
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
    for attr in input.attrs.iter().filter(|attr| is_called(attr, "repr")) {
        attr.parse_nested_meta(|meta| {
            let is = |word: &str| meta.path.get_ident().is_some_and(|ident| ident.unraw() == word);
            found |= is("C");
            if is("align") || is("packed") {
                let message = "plain memory is aligned as `f32` is";
                return Err(meta.error(message));
            }
            Ok(())
        })?;
    }
    Ok(found)
}

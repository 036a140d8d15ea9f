//! From tokens to a [`Declaration`]: what was written, with nothing understood yet but the grammar.

mod fields;
mod groups;
mod layer;
mod mapping;
mod sources;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Generics, Ident, Token, Visibility};

use crate::ast::{Declaration, Field, Form, Header, Int8, Mapping, Unreadable};
use crate::layers::is_built_in;
use crate::messages;
use crate::tokens::tidy;
use fields::fields;
use groups::flatten_groups;

/// Reads the macro's input: the path of the crate, then the declaration.
pub fn declaration(input: TokenStream) -> Result<Declaration, Box<Unreadable>> {
    let mut header = None;
    let read = |input: ParseStream| read(input, &mut header);
    read.parse2(flatten_groups(input)).map_err(|error| Box::new(Unreadable { error, header }))
}

fn read(input: ParseStream, header: &mut Option<Header>) -> syn::Result<Declaration> {
    let krate = input.parse::<TokenTree>()?.into();
    let mut attrs = input.call(Attribute::parse_outer)?;
    let mut errors = Vec::new();
    let budget = take_budget(&mut attrs, &mut errors);
    let int8 = take_int8(&mut attrs, &mut errors);
    let vis: Visibility = input.parse()?;
    if let Some(word) = other_word_for_struct(input) {
        let name = input.fork().call(Ident::parse_any)?;
        errors.push(syn::Error::new(word.span(), messages::not_struct(&word, &name)));
    } else if let Some(name) = struct_left_out(input) {
        errors.push(syn::Error::new(name.span(), messages::struct_left_out(&name)));
    } else if !input.peek(Token![struct]) {
        let together = fields::in_parentheses(input);
        if together.is_none() {
            not_another_item(input, &vis)?;
        }
        let header = header.insert(Header { krate, attrs, vis, name: None, int8, generics: Generics::default() });
        if let Some(error) = together {
            return Err(error);
        }
        return read_type(input, header.clone(), budget, errors);
    }
    input.parse::<Option<Token![struct]>>()?;
    let vis = public_behind_struct(input, vis, &mut errors)?;
    let name = identifier(input, messages::NETWORK_NAME)?;
    let generics_ahead = input.fork();
    let header = header.insert(Header { krate, attrs, vis, name: Some(name), int8, generics: input.parse()? });
    if !header.generics.params.is_empty() || generics_ahead.peek(Token![where]) {
        return Err(generics_ahead.error(generics_written(&header.generics)));
    }
    let colon = input.parse::<Option<Token![:]>>()?.is_some();
    let without_colon = !colon && input.peek(syn::token::Bracket);
    let bracket = input.fork();
    let reads = colon && !input.peek(syn::token::Brace) || without_colon;
    let ahead = input.fork();
    let mapping: Option<Mapping> = match reads.then(|| ahead.parse()).transpose() {
        Ok(mapping) => {
            input.advance_to(&ahead);
            mapping
        }
        Err(error) => {
            errors.push(error);
            skip_to_body(input)?;
            None
        }
    };
    let mapping_lost = reads && mapping.is_none();
    if colon && !reads {
        errors.push(input.error(messages::MAPPING));
    }
    if let Some(mapping) = &mapping {
        if without_colon {
            errors.push(error_ahead(&bracket, &messages::mapping_without_colon(&mapping.written())));
        } else if let Some((span, slip)) = mapping.slip() {
            errors.push(syn::Error::new(span, messages::mapping_slip(slip, &mapping.written())));
        }
    }
    if input.peek(Token![=]) && input.peek2(syn::token::Brace) {
        errors.push(input.error(messages::EQUALS_BEFORE_BODY));
        input.parse::<Token![=]>()?;
    }
    let (form, layers) = body(input, &mut errors)?;
    let by_name = |mapping: &Mapping| !(mapping.input.parts.is_empty() && mapping.output.parts.is_empty());
    if form != Form::Named
        && let Some(mapping) = mapping.as_ref().filter(|mapping| by_name(mapping))
    {
        let span = if mapping.input.parts.is_empty() { mapping.output.span } else { mapping.input.span };
        return Err(syn::Error::new(span, messages::ENDS_NEED_NAMES));
    }
    if !input.is_empty() {
        errors.push(input.error(messages::AFTER_END));
        input.parse::<TokenStream>()?;
    }
    Ok(Declaration { header: header.clone(), mapping, mapping_lost, form, layers, budget, errors })
}

/// `{ name: Layer, ... }` or `(Layer, ...);`
fn body(input: ParseStream, errors: &mut Vec<syn::Error>) -> syn::Result<(Form, Vec<Field>)> {
    let layers;
    if input.peek(syn::token::Brace) {
        let brace = syn::braced!(layers in input);
        Ok((Form::Named, fields(&layers, brace.span.join(), Form::Named, errors)?))
    } else if input.peek(syn::token::Paren) {
        let paren = syn::parenthesized!(layers in input);
        let layers = fields(&layers, paren.span.join(), Form::ByPosition, errors)?;
        input.parse::<Option<Token![;]>>()?;
        // layers with names were meant to stand in braces
        let named = layers.iter().all(|layer| layer.name.is_some());
        Ok((if named { Form::Named } else { Form::ByPosition }, layers))
    } else {
        Err(input.error(messages::BODY))
    }
}

/// The name of a network with no word before it: `Digits: [64] -> [10] { … }`, `Digits { … }`.
fn struct_left_out(input: ParseStream) -> Option<Ident> {
    let ahead = input.fork();
    let name: Ident = ahead.parse().ok()?;
    let mapping = ahead.peek(Token![:]) && (ahead.peek2(syn::token::Bracket) || ahead.peek2(syn::token::Paren));
    let tuple = ahead.peek(syn::token::Paren) && !is_built_in(&name.to_string());
    (mapping || tuple || ahead.peek(syn::token::Brace)).then_some(name)
}

/// `struct pub Digits`
fn public_behind_struct(input: ParseStream, vis: Visibility, errors: &mut Vec<syn::Error>) -> syn::Result<Visibility> {
    if !input.peek(Token![pub]) {
        return Ok(vis);
    }
    let behind: Visibility = input.parse()?;
    let name: Ident = input.fork().call(Ident::parse_any)?;
    errors.push(syn::Error::new(behind.span(), messages::public_behind_struct(&name)));
    Ok(behind)
}

/// What to say of generic parameters.
fn generics_written(generics: &Generics) -> String {
    let constants: Vec<String> = generics.const_params().map(|param| param.ident.to_string()).collect();
    let written: Vec<String> =
        generics.params.iter().map(|param| tidy(&quote::quote!(#param)).replace(" :", ":")).collect();
    let written = if written.is_empty() { String::new() } else { format!("<{}>", written.join(", ")) };
    messages::generics(&written, &constants)
}

/// Leaves out what stands before the layers.
fn skip_to_body(input: ParseStream) -> syn::Result<()> {
    let is_body = |input: ParseStream| {
        let side = input.peek2(Token![->]) || input.peek2(syn::token::Brace) || input.peek2(syn::token::Paren);
        let tuple = input.peek(syn::token::Paren) && (input.peek2(Token![;]) || !side);
        input.is_empty() || input.peek(syn::token::Brace) || tuple
    };
    while !is_body(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// A word before the name of a network that is not `struct`: `class`, or a slip. Takes it.
fn other_word_for_struct(input: ParseStream) -> Option<Ident> {
    let ahead = input.fork();
    let word: Ident = ahead.parse().ok().filter(|word: &Ident| word != "union" && !is_built_in(&word.to_string()))?;
    let name = ahead.peek(Ident) && !input.peek2(Token![::]);
    let rest = ahead.peek2(Token![:]) && !ahead.peek2(Token![::])
        || ahead.peek2(syn::token::Brace)
        || ahead.peek2(syn::token::Paren);
    if !(name && rest) {
        return None;
    }
    input.advance_to(&ahead);
    Some(word)
}

/// A network is a struct or a list of layers, which begins with a path or a mapping: an `enum` is neither, nor a name with braces.
fn not_another_item(input: ParseStream, vis: &Visibility) -> syn::Result<()> {
    if input.is_empty() {
        return Err(syn::Error::new(Span::call_site(), messages::EMPTY));
    }
    let path = path_ahead(input);
    let ahead = input.fork();
    let other = match ahead.call(Ident::parse_any) {
        Ok(word) => {
            let built_in = is_built_in(&word.to_string());
            let tuple = ahead.peek(syn::token::Paren) && !built_in;
            let union = word == "union" && ahead.peek(Ident);
            !path || tuple || union || ahead.peek(Token![:]) && !ahead.peek(Token![::])
        }
        Err(_) => !(path || input.peek(syn::token::Bracket)),
    };
    let body = ahead.peek(syn::token::Brace) || !matches!(vis, Visibility::Inherited);
    if other || body { Err(input.error(messages::NO_STRUCT)) } else { Ok(()) }
}

/// The type form: `[784] -> [10]; Dense<…>, Dense<…>`, where the mapping may be left out.
fn read_type(
    input: ParseStream,
    header: Header,
    budget: Vec<(Ident, Expr)>,
    mut errors: Vec<syn::Error>,
) -> syn::Result<Declaration> {
    if let Some(attr) = header.attrs.first() {
        let frozen = attr.path().is_ident("frozen");
        return Err(syn::Error::new_spanned(
            attr,
            if frozen { messages::FROZEN_TYPE } else { messages::TYPE_ATTRIBUTE },
        ));
    }
    if let Some((limit, _)) = budget.first() {
        return Err(syn::Error::new(limit.span(), messages::TYPE_ATTRIBUTE));
    }
    if let Some(int8) = &header.int8 {
        return Err(syn::Error::new(int8.span, messages::TYPE_ATTRIBUTE));
    }
    let mapping = if input.peek(syn::token::Bracket) {
        let mapping: Mapping = input.parse()?;
        if let Some((span, slip)) = mapping.slip() {
            errors.push(syn::Error::new(span, messages::mapping_slip(slip, &mapping.written())));
        }
        if !mapping.output.parts.is_empty() {
            return Err(syn::Error::new(mapping.output.span, messages::ENDS_NEED_NAMES));
        }
        input.parse::<Token![;]>().map_err(|e| syn::Error::new(e.span(), messages::TYPE_MAPPING))?;
        Some(mapping)
    } else {
        None
    };
    let layers = fields(input, Span::call_site(), Form::Type, &mut errors)?;
    Ok(Declaration { header, mapping, mapping_lost: false, form: Form::Type, layers, budget, errors })
}

/// Takes `#[budget(flash = …, ram = …, macs = …)]` out of the attributes.
fn take_budget(attrs: &mut Vec<Attribute>, errors: &mut Vec<syn::Error>) -> Vec<(Ident, Expr)> {
    let mut budget: Vec<(Ident, Expr)> = Vec::new();
    let is_budget = |attr: &&Attribute| attr.path().is_ident("budget");
    for attr in attrs.iter().filter(is_budget) {
        let read = attr.parse_nested_meta(|meta| {
            let key = meta.path.require_ident().map_err(|_| meta.error(messages::BUDGET))?;
            if !["flash", "ram", "macs"].iter().any(|known| key == known) {
                return Err(meta.error(messages::BUDGET));
            }
            if budget.iter().any(|(known, _)| known == key) {
                return Err(meta.error(messages::budget_twice(key)));
            }
            let value = meta.value().map_err(|_| syn::Error::new(key.span(), messages::budget_without_limit(key)))?;
            budget.push((key.clone(), value.parse()?));
            Ok(())
        });
        errors.extend(read.err());
    }
    attrs.retain(|attr| !attr.path().is_ident("budget"));
    budget
}

/// Takes `#[int8]` or `#[int8(Name)]` out of the attributes.
fn take_int8(attrs: &mut Vec<Attribute>, errors: &mut Vec<syn::Error>) -> Option<Int8> {
    let is_int8 = |attr: &Attribute| attr.path().is_ident("int8");
    let mut found = None;
    for attr in attrs.iter().filter(|attr| is_int8(attr)) {
        let name = match &attr.meta {
            syn::Meta::Path(_) => Ok(None),
            meta => meta.require_list().and_then(|list| list.parse_args()).map(Some),
        };
        if found.is_some() {
            errors.push(syn::Error::new_spanned(attr, messages::INT8_TWICE));
        } else if name.is_err() {
            let meant = int8_meant(&attr.meta).map(|name| name.to_string());
            errors.push(syn::Error::new_spanned(attr, messages::int8_name(meant.as_deref())));
        }
        found = Some(Int8 { span: attr.path().span(), name: name.ok().flatten() });
    }
    attrs.retain(|attr| !is_int8(attr));
    found
}

/// The name that is written in quotes, or behind `=`.
fn int8_meant(meta: &syn::Meta) -> Option<Ident> {
    let value = match meta {
        syn::Meta::List(list) => list.parse_args().ok()?,
        syn::Meta::NameValue(pair) => pair.value.clone(),
        syn::Meta::Path(_) => return None,
    };
    match value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) => name.parse().ok(),
        Expr::Path(name) => name.path.get_ident().cloned(),
        _ => None,
    }
}

/// An identifier that is not a keyword.
fn identifier(input: ParseStream, what: &str) -> syn::Result<Ident> {
    if input.peek(Ident) {
        return input.parse();
    }
    let ahead = input.fork();
    Err(match Ident::parse_any(&ahead) {
        Ok(keyword) => syn::Error::new(keyword.span(), messages::keyword(&keyword, what)),
        Err(_) => input.error(messages::expected(what)),
    })
}

/// An error at what comes next, all of it if that is in brackets.
fn error_ahead(input: ParseStream, message: &str) -> syn::Error {
    match input.fork().parse::<TokenTree>() {
        Ok(token) => syn::Error::new(token.span(), message),
        Err(_) => input.error(message),
    }
}

fn path_ahead(input: ParseStream) -> bool {
    input.peek(Ident)
        || input.peek(Token![::])
        || input.peek(Token![self])
        || input.peek(Token![crate])
        || input.peek(Token![super])
}

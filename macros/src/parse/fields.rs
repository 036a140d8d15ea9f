//! The layers of a network, by name or by position, with their attributes.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitInt, Token, parse::Parse};

use super::layer::layer;
use super::sources::sourced;
use super::{identifier, path_ahead};
use crate::ast::{Field, Form, Spec};
use crate::graph::Join;
use crate::layers::is_built_in;
use crate::messages;
use crate::words::similar;

/// Takes `#[frozen]` out of the attributes, and what can only have been meant to be it.
pub(super) fn take_frozen(attrs: &mut Vec<Attribute>, errors: &mut Vec<syn::Error>) -> Option<Span> {
    let mut frozen = None;
    attrs.retain(|attr| {
        let word = attr.path().get_ident().map(Ident::to_string).unwrap_or_default();
        if word == "budget" {
            errors.push(syn::Error::new_spanned(attr.path(), messages::BUDGET_OF_LAYER));
            return false;
        }
        if word == "int8" {
            errors.push(syn::Error::new_spanned(attr.path(), messages::INT8_OF_LAYER));
            return false;
        }
        let meant = word == "freeze" || similar(&word, &["frozen"]).is_some();
        if meant {
            errors.push(syn::Error::new_spanned(attr.path(), messages::not_frozen(&word)));
        }
        !meant
    });
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("frozen")) {
        if attr.meta.require_path_only().is_err() {
            errors.push(syn::Error::new_spanned(attr, messages::FROZEN_ARGUMENTS));
        }
        frozen = Some(attr.path().span());
    }
    attrs.retain(|attr| !attr.path().is_ident("frozen"));
    frozen
}

/// The layers. After one that cannot be read, the next are still looked at.
pub(super) fn fields(
    input: ParseStream,
    whole: Span,
    form: Form,
    errors: &mut Vec<syn::Error>,
) -> syn::Result<Vec<Field>> {
    let mut fields = Vec::new();
    while !input.is_empty() {
        if let Some(attr) = attribute_of_nothing(input) {
            errors.push(syn::Error::new_spanned(attr, messages::ATTRIBUTE_OF_NOTHING));
            break;
        }
        if let Some(error) = function(input) {
            input.parse::<TokenStream>()?;
            if fields.is_empty() {
                return Err(error);
            }
            errors.push(error);
            break;
        }
        let field = field(input, form, errors)?;
        let written = field.layer.as_ref().map(Spec::written).ok();
        fields.push(field);
        if input.peek(Token![>]) {
            errors.push(input.error(messages::TWO_CLOSED));
            input.parse::<Token![>]>()?;
        }
        if input.is_empty() {
            break;
        }
        if let Some(error) = fields.last().and_then(|field| operator(input, field)) {
            skip_to_comma(input)?;
            input.parse::<Option<Token![,]>>()?;
            if let Some(field) = fields.last_mut() {
                field.layer = Err(error);
            }
            continue;
        }
        if let (Err(error), Some(written)) = (input.parse::<Token![,]>(), written) {
            let message = if input.peek(Token![=]) {
                messages::VALUE.into()
            } else if input.peek(Token![:]) {
                messages::second_name(&written)
            } else {
                messages::missing_comma(&written)
            };
            let error = syn::Error::new(error.span(), message);
            match fields.last_mut() {
                // what stands between two colons is no layer
                Some(field) if input.peek(Token![:]) => field.layer = Err(error),
                _ => errors.push(error),
            }
            if input.parse::<Option<Token![;]>>()?.is_none() && !path_ahead(input) {
                skip_to_comma(input)?;
                input.parse::<Option<Token![,]>>()?;
            }
        }
    }
    names_by_position(&mut fields, form, errors);
    if fields.is_empty() { Err(syn::Error::new(whole, messages::EMPTY)) } else { Ok(fields) }
}

/// Two values as an expression joins them, `a + b`, behind the first.
fn operator(input: ParseStream, field: &Field) -> Option<syn::Error> {
    let (name, first) = (field.name.as_ref()?, field.layer.as_ref().ok()?);
    let join = if input.peek(Token![+]) {
        Join::Add
    } else if input.peek(Token![*]) {
        Join::Multiply
    } else {
        return None;
    };
    let ahead = input.fork();
    let sign: TokenTree = ahead.parse().ok()?;
    let second = ahead.call(Ident::parse_any).ok()?;
    let (path, ends) = (&first.path, ahead.is_empty() || ahead.peek(Token![,]));
    let message = messages::operator(&name.to_string(), join.word(), &first.written(), &second.to_string());
    ends.then(|| syn::Error::new_spanned(quote::quote!(#path #sign #second), message))
}

/// Attributes behind the last layer. Takes them.
pub(super) fn attribute_of_nothing(input: ParseStream) -> Option<Attribute> {
    let ahead = input.fork();
    let attrs = ahead.call(Attribute::parse_outer).ok().filter(|_| ahead.is_empty())?;
    input.advance_to(&ahead);
    attrs.into_iter().next()
}

/// A function among the layers, as a module of PyTorch has one: `fn forward`, `def forward`.
fn function(input: ParseStream) -> Option<syn::Error> {
    let ahead = input.fork();
    ahead.parse::<syn::Visibility>().ok()?;
    let word = ahead.call(Ident::parse_any).ok().filter(|word| word == "fn" || word == "def")?;
    let name = ahead.call(Ident::parse_any).ok()?;
    Some(syn::Error::new(word.span(), messages::method(&name.to_string())))
}

/// Layers that stand together where they are to stand one by one, in the type form: `network![(Dense<4, 2>, Relu)]`.
pub(super) fn in_parentheses(input: ParseStream) -> Option<syn::Error> {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().ok()?;
    several(input, None).filter(|_| ahead.is_empty())
}

/// Several layers in the place of one, as an error: `[Dense<32, 32>; 3]`, `[Dense<32, 32>, Relu]`, `(Dense<32, 32>, Relu)`.
fn several(input: ParseStream, name: Option<&Ident>) -> Option<syn::Error> {
    let TokenTree::Group(group) = input.fork().parse::<TokenTree>().ok()? else { return None };
    let repeated = |input: ParseStream| {
        let layer: Spec = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok((layer, input.parse::<LitInt>()?.base10_parse::<usize>()?))
    };
    let listed = |input: ParseStream| input.parse_terminated(Spec::parse, Token![,]);
    let layers: Vec<Spec> = match group.delimiter() {
        Delimiter::Brace | Delimiter::None => return None,
        _ => match repeated.parse2(group.stream()) {
            Ok((layer, count @ 1..=64)) => vec![layer; count],
            Ok(_) => return None,
            Err(_) => listed.parse2(group.stream()).ok()?.into_iter().collect(),
        },
    };
    // an array of numbers is none of layers
    let is_type = |layer: &Spec| layer.word().is_none_or(|word| word.starts_with(char::is_uppercase));
    if !layers.iter().all(is_type) {
        return None;
    }
    let layers: Vec<String> = layers.iter().map(Spec::written).collect();
    let named = |(i, layer): (usize, &String)| match name {
        Some(name) => format!("{name}{}: {layer}", i + 1),
        None => layer.clone(),
    };
    let layers: Vec<String> = layers.iter().enumerate().map(named).collect();
    (!layers.is_empty()).then(|| syn::Error::new(group.span(), messages::several_layers(&layers)))
}

/// The layer of a field, or what is wrong with it.
fn one_layer(input: ParseStream, name: Option<&Ident>) -> syn::Result<syn::Result<Spec>> {
    match several(input, name) {
        Some(error) => skip_to_comma(input).map(|()| Err(error)),
        None => layer(input),
    }
}

/// Names in parentheses: all of them are names, and the parentheses are wrong, or some are, and these are wrong.
pub(super) fn names_by_position(fields: &mut [Field], form: Form, errors: &mut Vec<syn::Error>) {
    let Some(first) = fields.iter().position(|field| field.name.is_some()).filter(|_| form != Form::Named) else {
        return;
    };
    let all = form == Form::ByPosition && fields.iter().all(|field| field.name.is_some());
    let layers: Option<Vec<String>> = fields
        .iter()
        .map(|field| Some(format!("{}: {}", field.name.as_ref()?, field.layer.as_ref().ok()?.written())))
        .collect();
    let braces = layers.filter(|_| all).map(|layers| layers.join(", "));
    let written = fields[first].layer.as_ref().map(Spec::written).unwrap_or_default();
    if let Some(name) = &fields[first].name {
        errors.push(syn::Error::new(name.span(), messages::name_by_position(&written, braces.as_deref())));
    }
    if !all {
        fields.iter_mut().for_each(|field| field.name = None);
    }
}

pub(super) fn field(input: ParseStream, form: Form, errors: &mut Vec<syn::Error>) -> syn::Result<Field> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    let frozen = take_frozen(&mut attrs, errors);
    let vis = input.parse()?;
    if input.peek(Token![let]) {
        errors.push(input.error(messages::LET));
        input.parse::<Token![let]>()?;
    }
    if input.peek(Token![mut]) {
        errors.push(input.error(messages::MUT));
        input.parse::<Token![mut]>()?;
    }
    let named = input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]);
    if form != Form::Named && !named {
        return Ok(Field { attrs, frozen, vis, name: None, layer: one_layer(input, None)?, sources: None });
    }
    let name = if form == Form::Named {
        let whole = input.fork();
        if input.peek(LitInt) && input.peek2(Token![:]) {
            let number = input.parse::<LitInt>()?;
            input.parse::<Token![:]>()?;
            let layer = layer(input)?;
            let written = layer.as_ref().map_or("Dense<64, 32, Relu>".into(), Spec::written);
            errors.push(syn::Error::new(number.span(), messages::number_for_name(&written)));
            let name = Some(quote::format_ident!("layer{}", number.base10_digits(), span = number.span()));
            return Ok(Field { attrs, frozen, vis, name, layer, sources: None });
        }
        let name = identifier(input, "the layer's name")?;
        if let Some(layer) = nameless(&name, &whole) {
            skip_to_comma(input)?;
            return Ok(Field { attrs, frozen, vis, name: Some(name), layer: Err(layer), sources: None });
        }
        name
    } else {
        identifier(input, "the layer's name")?
    };
    let colon = input.parse::<Token![:]>();
    let equals = if colon.is_err() { input.parse::<Option<Token![=]>>()? } else { None };
    let layer = match (colon, equals) {
        (Err(error), None) if !path_ahead(input) => {
            skip_to_comma(input)?;
            Err(syn::Error::new(error.span(), messages::missing_colon(&name, "Dense<64, 32, Relu>")))
        }
        (Err(error), equals) => {
            let layer = layer(input)?;
            let at = equals.map_or(error.span(), |equals| equals.span);
            if let Ok(spec) = &layer {
                errors.push(syn::Error::new(at, messages::missing_colon(&name, &spec.written())));
            }
            layer
        }
        (Ok(_), _) => match sourced(input).filter(|_| form == Form::Named) {
            Some((layer, sources)) => {
                return Ok(Field { attrs, frozen, vis, name: Some(name), layer, sources: Some(sources) });
            }
            None => one_layer(input, Some(&name))?,
        },
    };
    Ok(Field { attrs, frozen, vis, name: Some(name), layer, sources: None })
}

/// A layer in braces that has no name, as an error.
pub(super) fn nameless(name: &Ident, input: ParseStream) -> Option<syn::Error> {
    if input.peek2(Token![:]) && !input.peek2(Token![::]) || !is_built_in(&name.to_string()) {
        return None;
    }
    let layer = input.parse::<Spec>().ok().map(|spec| spec.written()).unwrap_or_else(|| format!("{name}<...>"));
    Some(syn::Error::new(name.span(), messages::missing_name(&layer)))
}

/// Leaves out what stands before the next comma that is not within `<` and `>`.
pub(super) fn skip_to_comma(input: ParseStream) -> syn::Result<()> {
    let mut depth = 0_i32;
    while !(input.is_empty() || depth <= 0 && input.peek(Token![,])) {
        if input.peek(Token![->]) {
            input.parse::<Token![->]>()?;
            continue;
        }
        match input.parse::<TokenTree>()? {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            _ => {}
        }
    }
    Ok(())
}

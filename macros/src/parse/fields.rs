//! The layers of a network, by name or by position, with their attributes.

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitInt, Token};

use super::layer::layer;
use super::{identifier, path_ahead};
use crate::ast::{Field, Form, Spec};
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

/// Attributes behind the last layer. Takes them.
pub(super) fn attribute_of_nothing(input: ParseStream) -> Option<Attribute> {
    let ahead = input.fork();
    let attrs = ahead.call(Attribute::parse_outer).ok().filter(|_| ahead.is_empty())?;
    input.advance_to(&ahead);
    attrs.into_iter().next()
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
    let named = input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]);
    if form != Form::Named && !named {
        return Ok(Field { attrs, frozen, vis, name: None, layer: layer(input)? });
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
            return Ok(Field { attrs, frozen, vis, name, layer });
        }
        let name = identifier(input, "the layer's name")?;
        if let Some(layer) = nameless(&name, &whole) {
            skip_to_comma(input)?;
            return Ok(Field { attrs, frozen, vis, name: Some(name), layer: Err(layer) });
        }
        name
    } else {
        input.call(Ident::parse_any)?
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
        (Ok(_), _) => layer(input)?,
    };
    Ok(Field { attrs, frozen, vis, name: Some(name), layer })
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

//! From tokens to a [`Declaration`]: what was written, with nothing understood yet but the grammar.

use core::mem;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Generics, Ident, LitFloat, LitInt, Path, Token, Visibility};

use crate::ast::{Arg, Args, Declaration, Field, Form, Header, MappedShape, Mapping, Spec, Unreadable};
use crate::layers::{is_built_in, is_place};
use crate::messages;
use crate::tokens::{braced, tidy};
use crate::words::similar;

/// Reads the macro's input: the path of the crate, then the declaration.
pub fn declaration(input: TokenStream) -> Result<Declaration, Box<Unreadable>> {
    let mut header = None;
    let read = |input: ParseStream| read(input, &mut header);
    read.parse2(flatten_groups(input)).map_err(|error| Box::new(Unreadable { error, header }))
}

/// Replaces the invisible groups around what a `macro_rules!` passes on, as `$n:literal` or `$t:ty`, by their contents;
/// an expression of several tokens goes into braces.
fn flatten_groups(tokens: TokenStream) -> TokenStream {
    let mut in_attribute = false;
    let flatten = |token: TokenTree| {
        let attribute = mem::replace(&mut in_attribute, is_hash(&token));
        match token {
            TokenTree::Group(group) if attribute => regroup(&group, flatten_attribute(group.stream())),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten_fragment(group.stream()),
            TokenTree::Group(group) if has_invisible(&group.stream()) => {
                regroup(&group, flatten_groups(group.stream()))
            }
            other => other.into(),
        }
    };
    tokens.into_iter().map(flatten).collect()
}

/// The contents of one such group.
fn flatten_fragment(fragment: TokenStream) -> TokenStream {
    let inner = flatten_groups(fragment);
    match (syn::parse2::<syn::Type>(inner.clone()), syn::parse2::<Expr>(inner.clone())) {
        (_, Ok(Expr::Paren(inner))) => flatten_fragment(inner.expr.into_token_stream()),
        (Ok(ty), _) if may_be_layer(&ty) => inner,
        (_, Ok(_)) if inner.clone().into_iter().count() > 1 => quote!({ #inner }),
        _ => inner,
    }
}

/// Whether it is not an expression that reads like a type: the sum `A + B`, the call `size(A)`.
fn may_be_layer(ty: &syn::Type) -> bool {
    let called = |segment: &syn::PathSegment| matches!(segment.arguments, syn::PathArguments::Parenthesized(_));
    match ty {
        syn::Type::Path(ty) => !ty.path.segments.iter().any(called),
        syn::Type::TraitObject(_) => false,
        _ => true,
    }
}

/// An attribute keeps its groups, which rustc and `syn` see through, but for `$m:meta` around its path.
fn flatten_attribute(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match &tokens[..] {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => flatten_attribute(group.stream()),
        _ => tokens.into_iter().collect(),
    }
}

fn is_hash(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')
}

/// The group with other contents.
fn regroup(group: &Group, contents: TokenStream) -> TokenStream {
    let mut copy = Group::new(group.delimiter(), contents);
    copy.set_span(group.span());
    TokenTree::Group(copy).into()
}

/// Whether there is such a group somewhere within.
fn has_invisible(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::None || has_invisible(&group.stream()),
        _ => false,
    })
}

fn read(input: ParseStream, header: &mut Option<Header>) -> syn::Result<Declaration> {
    let krate = input.parse::<TokenTree>()?.into();
    let mut attrs = input.call(Attribute::parse_outer)?;
    let mut errors = Vec::new();
    let budget = take_budget(&mut attrs, &mut errors);
    let vis: Visibility = input.parse()?;
    if let Some(word) = other_word_for_struct(input) {
        let name = input.fork().call(Ident::parse_any)?;
        errors.push(syn::Error::new(word.span(), messages::not_struct(&word, &name)));
    } else if let Some(name) = struct_left_out(input) {
        errors.push(syn::Error::new(name.span(), messages::struct_left_out(&name)));
    } else if !input.peek(Token![struct]) {
        not_another_item(input, &vis)?;
        let header = header.insert(Header { krate, attrs, vis, name: None, generics: Generics::default() });
        return read_type(input, header.clone(), budget, errors);
    }
    input.parse::<Option<Token![struct]>>()?;
    let vis = public_behind_struct(input, vis, &mut errors)?;
    let name = identifier(input, messages::NETWORK_NAME)?;
    let generics_ahead = input.fork();
    let header = header.insert(Header { krate, attrs, vis, name: Some(name), generics: input.parse()? });
    if !header.generics.params.is_empty() || generics_ahead.peek(Token![where]) {
        return Err(generics_ahead.error(messages::GENERICS));
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
    let mapping = ahead.peek(Token![:]) && ahead.peek2(syn::token::Bracket);
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

/// Leaves out what stands before the layers.
fn skip_to_body(input: ParseStream) -> syn::Result<()> {
    let is_body = |input: ParseStream| {
        let tuple = input.peek(syn::token::Paren) && (input.peek2(Token![;]) || !input.peek2(Token![->]));
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
    let mapping = if input.peek(syn::token::Bracket) {
        let mapping: Mapping = input.parse()?;
        if let Some((span, slip)) = mapping.slip() {
            errors.push(syn::Error::new(span, messages::mapping_slip(slip, &mapping.written())));
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

/// Takes `#[frozen]` out of the attributes, and what can only have been meant to be it.
fn take_frozen(attrs: &mut Vec<Attribute>, errors: &mut Vec<syn::Error>) -> Option<Span> {
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
fn fields(input: ParseStream, whole: Span, form: Form, errors: &mut Vec<syn::Error>) -> syn::Result<Vec<Field>> {
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
fn attribute_of_nothing(input: ParseStream) -> Option<Attribute> {
    let ahead = input.fork();
    let attrs = ahead.call(Attribute::parse_outer).ok().filter(|_| ahead.is_empty())?;
    input.advance_to(&ahead);
    attrs.into_iter().next()
}

/// Names in parentheses: all of them are names, and the parentheses are wrong, or some are, and these are wrong.
fn names_by_position(fields: &mut [Field], form: Form, errors: &mut Vec<syn::Error>) {
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

fn field(input: ParseStream, form: Form, errors: &mut Vec<syn::Error>) -> syn::Result<Field> {
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
fn nameless(name: &Ident, input: ParseStream) -> Option<syn::Error> {
    if input.peek2(Token![:]) && !input.peek2(Token![::]) || !is_built_in(&name.to_string()) {
        return None;
    }
    let layer = input.parse::<Spec>().ok().map(|spec| spec.written()).unwrap_or_else(|| format!("{name}<...>"));
    Some(syn::Error::new(name.span(), messages::missing_name(&layer)))
}

/// A layer. What cannot be read is left out, up to the next comma.
fn layer(input: ParseStream) -> syn::Result<syn::Result<Spec>> {
    let ahead = input.fork();
    if ahead.peek(Token![&]) {
        let reference = ahead.error(messages::REFERENCE);
        skip_to_comma(input)?;
        return Ok(Err(reference));
    }
    let layer = ahead.parse::<Spec>().and_then(|spec| no_parentheses(&ahead, spec));
    match &layer {
        Ok(_) => input.advance_to(&ahead),
        Err(_) => skip_to_comma(input)?,
    }
    Ok(layer)
}

/// `Dense(64, 32)` looks like a call, but is a type; so is `Dense[64, 32]`.
fn no_parentheses(input: ParseStream, spec: Spec) -> syn::Result<Spec> {
    if input.peek(Token![!]) {
        return Err(syn::Error::new(spec.blame(), messages::MACRO));
    }
    match input.cursor().any_group() {
        // braces, or what cannot be read as arguments
        Some((arguments, _, span, _)) if spec.args.is_none() => {
            let message = messages::parentheses(&spec.written(), &tidy(&arguments.token_stream()));
            Err(syn::Error::new(span.join(), message))
        }
        _ => Ok(spec),
    }
}

/// Leaves out what stands before the next comma that is not within `<` and `>`.
fn skip_to_comma(input: ParseStream) -> syn::Result<()> {
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

impl Parse for Mapping {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let first: MappedShape = input.parse()?;
        let mut arrow_slip = None;
        if let Err(error) = input.parse::<Token![->]>() {
            if input.peek(syn::token::Brace) || input.peek(syn::token::Paren) || input.is_empty() {
                return Err(syn::Error::new(first.span, messages::half_a_mapping(&first.written())));
            }
            if !another_arrow(input) {
                return Err(syn::Error::new(error.span(), messages::ARROW));
            }
            arrow_slip = Some((error.span(), messages::ANOTHER_ARROW));
        }
        Ok(Mapping { input: first, output: input.parse()?, slip: arrow_slip })
    }
}

/// `=>`, `-->` or the like before a shape. Takes it.
fn another_arrow(input: ParseStream) -> bool {
    let ahead = input.fork();
    for _ in 0..4 {
        if ahead.peek(syn::token::Bracket) || ahead.peek(LitInt) {
            input.advance_to(&ahead);
            return true;
        }
        if !matches!(ahead.parse::<TokenTree>(), Ok(TokenTree::Punct(_))) {
            return false;
        }
    }
    false
}

impl Parse for MappedShape {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if let Some(shape) = unbracketed(input) {
            return Ok(shape);
        }
        if !input.peek(syn::token::Bracket) {
            let body = input.cursor().group(Delimiter::Brace).map(|(_, span, _)| span.open());
            return Err(body.map_or(input.error(messages::MAPPING), |span| syn::Error::new(span, messages::MAPPING)));
        }
        if let Some((sizes, span)) = array(input) {
            return Ok(MappedShape { span, at_most: false, sizes, slip: Some((span, messages::ARRAY)) });
        }
        let sizes;
        let bracket = syn::bracketed!(sizes in input);
        let span = bracket.span.join();
        if sizes.peek(Token![..=]) || sizes.peek(Token![...]) {
            let at = sizes.cursor().span();
            for _ in 0..3 {
                sizes.parse::<TokenTree>()?;
            }
            let most = sizes.parse::<Expr>().map(|most| tidy(&most.into_token_stream()));
            return Err(syn::Error::new(at, messages::at_most(most.as_deref().unwrap_or("12"))));
        }
        let at_most = sizes.parse::<Option<Token![..]>>()?.is_some();
        if at_most && (sizes.is_empty() || sizes.peek(Token![,])) {
            return Err(sizes.error(messages::AT_MOST_HOW_MANY));
        }
        let list = sizes.parse_terminated(Expr::parse, Token![,]);
        let list = list.map_err(|error| match error.to_string().as_str() {
            "expected `,`" => syn::Error::new(error.span(), messages::SIZES),
            _ => error,
        });
        let mut sizes: Vec<Expr> = list?.into_iter().collect();
        if sizes.is_empty() {
            return Err(syn::Error::new(span, messages::EMPTY_SHAPE));
        }
        let batch = sizes.len() > 1 && !at_most && is_batch(&sizes[0]);
        let slip = batch.then(|| (sizes.remove(0).span(), messages::BATCH));
        Ok(MappedShape { span, at_most, sizes, slip })
    }
}

/// The sizes of `[f32; 784]` or `[[f32; 28]; 28]`, if that comes next. Takes it.
fn array(input: ParseStream) -> Option<(Vec<Expr>, Span)> {
    let ahead = input.fork();
    let Ok(TokenTree::Group(group)) = ahead.parse::<TokenTree>() else { return None };
    let parts = |input: ParseStream| {
        let inner = if input.peek(syn::token::Bracket) {
            array(input).map(|(inner, _)| inner).ok_or_else(|| input.error(messages::SIZES))?
        } else if input.peek(LitInt) {
            vec![input.parse()?]
        } else {
            input.parse::<Ident>()?; // the type of the numbers
            Vec::new()
        };
        input.parse::<Token![;]>()?;
        Ok(core::iter::once(input.parse()?).chain(inner).collect())
    };
    let sizes = parts.parse2(group.stream()).ok().filter(|_| group.delimiter() == Delimiter::Bracket)?;
    input.advance_to(&ahead);
    Some((sizes, group.span()))
}

/// A batch among the sizes of a shape, as other frameworks have it: `_`, `-1`, `None`.
fn is_batch(size: &Expr) -> bool {
    match size {
        Expr::Infer(_) | Expr::Unary(_) => true,
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}

/// `784` or `(28, 28)` for a shape.
fn unbracketed(input: ParseStream) -> Option<MappedShape> {
    let ahead = input.fork();
    let (sizes, span) = match ahead.parse::<TokenTree>().ok()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let list = |input: ParseStream| input.parse_terminated(Expr::parse, Token![,]);
            let list = list.parse2(group.stream()).ok().filter(|list| !list.is_empty())?;
            (list.into_iter().collect(), group.span())
        }
        token @ (TokenTree::Literal(_) | TokenTree::Ident(_)) => {
            let span = token.span();
            (vec![syn::parse2(token.into()).ok()?], span)
        }
        _ => return None,
    };
    // whatever comes after it, it was to be one side of a mapping
    let end = ahead.is_empty() || ahead.peek(syn::token::Brace) || ahead.peek(syn::token::Paren);
    if !(end || ahead.peek(Token![->]) || ahead.peek(Token![;])) {
        return None;
    }
    input.advance_to(&ahead);
    Some(MappedShape { span, at_most: false, sizes, slip: Some((span, messages::UNBRACKETED)) })
}

impl Mapping {
    /// What is wrong with how it is written, though not with what.
    fn slip(&self) -> Option<(Span, &'static str)> {
        self.input.slip.or(self.slip).or(self.output.slip)
    }

    fn written(&self) -> String {
        format!("{} -> {}", self.input.written(), self.output.written())
    }
}

impl MappedShape {
    fn written(&self) -> String {
        let sizes: Vec<String> = self.sizes.iter().map(|size| tidy(&size.into_token_stream())).collect();
        format!("[{}{}]", if self.at_most { ".." } else { "" }, sizes.join(", "))
    }
}

impl Parse for Spec {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if !path_ahead(input) {
            return Err(error_ahead(input, messages::LAYER));
        }
        let ahead = input.fork();
        if let Some(path) = dotted(&ahead) {
            input.advance_to(&ahead);
            let (args, called) = in_a_group(input).map_or((None, None), |(args, span)| (Some(args), Some(span)));
            return Ok(Spec { path, args, called });
        }
        let path = match turbofish(&ahead) {
            Ok(word) => {
                input.advance_to(&ahead);
                word.into()
            }
            Err(_) => input.call(Path::parse_mod_style)?,
        };
        if let Some(last) = path.segments.last()
            && ["self", "crate", "super"].iter().any(|root| last.ident == root)
        {
            return Err(syn::Error::new(last.ident.span(), messages::LAYER));
        }
        if input.peek(Token![<]) {
            return Ok(Spec { path, args: Some(input.parse()?), called: None });
        }
        let (args, called) = in_a_group(input).map_or((None, None), |(args, span)| (Some(args), Some(span)));
        Ok(Spec { path, args, called })
    }
}

/// `nn.Linear`, as Python has it.
fn dotted(input: ParseStream) -> Option<Path> {
    let first: Ident = input.parse().ok().filter(|word: &Ident| is_place(&word.to_string()))?;
    let mut path: Path = first.into();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>().ok()?;
        path.segments.push(input.parse::<Ident>().ok()?.into());
    }
    (path.segments.len() > 1).then_some(path)
}

/// Arguments in parentheses or brackets, as in a call.
fn in_a_group(input: ParseStream) -> Option<(Args, Span)> {
    let ahead = input.fork();
    let Ok(TokenTree::Group(group)) = ahead.parse::<TokenTree>() else { return None };
    if !matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket) {
        return None;
    }
    let end = group.span_close();
    let list = |input: ParseStream| Args::list(input, end);
    let args = list.parse2(group.stream()).ok()?;
    input.advance_to(&ahead);
    Some((args, group.span()))
}

/// `Dense::` before `<64, 32>`, as Rust writes it in expressions.
fn turbofish(input: ParseStream) -> syn::Result<Ident> {
    let word = input.parse()?;
    input.parse::<Token![::]>()?;
    if input.peek(Token![<]) { Ok(word) } else { Err(input.error(messages::LAYER)) }
}

impl Parse for Args {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let open = input.parse::<Token![<]>()?.span();
        let mut args = Args { list: Vec::new(), end: open, slip: None };
        loop {
            if input.peek(Token![>]) {
                args.end = input.parse::<Token![>]>()?.span();
                return Ok(args);
            }
            args.push(input)?;
            if unclosed_before(input) {
                args.slip = Some((open, messages::UNCLOSED));
                return Ok(args);
            }
            if input.peek(Token![->]) {
                args.slip = Some((input.parse::<Token![->]>()?.span(), messages::ARROW_BETWEEN));
            } else if !input.peek(Token![>]) {
                input.parse::<Token![,]>().map_err(|e| syn::Error::new(e.span(), messages::ARGUMENT_END))?;
            }
        }
    }
}

/// Whether the layer ends here though no `>` does: at the end of the network, or before the name of the next layer.
fn unclosed_before(input: ParseStream) -> bool {
    let ahead = input.fork();
    if ahead.is_empty() {
        return true;
    }
    let next = |ahead: ParseStream| ahead.peek(Ident) && ahead.peek2(Token![:]) && !ahead.peek2(Token![::]);
    let comma = ahead.parse::<Token![,]>().is_ok();
    if comma && ahead.is_empty() {
        return true;
    }
    if !next(&ahead) || ahead.parse::<Ident>().is_err() || ahead.parse::<Token![:]>().is_err() {
        return false;
    }
    ahead.parse::<Ident>().is_ok_and(|word| is_built_in(&word.to_string()) || ahead.peek(Token![<]))
}

impl Args {
    /// All that stands between the brackets of a group, which end here.
    fn list(input: ParseStream, end: Span) -> syn::Result<Args> {
        let mut args = Args { list: Vec::new(), end, slip: None };
        while !input.is_empty() {
            args.push(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }

    /// Reads the next argument.
    fn push(&mut self, input: ParseStream) -> syn::Result<()> {
        if input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            let name = input.call(Ident::parse_any)?;
            self.slip = Some((input.parse::<Token![:]>()?.span, messages::COLON_OF_SETTING));
            self.list.push(Arg::Setting(name, input.parse()?));
        } else {
            self.list.push(input.parse()?);
        }
        Ok(())
    }
}

impl Parse for Arg {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(Token![return]) && !input.peek2(Token![=]) {
            return Err(input.error(messages::HALF_A_SETTING));
        }
        if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            let name = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            return Ok(Arg::Setting(name, input.parse()?));
        }
        if input.peek(Token![_]) {
            input.parse().map(Arg::Infer)
        } else if input.peek(LitInt) {
            input.parse().map(Arg::Integer)
        } else if input.peek(LitFloat) {
            input.parse().map(Arg::Float)
        } else if input.peek(syn::token::Brace) {
            let block: Group = input.parse()?;
            syn::parse2::<syn::Block>(TokenTree::Group(block.clone()).into())?;
            Ok(Arg::Block(braced(block.stream(), block.span())))
        } else if let Some(pair) = pair(input)? {
            Ok(pair)
        } else if let Some(sizes) = sizes(input)? {
            Ok(sizes)
        } else if input.peek(syn::Lit) {
            input.parse::<syn::Lit>().map(|other| Arg::Other(other.into_token_stream()))
        } else if input.peek(Token![-]) {
            let (minus, number): (Token![-], syn::Lit) = (input.parse()?, input.parse()?);
            Ok(Arg::Other(quote!(#minus #number)))
        } else if path_ahead(input) {
            input.parse().map(Arg::Spec)
        } else if input.peek(Ident::peek_any) && input.fork().parse::<syn::Type>().is_err() {
            // a keyword, such as `final`: whoever wants the argument says what it may be
            input.call(Ident::parse_any).map(|word| Arg::Other(word.into_token_stream()))
        } else if input.fork().parse::<syn::Type>().is_ok() {
            input.parse::<syn::Type>().map(|other| Arg::Other(other.into_token_stream()))
        } else if input.peek(syn::token::Paren) || input.peek(syn::token::Bracket) {
            input.parse::<Group>().map(|other| Arg::Other(other.into_token_stream()))
        } else {
            Err(input.error(messages::ARGUMENT))
        }
    }
}

/// `(3, 5)`, if that comes next.
fn pair(input: ParseStream) -> syn::Result<Option<Arg>> {
    let ahead = input.fork();
    let Ok(TokenTree::Group(group)) = ahead.parse::<TokenTree>() else {
        return Ok(None);
    };
    let two = |input: ParseStream| {
        let first = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok([first, input.parse()?])
    };
    if group.delimiter() != Delimiter::Parenthesis {
        return Ok(None);
    }
    let Ok(pair) = two.parse2(group.stream()) else {
        return Ok(None);
    };
    let tokens = input.parse::<TokenTree>()?;
    Ok(Some(Arg::Pair(tokens.into(), Box::new(pair))))
}

/// `[1, 28, 28]`, if that comes next, and not an array type.
fn sizes(input: ParseStream) -> syn::Result<Option<Arg>> {
    let ahead = input.fork();
    let Ok(TokenTree::Group(group)) = ahead.parse::<TokenTree>() else {
        return Ok(None);
    };
    let list = |input: ParseStream| input.parse_terminated(Arg::parse, Token![,]);
    let list = match list.parse2(group.stream()) {
        Ok(list) if group.delimiter() == Delimiter::Bracket && !list.is_empty() => list,
        _ => return Ok(None),
    };
    let tokens = input.parse::<TokenTree>()?;
    Ok(Some(Arg::Sizes(tokens.into(), list.into_iter().collect())))
}

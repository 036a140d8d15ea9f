//! A layer with its arguments: `Dense<64, 32, Relu>`.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Ident, LitFloat, LitInt, Path, Token};

use super::fields::skip_to_comma;
use super::{error_ahead, path_ahead};
use crate::ast::{Arg, Args, Spec};
use crate::layers::{is_built_in, is_place};
use crate::messages;
use crate::tokens::{braced, tidy};

/// A layer. What cannot be read is left out, up to the next comma.
pub(super) fn layer(input: ParseStream) -> syn::Result<syn::Result<Spec>> {
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
pub(super) fn no_parentheses(input: ParseStream, spec: Spec) -> syn::Result<Spec> {
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
        let ahead = input.fork();
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
        // what the layer is called with, as in Keras
        if called.is_some() && input.peek(syn::token::Paren) {
            input.parse::<TokenTree>()?;
        }
        Ok(Spec { path, args, called })
    }
}

/// `nn.Linear`, as Python has it.
pub(super) fn dotted(input: ParseStream) -> Option<Path> {
    let first: Ident = input.parse().ok().filter(|word: &Ident| is_place(&word.to_string()))?;
    let mut path: Path = first.into();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>().ok()?;
        path.segments.push(input.parse::<Ident>().ok()?.into());
    }
    (path.segments.len() > 1).then_some(path)
}

/// Arguments in parentheses or brackets, as in a call.
pub(super) fn in_a_group(input: ParseStream) -> Option<(Args, Span)> {
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
pub(super) fn turbofish(input: ParseStream) -> syn::Result<Ident> {
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
            if let Some(operator) = args.computed(input) {
                args.slip = Some((operator, messages::COMPUTED));
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
pub(super) fn unclosed_before(input: ParseStream) -> bool {
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
            args.computed(input);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }

    /// Reads the rest of a size that is computed, `16 * 2`, which stands in braces then. Where its first operator is; nothing, if the
    /// argument ends here.
    fn computed(&mut self, input: ParseStream) -> Option<Span> {
        let ahead = input.fork();
        let operator = ahead.parse::<TokenTree>().ok()?;
        let goes_on = match &operator {
            TokenTree::Punct(punct) => "+-*/%.".contains(punct.as_char()),
            TokenTree::Ident(word) => word == "as",
            _ => false,
        };
        if !goes_on || input.peek(Token![->]) {
            return None;
        }
        let mut rest = TokenStream::from(operator.clone());
        while !(ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![>])) {
            rest.extend(TokenStream::from(ahead.parse::<TokenTree>().ok()?));
        }
        let last = match self.list.last_mut()? {
            Arg::Setting(_, value) => value,
            other => other,
        };
        let size = quote!(#last #rest);
        syn::parse2::<syn::Expr>(size.clone()).ok()?;
        syn::parse2::<syn::Block>(quote!({ #size })).ok()?;
        *last = Arg::Block(braced(size, last.blame()));
        input.advance_to(&ahead);
        Some(operator.span())
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
pub(super) fn pair(input: ParseStream) -> syn::Result<Option<Arg>> {
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
pub(super) fn sizes(input: ParseStream) -> syn::Result<Option<Arg>> {
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

//! A layer with what it takes: `Dense<64, 32, Relu>(seen)`, `Add(a, b)`.

use proc_macro2::{Delimiter, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, Path, Token};

use super::path_ahead;
use crate::ast::{Args, Sources, Spec};
use crate::graph::Join;
use crate::messages;

/// Reads a layer behind which it is written what it takes. Nothing, if it is not.
///
/// Behind `<…>`, parentheses can only be that. Without, they are if they hold names of values, in lower case: other frameworks have their
/// arguments there.
pub(super) fn sourced(input: ParseStream) -> Option<(syn::Result<Spec>, Sources)> {
    let ahead = input.fork();
    let foreign = module(&ahead);
    if !path_ahead(&ahead) {
        return None;
    }
    let path = ahead.call(Path::parse_mod_style).ok()?;
    if foreign && path.get_ident().is_none_or(|word| Join::meant(&word.to_string()).is_none()) {
        return None;
    }
    let args: Option<Args> = if ahead.peek(Token![<]) { Some(ahead.parse().ok()?) } else { None };
    let Ok(TokenTree::Group(group)) = ahead.parse::<TokenTree>() else { return None };
    let ends = ahead.is_empty() || ahead.peek(Token![,]);
    if group.delimiter() != Delimiter::Parenthesis || !ends {
        return None;
    }
    let list = |input: ParseStream| input.parse_terminated(Ident::parse, Token![,]);
    let names: Option<Vec<Ident>> = list.parse2(group.stream()).ok().map(|names| names.into_iter().collect());
    let names = names.filter(|names| !names.is_empty());
    if args.is_none() && !names.as_ref().is_some_and(|names| names.iter().all(is_of_value)) {
        return None;
    }
    input.advance_to(&ahead);
    let span = group.span();
    let spec = Spec { path, args, called: None };
    Some(match names {
        Some(names) => (Ok(spec), Sources { span, names }),
        None => (Err(syn::Error::new(span, messages::sources(&spec.written()))), Sources { span, names: Vec::new() }),
    })
}

/// Takes what stands before the last point: `torch.` of `torch.cat(a, b)`. Whether there was something.
fn module(input: ParseStream) -> bool {
    let mut found = false;
    while input.peek(Ident) && input.peek2(Token![.]) {
        found = input.parse::<Ident>().is_ok() && input.parse::<Token![.]>().is_ok();
    }
    found
}

/// Whether a name is written as those of values are.
fn is_of_value(name: &Ident) -> bool {
    name.to_string().trim_start_matches("r#").starts_with(|c: char| c == '_' || c.is_lowercase())
}

//! The mapping: `[64] -> [10]`, and what is written in its place.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitInt, Token};

use crate::ast::{MappedShape, Mapping};
use crate::messages;
use crate::tokens::tidy;

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
pub(super) fn another_arrow(input: ParseStream) -> bool {
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
        if let Some(shape) = several(input)? {
            return Ok(shape);
        }
        if let Some(shape) = unbracketed(input) {
            return Ok(shape);
        }
        if !input.peek(syn::token::Bracket) {
            let body = input.cursor().group(Delimiter::Brace).map(|(_, span, _)| span.open());
            return Err(body.map_or(input.error(messages::MAPPING), |span| syn::Error::new(span, messages::MAPPING)));
        }
        if let Some((sizes, span)) = array(input) {
            return Ok(MappedShape {
                span,
                at_most: false,
                sizes,
                parts: Vec::new(),
                slip: Some((span, messages::ARRAY)),
            });
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
        let mut named = None;
        for size in &mut sizes {
            if let Expr::Assign(assign) = &*size
                && matches!(&*assign.left, Expr::Path(_))
            {
                named = named.or(Some((assign.span(), messages::NAMED_SIZE)));
                *size = (*assign.right).clone();
            }
        }
        if let Some(root) = sizes.iter().find_map(root_of_a_path) {
            return Err(syn::Error::new(root.span(), messages::SIZE_IN_A_MAPPING));
        }
        let batch = sizes.len() > 1 && !at_most && is_batch(&sizes[0]);
        let slip = batch.then(|| (sizes.remove(0).span(), messages::BATCH)).or(named);
        Ok(MappedShape { span, at_most, sizes, parts: Vec::new(), slip })
    }
}

/// `(image: [3, 32, 32], speed: [2])`, if that comes next.
fn several(input: ParseStream) -> syn::Result<Option<MappedShape>> {
    let names = |input: ParseStream| {
        let named = input.peek(Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]);
        input.parse::<TokenStream>()?;
        Ok(named)
    };
    match input.fork().parse::<TokenTree>() {
        Ok(TokenTree::Group(group))
            if group.delimiter() == Delimiter::Parenthesis && names.parse2(group.stream()).is_ok_and(|named| named) => {
        }
        _ => return Ok(None),
    }
    let content;
    let span = syn::parenthesized!(content in input).span.join();
    let mut parts = Vec::new();
    while !content.is_empty() {
        let unnamed = |error: syn::Error| syn::Error::new(error.span(), messages::NAMED_SHAPE);
        let name: Ident = content.parse().map_err(unnamed)?;
        content.parse::<Token![:]>().map_err(unnamed)?;
        let shape: MappedShape = content.parse()?;
        if !shape.parts.is_empty() {
            return Err(syn::Error::new(shape.span, messages::PARTS_OF_PARTS));
        }
        parts.push((name, shape));
        if !content.is_empty() {
            content.parse::<Token![,]>().map_err(|error| syn::Error::new(error.span(), messages::BETWEEN_SHAPES))?;
        }
    }
    let slip = parts.iter().find_map(|(_, shape)| shape.slip);
    Ok(Some(MappedShape { span, at_most: false, sizes: Vec::new(), parts, slip }))
}

/// The sizes of `[f32; 784]` or `[[f32; 28]; 28]`, if that comes next. Takes it.
pub(super) fn array(input: ParseStream) -> Option<(Vec<Expr>, Span)> {
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

/// `crate` and the like, which are no sizes by themselves.
fn root_of_a_path(size: &Expr) -> Option<&Ident> {
    let Expr::Path(path) = size else { return None };
    let last = &path.path.segments.last()?.ident;
    ["crate", "self", "super", "Self"].iter().any(|root| last == root).then_some(last)
}

/// A batch among the sizes of a shape, as other frameworks have it: `_`, `-1`, `None`.
pub(super) fn is_batch(size: &Expr) -> bool {
    match size {
        Expr::Infer(_) | Expr::Unary(_) => true,
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}

/// `784` or `(28, 28)` for a shape.
pub(super) fn unbracketed(input: ParseStream) -> Option<MappedShape> {
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
    let end =
        ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(syn::token::Brace) || ahead.peek(syn::token::Paren);
    if !(end || ahead.peek(Token![->]) || ahead.peek(Token![;])) {
        return None;
    }
    input.advance_to(&ahead);
    Some(MappedShape { span, at_most: false, sizes, parts: Vec::new(), slip: Some((span, messages::UNBRACKETED)) })
}

impl Mapping {
    /// What is wrong with how it is written, though not with what.
    pub(super) fn slip(&self) -> Option<(Span, &'static str)> {
        self.input.slip.or(self.slip).or(self.output.slip)
    }

    pub(super) fn written(&self) -> String {
        format!("{} -> {}", self.input.written(), self.output.written())
    }
}

impl MappedShape {
    pub fn written(&self) -> String {
        if !self.parts.is_empty() {
            let parts = self.parts.iter().map(|(name, shape)| format!("{name}: {}", shape.written()));
            return format!("({})", parts.collect::<Vec<_>>().join(", "));
        }
        let sizes: Vec<String> = self.sizes.iter().map(|size| tidy(&size.into_token_stream())).collect();
        format!("[{}{}]", if self.at_most { ".." } else { "" }, sizes.join(", "))
    }
}

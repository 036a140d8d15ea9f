//! What many layers share: how arguments are read, and how a layer is made of what was found.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitInt;

use syn::spanned::Spanned;

use super::rules::with_rules;
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::{Fit, Flow, Layer};
use crate::sentence::{Holds, Sentence, call};
use crate::shape::Size;
use crate::tokens::is_block;
use crate::words::similar;

/// Types that everybody knows, none of which is a layer.
pub const NO_LAYERS: &[&str] = &[
    "String",
    "Vec",
    "Box",
    "Option",
    "Result",
    "HashMap",
    "PhantomData",
    "Self",
    "bool",
    "char",
    "str",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
];

/// The message about a layer that takes another number than the one before it gives: see [`messages::inputs`].
pub type Differ = fn(&str, &Size, &str, &Size, Sentence) -> Sentence;

/// The mistake that this whole crate is about: a layer takes a number of inputs, and another number is given.
///
/// Where they come from the mapping, either may be wrong. `shape` is a shape with such a number.
pub fn differ(
    spec: &Spec,
    arg: &Arg,
    [takes, gives]: [&Size; 2],
    shape: impl Fn(&Size) -> Flow,
    say: Differ,
    context: &mut Context,
) {
    if takes.same(gives) {
        return;
    }
    let holds = call!(context.krate, agree, takes, gives);
    if let Some(mapping) = context.mapping {
        let message = messages::mapping_input(&shape(gives), &context.name, &shape(takes), Holds::Known(false));
        if !context.claim(mapping, holds, message) {
            context.lost_input = Some(context.lost_shape());
        }
    } else {
        let around = around_first(spec);
        let cure = match context.made.iter().rev().find(|(_, value)| value.same(&shape(takes))) {
            Some((value, _)) => messages::takes_another_value(&spec.written(), value, &around),
            None => messages::takes_what_comes_in(gives, &around),
        };
        let message = say(&context.name, takes, &context.giver, gives, cure);
        context.claim(arg.blame(), holds, message);
    }
}

/// The layer as written, before and after its first argument.
pub fn around_first(spec: &Spec) -> [String; 2] {
    let rest: String = spec.args().iter().skip(1).map(|arg| format!(", {}", arg.written())).collect();
    [format!("{}<", spec.word().unwrap_or_default()), format!("{rest}>")]
}

/// The probability of a number or a channel to be dropped, by its bits. `example` is how one is written here.
pub fn dropout_rate(arg: &Arg, example: &str, context: &mut Context) -> Option<TokenStream> {
    let rate = match arg {
        Arg::Float(number) if number.base10_parse::<f32>().is_ok_and(|rate| (0.0..1.0).contains(&rate)) => {
            quote!(#number)
        }
        Arg::Block(tokens) => tokens.clone(),
        Arg::Spec(constant) if constant.args.is_none() => quote!(#constant),
        other => {
            context.error_at(other, messages::rate(format!("`{}`", other.written()).into(), example));
            return None;
        }
    };
    if !matches!(arg, Arg::Float(_)) {
        // the constant stands there once, so that rustc reports once that it is of another type
        let bound = Ident::new("__rate", arg.blame());
        context.rules.push(quote_spanned!(arg.blame()=> let #bound: ::core::primitive::f32 = #rate));
        let holds = Holds::Asked(quote!(#bound >= 0.0 && #bound < 1.0));
        context.check(arg, holds, messages::rate(Sentence::fraction(quote!(#bound)), example));
        return Some(with_rules(quote!(::core::primitive::f32::to_bits(#bound)), context));
    }
    Some(quote!({ ::core::primitive::f32::to_bits(#rate) }))
}

/// Stands for a layer whose mistake is reported.
pub fn lost(written: String, blame: Span, context: &Context) -> Layer {
    let ty = context.lost_layer();
    let gives = Flow { lost: true, ..Flow::unknown(context.lost_shape()) };
    Layer {
        ty,
        written,
        name: context.name.clone(),
        blame,
        fit: Fit::Seen,
        claims: Vec::new(),
        gives,
        parameters: None,
        macs: None,
        identity: false,
    }
}

/// A layer that gives this.
pub fn layer(spec: &Spec, ty: TokenStream, gives: Flow, context: &Context) -> Layer {
    let (name, written, blame) = (context.name.clone(), spec.written(), spec.blame());
    Layer {
        ty,
        written,
        name,
        blame,
        fit: Fit::Seen,
        claims: Vec::new(),
        gives,
        parameters: None,
        macs: None,
        identity: false,
    }
}

/// The input of a layer that takes any shape.
pub fn any_shape(spec: &Spec, context: &mut Context) -> Option<Flow> {
    if context.flow.is_none() {
        context.error(spec.path.span(), messages::shape_first(&context.name.clone()));
    }
    context.flow.clone().filter(|flow| !flow.lost)
}

/// An argument that is a size.
pub fn size(arg: &Arg, what: &str, context: &mut Context) -> Option<Size> {
    match arg {
        Arg::Integer(number) => integer(number, what, context),
        Arg::Block(tokens) => Some(context.constant(tokens.clone(), arg.blame())),
        Arg::Spec(spec) if spec.args.is_none() => {
            let word = spec.word().unwrap_or_default();
            if context.activation(&word).is_some() {
                context.error_at(arg, messages::activation_as_size(what, &word));
                return None;
            }
            Some(context.constant(quote!(#spec), arg.blame()))
        }
        other => {
            context.error_at(other, messages::not_a_size(what, &other.written()));
            None
        }
    }
}

/// A size that is written out. A wrong one is reported; a negative one was meant without its sign, and of others nobody knows.
pub fn integer(number: &LitInt, what: &str, context: &mut Context) -> Option<Size> {
    let digits = number.base10_digits();
    let read = digits.trim_start_matches('-').parse::<u64>();
    let size = read.ok().filter(|size| (1..=u64::from(u32::MAX)).contains(size)).map(Size::Number);
    let wrong = if !matches!(number.suffix(), "" | "usize") {
        messages::not_a_size(what, &number.to_string())
    } else if size.is_some() && digits.starts_with('-') {
        messages::negative(what, digits)
    } else if size.is_some() {
        return size;
    } else if digits.trim_start_matches('-').trim_start_matches('0').is_empty() {
        messages::zero(what)
    } else {
        messages::too_large(digits)
    };
    // in a macro, what is written once may stand in two places
    let place = format!("{:?}", number.span());
    if !context.wrong_numbers.contains(&place) {
        context.wrong_numbers.push(place);
        context.error(number.span(), wrong);
    }
    size
}

/// An argument that is an activation, as a type.
pub fn activation(arg: &Arg, context: &mut Context) -> TokenStream {
    let krate = context.krate;
    if let Arg::Spec(spec) = arg {
        let word = spec.word().unwrap_or_default();
        if let Some(activation) = context.activation(&word) {
            if let Some(args) = spec.args.as_ref().filter(|args| !args.list.is_empty()) {
                context.error_at(&args.list[0], messages::arguments(&word, &activation.arguments(), &word));
            }
            return builtin(spec, context);
        }
        if word.eq_ignore_ascii_case("prelu") {
            context.error_at(arg, messages::PRELU);
            return quote!(#krate::Linear);
        }
        if let Some(similar) = similar(&word, &context.activation_words()) {
            context.error_at(arg, messages::unknown("activation", &word, similar));
            return quote!(#krate::Linear);
        }
        let is_type = || syn::parse2::<syn::Type>(quote!(#spec)).is_ok();
        if is_type() && context.row(&word).is_none() && !NO_LAYERS.contains(&word.as_str()) {
            return must_be_activation(&quote!(#spec), spec.blame(), context);
        }
    }
    context.error_at(arg, messages::not_an_activation(&arg.written(), &context.activation_words()));
    quote!(#krate::Linear)
}

/// The path of a built-in type, with the word as the user wrote it.
pub fn builtin(spec: &Spec, context: &Context) -> TokenStream {
    let (krate, path) = (context.krate, &spec.path);
    quote!(#krate::#path)
}

/// A size as a const argument.
pub fn braced(size: &Size) -> TokenStream {
    let expression = size.expression();
    if size.number().is_some() || is_block(&expression) { expression } else { quote!({ #expression }) }
}

/// A type that must be an activation, in the same way.
pub fn must_be_activation(ty: &TokenStream, span: Span, context: &mut Context) -> TokenStream {
    let checked = if_known(ty, &quote_spanned!(span=> <#ty as here::Activation>::NAME), span, context.krate);
    context.checked.push([checked.clone(), ty.clone()]);
    checked
}

/// The type `ty`, if `known` has a value.
pub fn if_known(ty: &TokenStream, known: &TokenStream, span: Span, krate: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        <#ty as #krate::__private::If<{
            use #krate::__private::krate as here;
            let _ = #known;
            true
        }>>::Layer
    }
}

//! Layers that are not built in.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use super::common::{if_known, layer, lost};
use crate::ast::{Arg, Spec};
use crate::claims;
use crate::context::Context;
use crate::messages;
use crate::model::{Fit, Flow, Layer};
use crate::tokens::krate_at;

/// A layer that is not built in: a type that only rustc knows.
pub fn custom_layer(spec: &Spec, context: &mut Context) -> Layer {
    let mut wrong = context.network.is_some_and(|name| is_itself(&spec.path, name));
    if wrong {
        context.error(spec.blame(), messages::ITSELF);
    }
    if let Some(span) = spec.called {
        context.error(span, messages::foreign(messages::CALLED, &spec.written(), None));
        wrong = true;
    }
    if let Some((span, slip)) = spec.args.as_ref().and_then(|args| args.slip) {
        context.error(span, messages::foreign(slip, &spec.written(), None));
        wrong = true;
    }
    for arg in spec.args() {
        match arg {
            Arg::Setting(name, _) => context.error(name.span(), messages::no_settings(&spec.written(), name)),
            Arg::Infer(_) => context.error_at(arg, messages::infer_own(&spec.written())),
            // a list that is no type either
            Arg::Sizes(..) | Arg::Pair(..) if syn::parse2::<syn::Type>(quote!(#arg)).is_err() => {
                context.error_at(arg, messages::not_a_size("an argument of a custom layer", &arg.written()));
            }
            _ => continue,
        }
        wrong = true;
    }
    if !wrong && syn::parse2::<syn::Type>(quote!(#spec)).is_err() {
        context.error_at(spec, messages::no_layer(&spec.written(), None));
        wrong = true;
    }
    if wrong {
        return lost(spec.written(), spec.blame(), context);
    }
    let ty = must_be_layer(&quote!(#spec), spec.blame(), context);
    let reported = rule_of_fit(&ty, spec.blame(), context);
    let krate = context.krate;
    let gives = Flow::unknown(quote!(<#ty as #krate::Layer>::Output));
    let fit = match &context.flow {
        Some(flow) if !flow.lost && !reported => Fit::Input,
        _ => Fit::Seen,
    };
    Layer { fit, ..layer(spec, ty, gives, context) }
}

/// Whether a path is `Digits` or `self::Digits` within the network of that name.
fn is_itself(path: &Path, name: &Ident) -> bool {
    let mut words = path.segments.iter().map(|segment| &segment.ident).skip_while(|word| *word == "self");
    path.leading_colon.is_none() && words.next() == Some(name) && words.next().is_none()
}

/// A type that must be a layer made of plain data. Where it is not, that is an error within a constant, which makes the whole
/// type unknown to rustc: so it is reported once, and nothing that uses the type is a second mistake. A layer whose `impl` is wrong, which
/// is reported there, is replaced here, so that it is not reported again.
fn must_be_layer(ty: &TokenStream, span: Span, context: &mut Context) -> TokenStream {
    let layer = if_known(ty, &quote_spanned!(span=> <#ty as here::Layer>::MACS), span, context.krate);
    let layer = if_sound(&layer, span, context.krate);
    let checked = if_known(&layer, &quote_spanned!(span=> <#layer as here::Parameters>::COUNT), span, context.krate);
    context.checked.push([checked.clone(), ty.clone()]);
    checked
}

/// Within an encoder, makes the check of the input part of the type of the whole.
fn rule_of_fit(ty: &TokenStream, span: Span, context: &mut Context) -> bool {
    let (Some(flow), Some(fits)) = (&context.flow, &mut context.fits) else { return false };
    let krate = krate_at(span);
    let expected = quote_spanned!(span=> <#ty as #krate::Layer>::Input);
    fits.push(claims::fits(span, [&context.name, &context.giver], &flow.ty, &expected));
    true
}

/// The layer `ty`, or what stands in for one that breaks its promises.
fn if_sound(ty: &TokenStream, span: Span, krate: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        <#ty as #krate::__private::SelectLayer<{
            #[allow(unused_imports)] // the answers of `Fallback` are for layers that break a bound
            use #krate::__private::{Fallback, Probe, selected};
            selected(<Probe<#ty>>::IS_SOUND, <Probe<#ty>>::HAS_SHAPES)
        }>>::Layer
    }
}

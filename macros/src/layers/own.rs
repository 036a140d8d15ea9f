//! Layers that are not built in.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{layer, lost};
use crate::check::{Context, Fit, Flow, Layer};
use crate::messages;
use crate::parse::{Arg, Spec};

/// A layer that is not built in: a type that only rustc knows.
pub fn own_layer(spec: &Spec, context: &mut Context) -> Layer {
    let mut wrong = false;
    for arg in spec.args() {
        match arg {
            Arg::Setting(name, _) => context.error(name.span(), messages::no_settings(&spec.written(), name)),
            Arg::Infer(_) => context.error_at(arg, messages::infer_own(&spec.written())),
            _ => continue,
        }
        wrong = true;
    }
    if wrong {
        return lost(spec.written(), spec.blame(), context);
    }
    let (krate, shown) = (context.krate, quote!(#spec));
    let ty = must_be_layer(&shown, spec.blame(), krate);
    let gives = Flow::unknown(quote!(<#ty as #krate::Layer>::Output));
    let fit = match &context.flow {
        Some(flow) if !flow.lost => Fit::Input([String::new(), String::new()]),
        _ => Fit::Seen,
    };
    Layer { fit, shown, ..layer(spec, ty, gives, context) }
}

/// A type that must be a layer made of plain data. Where it is not, that is an error within a constant, which makes the whole
/// type unknown to rustc: so it is told once, and nothing that uses the type is a second mistake.
fn must_be_layer(ty: &TokenStream, span: Span, krate: &TokenStream) -> TokenStream {
    let layer = if_known(ty, &quote_spanned!(span=> <#ty as here::Layer>::MACS), span, krate);
    if_known(&layer, &quote_spanned!(span=> <#layer as here::Parameters>::COUNT), span, krate)
}

/// The type `ty`, if `known` has a value.
fn if_known(ty: &TokenStream, known: &TokenStream, span: Span, krate: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        <#ty as #krate::__private::If<{
            use #krate::__private::krate as here;
            let _ = #known;
            true
        }>>::Layer
    }
}

//! `Multiply<…>`: a list of layers whose output is multiplied with their input.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::arguments::written;
use super::common::layer;
use super::nested::{inner, inner_claims, listed};
use super::residual::inner_specs;
use super::resolve::list;
use crate::ast::Spec;
use crate::claims::{asked, of_shapes};
use crate::context::Context;
use crate::messages;
use crate::model::{Claim, Flow, Layer};
use crate::shape;
use crate::shape::Size;
use crate::tokens::krate_at;

pub fn multiply(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &[], context)?;
    let example = "Multiply<GlobalAvgPool, Dense<16, 4, Relu>, Dense<4, 16, Sigmoid>>";
    let (input, specs) = inner_specs(spec, &written, example, context)?;
    let layers = list(&specs, context);
    context.flow = Some(input.clone());
    let mut layers = layers?;
    let gives = layers.last()?.gives.clone();
    if let (Some(comes), Some(given)) = (&input.sizes, &gives.sizes)
        && !(given.is_empty() || multiplies(comes, given))
    {
        let shapes = [comes, given].map(|sizes| shape::written(sizes));
        let channels = comes.first().filter(|_| comes.len() > 1);
        let [comes, given] = shapes;
        context.error(spec.blame(), messages::product(&context.name, comes, given, channels));
        return None;
    }
    context.claims.extend(inner_claims(&mut layers, in_the_list));
    if !(gives.is_known() && input.is_known()) {
        context.claims.push(product_claim(spec.blame(), context.name.clone()));
    }
    let krate = context.krate;
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    let chain = listed(krate, &types);
    let parameters = layers.iter().map(|layer| layer.parameters).sum();
    let inner: Option<u64> = layers.iter().map(|layer| layer.macs).sum();
    let own = input.sizes.as_deref().and_then(shape::count);
    let macs = inner.zip(own).and_then(|(inner, own)| inner.checked_add(own));
    let fit = layers[0].fit;
    Some(Layer { fit, parameters, macs, ..layer(spec, quote!(#krate::Multiply<#chain>), input, context) })
}

/// Whether that may be, as far as numbers tell: the same shape, or one number for each channel.
fn multiplies(comes: &[Size], given: &[Size]) -> bool {
    let ones = given.iter().skip(1).all(|size| size.number().is_none_or(|size| size == 1));
    !shape::differ(comes, given) || ones && !comes.is_empty() && !comes[0].differs(&given[0])
}

/// The same, by the types of both.
fn product_claim(blame: Span, name: String) -> Claim {
    let krate = krate_at(blame);
    Box::new(move |ty| {
        let layers = in_the_list(ty);
        let comes = quote_spanned!(blame=> <#ty as #krate::Layer>::Input);
        let given = quote_spanned!(blame=> <#layers as #krate::Layer>::Output);
        let flows = [&comes, &given].map(|ty| Flow::unknown(ty.clone()));
        let message = messages::product(&name, &flows[0], &flows[1], None);
        asked(blame, &of_shapes("multiplies", &[&comes, &given], blame), &message)
    })
}

/// The chain of its layers, by its type.
fn in_the_list(ty: &TokenStream) -> TokenStream {
    inner(&inner(ty, "First"), "First")
}

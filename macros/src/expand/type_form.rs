//! The type form: a list of layers as one type.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::checks::{Types, checks};
use crate::ast::Declaration;
use crate::model::Network;
use crate::tokens::{CRATE, chain};

/// `List::<Chain<Chain<A, B>, Chain<C, D>>, Params<…>>`
pub fn type_form(declaration: &Declaration, network: &Network) -> TokenStream {
    let krate = &declaration.header.krate;
    let known = network.layers.iter().map(|layer| layer.parameters).sum::<Option<u64>>();
    let types: Vec<TokenStream> = network.layers.iter().map(|layer| layer.ty.clone()).collect();
    let chain = chain(krate, &types);
    let promised = network.promised.as_ref().map(|promised| [promised.input.clone(), promised.output.clone()]);
    let mut checks = checks(network, &Types { layers: types, promised });
    let count = match known {
        Some(count) if checks.is_empty() && count < 1_000_000_000 => params(krate, |unit| {
            let number = proc_macro2::Literal::u64_unsuffixed(count / unit % 1000);
            quote!(#number)
        }),
        _ => {
            let count = quote!(<#chain as #krate::Parameters>::COUNT);
            checks.push(quote!(#krate::__private::countable(#count)));
            params_of(krate, &count, &checks)
        }
    };
    let trained = quote!(<<#chain as #krate::Layer>::Gradient as #krate::GradientOf<#chain>>::TRAINED);
    let trained = params_of(krate, &trained, &[]);
    // in this form it can also be read where a value stands, so that rustc says that it is none
    quote!(#krate::List::<#chain, #count, #trained>)
}

/// A number as a type: millions, thousands, ones.
fn params(krate: &impl ToTokens, part: impl Fn(u64) -> TokenStream) -> TokenStream {
    let parts = [1_000_000, 1_000, 1].map(part);
    quote!(#krate::Params<#(#parts),*>)
}

/// A constant as such a type. The checks are made on the way, as only an expression can.
pub fn params_of(krate: &impl ToTokens, count: &TokenStream, checks: &[TokenStream]) -> TokenStream {
    let alias = format_ident!("{CRATE}");
    let import = (!checks.is_empty()).then(|| quote!(use #krate::__private::krate as #alias;));
    params(krate, |unit| match unit {
        1_000_000 => quote!({ #import #(#checks;)* #count / 1_000_000 % 1000 }),
        unit => {
            let unit = proc_macro2::Literal::u64_unsuffixed(unit);
            quote!({ #count / #unit % 1000 })
        }
    })
}

//! The built-in layers: how each is written, what it takes, what it gives.

mod activations;
mod arguments;
mod attention;
mod catalogue;
pub mod common;
mod concat;
mod conv;
mod custom;
mod dense;
mod encoder_decoder;
mod foreign;
pub mod join;
mod meant;
mod multiply;
mod nested;
mod norm;
mod pool;
mod prelu;
mod recurrent;
mod reshape;
mod residual;
pub mod resolve;
mod rules;
mod sequence;
mod signatures;
mod simple;
mod transposed;
mod window;

use crate::ast::Spec;
pub use activations::ACTIVATIONS;
pub use catalogue::ROWS;

pub fn is_built_in(word: &str) -> bool {
    ROWS.iter().any(|row| row.word == word) || ACTIVATIONS.iter().any(|activation| activation.word == word)
}

/// Whether layers are found there in other frameworks: `nn`.
pub fn is_place(word: &str) -> bool {
    foreign::PLACES.contains(&word)
}

/// Over how many dimensions a layer takes tokens, as far as its words tell.
pub fn takes_tokens(spec: &Spec) -> Option<usize> {
    let word = spec.word()?;
    let row = ROWS.iter().find(|row| row.word == word)?;
    (row.takes_tokens)(spec, takes_tokens)
}

/// All built-in layers and activations: the name, a network with it in the type form, and whether it is a layer or an activation.
pub fn catalogue() -> Vec<(&'static str, String, &'static str)> {
    let layers = ROWS.iter().map(|row| (row.word, row.example.to_string(), "layer"));
    let activations = ACTIVATIONS.iter().map(|row| (row.word, format!("[6] -> [6]; {}", row.word), "activation"));
    layers.chain(activations).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_an_example_that_is_right() {
        for (word, example, _) in catalogue() {
            let tokens: proc_macro2::TokenStream = example.parse().expect("tokens");
            let expansion = crate::network_tokens(quote::quote!(krate #tokens)).to_string();
            assert!(!expansion.contains("compile_error"), "{word}: {expansion}");
            let words = example.split(|c: char| !c.is_alphanumeric());
            assert!(words.into_iter().any(|other| other == word), "no {word} in `{example}`");
        }
    }

    #[test]
    fn rows_are_in_the_order_of_the_alphabet() {
        assert!(ROWS.is_sorted_by_key(|row| row.word));
    }
}

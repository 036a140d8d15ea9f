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
mod nested;
mod pool;
mod recurrent;
mod residual;
pub mod resolve;
mod rules;
mod sequence;
mod simple;
mod spatial;
mod transposed;
mod window;

use crate::ast::{Arg, Spec};
use activations::ACTIVATIONS;
pub use catalogue::ROWS;

pub fn is_built_in(word: &str) -> bool {
    ROWS.iter().any(|row| row.word == word) || ACTIVATIONS.contains(&word)
}

/// Over how many dimensions a layer takes tokens, as far as its words tell.
pub fn takes_tokens(spec: &Spec) -> Option<usize> {
    let first = spec.args().iter().find_map(Arg::spec);
    match spec.word().as_deref() {
        Some("Embedding") => Some(1),
        Some("TimeDistributed") => first.and_then(takes_tokens).map(|dimensions| dimensions + 1),
        _ => None,
    }
}

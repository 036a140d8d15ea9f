//! Backward passes against finite differences.

#![allow(missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod convolution_gradients;
mod gradients;
mod recurrent_gradients;

//! Backward passes against finite differences, and what else holds of every layer.

#![allow(missing_docs)]

#[cfg(feature = "std")]
#[path = "../common/catalogue.rs"]
mod catalogue;
#[path = "../common/mod.rs"]
mod common;

mod convolution_gradients;
#[cfg(feature = "std")]
mod every_layer;
mod gradients;
mod graphs;
mod mistakes;
mod recurrent_gradients;

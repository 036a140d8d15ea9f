//! Parity with PyTorch and other references, against the files in `golden/`.

#![allow(missing_docs)]

#[cfg(feature = "std")]
#[allow(dead_code)] // what other tests need
#[path = "../common/mod.rs"]
mod common;
#[path = "../golden/mod.rs"]
mod golden;

mod attention;
mod convolution;
mod encoder_decoder;
mod graphs;
mod int8;
mod parity;
mod recurrent;
mod rouge;

//! ONNX files, of which a declaration is made, and weights.
#![no_main]

use congruent::io::{Weights, onnx};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop((onnx::declare(bytes), Weights::from_onnx(bytes))));

//! Files of weights, ONNX files and byte images that are anything: `cargo fuzz run --fuzz-dir tests/fuzz files tests/interchange`.
#![no_main]

use congruent::interchange::{Weights, onnx};
use congruent::prelude::*;
use libfuzzer_sys::fuzz_target;

network! { struct Encoder { dense: Dense<6, 4, Relu>, norm: LayerNorm } }
network! { struct Classifier { encoder: Encoder, output: Dense<4, 3, Softmax> } }

fuzz_target!(|bytes: &[u8]| {
    let mut network = Classifier::zeroed();
    if let Ok(weights) = Weights::from_bytes(bytes.to_vec()) {
        let _ = weights.load(&mut network);
        let _ = weights.convert().load_partial(&mut network);
    }
    let _ = onnx::declare(bytes);
    let _ = congruent::image::read(bytes, &mut network);
});

//! Weights as safetensors.
#![no_main]

use congruent::io::Weights;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::load(Weights::from_safetensors(bytes.to_vec())));

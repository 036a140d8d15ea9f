//! Weights as archives of NumPy.
#![no_main]

use congruent::io::Weights;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::load(Weights::from_npz(bytes.to_vec())));

//! ONNX files, of which a declaration is made.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(congruent::interchange::onnx::declare(bytes)));

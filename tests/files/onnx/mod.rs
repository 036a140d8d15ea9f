//! ONNX files: those in `interchange/` are what is exported here, and `interchange/check.py` runs them in ONNX Runtime.
//!
//! After a change of what is exported: `BLESS=1 cargo test -p congruent-tests --test files onnx`, then `tests/interchange/check.sh`.

#![cfg(feature = "onnx")]

mod decoders;
#[allow(non_snake_case)] // the modules are named after the layers
mod each;
mod every_layer;
mod fixed;
mod graphs;
mod of_a_length;
mod own;

use std::path::{Path, PathBuf};

use congruent::Boxed;
use congruent::io::{Weights, onnx};
use congruent::prelude::*;
use congruent::shape::Dims;
use congruent::zeroed_box;
use congruent::{Parameters, Shape};

/// Declares networks, by the name of their file, to be exported and compared; `SUMMARIES` says what they are made of.
macro_rules! fixtures {
    ($($name:literal: $network:ty),* $(,)?) => {
        pub const SUMMARIES: &[congruent::network::Summary] = &[$(<$network as Network>::SUMMARY),*];

        #[test]
        fn what_is_exported_is_what_other_tools_have_checked() {
            $(super::check::<$network>($name);)*
        }
    };
}
use fixtures;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interchange")
}

/// How long the sequences of the three samples are, where they may be of up to a length: as long as can be, as short, and between.
pub fn lengths(most: usize) -> [usize; 3] {
    [most, 1, most.div_ceil(2)]
}

/// Samples as they are in files beside those of ONNX: arrays of floats, also of tokens, with whatever behind the ends of sequences.
pub trait Sample: Shape {
    /// The floats.
    type Array: Parameters + Copy;

    /// The sample; of a sequence of up to a length, its first steps.
    fn of(array: &Self::Array, length: usize) -> Self;

    /// Its numbers, zeros behind the ends of sequences.
    fn array(&self) -> Self::Array;
}

impl Sample for f32 {
    type Array = f32;

    fn of(array: &f32, _length: usize) -> f32 {
        *array
    }

    fn array(&self) -> f32 {
        *self
    }
}

impl Sample for Token {
    type Array = f32;

    fn of(array: &f32, _length: usize) -> Token {
        Token(*array as u32)
    }

    fn array(&self) -> f32 {
        self.0 as f32
    }
}

impl<S: Sample, const N: usize> Sample for [S; N] {
    type Array = [S::Array; N];

    fn of(array: &Self::Array, length: usize) -> Self {
        core::array::from_fn(|i| S::of(&array[i], length))
    }

    fn array(&self) -> Self::Array {
        core::array::from_fn(|i| self[i].array())
    }
}

impl<S: Sample, const T: usize> Sample for Padded<S, T> {
    type Array = [S::Array; T];

    fn of(array: &Self::Array, length: usize) -> Self {
        Padded::first_of(core::array::from_fn(|i| S::of(&array[i], length)), length).unwrap()
    }

    fn array(&self) -> Self::Array {
        let mut array: Box<Self::Array> = zeroed_box();
        array.iter_mut().zip(self.steps()).for_each(|(array, step)| *array = step.array());
        *array
    }
}

/// Three samples of numbers that differ, or of tokens of a vocabulary of nine; behind the ends what must not be looked at.
pub fn samples<A: Parameters>(dims: Dims) -> Box<[A; 3]> {
    let mut arrays: Box<[A; 3]> = zeroed_box();
    for (i, number) in arrays.as_flat_mut().iter_mut().enumerate() {
        *number = if dims.is_tokens() { (i * 7 % 9) as f32 } else { (i * 37 % 41) as f32 / 20.0 - 1.0 };
    }
    if dims.is_at_most() {
        let most = dims.as_slice()[0];
        for (array, length) in arrays.iter_mut().zip(lengths(most)) {
            let behind = length * A::COUNT / most;
            array.as_flat_mut()[behind..].fill(if dims.is_tokens() { 99.0 } else { 1e30 });
        }
    }
    arrays
}

/// What goes into a network and what comes out, by the names that the file has for it.
#[derive(Parameters)]
#[repr(C)]
struct Case<I: Sample, O: Sample> {
    input: [I::Array; 3],
    output: [O::Array; 3],
}

/// The same, of sequences of up to a length.
#[derive(Parameters)]
#[repr(C)]
struct CaseOfLengths<I: Sample, O: Sample> {
    input: [I::Array; 3],
    lengths: [f32; 3],
    output: [O::Array; 3],
}

fn check<N: Network<Input: Sample, Output: Sample>>(name: &str) {
    check_after::<N>(name, |_| {});
}

/// A network with numbers that differ everywhere, so that nothing can be mistaken for something else.
pub fn network<N: Network>() -> Boxed<N> {
    let mut network = N::seeded(3);
    for (i, number) in network.as_flat_mut().iter_mut().enumerate() {
        *number += 0.01 * (i % 7) as f32;
    }
    network
}

/// The network is exported as the file that is kept, after a change.
fn check_after<N: Network<Input: Sample, Output: Sample>>(name: &str, change: impl FnOnce(&mut N)) {
    let (mut network, dims) = (network::<N>(), N::Input::DIMS);
    change(&mut network);
    let arrays = samples::<<N::Input as Sample>::Array>(dims);
    let lengths = lengths(dims.as_slice()[0]);
    let inputs: Vec<N::Input> = arrays.iter().zip(lengths).map(|(array, length)| N::Input::of(array, length)).collect();
    let outputs: Vec<_> = network.predict(&inputs).iter().map(Sample::array).collect();
    let bytes = onnx::to_bytes(&*network).unwrap();
    if dims.is_at_most() {
        let mut case: Box<CaseOfLengths<N::Input, N::Output>> = zeroed_box();
        (case.input, case.lengths) = (*arrays, lengths.map(|length| length as f32));
        case.output.copy_from_slice(&outputs);
        kept(name, &bytes, &*case);
    } else {
        let mut case: Box<Case<N::Input, N::Output>> = zeroed_box();
        case.input = *arrays;
        case.output.copy_from_slice(&outputs);
        kept(name, &bytes, &*case);
    }
}

/// The file is the one that is kept, and so are the outputs.
fn kept<C: Parameters>(name: &str, bytes: &[u8], case: &C) {
    let (file, outputs) = (folder().join(format!("{name}.onnx")), folder().join(format!("{name}.onnx.safetensors")));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, bytes).unwrap();
        Weights::of(case).write_safetensors(&outputs).unwrap();
    }
    assert!(std::fs::read(&file).unwrap() == bytes, "{name}.onnx is not what is exported");
    let mut kept: Box<C> = zeroed_box();
    Weights::read(outputs).unwrap().load(&mut *kept).unwrap();
    for (ours, kept) in case.as_flat().iter().zip(kept.as_flat()) {
        assert!((ours - kept).abs() < 1e-5, "{name}: {ours} {kept}");
    }
}

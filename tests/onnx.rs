//! ONNX files: those in `interchange/` are what is exported here, and `interchange/check.py` runs them in ONNX Runtime.
//!
//! After a change of what is exported: `BLESS=1 cargo test --all-features --test onnx`, then `tests/interchange/check.sh`.

#![cfg(feature = "onnx")]

use std::path::{Path, PathBuf};

use congruent::interchange::{Weights, onnx};
use congruent::prelude::*;
use congruent::rand::Rng;
use congruent::{Elementwise, Layer, Parameters, Pass, Tensor};

network! {
    /// Every layer and every activation.
    struct Every: [2, 3] -> [4] {
        flat: Flatten,
        a: Dense<6, 5, Relu>,
        b: Dense<_, 5, LeakyRelu>,
        norm: LayerNorm,
        inner: Inner,
        d: Dense<_, 5, Gelu>,
        silu: Silu,
        drop: Dropout<0.5>,
        e: Dense<_, 4, Softmax>,
    }
}
network! { struct Inner(Dense<5, 6, Sigmoid>, Tanh, Dense<6, 5>); }
network! { struct Rows: [3, 4] -> [3, 4] { norm: LayerNorm, softmax: Softmax } }
network! { struct Nothing: [3] -> [3] { drop: Dropout<0.1> } }
network! {
    struct Steps: [7, 3] -> [7, 5] {
        a: Rnn<3, 4, Relu, bidirectional = true>,
        b: Lstm<8, 5>,
        c: Gru<5, 6, bidirectional = true>,
        each: TimeDistributed<Dense<12, 4, Tanh>, LayerNorm, Dense<4, 5, Softmax>>,
    }
}
network! {
    struct Ends: [7, 3] -> [4] {
        a: Gru<3, 4>,
        act: Tanh,
        b: Lstm<4, 5, bidirectional = true, return = last>,
        output: Dense<10, 4>,
    }
}
network! { struct LastOne: [7, 3] -> [4] { a: Rnn<3, 4, Sigmoid>, last: LastStep } }
network! { struct Ended: [7, 3] -> [4] { a: Rnn<3, 4, return = last> } }
network! { struct Mean: [6] -> [3] { embed: Embedding<9, 4>, read: Gru<4, 5>, mean: MeanOverTime, output: Dense<5, 3> } }
network! {
    struct Attends: [5, 6] -> [5, 6] {
        place: PositionalEncoding,
        each: MultiHeadAttention<6, 2>,
        before: MultiHeadAttention<6, 3, causal = true>,
        encode: TransformerEncoder<6, 3, 7, dropout = 0.1>,
        first: TransformerEncoder<6, 2, 5, Gelu, norm_first = true>,
    }
}
type Listed = network![Dense<6, 4>, Relu, Inner2, Dense<2, 3, Softmax>];
network! { struct Inner2(Dense<4, 2, Tanh>); }

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interchange")
}

/// Inputs and outputs, as rows.
#[derive(Parameters)]
#[repr(C)]
struct Case<I, O> {
    inputs: [I; 3],
    outputs: [O; 3],
}

fn check<N>(name: &str)
where
    N: Network<Input: Tensor, Output: Tensor>,
{
    let mut network = N::seeded(3);
    // numbers that differ everywhere, so that nothing can be mistaken for something else
    for (i, number) in network.as_flat_mut().iter_mut().enumerate() {
        *number += 0.01 * (i % 7) as f32;
    }
    let mut case: Box<Case<N::Input, N::Output>> = congruent::plain::zeroed_box();
    for (i, number) in case.inputs.as_flat_mut().iter_mut().enumerate() {
        *number = (i * 37 % 41) as f32 / 20.0 - 1.0;
    }
    case.outputs.copy_from_slice(&network.predict(&case.inputs));
    kept(name, &onnx::to_bytes(&*network).unwrap(), &case);
}

/// The file is the one that is kept, and so are the outputs.
fn kept<I: Parameters, O: Parameters>(name: &str, bytes: &[u8], case: &Case<I, O>) {
    let (file, outputs) = (folder().join(format!("{name}.onnx")), folder().join(format!("{name}.onnx.safetensors")));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, bytes).unwrap();
        Weights::of(case).write_safetensors(&outputs).unwrap();
    }
    assert!(std::fs::read(&file).unwrap() == bytes, "{name}.onnx is not what is exported");
    let mut kept: Box<Case<I, O>> = congruent::plain::zeroed_box();
    Weights::read(outputs).unwrap().load(&mut *kept).unwrap();
    for (ours, kept) in case.as_flat().iter().zip(kept.as_flat()) {
        assert!((ours - kept).abs() < 1e-5, "{name}: {ours} {kept}");
    }
}

#[test]
fn what_is_exported_is_what_other_tools_have_checked() {
    check::<Every>("every");
    check::<Rows>("rows");
    check::<Nothing>("nothing");
    check::<Listed>("listed");
    check::<Steps>("steps");
    check::<Ends>("ends");
    check::<Attends>("attends");
    check::<LastOne>("last_one");
    check::<Ended>("ended");
}

/// Tokens are whole numbers in the file; in the rows beside it they are floats.
#[test]
fn tokens_are_whole_numbers() {
    let (mean, mut case) = (Mean::seeded(3), congruent::plain::zeroed_box::<Case<[f32; 6], [f32; 3]>>());
    for (i, number) in case.inputs.as_flattened_mut().iter_mut().enumerate() {
        *number = (i * 7 % 9) as f32;
    }
    let tokens = case.inputs.map(|row| row.map(|number| Token(number as u32)));
    case.outputs.copy_from_slice(&mean.predict(&tokens));
    kept("tokens", &onnx::to_bytes(&*mean).unwrap(), &case);
}

#[test]
fn sequences_of_any_length_are_refused() {
    network! { struct Any: [..7, 3] -> [4] { read: Gru<3, 4, return = last> } }
    let error = onnx::to_bytes(&*Any::seeded(1)).unwrap_err().to_string();
    assert_eq!(error, "`Any` maps [..7, 3] to [4]: only sequences of a fixed length are exported");
}

#[test]
fn a_file_is_written_whole() {
    let dir = tempfile::tempdir().unwrap();
    let network = Every::seeded(1);
    network.save_onnx(dir.path().join("a.onnx")).unwrap();
    assert_eq!(std::fs::read(dir.path().join("a.onnx")).unwrap(), onnx::to_bytes(&*network).unwrap());
    let error = network.save_onnx("no/such.onnx").unwrap_err().to_string();
    assert!(error.starts_with("no/such.onnx: cannot be written: "), "{error}");
}

#[derive(Clone, Copy, Debug)]
struct Cube;

impl Elementwise for Cube {
    const NAME: &'static str = "Cube";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = T;
    fn value(x: f32) -> f32 {
        x * x * x
    }
    fn slope(x: f32, _y: f32) -> f32 {
        3.0 * x * x
    }
}

#[derive(Parameters)]
#[repr(C)]
struct Same;

impl Layer for Same {
    type Input = [f32; 2];
    type Output = [f32; 2];
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    const MACS: u64 = 0;
    fn initialize(&mut self, _: Init, _: &mut dyn Rng) {}
    fn infer<const B: usize>(&self, x: &[[f32; 2]], y: &mut [[f32; 2]], _: &mut ()) {
        y.copy_from_slice(x);
    }
    fn forward<const B: usize>(&self, x: &[[f32; 2]], y: &mut [[f32; 2]], _: &mut (), _: &mut Pass) {
        y.copy_from_slice(x);
    }
    fn backward<const B: usize>(
        &self,
        _: &[[f32; 2]],
        _: &[[f32; 2]],
        _: &mut (),
        dy: &mut [[f32; 2]],
        dx: Option<&mut [[f32; 2]]>,
        _: &mut Self,
    ) {
        dx.into_iter().for_each(|dx| dx.copy_from_slice(dy));
    }
}

#[test]
fn a_layer_that_does_not_tell_its_operators_is_named() {
    network! { struct Own { read: Dense<2, 2>, cube: Dense<2, 2, Cube>, same: Same } }
    network! { struct Around { own: Own } }
    network! { struct Last { same: Same } }
    let error = onnx::to_bytes(&*Around::seeded(1)).unwrap_err().to_string();
    assert_eq!(error, "layer `own.cube` of `Around` cannot be exported: it, or its activation, has no `export`");
    let error = onnx::to_bytes(&*Last::seeded(1)).unwrap_err().to_string();
    assert!(error.starts_with("layer `same` of `Last` cannot be exported"), "{error}");
    assert_eq!(<Cube as congruent::Activation>::NAME, "Cube");
}

//! Layers and activations of one's own, which may not tell their operators.

use core::marker::PhantomData;

use congruent::graph::{Graph, Value};
use congruent::io::onnx;
use congruent::prelude::*;
use congruent::rand::Rng;
use congruent::{Elementwise, Layer, Pair, Parameters, Pass, Shape};

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

/// Gives what it takes, whatever that is.
#[derive(Parameters)]
#[repr(C)]
struct Through<S> {
    shape: PhantomData<S>,
}

impl<S: Shape> Layer for Through<S> {
    type Input = S;
    type Output = S;
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    const MACS: u64 = 0;
    fn initialize(&mut self, _: Init, _: &mut dyn Rng) {}
    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _: &mut ()) {
        y.copy_from_slice(x);
    }
    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], _: &mut (), _: &mut Pass) {
        y.copy_from_slice(x);
    }
    fn backward<const B: usize>(&self, _: &[S], _: &[S], _: &mut (), _: &mut [S], _: Option<&mut [S]>, _: &mut Self) {}
    fn export(&self, _: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(input)
    }
}

#[test]
fn what_no_tensor_stands_for_is_refused() {
    type Texts = Padded<Padded<[f32; 2], 3>, 4>;
    network! { struct Nested { through: Through<Texts> } }
    let error = onnx::to_bytes(&*Nested::seeded(1)).unwrap_err().to_string();
    let expected = "`Nested` maps [..4, ..3, 2] to [..4, ..3, 2]: \
        a sequence of sequences of up to a length cannot be exported";
    assert_eq!(error, expected);
    network! { struct Two { through: Through<Pair<[f32; 2], [f32; 3]>> } }
    let error = onnx::to_bytes(&*Two::seeded(1)).unwrap_err().to_string();
    assert_eq!(error, "`Two` maps [2] and [3] to [2] and [3]: a pair that goes out cannot be exported");
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

//! Custom layers and activations, which may have no `export`.

use core::marker::PhantomData;

use congruent::graph::{Graph, Refusal, Value};
use congruent::io::{OnnxError, onnx};
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
struct ShortcutLayer<S> {
    shape: PhantomData<S>,
}

impl<S: Shape> Layer for ShortcutLayer<S> {
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
    fn export(&self, _: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(input)
    }
}

#[test]
fn what_no_tensor_stands_for_is_refused() {
    type Texts = Padded<Padded<[f32; 2], 3>, 4>;
    network! { struct Nested { through: ShortcutLayer<Texts> } }
    let error = onnx::to_bytes(&*Nested::seeded(1)).unwrap_err().to_string();
    let expected = "`Nested` maps [..4, ..3, 2] to [..4, ..3, 2]: \
        a sequence of sequences of up to a length cannot be exported";
    assert_eq!(error, expected);
    network! { struct Two { through: ShortcutLayer<Pair<[f32; 2], [f32; 3]>> } }
    let error = onnx::to_bytes(&*Two::seeded(1)).unwrap_err().to_string();
    assert_eq!(error, "`Two` maps [2] and [3] to [2] and [3]: a pair that goes out cannot be exported");
}

#[test]
fn a_layer_that_cannot_be_exported_is_named_with_the_reason() {
    network! { struct Own { read: Dense<2, 2>, cube: Dense<2, 2, Cube>, same: Same } }
    network! { struct Around { own: Own } }
    network! { struct Last { same: Same } }
    network! { struct Inner: [2] -> [2] { both: Residual<Dense<2, 2>, Dense<2, 2, Cube>> } }
    let error = |bytes: Result<Vec<u8>, OnnxError>| bytes.unwrap_err().to_string();
    assert_eq!(
        error(onnx::to_bytes(&*Around::seeded(1))),
        "layer `own.cube` of `Around` cannot be exported: its activation has no `export`"
    );
    assert_eq!(
        error(onnx::to_bytes(&*Last::seeded(1))),
        "layer `same` of `Last` cannot be exported: it has no `export`"
    );
    assert_eq!(
        error(onnx::to_bytes(&*Inner::seeded(1))),
        "layer `both.layers.1` of `Inner` cannot be exported: its activation has no `export`"
    );
    network! { struct Steps: [3, 2] -> [2] { rnn: Rnn<2, 2, Cubed, return = last> } }
    assert_eq!(
        error(onnx::to_bytes(&*Steps::seeded(1))),
        "layer `rnn` of `Steps` cannot be exported: ONNX has no recurrent operator with its activation"
    );
    assert_eq!(<Cube as congruent::Activation>::NAME, "Cube");
}

/// As a `Cube`, but with a slope that is a function of its output.
struct Cubed;

impl Elementwise for Cubed {
    /// Which is no reason to export it as the built-in one.
    const NAME: &'static str = "Tanh";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();
    fn value(x: f32) -> f32 {
        x * x * x
    }
    fn slope(_x: f32, y: f32) -> f32 {
        3.0 * (y.abs() + 1.0)
    }
}

/// Exports one layer or, where that cannot be, nothing in its place.
#[derive(Parameters)]
#[repr(C)]
struct Perhaps<L> {
    layer: L,
}

impl<L: Layer<Input = [f32; 2], Output = [f32; 2]> + Parameters> Layer for Perhaps<L> {
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
        _: &mut [[f32; 2]],
        _: Option<&mut [[f32; 2]]>,
        _: &mut Self,
    ) {
    }
    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let inner = graph.scope("layer", |graph| self.layer.export(graph, input));
        inner.or_else(|_| graph.scope("instead", |graph| Ok(graph.node("Relu", &[input], &[]))))
    }
}

#[test]
fn a_refusal_that_was_met_is_not_that_of_a_later_layer() {
    network! { struct Both { perhaps: Perhaps<Same>, same: Same } }
    let error = onnx::to_bytes(&*Both::seeded(1)).unwrap_err().to_string();
    assert_eq!(error, "layer `same` of `Both` cannot be exported: it has no `export`");
    network! { struct One { perhaps: Perhaps<Same> } }
    let bytes = onnx::to_bytes(&*One::seeded(1)).unwrap();
    assert!(bytes.windows(4).any(|name| name == b"Relu") && bytes.windows(15).any(|name| name == b"perhaps/instead"));
}

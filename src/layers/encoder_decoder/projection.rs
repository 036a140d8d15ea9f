//! From the last hidden layer of a decoder to a number for each word: `z = W·h + b`.
//!
//! `W` has as many rows as the vocabulary, each as long as a word's vector. So it can be a table of its own, a
//! [`Dense`] layer, or the table of the embedding once more, [`Tied`] (Press, Wolf, "Using the output embedding to improve
//! language models", 2017).

use rand::Rng;

use crate::kernel;
use crate::layer::Layer;
use crate::layer::graph::{Graph, Refusal, Value, affine};
use crate::layer::init::Init;
use crate::layers::Dense;
use crate::layers::attention::export_rows;
use crate::memory::plain::Parameters;
use crate::sealed::Sealed;
use crate::shape::Shape;

/// A number for each of `VOCAB` words, made of `DIM` numbers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give a number for each of {VOCAB} words, made of {DIM} numbers",
    label = "`Tied<{VOCAB}>` or `Dense<{DIM}, {VOCAB}>` does"
)]
pub trait Projection<const VOCAB: usize, const DIM: usize>: Parameters + Sealed {
    /// Whether the table is that of the embedding. Its vectors are then drawn with a length of about 1, so that logits are small at first.
    const TIED: bool;

    /// Draws the parameters anew.
    #[doc(hidden)]
    fn initialize(&mut self, init: Init, rng: &mut dyn Rng);

    /// `z`
    #[doc(hidden)]
    fn map(&self, table: &[[f32; DIM]; VOCAB], h: &[[f32; DIM]], z: &mut [[f32; VOCAB]]);

    /// The chain rule: sets `∂loss/∂h`, adds to the gradients.
    #[doc(hidden)]
    fn map_back(
        &self,
        table: &[[f32; DIM]; VOCAB],
        h: &[[f32; DIM]],
        dz: &mut [[f32; VOCAB]],
        dh: &mut [[f32; DIM]],
        gradient: &mut Self,
        table_gradient: &mut [[f32; DIM]; VOCAB],
    );

    /// As [`Layer::export`], `z` of `h`, rows in any number of dimensions.
    #[doc(hidden)]
    fn export(&self, _graph: &mut dyn Graph, _table: Value, _h: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("its projection has no `export`"))
    }
}

/// The vectors of the embedding are the weights; there are only biases.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Tied<const VOCAB: usize> {
    /// `b`
    pub bias: [f32; VOCAB],
}

impl<const VOCAB: usize> Sealed for Tied<VOCAB> {}

impl<const VOCAB: usize, const DIM: usize> Projection<VOCAB, DIM> for Tied<VOCAB> {
    const TIED: bool = true;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        self.bias.fill(0.0);
    }

    fn map(&self, table: &[[f32; DIM]; VOCAB], h: &[[f32; DIM]], z: &mut [[f32; VOCAB]]) {
        kernel::affine(h, table, &self.bias, z, kernel::NoEpilogue);
    }

    fn map_back(
        &self,
        table: &[[f32; DIM]; VOCAB],
        h: &[[f32; DIM]],
        dz: &mut [[f32; VOCAB]],
        dh: &mut [[f32; DIM]],
        gradient: &mut Self,
        table_gradient: &mut [[f32; DIM]; VOCAB],
    ) {
        kernel::weight_gradient(dz, h, table_gradient);
        kernel::bias_gradient(dz, &mut gradient.bias);
        kernel::input_gradient(dz, table, dh);
    }

    fn export(&self, graph: &mut dyn Graph, table: Value, h: Value) -> Result<Value, Refusal> {
        let bias = graph.constant("bias", <[f32; VOCAB]>::DIMS, &self.bias);
        Ok(affine(graph, h, table, bias))
    }
}

impl<const IN: usize, const OUT: usize, A> Sealed for Dense<IN, OUT, A> {}

impl<const VOCAB: usize, const DIM: usize> Projection<VOCAB, DIM> for Dense<DIM, VOCAB> {
    const TIED: bool = false;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        Layer::initialize(self, init, rng);
    }

    fn map(&self, _table: &[[f32; DIM]; VOCAB], h: &[[f32; DIM]], z: &mut [[f32; VOCAB]]) {
        self.infer::<1>(h, z, &mut ());
    }

    fn map_back(
        &self,
        _table: &[[f32; DIM]; VOCAB],
        h: &[[f32; DIM]],
        dz: &mut [[f32; VOCAB]],
        dh: &mut [[f32; DIM]],
        gradient: &mut Self,
        _table_gradient: &mut [[f32; DIM]; VOCAB],
    ) {
        self.backward::<1>(h, &[], &mut (), dz, Some(dh), gradient);
    }

    fn export(&self, graph: &mut dyn Graph, _table: Value, h: Value) -> Result<Value, Refusal> {
        Ok(export_rows(self, graph, h))
    }
}

//! A custom layer: one `impl` of the trait that the built-in layers use, and `network!` takes it like any of them.
//!
//! `Gated` is the gated linear unit of Dauphin et al. (2017): `y = a ⊙ s` with `a = W·x + b` and `s = σ(V·x + c)`, so that the layer learns
//! which of its outputs to let through.
//!
//! Backward, with `δ = ∂loss/∂y`: `α = ∂loss/∂a = δ ⊙ s` and `γ = ∂loss/∂(V·x + c) = δ ⊙ a ⊙ s ⊙ (1 − s)`. From these as for two dense
//! layers: `∂loss/∂W = Σ α·xᵀ` and `∂loss/∂b = Σ α` over the samples, the same of `γ` for `V` and `c`, and `∂loss/∂x = Wᵀ·α + Vᵀ·γ`.
//!
//! The products and the loops are those of `congruent::ops`, which the built-in layers use, too: vector instructions, no allocation.

use congruent::ops::{self, math};
use congruent::prelude::*;
use congruent::rand::Rng;
use congruent::testing::check_gradients;
use congruent::{Layer, Pair, Parameters, Pass};

/// `y = (W·x + b) ⊙ σ(V·x + c)`
#[derive(Clone, Debug, Parameters)]
#[repr(C)]
struct Gated<const IN: usize, const OUT: usize> {
    weight: [[f32; IN]; OUT],
    bias: [f32; OUT],
    gate_weight: [[f32; IN]; OUT],
    gate_bias: [f32; OUT],
}

impl<const IN: usize, const OUT: usize> Layer for Gated<IN, OUT> {
    type Input = [f32; IN];
    type Output = [f32; OUT];
    type Head = Linear; // it ends in no activation
    type Gradient = Self; // a derivative for each parameter
    type Scratch<const B: usize> = [[f32; OUT]; B]; // s, in inference
    type Tape<const B: usize> = Pair<[[f32; OUT]; B], [[f32; OUT]; B]>; // a and s, which backward needs

    const MACS: u64 = 2 * IN as u64 * OUT as u64;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let init = init.or(Init::GlorotUniform);
        init.fill(self.weight.as_flattened_mut(), IN, OUT, rng);
        init.fill(self.gate_weight.as_flattened_mut(), IN, OUT, rng);
        self.bias.fill(0.0);
        self.gate_bias.fill(0.0);
    }

    fn infer<const B: usize>(&self, x: &[[f32; IN]], y: &mut [[f32; OUT]], s: &mut [[f32; OUT]; B]) {
        ops::affine(x, &self.weight, &self.bias, y);
        ops::affine_map(x, &self.gate_weight, &self.gate_bias, s, math::sigmoid);
        ops::zip(y, s, |a, s| a * s);
    }

    fn forward<const B: usize>(
        &self,
        x: &[[f32; IN]],
        y: &mut [[f32; OUT]],
        Pair(a, s): &mut Self::Tape<B>,
        _pass: &mut Pass,
    ) {
        ops::affine(x, &self.weight, &self.bias, a);
        ops::affine_map(x, &self.gate_weight, &self.gate_bias, s, math::sigmoid);
        ops::zip3(y, a, s, |_, a, s| a * s);
    }

    fn backward<const B: usize>(
        &self,
        x: &[[f32; IN]],
        _y: &[[f32; OUT]],
        Pair(a, s): &mut Self::Tape<B>,
        dy: &mut [[f32; OUT]],
        dx: Option<&mut [[f32; IN]]>,
        gradient: &mut Self,
    ) {
        ops::zip3(a, dy, s, |a, dy, s| dy * a * s * (1.0 - s)); // what was a is γ from here on
        ops::zip(dy, s, |dy, s| dy * s); // and what was δ is α
        let (alpha, gamma) = (&*dy, a.get(..x.len()).unwrap_or_default()); // the tape is as long as the largest batch
        ops::add_transposed_matmul(alpha, x, &mut gradient.weight); // added, not set
        ops::add_rows(alpha, &mut gradient.bias);
        ops::add_transposed_matmul(gamma, x, &mut gradient.gate_weight);
        ops::add_rows(gamma, &mut gradient.gate_bias);
        if let Some(dx) = dx {
            ops::matmul(alpha, &self.weight, dx);
            ops::add_matmul(gamma, &self.gate_weight, dx);
        }
    }
}

network! {
    struct WithGates: [3] -> [1] {
        hidden: Gated<3, 16>,
        output: Dense<_, 1>,
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    check_gradients::<Gated<3, 16>>()?; // is `backward` the derivative of `forward`?
    println!("{}\n", WithGates::SUMMARY);
    // to learn: the product of two numbers less the third
    let step = |i: usize| 0.5 * (i % 5) as f32 - 1.0;
    let inputs: Vec<[f32; 3]> = (0..125).map(|i| [step(i), step(i / 5), step(i / 25)]).collect();
    let targets: Vec<[f32; 1]> = inputs.iter().map(|[a, b, c]| [a * b - c]).collect();

    let mut network = WithGates::seeded(1);
    let trainer = Trainer::new(MeanSquaredError, Adam::new(0.02));
    let mut workspace = Workspace::<WithGates, Adam, 125>::boxed();
    let mut loss = f32::INFINITY;
    for step in 1..=1000 {
        loss = trainer.step(&mut network, &mut workspace, &inputs, &targets)?;
        if step % 200 == 0 {
            println!("step {step}: loss {loss:.5}");
        }
    }
    assert!(loss < 0.01);
    Ok(())
}

//! A custom layer: one `impl` of the trait that the built-in layers use, and `network!` takes it like any of them.
//!
//! `Scale` multiplies each number by a parameter of its own: `y[i] = w[i]·x[i]`. The chain rule through it is
//! `∂loss/∂x[i] = w[i]·∂loss/∂y[i]` and `∂loss/∂w[i] = Σ x[i]·∂loss/∂y[i]` over the samples.

use congruent::prelude::*;
use congruent::rand::Rng;
use congruent::testing::check_gradients;
use congruent::{Layer, Parameters, Pass};

/// `y[i] = w[i]·x[i]`
#[derive(Parameters)]
#[repr(C)]
struct Scale<const N: usize> {
    weight: [f32; N],
}

impl<const N: usize> Layer for Scale<N> {
    type Input = [f32; N];
    type Output = [f32; N];
    type Head = Linear; // it ends in no activation
    type Gradient = Self; // a derivative for each parameter
    type Scratch<const B: usize> = (); // inference needs no memory
    type Tape<const B: usize> = (); // backward needs nothing but the inputs

    const MACS: u64 = N as u64;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        self.weight.fill(1.0);
    }

    fn infer<const B: usize>(&self, inputs: &[[f32; N]], outputs: &mut [[f32; N]], _scratch: &mut ()) {
        for (x, y) in inputs.iter().zip(outputs) {
            for i in 0..N {
                y[i] = self.weight[i] * x[i];
            }
        }
    }

    fn forward<const B: usize>(&self, inputs: &[[f32; N]], outputs: &mut [[f32; N]], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(inputs, outputs, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        inputs: &[[f32; N]],
        _outputs: &[[f32; N]],
        _tape: &mut (),
        output_gradients: &mut [[f32; N]],
        input_gradients: Option<&mut [[f32; N]]>,
        gradient: &mut Self,
    ) {
        for (x, dy) in inputs.iter().zip(&*output_gradients) {
            for i in 0..N {
                gradient.weight[i] += x[i] * dy[i]; // added, not set
            }
        }
        if let Some(dx) = input_gradients {
            for (dx, dy) in dx.iter_mut().zip(output_gradients) {
                for i in 0..N {
                    dx[i] = self.weight[i] * dy[i];
                }
            }
        }
    }
}

network! {
    struct Scaled: [3] -> [1] {
        hidden: Dense<3, 8, Tanh>,
        scale: Scale<8>,
        output: Dense<_, 1>,
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    check_gradients::<Scale<8>>()?; // is `backward` the derivative of `forward`?
    println!("{}\n", Scaled::SUMMARY);
    // to learn: the product of two numbers less the third
    let step = |i: usize| 0.5 * (i % 5) as f32 - 1.0;
    let inputs: Vec<[f32; 3]> = (0..125).map(|i| [step(i), step(i / 5), step(i / 25)]).collect();
    let targets: Vec<[f32; 1]> = inputs.iter().map(|[a, b, c]| [a * b - c]).collect();

    let mut network = Scaled::seeded(1);
    let trainer = Trainer::new(MeanSquaredError, Adam::new(0.02));
    let mut workspace = Workspace::<Scaled, Adam, 125>::boxed();
    let mut loss = f32::INFINITY;
    for step in 1..=1000 {
        loss = trainer.step(&mut network, &mut workspace, &inputs, &targets)?;
        if step % 200 == 0 {
            println!("step {step}: loss {loss:.5}");
        }
    }
    println!("learnt scales: {:.2?}", network.scale.weight);
    assert!(loss < 0.01 && network.scale.weight != [1.0; 8]);
    Ok(())
}

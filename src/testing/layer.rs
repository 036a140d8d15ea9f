//! A layer with its inputs, and the sum of its outputs that is differentiated.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

use super::compare::{Subject, Tally};
use super::drawn;
use super::error::GradientError;
use super::sample::{Each, Lengths, Set, positions, signed};
use super::subject::Batch;

struct Run<'a> {
    batch: &'a mut dyn Batch,
    coefficients: Vec<f32>,
    to_logits: bool,
    seed: u64,
}

/// Compares the derivatives of one layer, drawn by the seed.
pub(super) fn check(
    tally: &mut Tally,
    most: usize,
    seed: u64,
    batch: &mut dyn Batch,
    to_logits: bool,
) -> Result<(), GradientError> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let layer = batch.model().name();
    let trained = drawn::parameters(batch.model(), rng)?;
    drawn::inputs(batch.inputs(), layer, rng)?;
    let mut run = Run { batch, coefficients: Vec::new(), to_logits, seed };
    run.forward();
    if !run.batch.is_finite(to_logits) {
        return Err(GradientError::NotFinite { of: run.title() });
    }
    let Run { batch, coefficients, .. } = &mut run;
    batch.visit_outputs(to_logits, &mut Each(&mut |_| coefficients.push(signed(rng))));

    let reaches_input = run.batch.reaches_input();
    run.backward(reaches_input);
    let by_inputs = run.by_inputs();
    let terms = run.terms();
    let given = drawn::some(run.batch.model(), &trained, most, rng);
    tally.compare(&mut run, terms, &given)?;
    run.is_added()?;
    if !reaches_input {
        return Ok(());
    }
    // the inputs count on from the parameters
    let first = run.batch.model().parameters().len();
    let some = positions(by_inputs.len(), most, rng).into_iter();
    let given: Vec<_> = some.map(|i| (first + i, by_inputs[i])).collect();
    tally.compare(&mut run, terms, &given)
}

impl Run<'_> {
    fn forward(&mut self) {
        self.batch.forward(self.to_logits, self.seed);
    }

    /// Visits the terms of `Σ c·y`.
    fn each_term(&mut self, visit: &mut dyn FnMut(f64)) {
        self.forward();
        let mut coefficients = self.coefficients.iter();
        self.batch.visit_outputs(
            self.to_logits,
            &mut Each(&mut |y| {
                visit(f64::from(*y) * f64::from(coefficients.next().copied().unwrap_or(f32::NAN)));
            }),
        );
    }

    /// The size of the terms: the root of the sum of their squares.
    fn terms(&mut self) -> f64 {
        let mut squares = 0.0;
        self.each_term(&mut |term| squares += term * term);
        libm::sqrt(squares)
    }

    /// Adds the derivatives by the parameters to the gradient, sets those by the inputs where they are asked for.
    fn backward(&mut self, to_inputs: bool) {
        if self.to_logits {
            self.batch.forward(false, self.seed);
        }
        self.forward();
        self.batch.lay_out_derivatives(self.to_logits);
        let mut coefficients = self.coefficients.iter();
        let mut next = || coefficients.next().copied().unwrap_or(f32::NAN);
        self.batch.visit_by_outputs(&mut Set(&mut next));
        self.batch.backward(self.to_logits, to_inputs);
    }

    /// The derivatives by the inputs, one after the other; their own lengths say nothing, they are as long as the inputs.
    fn by_inputs(&mut self) -> Vec<f32> {
        let (mut lengths, mut derivatives) = (Vec::new(), Vec::new());
        self.batch.inputs().visit(&mut Lengths(&mut |length| lengths.push(*length)));
        let mut lengths = lengths.into_iter();
        self.batch.visit_by_inputs(&mut Lengths(&mut |length| *length = lengths.next().unwrap_or(*length)));
        self.batch.visit_by_inputs(&mut Each(&mut |derivative| derivatives.push(*derivative)));
        derivatives
    }

    /// Whether a second pass doubles the gradient, and neither depends on whether the derivatives by the inputs are asked for.
    fn is_added(&mut self) -> Result<(), GradientError> {
        let with_inputs = self.batch.model().gradient().to_vec();
        let name = |number: usize| format!("number {number} of the gradient");
        self.batch.model().gradient().fill(0.0);
        self.backward(false);
        let once = self.batch.model().gradient().to_vec();
        if let Some(number) = with_inputs.iter().zip(&once).position(|(with, without)| with != without) {
            return Err(GradientError::WithoutInputs { of: self.title(), by: name(number) });
        }
        self.backward(false);
        let twice = self.batch.model().gradient().to_vec();
        for (number, (once, twice)) in once.into_iter().zip(twice).enumerate() {
            let off = (twice - 2.0 * once).abs();
            if off.is_nan() || off > 1e-4 * once.abs() + 1e-5 {
                let (of, by) = (self.title(), name(number));
                return Err(GradientError::NotAdded { of, by, twice, once });
            }
        }
        Ok(())
    }
}

impl Subject for Run<'_> {
    fn shift(&mut self, number: usize, distance: f32) {
        let parameters = self.batch.model().parameters();
        let mut position = parameters.len();
        if let Some(parameter) = parameters.get_mut(number) {
            *parameter += distance;
            return;
        }
        self.batch.inputs().visit(&mut Each(&mut |input| {
            if position == number {
                *input += distance;
            }
            position += 1;
        }));
    }

    fn value(&mut self) -> f64 {
        let mut sum = 0.0;
        self.each_term(&mut |term| sum += term);
        sum
    }

    fn title(&mut self) -> String {
        let end = if self.to_logits { "logits" } else { "outputs" };
        let (layer, samples) = (self.batch.model().name(), self.batch.inputs().len());
        format!("{layer}, seed {}, batch of {samples}, {end}", self.seed)
    }

    fn name(&mut self, number: usize) -> String {
        let model = self.batch.model();
        match number.checked_sub(model.parameters().len()) {
            Some(input) => format!("input number {input} of the batch"),
            None => drawn::name(model.layout(), number),
        }
    }
}

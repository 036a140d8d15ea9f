//! Where in a sequence a step stands, added to what it is (Vaswani et al., "Attention is all you need", 2017):
//! `y[t] = x[t] + p[t]`, with `p[t][2i] = sin(t / 10000^(2i/D))` and `p[t][2i + 1] = cos(t / 10000^(2i/D))`.
//!
//! Backward: `∂loss/∂x = ∂loss/∂y`.

use core::marker::PhantomData;
use core::slice::from_mut;

use rand::Rng;

use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::memory::plain::{Parameters, clear, zeroed};
use crate::shape::Shape;
use crate::shape::sequence::Sequence;

/// Adds its position to each step of a sequence `S` of `[f32; DIM]`.
///
/// In `network!`: `PositionalEncoding`. It has no parameters. Each number is within 1e-6 of the formula up to step 1000.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct PositionalEncoding<const DIM: usize, S> {
    sequence: PhantomData<S>,
}

/// `10000^-x`, while the program is compiled: the series of the exponential function near 0, then ten squares.
const fn power(x: f64) -> f64 {
    const LN: f64 = 9.210_340_371_976_184; // of 10000
    let small = -x * LN / 1024.0;
    let (mut term, mut sum, mut k) = (1.0, 1.0, 1);
    while k < 12 {
        term *= small / k as f64;
        sum += term;
        k += 1;
    }
    let mut squares = 0;
    while squares < 10 {
        sum *= sum;
        squares += 1;
    }
    sum
}

impl<const DIM: usize, S> PositionalEncoding<DIM, S> {
    /// By how much of a turn the angle of each number grows with a step, in 2⁻³² turns: as whole numbers, multiples of it lose nothing
    /// but whole turns.
    const RATES: [u32; DIM] = {
        let mut rates = [0; DIM];
        let mut i = 0;
        while i < DIM {
            let even = i - i % 2;
            let turns = power(even as f64 / DIM as f64) / core::f64::consts::TAU;
            rates[i] = (turns * 4_294_967_296.0 + 0.5) as u32;
            i += 1;
        }
        rates
    };

    /// Number `i` of `p[t]`.
    fn position(t: usize, i: usize, rate: u32) -> f32 {
        const TURN: f32 = 1.0 / 4_294_967_296.0;
        // a sine is a cosine a quarter of a turn before
        let quarter = if i.is_multiple_of(2) { 1 << 30 } else { 0 };
        let angle = rate.wrapping_mul(t as u32).wrapping_sub(quarter);
        math::cos_turns(angle as i32 as f32 * TURN)
    }
}

#[diagnostic::do_not_recommend]
impl<const DIM: usize, S: Sequence<Step = [f32; DIM]>> Layer for PositionalEncoding<DIM, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        for (x, y) in x.iter().zip(&mut *y) {
            y.begin(x.length()).iter_mut().zip(x.steps()).for_each(|(y, x)| *y = *x);
        }
        // each number once, for all sequences that are so long
        for t in 0..S::STEPS {
            for (i, rate) in Self::RATES.iter().enumerate() {
                let position = Self::position(t, i, *rate);
                for y in &mut *y {
                    if let Some(number) = y.steps_mut().get_mut(t).and_then(|step| step.get_mut(i)) {
                        *number += position;
                    }
                }
            }
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S],
        _tape: &mut (),
        dy: &mut [Gradient<S>],
        dx: Option<&mut [Gradient<S>]>,
        _gradient: &mut Self,
    ) {
        for ((x, dy), dx) in x.iter().zip(dy).zip(dx.unwrap_or_default()) {
            clear(dx);
            let steps = S::buffer_mut(dx).iter_mut().zip(S::buffer(dy)).take(x.length());
            steps.for_each(|(dx, dy)| *dx = *dy);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let mut table: S::Buffer<[f32; DIM]> = zeroed();
        let rows = S::all_mut(from_mut(&mut table));
        for (t, row) in rows.iter_mut().enumerate() {
            for ((i, number), rate) in row.iter_mut().enumerate().zip(&Self::RATES) {
                *number = Self::position(t, i, *rate);
            }
        }
        let dims = <[f32; DIM]>::DIMS.within(S::STEPS);
        let positions = graph.constant("positions", dims, rows.as_flattened());
        Ok(graph.node("Add", &[input, positions], &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::infer_one;
    use std::boxed::Box;

    #[test]
    fn positions_are_those_of_the_formula() {
        let layer: PositionalEncoding<7, [[f32; 7]; 1000]> = zeroed();
        let p = Box::new(infer_one(&layer, &[[0.0; 7]; 1000]));
        for (t, row) in p.iter().enumerate() {
            for (i, number) in row.iter().enumerate() {
                let angle = t as f64 / 10_000_f64.powf((i - i % 2) as f64 / 7.0);
                let exact = if i % 2 == 0 { angle.sin() } else { angle.cos() };
                assert!((f64::from(*number) - exact).abs() < 1e-6, "{t} {i}: {number} {exact}");
            }
        }
    }

    #[test]
    fn nothing_is_added_behind_the_end() {
        use crate::shape::sequence::Padded;
        type Steps = Padded<[f32; 2], 3>;
        let x = Steps::first_of([[1.0, 1.0], [1.0, 1.0], [f32::NAN; 2]], 2).unwrap();
        let y = infer_one(&zeroed::<PositionalEncoding<2, Steps>>(), &x);
        assert_eq!(y.steps()[0], [1.0, 2.0]);
        assert_eq!((y.length(), Steps::from([[0.0; 2]; 3]) == y), (2, false));
        let mut dx = [Steps::from([[9.0; 2]; 3])];
        let dy = &mut [Steps::from([[1.0, 2.0], [3.0, 4.0], [f32::NAN; 2]])];
        zeroed::<PositionalEncoding<2, Steps>>().backward::<1>(&[x], &[y], &mut (), dy, Some(&mut dx), &mut zeroed());
        assert_eq!(dx[0].buffer(), [[1.0, 2.0], [3.0, 4.0], [0.0; 2]]);
    }
}

//! The way of a recurrent layer through time, and the chain rule back.
//!
//! Forward, the products with the inputs are made for all steps at once; then step by step the products with the states, for all
//! sequences that have the step, and the gates. Backward, step by step the gates and the products with the states; then, for all
//! steps at once, the derivatives by the weights and the inputs.
//!
//! The steps lie as the [`Plan`] has them, so there is nothing for what is behind the end of a sequence.

use super::cell::Cell;
use super::plan::{Plan, TimeStep};
use super::returns::Direction;
use super::{Recurrent, add};
use crate::kernel::rows::{Rows, RowsMut, add_bias_gradient, add_weight_gradient, input_gradient};
use crate::kernel::{Wide, wide};
use crate::layer::Gradient;
use crate::memory::plain::{Parameters, Plain, clear};
use crate::shape::sequence::Sequence;
use crate::shape::{first, first_mut};

/// Where in which sequence a state is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub sequence: usize,
    /// After which of its steps.
    pub step: usize,
    /// Whether that is the last that the layer comes to.
    pub last: bool,
}

/// What inference of up to `B` sequences borrows: one step of each.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Scratch<C: Cell, S: Sequence, const IN: usize, const H: usize, const B: usize> {
    plan: Plan<S, B>,
    inputs: [[f32; IN]; B],
    kept: [C::Kept<H>; B],
    recurrent: [C::Gates<[f32; H]>; B],
    states: [C::State<H>; B],
}

crate::memory::plain::opaque_debug! { [C: Cell, S: Sequence, const IN: usize, const H: usize, const B: usize] Scratch, Scratch<C, S, IN, H, B> }

/// What training of up to `B` sequences remembers: all steps of each.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Tape<C: Cell, S: Sequence, const IN: usize, const H: usize, const B: usize> {
    plan: Plan<S, B>,
    /// The inputs; in backward, the derivatives by them.
    inputs: [S::Buffer<[f32; IN]>; B],
    /// What the cell keeps; in backward, the derivatives by its sums.
    kept: [S::Buffer<C::Kept<H>>; B],
    /// The states after each step.
    states: [S::Buffer<C::State<H>>; B],
    /// The states before the first step.
    initial: [C::State<H>; B],
    /// `W_hh·h + b_hh` of one step.
    recurrent: [C::Gates<[f32; H]>; B],
    /// In backward, the derivatives by the states after one step.
    deltas: [C::State<H>; B],
}

crate::memory::plain::opaque_debug! { [C: Cell, S: Sequence, const IN: usize, const H: usize, const B: usize] Tape, Tape<C, S, IN, H, B> }

/// One step of many sequences.
pub(super) struct StepForward<'a, C: Cell, const H: usize> {
    pub states: &'a mut [C::State<H>],
    pub recurrent: &'a [C::Gates<[f32; H]>],
    pub kept: &'a mut [C::Kept<H>],
}

impl<C: Cell, const H: usize> Wide for StepForward<'_, C, H> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((state, recurrent), kept) in self.states.iter_mut().zip(self.recurrent).zip(self.kept) {
            C::advance(state, recurrent, kept);
        }
    }
}

/// One step of many sequences, back.
struct StepBackward<'a, C: Cell, const H: usize> {
    before: &'a [C::State<H>],
    after: &'a [C::State<H>],
    kept: &'a mut [C::Kept<H>],
    deltas: &'a mut [C::State<H>],
}

impl<C: Cell, const H: usize> Wide for StepBackward<'_, C, H> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let StepBackward { before, after, kept, deltas } = self;
        for (((before, after), kept), delta) in before.iter().zip(after).zip(kept).zip(deltas) {
            C::retreat(before, after, kept, delta);
        }
    }
}

/// A run of `count` values, from number `from` on.
fn run<T>(values: &[T], from: usize, count: usize) -> &[T] {
    first(values.get(from..).unwrap_or_default(), count)
}

/// The same, to write.
fn run_mut<T>(values: &mut [T], from: usize, count: usize) -> &mut [T] {
    first_mut(values.get_mut(from..).unwrap_or_default(), count)
}

impl<C, const IN: usize, const H: usize, S, R, const TRUNCATE: usize, D> Recurrent<C, IN, H, S, R, TRUNCATE, D>
where
    C: Cell,
    S: Sequence<Step = [f32; IN]>,
    D: Direction,
{
    /// Gathers the inputs of a step from the sequences.
    fn gather<const B: usize>(plan: &Plan<S, B>, time_step: TimeStep, x: &[S], inputs: &mut [[f32; IN]]) {
        for (input, sequence) in inputs.iter_mut().zip(plan.sequences(time_step)) {
            let Some(x) = x.get(sequence) else { continue };
            if let Some(step) = x.steps().get(D::step(time_step.step, x.length())) {
                *input = *step;
            }
        }
    }

    /// Tells `give` of the states after a step: of which sequence, of which of its steps, and whether it is the last that the layer
    /// comes to.
    fn tell<const B: usize>(
        plan: &Plan<S, B>,
        time_step: TimeStep,
        x: &[S],
        states: &[C::State<H>],
        give: &mut impl FnMut(Place, &C::State<H>),
    ) {
        for (state, sequence) in states.iter().zip(plan.sequences(time_step)) {
            give(Self::place(time_step, sequence, x), state);
        }
    }

    fn place(time_step: TimeStep, sequence: usize, x: &[S]) -> Place {
        let length = x.get(sequence).map_or(0, S::length);
        Place { sequence, step: D::step(time_step.step, length), last: time_step.step + 1 == length }
    }

    /// The states before the first step: those given, or zero.
    fn start<const B: usize>(plan: &Plan<S, B>, start: &[C::State<H>], states: &mut [C::State<H>]) {
        let Some(first) = plan.time_steps().next() else { return };
        for (state, sequence) in states.iter_mut().zip(plan.sequences(first)) {
            match start.get(sequence) {
                Some(start) => *state = *start,
                None => clear(state),
            }
        }
    }

    /// Inference: one step after the other, from the states `start`.
    pub(super) fn walk<const B: usize>(
        &self,
        x: &[S],
        start: &[C::State<H>],
        scratch: &mut Scratch<C, S, IN, H, B>,
        mut give: impl FnMut(Place, &C::State<H>),
    ) {
        let Scratch { plan, inputs, kept, recurrent, states } = scratch;
        plan.fill(x);
        Self::start(plan, start, states);
        for time_step in plan.time_steps() {
            let inputs = first_mut(inputs, time_step.active);
            let kept = first_mut(kept, time_step.active);
            let recurrent = first_mut(recurrent, time_step.active);
            let states = first_mut(states, time_step.active);
            Self::gather(plan, time_step, x, inputs);
            self.project(Rows::of(inputs), kept);
            self.recur(states, recurrent);
            wide(StepForward::<C, H> { states: &mut *states, recurrent, kept });
            Self::tell(plan, time_step, x, states, &mut give);
        }
    }

    /// Training: as [`walk`](Recurrent::walk), with all remembered.
    pub(super) fn walk_forward<const B: usize>(
        &self,
        x: &[S],
        start: &[C::State<H>],
        tape: &mut Tape<C, S, IN, H, B>,
        mut give: impl FnMut(Place, &C::State<H>),
    ) {
        let Tape { plan, inputs, kept, states, initial, recurrent, .. } = tape;
        let (inputs, kept, states) = (S::all_mut(inputs), S::all_mut(kept), S::all_mut(states));
        plan.fill(x);
        Self::start(plan, start, initial);
        for time_step in plan.time_steps() {
            Self::gather(plan, time_step, x, run_mut(inputs, time_step.first, time_step.active));
        }
        let rows = plan.rows();
        self.project(Rows::of(first(inputs, rows)), first_mut(kept, rows));
        for time_step in plan.time_steps() {
            let TimeStep { first: from, active, active_before, .. } = time_step;
            let (past, now) = states.split_at_mut_checked(from).unwrap_or_default();
            let now = first_mut(now, active);
            let before =
                if time_step.step == 0 { &initial[..] } else { run(past, from - active_before.min(from), active) };
            now.iter_mut().zip(before).for_each(|(now, before)| *now = *before);
            let recurrent = first_mut(recurrent, active);
            self.recur(now, recurrent);
            wide(StepForward::<C, H> { states: &mut *now, recurrent, kept: run_mut(kept, from, active) });
            Self::tell(plan, time_step, x, now, &mut give);
        }
    }

    /// Backward through the steps, from the last to the first, then the derivatives by the parameters. `take` adds the derivative by
    /// the state after a step; what is known in the end, the derivatives by the states before the first, goes to `start`.
    pub(super) fn walk_back<const B: usize>(
        &self,
        x: &[S],
        tape: &mut Tape<C, S, IN, H, B>,
        gradient: &mut Self,
        mut take: impl FnMut(Place, &mut C::State<H>),
        start: Option<&mut [C::State<H>]>,
    ) {
        let Tape { plan, kept, states, initial, deltas, .. } = tape;
        let (kept, states) = (S::all_mut(kept), S::all(states));
        deltas.iter_mut().for_each(clear);
        for time_step in plan.time_steps_back() {
            let TimeStep { step, first: from, active, active_before } = time_step;
            let deltas = first_mut(deltas, active);
            for (delta, sequence) in deltas.iter_mut().zip(plan.sequences(time_step)) {
                take(Self::place(time_step, sequence, x), delta);
            }
            let before = if step == 0 { &initial[..] } else { run(states, from - active_before.min(from), active) };
            let kept = run_mut(kept, from, active);
            let after = run(states, from, active);
            wide(StepBackward::<C, H> { before, after, kept: &mut *kept, deltas: &mut *deltas });
            if step > 0 && TRUNCATE > 0 && step.is_multiple_of(TRUNCATE) {
                deltas.iter_mut().for_each(clear);
            } else if step > 0 || start.is_some() {
                self.through_weights(kept, deltas);
            }
        }
        if let (Some(start), Some(first)) = (start, plan.time_steps().next()) {
            for (delta, sequence) in deltas.iter().zip(plan.sequences(first)) {
                if let Some(start) = start.get_mut(sequence) {
                    *start = *delta;
                }
            }
        }
        self.parameter_gradient(tape, gradient);
    }

    /// `∂loss/∂h += W_hhᵀ · ∂loss/∂(W_hh·h + b_hh)`
    fn through_weights(&self, kept: &[C::Kept<H>], deltas: &mut [C::State<H>]) {
        let weight = Rows::new(self.weight_hh.as_flat(), H);
        for blocks in C::RECURRENT {
            let dy = Rows::of(kept).columns(blocks.kept * H, blocks.count * H);
            let weight = weight.rows(blocks.gates * H, blocks.count * H);
            input_gradient(dy, weight, RowsMut::of(deltas).columns(0, H), true);
        }
    }

    /// Adds the derivatives by the parameters, of all steps.
    fn parameter_gradient<const B: usize>(&self, tape: &Tape<C, S, IN, H, B>, gradient: &mut Self) {
        let Tape { plan, inputs, kept, states, initial, .. } = tape;
        let (rows, kept, states) = (plan.rows(), S::all(kept), S::all(states));
        let dy = Rows::of(first(kept, rows));
        let dy_ih = dy.columns(0, Self::WIDTH);
        let x = Rows::of(first(S::all(inputs), rows));
        add_weight_gradient(dy_ih, x, RowsMut::new(gradient.weight_ih.as_flat_mut(), IN));
        add_bias_gradient(dy_ih, gradient.bias_ih.as_flat_mut());
        for blocks in C::RECURRENT {
            let dy = dy.columns(blocks.kept * H, blocks.count * H);
            add_bias_gradient(dy, run_mut(gradient.bias_hh.as_flat_mut(), blocks.gates * H, blocks.count * H));
        }
        let mut add_run = |kept: &[C::Kept<H>], before: &[C::State<H>]| {
            for blocks in C::RECURRENT {
                let dy = Rows::of(kept).columns(blocks.kept * H, blocks.count * H);
                let dw = RowsMut::new(gradient.weight_hh.as_flat_mut(), H).rows(blocks.gates * H, blocks.count * H);
                add_weight_gradient(dy, Rows::of(before).columns(0, H), dw);
            }
        };
        // where steps lie together, and the steps before them too, there is one product for all
        let mut together: Option<(usize, usize, usize)> = None; // first row, first row before, rows
        for time_step in plan.time_steps() {
            let TimeStep { step, first: from, active, active_before } = time_step;
            if step == 0 {
                add_run(run(kept, 0, active), initial);
                continue;
            }
            let from_before = from - active_before.min(from);
            together = match together {
                Some((first, before, rows)) if before + rows == from_before => Some((first, before, rows + active)),
                ended => {
                    if let Some((first, before, rows)) = ended {
                        add_run(run(kept, first, rows), run(states, before, rows));
                    }
                    Some((from, from_before, active))
                }
            };
        }
        if let Some((first, before, rows)) = together {
            add_run(run(kept, first, rows), run(states, before, rows));
        }
    }

    /// Adds the derivatives by the inputs to `dx`, after [`walk_back`](Recurrent::walk_back).
    pub(super) fn input_gradient<const B: usize>(
        &self,
        x: &[S],
        tape: &mut Tape<C, S, IN, H, B>,
        dx: &mut [Gradient<S>],
    ) {
        let Tape { plan, inputs, kept, .. } = tape;
        let (inputs, rows) = (S::all_mut(inputs), plan.rows());
        let dy = Rows::of(first(S::all(kept), rows)).columns(0, Self::WIDTH);
        let weight = Rows::new(self.weight_ih.as_flat(), IN);
        input_gradient(dy, weight, RowsMut::of(first_mut(inputs, rows)), false);
        for time_step in plan.time_steps() {
            let steps = run(inputs, time_step.first, time_step.active);
            for (from, sequence) in steps.iter().zip(plan.sequences(time_step)) {
                let (Some(dx), Some(x)) = (dx.get_mut(sequence), x.get(sequence)) else { continue };
                if let Some(to) = S::buffer_mut(dx).get_mut(D::step(time_step.step, x.length())) {
                    add(to, from);
                }
            }
        }
    }
}

//! Sequences that go on from a state: what makes a decoder of a recurrent layer, and an encoder of one whose last state is wanted.

use super::cell::{Cell, CellState};
use super::returns::{Direction, Returns};
use super::walk::{Scratch, Tape};
use super::{Recurrent, add, begin};
use crate::layer::Gradient;
use crate::memory::plain::{Parameters, clear};
use crate::shape::sequence::Sequence;

/// Derivatives that are given: by the outputs, by the states in which the sequences end.
type Given<'a, Y, T> = (&'a [Y], &'a [T]);

/// Derivatives that are wanted: by the inputs, by the states before the first step.
type Wanted<'a, X, T> = (Option<&'a mut [X]>, Option<&'a mut [T]>);

impl<C, const IN: usize, const H: usize, S, R, const TRUNCATE: usize, D> Recurrent<C, IN, H, S, R, TRUNCATE, D>
where
    C: Cell,
    S: Sequence<Step = [f32; IN]>,
    R: Returns,
    D: Direction,
{
    /// [`infer`](crate::Layer::infer) from the states `start`, one for each sequence (where there is none, from zero), to the states
    /// in which the sequences end (where there is room for them).
    pub fn infer_from<const B: usize>(
        &self,
        x: &[S],
        start: &[C::State<H>],
        y: &mut [R::Output<S, H>],
        end: &mut [C::State<H>],
        scratch: &mut Scratch<C, S, IN, H, B>,
    ) {
        begin::<S, R, H>(x, y);
        self.walk(x, start, scratch, |place, state| {
            if let Some(to) = y.get_mut(place.sequence).and_then(|y| R::place::<S, H>(y, place.step, place.last)) {
                *to = *state.h();
            }
            if let Some(end) = end.get_mut(place.sequence).filter(|_| place.last) {
                *end = *state;
            }
        });
    }

    /// [`forward`](crate::Layer::forward) likewise.
    pub fn forward_from<const B: usize>(
        &self,
        x: &[S],
        start: &[C::State<H>],
        y: &mut [R::Output<S, H>],
        end: &mut [C::State<H>],
        tape: &mut Tape<C, S, IN, H, B>,
    ) {
        begin::<S, R, H>(x, y);
        self.walk_forward(x, start, tape, |place, state| {
            if let Some(to) = y.get_mut(place.sequence).and_then(|y| R::place::<S, H>(y, place.step, place.last)) {
                *to = *state.h();
            }
            if let Some(end) = end.get_mut(place.sequence).filter(|_| place.last) {
                *end = *state;
            }
        });
    }

    /// [`backward`](crate::Layer::backward) from the derivatives by the outputs and by the states in which the sequences end, to those
    /// by the inputs and by the states from which they started, where these are wanted.
    pub fn backward_from<const B: usize>(
        &self,
        x: &[S],
        tape: &mut Tape<C, S, IN, H, B>,
        (dy, d_end): Given<Gradient<R::Output<S, H>>, C::State<H>>,
        (dx, d_start): Wanted<Gradient<S>, C::State<H>>,
        gradient: &mut Self,
    ) {
        let take = |place: super::walk::Place, delta: &mut C::State<H>| {
            let dy = dy.get(place.sequence);
            if let Some(dy) = dy.and_then(|dy| R::derivative::<S, H>(dy, place.step, place.last)) {
                add(delta.h_mut(), dy);
            }
            if let Some(d_end) = d_end.get(place.sequence).filter(|_| place.last) {
                add(delta.as_flat_mut(), d_end.as_flat());
            }
        };
        self.walk_back(x, tape, gradient, take, d_start);
        if let Some(dx) = dx {
            dx.iter_mut().for_each(clear);
            self.input_gradient(x, tape, dx);
        }
    }
}

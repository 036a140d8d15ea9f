//! Two recurrent layers, one from the first step to the last, one from the last to the first; what they give stands side by side:
//! `y = [h, h_reverse]` of each step (Schuster, Paliwal 1997).
//!
//! Of the last step alone, it is the states in which both end, each having seen the whole sequence.

use core::marker::PhantomData;

use rand::Rng;

use super::cell::{Cell, CellState};
use super::returns::{Forward, Returns, Reverse};
use super::walk::{Place, Scratch, Tape};
use super::{Recurrent, add, begin, export};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::memory::layout::{Field, Layout};
use crate::memory::plain::{Parameters, Plain, clear};
use crate::sealed::Sealed;
use crate::shape::sequence::Sequence;

/// A recurrent layer that goes forward, and its like that goes backwards. `OUT` is twice its hidden size.
///
/// In `network!` it is the setting `bidirectional = true`.
#[derive(Parameters)]
#[parameters(crate = crate, layout = L::BOTH)]
#[repr(C)]
pub struct Bidirectional<L: Reversible, const OUT: usize> {
    /// From the first step to the last.
    pub forward: L,
    /// From the last step to the first.
    pub reverse: L::Reverse,
    what: PhantomData<()>,
}

crate::memory::plain::copied_by_layout! { [L: Reversible, const OUT: usize] Bidirectional, Bidirectional<L, OUT> }

/// A layer that has its like in the other direction.
pub trait Reversible: Parameters + Sealed {
    /// The layer in the other direction.
    type Reverse: Parameters;
    /// The tensors of both.
    const BOTH: Layout;
}

impl<C: Cell, const IN: usize, const HIDDEN: usize, S: 'static, R: 'static, const TRUNCATE: usize>
    Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, Forward>
{
    const FIELDS_OF_BOTH: [Field; 8] = {
        let [a, b, c, d] = Self::FIELDS;
        let [e, f, g, h] = <Self as Reversible>::Reverse::FIELDS;
        [a, b, c, d, e, f, g, h]
    };
}

impl<C: Cell, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize, D: super::Direction> Sealed
    for Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, D>
{
}

impl<C: Cell, const IN: usize, const HIDDEN: usize, S: 'static, R: 'static, const TRUNCATE: usize> Reversible
    for Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, Forward>
{
    type Reverse = Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, Reverse>;

    const BOTH: Layout = Layout::Fields(&Self::FIELDS_OF_BOTH);
}

/// What training remembers of both layers.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Tapes<A, B> {
    forward: A,
    reverse: B,
}

crate::memory::plain::opaque_debug! { [A, B] Tapes, Tapes<A, B> }

#[diagnostic::do_not_recommend]
impl<C, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize, const OUT: usize> Layer
    for Bidirectional<Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, Forward>, OUT>
where
    C: Cell,
    S: Sequence<Step = [f32; IN]>,
    R: Returns,
{
    type Input = S;
    type Output = R::Output<S, OUT>;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = Scratch<C, S, IN, HIDDEN, B>;
    type Tape<const B: usize> = Tapes<Tape<C, S, IN, HIDDEN, B>, Tape<C, S, IN, HIDDEN, B>>;

    const MACS: u64 = 2 * <Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, Forward> as Layer>::MACS;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.forward.initialize(init, rng);
        self.reverse.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [Self::Output], scratch: &mut Self::Scratch<B>) {
        begin::<S, R, OUT>(x, y);
        self.forward.walk(x, &[], scratch, |place, state| put::<S, R, OUT>(y, place, 0, state.h()));
        self.reverse.walk(x, &[], scratch, |place, state| put::<S, R, OUT>(y, place, HIDDEN, state.h()));
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [Self::Output], tape: &mut Self::Tape<B>, _pass: &mut Pass) {
        let Tapes { forward, reverse } = tape;
        begin::<S, R, OUT>(x, y);
        self.forward.walk_forward(x, &[], forward, |place, state| put::<S, R, OUT>(y, place, 0, state.h()));
        self.reverse.walk_forward(x, &[], reverse, |place, state| put::<S, R, OUT>(y, place, HIDDEN, state.h()));
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Gradient<Self::Output>],
        dx: Option<&mut [Gradient<S>]>,
        gradient: &mut Self,
    ) {
        let Tapes { forward, reverse } = tape;
        let by_forward = |place: Place, delta: &mut C::State<HIDDEN>| take::<S, R, OUT>(dy, place, 0, delta.h_mut());
        self.forward.walk_back(x, forward, &mut gradient.forward, by_forward, None);
        let by_reverse =
            |place: Place, delta: &mut C::State<HIDDEN>| take::<S, R, OUT>(dy, place, HIDDEN, delta.h_mut());
        self.reverse.walk_back(x, reverse, &mut gradient.reverse, by_reverse, None);
        if let Some(dx) = dx {
            dx.iter_mut().for_each(clear);
            self.forward.input_gradient(x, forward, dx);
            self.reverse.input_gradient(x, reverse, dx);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let layout = export::Layout { features: IN, units: HIDDEN, direction: "bidirectional", all: R::ALL };
        export::export::<C, S>(graph, input, &[self.forward.weights(), self.reverse.weights()], &layout)
    }
}

/// Puts `h` into the output of a step, from number `from` on.
fn put<S: Sequence, R: Returns, const OUT: usize>(y: &mut [R::Output<S, OUT>], place: Place, from: usize, h: &[f32]) {
    let to = y.get_mut(place.sequence).and_then(|y| R::place::<S, OUT>(y, place.step, place.last));
    let numbers = to.and_then(|to| to.get_mut(from..)).unwrap_or_default();
    numbers.iter_mut().zip(h).for_each(|(number, h)| *number = *h);
}

/// Adds the derivative by what was put there to `dh`.
fn take<S: Sequence, R: Returns, const OUT: usize>(
    dy: &[Gradient<R::Output<S, OUT>>],
    place: Place,
    from: usize,
    dh: &mut [f32],
) {
    let derivative = dy.get(place.sequence).and_then(|dy| R::derivative::<S, OUT>(dy, place.step, place.last));
    add(dh, derivative.and_then(|dy| dy.get(from..)).unwrap_or_default());
}

//! Recurrent layers: `h'` of each step is made of the step's input and of the `h` before, by the equations of a [`Cell`].
//!
//! | file | what |
//! |---|---|
//! | `rnn`, `lstm`, `gru` | the equations of the layers, forward and backward |
//! | `walk` | through time and back, with many sequences at once |
//! | `plan` | which sequences have which step |
//! | `returns` | which steps are given, in which direction the layer goes |
//! | `from` | from a state that is given, to the state in which a sequence ends |
//! | `bidirectional` | a layer in each direction |
//! | `export`, `reading` | as operators of ONNX, and from them |

mod bidirectional;
mod cell;
mod export;
mod from;
mod gru;
mod lstm;
mod plan;
#[cfg(feature = "onnx")]
pub(super) mod reading;
mod returns;
mod rnn;
mod walk;

use core::slice::{from_mut, from_ref};

use rand::Rng;

pub use bidirectional::{Bidirectional, Reversible};
pub use cell::{Cell, CellState};
pub use gru::{Gru, GruCell, GruState};
pub use lstm::{Lstm, LstmCell, LstmState};
pub use returns::{All, Direction, Forward, Last, Returns, Reverse};
pub use rnn::{Rnn, RnnCell, RnnState};
pub use walk::{Scratch, Tape};

use crate::kernel::rows::{Rows, RowsMut, product};
use crate::kernel::wide;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::memory::layout::{Field, Layout};
use crate::memory::plain::{Marker, Parameters, clear, zeroed};
use crate::shape::sequence::Sequence;

/// A recurrent layer with the equations `C`, which goes over sequences `S` in the direction `D` and gives the steps `R`: an
/// [`Rnn`], an [`Lstm`] or a [`Gru`].
///
/// The gradient goes back over at most `TRUNCATE` steps, if that is not 0.
///
/// The parameters have the names and shapes of PyTorch's, so that files of weights go both ways.
#[derive(Parameters)]
#[parameters(crate = crate, layout = Self::LAYOUT_OF_TENSORS)]
#[repr(C)]
pub struct Recurrent<C: Cell, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize, D: Direction = Forward>
{
    /// `W_ih`: what the input weighs, for each gate. PyTorch's `weight_ih_l0`.
    pub weight_ih: C::Gates<[[f32; IN]; HIDDEN]>,
    /// `W_hh`: what the state before weighs, for each gate. PyTorch's `weight_hh_l0`.
    pub weight_hh: C::Gates<[[f32; HIDDEN]; HIDDEN]>,
    /// `b_ih`, PyTorch's `bias_ih_l0`.
    pub bias_ih: C::Gates<[f32; HIDDEN]>,
    /// `b_hh`, PyTorch's `bias_hh_l0`.
    pub bias_hh: C::Gates<[f32; HIDDEN]>,
    what: Marker<(C, S, R, D)>,
}

crate::memory::plain::copied_by_layout! { [C: Cell, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize, D: Direction] Recurrent, Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, D> }

impl<C: Cell, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize, D: Direction>
    Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, D>
{
    /// Numbers of all gates.
    const WIDTH: usize = C::GATES * HIDDEN;

    const NUMBERS: Layout = Layout::Array(Self::WIDTH, &Layout::Number);
    const ROW_IH: Layout = Layout::Array(IN, &Layout::Number);
    const ROW_HH: Layout = Layout::Array(HIDDEN, &Layout::Number);
    const WEIGHT_IH: Layout = Layout::Array(Self::WIDTH, &Self::ROW_IH);
    const WEIGHT_HH: Layout = Layout::Array(Self::WIDTH, &Self::ROW_HH);
    /// The tensors.
    const FIELDS: [Field; 4] = [
        Field { name: D::NAMES[0], layout: &Self::WEIGHT_IH },
        Field { name: D::NAMES[1], layout: &Self::WEIGHT_HH },
        Field { name: D::NAMES[2], layout: &Self::NUMBERS },
        Field { name: D::NAMES[3], layout: &Self::NUMBERS },
    ];
    const LAYOUT_OF_TENSORS: Layout = Layout::Fields(&Self::FIELDS);

    /// The parameters, to be exported.
    fn weights(&self) -> export::Weights<'_> {
        export::Weights::of(&self.weight_ih, &self.weight_hh, &self.bias_ih, &self.bias_hh)
    }

    /// `kept` comes to hold `W_ih·x + b_ih` in its first blocks.
    fn project<'a>(&self, x: Rows<'a>, kept: &mut [C::Kept<HIDDEN>]) {
        let weight = Rows::new(self.weight_ih.as_flat(), IN);
        product(x, weight, self.bias_ih.as_flat(), RowsMut::of(kept).columns(0, Self::WIDTH));
    }

    /// `recurrent` comes to hold `W_hh·h + b_hh`.
    fn recur(&self, states: &[C::State<HIDDEN>], recurrent: &mut [C::Gates<[f32; HIDDEN]>]) {
        let weight = Rows::new(self.weight_hh.as_flat(), HIDDEN);
        let h = Rows::of(states).columns(0, HIDDEN);
        product(h, weight, self.bias_hh.as_flat(), RowsMut::of(recurrent));
    }
}

impl<C: Cell, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize>
    Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, Forward>
{
    /// One step: takes `input`, changes `state`, and gives `h`. What comes of a sequence has the same bits whether it comes whole or
    /// step by step.
    ///
    /// ```
    /// use congruent::{Gru, GruState, plain::zeroed};
    /// # use congruent::Layer;
    ///
    /// let mut layer: Gru<3, 8, [[f32; 3]; 4]> = zeroed();
    /// # use congruent::prelude::*;
    /// layer.initialize(Init::Auto, &mut Xoshiro256PlusPlus::seed_from_u64(1));
    ///
    /// let sequence = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9], [1.0, 1.1, 1.2]];
    /// let mut state = GruState { h: [0.0; 8] };
    /// let steps = sequence.map(|input| layer.step(&mut state, &input));
    /// assert_eq!(steps, congruent::network::infer_one(&layer, &sequence));
    /// ```
    pub fn step(&self, state: &mut C::State<HIDDEN>, input: &[f32; IN]) -> [f32; HIDDEN] {
        let mut kept: C::Kept<HIDDEN> = zeroed();
        let mut recurrent: C::Gates<[f32; HIDDEN]> = zeroed();
        self.project(Rows::of(from_ref(input)), from_mut(&mut kept));
        self.recur(from_ref(state), from_mut(&mut recurrent));
        let (recurrent, kept) = (from_ref(&recurrent), from_mut(&mut kept));
        wide(walk::StepForward::<C, HIDDEN> { states: from_mut(state), recurrent, kept });
        *state.h()
    }

    /// Adds one step to a graph, `[sequence, 1, feature]`, from a state `[sequence, number]`: gives `h`, `[sequence, 1, unit]`, and the
    /// state after it.
    pub(crate) fn export_step(&self, graph: &mut dyn Graph, input: Value, state: Value) -> Result<[Value; 2], Refusal> {
        let layout = export::Layout { features: IN, units: HIDDEN, direction: "forward", all: false };
        export::export_step::<C>(graph, [input, state], &self.weights(), &layout)
    }
}

#[diagnostic::do_not_recommend]
impl<C, const IN: usize, const HIDDEN: usize, S, R, const TRUNCATE: usize, D> Layer
    for Recurrent<C, IN, HIDDEN, S, R, TRUNCATE, D>
where
    C: Cell,
    S: Sequence<Step = [f32; IN]>,
    R: Returns,
    D: Direction,
{
    type Input = S;
    type Output = R::Output<S, HIDDEN>;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = Scratch<C, S, IN, HIDDEN, B>;
    type Tape<const B: usize> = Tape<C, S, IN, HIDDEN, B>;

    const MACS: u64 = (S::STEPS * Self::WIDTH) as u64 * (IN + HIDDEN) as u64;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let init = init.or(C::INIT);
        let (gates, columns) = (C::GATES, [IN, HIDDEN]);
        for (weight, columns) in [self.weight_ih.as_flat_mut(), self.weight_hh.as_flat_mut()].into_iter().zip(columns) {
            let size = (weight.len() / gates.max(1)).max(1);
            weight.chunks_mut(size).for_each(|gate| init.fill(gate, columns, HIDDEN, rng));
        }
        clear(&mut self.bias_ih);
        clear(&mut self.bias_hh);
        C::initialize(&mut self.bias_ih);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [Self::Output], scratch: &mut Self::Scratch<B>) {
        self.infer_from(x, &[], y, &mut [], scratch);
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [Self::Output], tape: &mut Self::Tape<B>, _pass: &mut Pass) {
        self.forward_from(x, &[], y, &mut [], tape);
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
        self.backward_from(x, tape, (dy, &[]), (dx, None), gradient);
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let direction = if D::BACKWARDS { "reverse" } else { "forward" };
        let layout = export::Layout { features: IN, units: HIDDEN, direction, all: R::ALL };
        export::export::<C, S>(graph, input, &[self.weights()], &layout)
    }
}

/// Prepares the outputs for what comes of these sequences.
fn begin<S: Sequence, R: Returns, const N: usize>(x: &[S], y: &mut [R::Output<S, N>]) {
    for (x, y) in x.iter().zip(y) {
        R::begin::<S, N>(y, x.length());
    }
}

/// `to += from`
fn add(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

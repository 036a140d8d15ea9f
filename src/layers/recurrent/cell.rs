//! What an `Rnn`, an `Lstm` and a `Gru` differ in: one step of one sequence, and the chain rule through it.

use crate::layer::init::Init;
use crate::memory::plain::Parameters;
use crate::sealed::Sealed;

/// The equations of a recurrent layer.
///
/// All take two sums, `W_ih·x + b_ih` of the input and `W_hh·h + b_hh` of the state before, in [`GATES`](Cell::GATES) blocks of
/// `H` numbers, and make the next state of them.
pub trait Cell: Sealed + Send + Sync + 'static {
    /// As it is written in `network!`.
    const NAME: &'static str;
    /// How many blocks of `H` rows the weights have.
    const GATES: usize;
    /// The rule by which weights are drawn.
    const INIT: Init;
    /// Which blocks of what [`retreat`](Cell::retreat) leaves in `kept` are the derivatives by `W_hh·h + b_hh`. (Those by
    /// `W_ih·x + b_ih` are the first blocks, in their order.)
    #[doc(hidden)]
    const RECURRENT: &'static [Blocks];

    /// A `T` for each gate.
    type Gates<T: Parameters>: Parameters;
    /// What goes from step to step, `h` first.
    type State<const H: usize>: CellState<H>;
    /// What backward needs of a step besides the states, in blocks of `H`, as many at least as there are gates.
    type Kept<const H: usize>: Parameters + Copy;

    /// The operator of ONNX that does the same, if there is one.
    #[doc(hidden)]
    fn operator() -> Option<Operator> {
        None
    }

    /// Sets the biases, which are zero, to what they are to be at first.
    #[doc(hidden)]
    fn initialize<const H: usize>(_bias_ih: &mut Self::Gates<[f32; H]>) {}

    /// One step. `kept` comes with `W_ih·x + b_ih` in its first blocks, `recurrent` is `W_hh·h + b_hh`.
    #[doc(hidden)]
    fn advance<const H: usize>(state: &mut Self::State<H>, recurrent: &Self::Gates<[f32; H]>, kept: &mut Self::Kept<H>);

    /// The chain rule: `delta` comes as the derivative by the state after the step, and leaves as that by the state before, but for
    /// what went through `W_hh`. `kept` leaves as the derivatives by the two sums.
    #[doc(hidden)]
    fn retreat<const H: usize>(
        before: &Self::State<H>,
        after: &Self::State<H>,
        kept: &mut Self::Kept<H>,
        delta: &mut Self::State<H>,
    );
}

/// So many blocks of `kept`, which belong to so many blocks of the weights.
#[derive(Clone, Copy, Debug)]
pub struct Blocks {
    /// The first block of `kept`.
    pub kept: usize,
    /// The first block of the weights.
    pub gates: usize,
    /// How many there are.
    pub count: usize,
}

/// An operator of ONNX.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// What it is called.
    pub name: &'static str,
    /// Which gate is the first there, and so on.
    pub order: &'static [usize],
    /// Its activation, where it has a choice.
    pub activation: Option<&'static str>,
    /// The slope of that below zero, where it has one.
    pub alpha: Option<f32>,
    /// Whether it resets after the product, as only a `GRU` can.
    pub reset_after: bool,
    /// Whether a second run of numbers goes from step to step, behind `h`: the `c` of an `LSTM`.
    pub has_c: bool,
}

/// What goes from step to step. It begins with `h`.
pub trait CellState<const H: usize>: Parameters + Copy + Sealed {
    /// What the layer gives at this step.
    fn h(&self) -> &[f32; H];
    /// The same, to write.
    fn h_mut(&mut self) -> &mut [f32; H];
}

//! What ends a network with several outputs.

use core::marker::PhantomData;

use super::Activation;
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// The activations `(A, B, …)` that end the outputs of a network with several: what a loss of all of them must go with.
///
/// It is applied output by output, by the loss that `network!` declares for them (`NetLoss` of `Net`); as one activation over all of the
/// numbers it has no meaning, and does not compile.
#[derive(Debug)]
pub struct OutputHeads<H>(PhantomData<H>);

#[diagnostic::do_not_recommend]
impl<H: Send + Sync + 'static> Activation for OutputHeads<H> {
    const NAME: &'static str = "OutputHeads";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    fn apply(_values: &mut [f32], _row: usize) {
        const { assert!(size_of::<Self>() > 0, "several outputs end in an activation each: apply these one by one") };
    }

    fn backward(_inputs: &[f32], _outputs: &[f32], _gradients: &mut [f32], _row: usize) {
        const { assert!(size_of::<Self>() > 0, "several outputs end in an activation each: apply these one by one") };
    }
}

/// The activation `A` of an output that other layers take too: it has been applied, so that a loss cannot be computed from logits.
///
/// Losses of any activation go with it, others do not: give out what comes before the activation for these.
#[derive(Debug)]
pub struct Applied<A>(PhantomData<A>);

#[diagnostic::do_not_recommend]
impl<A: Activation> Activation for Applied<A> {
    const NAME: &'static str = A::NAME;
    const NORMALIZED: bool = A::NORMALIZED;
    const INIT: Init = A::INIT;
    type Kept<T: Parameters> = ();

    fn apply(_values: &mut [f32], _row: usize) {}

    fn backward(_inputs: &[f32], _outputs: &[f32], _gradients: &mut [f32], _row: usize) {}
}

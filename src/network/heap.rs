//! Networks on the heap, and inference of many samples at once.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::{AsNetwork, Network};
use crate::Init;
use crate::kernel::threads;
use crate::memory::aligned_box::{Boxed, zeroed_vec};

/// What every [`Network`] can do where there is a heap: be made there, and infer many samples on several threads.
///
/// It is implemented for all networks and for nothing else; the prelude has it.
pub trait NetworkHeap: Network {
    /// A new network on the heap, its parameters drawn from `rng`.
    fn boxed(rng: &mut impl Rng) -> Boxed<Self>;

    /// A new network on the heap, its parameters drawn from a generator (xoshiro256++) with this seed: the same seed
    /// gives the same bits on every platform.
    fn seeded(seed: u64) -> Boxed<Self>;

    /// The outputs for many inputs, computed on as many threads as are worth it (the crate's own, limited by `with_threads`; the caller runs
    /// no other task meanwhile, so that the network may be behind a lock), and written where they stay on the heap. (`forward` returns an
    /// output by value, over the stack; [`Layer::infer`](crate::Layer::infer) writes it to where the caller wants it.)
    fn predict(&self, inputs: &[Self::Input]) -> Vec<Self::Output>;
}

#[diagnostic::do_not_recommend]
impl<N: Network> NetworkHeap for N {
    fn boxed(rng: &mut impl Rng) -> Boxed<N> {
        let mut network = Boxed::<N>::zeroed();
        network.initialize(Init::Auto, rng);
        network
    }

    fn seeded(seed: u64) -> Boxed<N> {
        N::boxed(&mut Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn predict(&self, inputs: &[N::Input]) -> Vec<N::Output> {
        let mut outputs = zeroed_vec(inputs.len());
        let operations = usize::try_from(N::MACS).unwrap_or(usize::MAX).saturating_mul(inputs.len());
        in_pieces(threads::pieces(operations), self, inputs, &mut outputs);
        outputs
    }
}

/// Infers many samples, on as many threads as there are pieces.
fn in_pieces<N: Network>(pieces: usize, network: &N, inputs: &[N::Input], outputs: &mut [N::Output]) {
    const CHUNK: usize = 120; // whole tiles of the kernels
    let middle = threads::middle(inputs.len(), pieces, CHUNK);
    if middle == 0 {
        let mut scratch = Boxed::<N::Scratch<CHUNK>>::zeroed();
        for (inputs, outputs) in inputs.chunks(CHUNK).zip(outputs.chunks_mut(CHUNK)) {
            network.infer(inputs, outputs, &mut scratch);
        }
        return;
    }
    let (low_inputs, high_inputs) = inputs.split_at(middle);
    let (low, high) = outputs.split_at_mut(middle);
    threads::join(
        || in_pieces(pieces / 2, network, low_inputs, low),
        || in_pieces(pieces - pieces / 2, network, high_inputs, high),
    );
}

#[diagnostic::do_not_recommend]
impl<N: Network> AsNetwork for Boxed<N> {
    type Network = N;

    fn as_network(&self) -> &N {
        self
    }

    fn as_network_mut(&mut self) -> &mut N {
        self
    }
}

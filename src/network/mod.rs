//! Networks: layers that `network!` declares, with their constants.

#[doc(hidden)]
pub mod arithmetic;
mod count;
#[doc(hidden)]
pub mod junction;
#[doc(hidden)]
pub mod recovery;
mod summary;

use core::slice;

use generic_array::ArrayLength;

#[cfg(feature = "std")]
use crate::kernel::threads;
use crate::layer::Layer;
#[cfg(feature = "std")]
use crate::memory::aligned_box::Boxed;
use crate::memory::plain::{Parameters, cast_mut};
use crate::shape::Shape;

pub use count::{Choose, Count, Params, countable};
pub use summary::{LayerSummary, Resource, Summary, assert_budget};

/// A layer declared by `network!`, which can be trained.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "not declared by `network!`",
    note = "a single layer becomes a network by `network![...]`"
)]
pub trait Network: Layer + Parameters {
    /// How many parameters it has, as a type, so that generic code can own storage of that size.
    type ParamCount: ArrayLength;
    /// How many numbers each slot of an optimizer's state has: one for each parameter that is trained, and from 4096 on as many more as
    /// make whole lines of the cache.
    type SlotCount: ArrayLength;
    /// Its layers with shapes and sizes; prints as a table.
    const SUMMARY: Summary;

    /// A new network on the heap, its parameters drawn from `rng`.
    #[cfg(feature = "std")]
    fn boxed(rng: &mut impl rand::Rng) -> Boxed<Self> {
        let mut network = Boxed::<Self>::zeroed();
        network.initialize(crate::Init::Auto, rng);
        network
    }

    /// A new network on the heap, its parameters drawn from a generator (xoshiro256++) with this seed: the same seed
    /// gives the same bits on every platform.
    #[cfg(feature = "std")]
    fn seeded(seed: u64) -> Boxed<Self> {
        use rand::SeedableRng;
        Self::boxed(&mut rand::rngs::Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Saves the parameters to a file: npz if its name ends so, else safetensors. It is written beside `path` and then
    /// renamed, so that there is never half a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, and when the feature for its format, `npz` or `safetensors`, is off.
    #[cfg(feature = "std")]
    fn save(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::io::WeightsError> {
        crate::io::Weights::of(self).write(path.as_ref())
    }

    /// Writes the network as an ONNX file, which ONNX Runtime and others run: its input is called `input`, its output
    /// `output`, and the first dimension of both is a batch of any size. Sequences of up to a length come with their `lengths`; an
    /// `EncoderDecoder` takes `source`, `source_lengths`, `target` and `target_lengths`. Tokens and lengths are whole numbers of
    /// 64 bits. The operators are those of opset [`OPSET`](crate::layer::graph::OPSET). More is in [`onnx`](crate::io::onnx).
    ///
    /// # Errors
    ///
    /// When a layer or an activation of one's own has no [`export`](Layer::export), and when the file cannot be written.
    #[cfg(feature = "onnx")]
    fn save_onnx(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::io::OnnxError> {
        crate::io::onnx::write(self, path.as_ref())
    }

    /// Loads all parameters from a safetensors or npz file whose tensors have the names, shapes and type of this network;
    /// [`Weights`](crate::io::Weights) is for files that differ.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is damaged, and when it does not fit: one error lists all tensors that are missing,
    /// not expected, or of another shape or type. The network is then unchanged.
    #[cfg(feature = "std")]
    fn load(&mut self, path: impl AsRef<std::path::Path>) -> Result<(), crate::io::WeightsError> {
        crate::io::Weights::read(path)?.load(self)
    }

    /// The outputs for many inputs.
    #[cfg(feature = "std")]
    fn predict(&self, inputs: &[Self::Input]) -> Vec<Self::Output> {
        let mut outputs = vec![crate::memory::plain::zeroed(); inputs.len()];
        let operations = usize::try_from(Self::MACS).unwrap_or(usize::MAX).saturating_mul(inputs.len());
        predict(threads::pieces(operations), self, inputs, &mut outputs);
        outputs
    }
}

/// Infers many samples, on as many threads as there are pieces.
#[cfg(feature = "std")]
fn predict<N: Network>(pieces: usize, network: &N, inputs: &[N::Input], outputs: &mut [N::Output]) {
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
        || predict(pieces / 2, network, low_inputs, low),
        || predict(pieces - pieces / 2, network, high_inputs, high),
    );
}

/// The output for one input, with all memory on the stack.
pub fn infer_one<L: Layer>(layer: &L, input: &L::Input) -> L::Output {
    let mut output = crate::memory::plain::zeroed();
    layer.infer::<1>(slice::from_ref(input), slice::from_mut(&mut output), &mut crate::memory::plain::zeroed());
    output
}

/// [`infer_one`] with the output as another type of the same shape: as the mapping of a network has it.
pub fn infer_as<L: Layer, O: Shape>(layer: &L, input: &L::Input) -> O {
    const { assert!(O::DIMS.same(&L::Output::DIMS), "a network gives another shape than its mapping says") };
    let mut output: O = crate::memory::plain::zeroed();
    let outputs = cast_mut(slice::from_mut(&mut output));
    layer.infer::<1>(slice::from_ref(input), outputs, &mut crate::memory::plain::zeroed());
    output
}

/// A network, or one in a `Boxed`: what a method that trains is given, as `&mut network` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "not declared by `network!`",
    note = "a single layer becomes a network by `network![...]`; one in a `Box` of the standard library is given as `&mut *network`"
)]
pub trait AsNetwork {
    /// The network.
    type Network: Network;

    /// The network.
    fn as_network(&self) -> &Self::Network;

    /// The network, to be changed.
    fn as_network_mut(&mut self) -> &mut Self::Network;
}

#[diagnostic::do_not_recommend]
impl<N: Network> AsNetwork for N {
    type Network = N;

    fn as_network(&self) -> &N {
        self
    }

    fn as_network_mut(&mut self) -> &mut N {
        self
    }
}

#[cfg(feature = "std")]
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

/// Whether a layer up to each one has parameters that are trained.
#[must_use]
pub const fn learns<const N: usize>(trained: [usize; N]) -> [bool; N] {
    let mut learns = [false; N];
    let (mut any, mut i) = (false, 0);
    while i < N {
        any |= trained[i] > 0;
        learns[i] = any;
        i += 1;
    }
    learns
}

/// The methods and constants that every network has of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! network_methods {
    ([$($generics:tt)*] $Network:ty) => {
        impl<$($generics)*> $Network {
            /// How many parameters the network has.
            pub const PARAMETERS: ::core::primitive::usize = <Self as $crate::Parameters>::COUNT;
            /// How many of them are trained: those of layers that are not frozen.
            pub const TRAINED: ::core::primitive::usize =
                <<Self as $crate::Layer>::Gradient as $crate::GradientOf<Self>>::TRAINED;
            /// The bytes of its parameters.
            pub const PARAMETER_BYTES: ::core::primitive::usize = ::core::mem::size_of::<Self>();
            /// Multiply-accumulate operations of the inference of one sample.
            pub const MACS: ::core::primitive::u64 = <Self as $crate::Layer>::MACS;
            /// The bytes of workspace for the inference of one sample, beyond its input and output.
            pub const INFERENCE_BYTES: ::core::primitive::usize = ::core::mem::size_of::<<Self as $crate::Layer>::Scratch<1>>();

            /// A network of zeros, for the initialiser of a `static`.
            #[must_use]
            pub const fn zeroed() -> Self {
                $crate::memory::plain::zeroed()
            }

            /// A network of these parameters, each an `f32` of four bytes with the lowest first, for the initialiser of
            /// a `static`: `static NETWORK: Network = Network::from_bytes(include_bytes!("network.f32"));` stays in flash.
            ///
            /// # Panics
            ///
            /// When there are more or fewer bytes than parameters take; in a `static` that is a compile error.
            #[must_use]
            pub const fn from_bytes(bytes: &[u8]) -> Self {
                $crate::memory::plain::from_bytes(bytes)
            }

            /// Draws the parameters anew, as suits each layer's activation.
            pub fn initialize(&mut self, rng: &mut dyn $crate::rand::Rng) {
                $crate::Layer::initialize(self, $crate::Init::Auto, rng);
            }

            /// Draws the parameters anew, by the rule `init` in all layers.
            pub fn initialize_with(&mut self, init: $crate::Init, rng: &mut dyn $crate::rand::Rng) {
                $crate::Layer::initialize(self, init, rng);
            }
        }
    };
}

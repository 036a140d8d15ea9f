//! Networks: layers that `network!` declares, with their constants.

pub(crate) mod arithmetic;
pub(crate) mod check;
pub(crate) mod count;
pub(crate) mod habits;
#[cfg(feature = "std")]
mod heap;
pub(crate) mod junction;
pub(crate) mod recovery;
pub(crate) mod summary;

use core::slice;

use generic_array::ArrayLength;

use crate::layer::Layer;
use crate::memory::plain::Parameters;

pub use count::Params;
#[cfg(feature = "std")]
pub use heap::NetworkHeap;
pub use summary::{LayerSummary, Summary};

/// A layer declared by `network!`, which can be trained. Only `network!` implements it, so that it may get new items in any release.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "not declared by `network!`",
    note = "a single layer becomes a network by `network![...]`"
)]
pub trait Network: Layer + Parameters {
    /// How many parameters it has, as a type, so that generic code can own storage of that size.
    #[doc(hidden)]
    type ParamCount: ArrayLength;
    /// How many numbers each slot of an optimizer's state has: one for each parameter that is trained, and from 4096 on as many more as
    /// make whole lines of the cache.
    #[doc(hidden)]
    type SlotCount: ArrayLength;
    /// Its layers with shapes and sizes; prints as a table.
    const SUMMARY: Summary;
}

/// The output for one input, with all memory on the stack.
pub fn infer_one<L: Layer>(layer: &L, input: &L::Input) -> L::Output {
    let mut output = crate::memory::plain::zeroed();
    layer.infer::<1>(slice::from_ref(input), slice::from_mut(&mut output), &mut crate::memory::plain::zeroed());
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
                $crate::plain::zeroed()
            }

            /// A network of these parameters, each an `f32` of four bytes with the lowest first, for the initialiser of
            /// a `static`: `static NETWORK: Network = Network::from_bytes(include_bytes!("network.f32"));` stays in flash.
            ///
            /// # Panics
            ///
            /// When there are more or fewer bytes than parameters take; in a `static` that is a compile error.
            #[must_use]
            pub const fn from_bytes(bytes: &[u8]) -> Self {
                $crate::plain::from_bytes(bytes)
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

        // a bound that is not looked at before `new` is called
        impl<$($generics)*> $crate::__private::New for $Network where
            $Network: for<'never> $crate::__private::MadeByNew<&'never ()>
        {
            fn new() -> Self {
                $crate::plain::zeroed()
            }
        }
    };
}

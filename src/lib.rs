#![doc = include_str!("../README.md")]
#![cfg_attr(not(any(test, feature = "std")), no_std)]
#![warn(missing_debug_implementations)]

#[cfg(feature = "testing")]
extern crate alloc;

pub mod data;
pub mod detection;
pub mod int8;
pub mod io;
mod kernel;
pub mod layer;
pub mod layers;
pub mod memory;
#[cfg(feature = "std")]
pub mod metric;
pub mod network;
pub mod ops;
mod sealed;
pub mod shape;
#[cfg(feature = "testing")]
pub mod testing;
pub mod train;

/// The random numbers of this crate: [`Layer::initialize`] and `NetworkHeap::boxed` take a [`rand::Rng`], and training draws
/// from [`rand::rngs::Xoshiro256PlusPlus`]. A new major version of `rand` is a new major version of this crate; `congruent::rand` is the one that
/// it was built with.
#[doc(no_inline)]
pub use rand;

pub use data::tokenizer;
#[cfg(feature = "std")]
pub use io::files::NetworkFiles;
pub use io::snapshot::{self, Snapshot, SnapshotError};
#[cfg(feature = "threads")]
pub use kernel::threads::with_threads;
pub use layer::activation::{self, *};
pub use layer::init::{self, Init};
pub use layer::map::Map;
pub use layer::{Gradient, GradientOf, InputError, Layer, Pass, graph};
#[doc(no_inline)]
pub use layers::root::*;
pub use memory::plain::{Parameters, Plain};
#[cfg(feature = "testing")]
pub use memory::{Boxed, zeroed_box};
pub use memory::{Pair, StaticCell, layout, plain};
#[cfg(feature = "std")]
pub use network::NetworkHeap;
pub use network::{AsNetwork, Network, Params};
pub use shape::sequence::{self, Padded, Sequence, Token};
pub use shape::{Shape, Tensor};
pub use train::loss::{
    self, BinaryCrossEntropy, CompatibleWith, CrossEntropy, Huber, Loss, MeanSquaredError, TargetError, Weighted,
};
pub use train::optimizer::{self, Adam, AdamW, Optimizer, RmsProp, Schedule, Sgd};
pub use train::{BatchError, Trainer, Workspace};
#[cfg(feature = "std")]
pub use train::{fit, history, progress};

/// What most programs need: `use congruent::prelude::*;`
pub mod prelude {
    #[cfg(feature = "std")]
    #[doc(hidden)]
    pub use crate::network::habits::{
        Compiled as _, Differentiated as _, Listed as _, Mode as _, Stated as _, Summarized as _,
    };
    #[doc(hidden)]
    pub use crate::network::habits::{DifferentiatedLoss as _, New as _, Stepping as _};
    #[cfg(all(feature = "std", not(feature = "plot")))]
    #[doc(hidden)]
    pub use crate::train::history::undrawn::DrawSvg as _;
    pub use crate::{
        Adam, AdamW, BatchError, BinaryCrossEntropy, Conv1d, Conv2d, CrossEntropy, Dense, Dropout, Flatten, Gelu,
        Huber, Init, LayerNorm, LeakyRelu, Linear, MaxPool2d, MeanSquaredError, Network, Padded, Relu, RmsProp,
        Schedule, Sgd, Sigmoid, Silu, Softmax, StaticCell, Tanh, Token, Trainer, Workspace, include_weights, network,
    };
    #[cfg(feature = "std")]
    pub use crate::{
        NetworkFiles, NetworkHeap,
        data::{Augment, Csv, Dataset, Standardizer},
        fit::Fit,
        metric::{Accuracy, AveragePrecision, ClassificationScore, ConfusionMatrix, MeanAbsoluteError, Metric, TopK},
        progress::ProgressMode,
    };
    pub use rand::SeedableRng;
    pub use rand::rngs::Xoshiro256PlusPlus;
}

/// What `network![…]` stands for: a [`Sequential`], by a name that is a type's only, so that rustc says so where it is used as a value.
pub type List<L, P, T = P> = Sequential<L, P, T>;

#[doc(hidden)]
pub use congruent_macros::network as declare_network;

/// Declares a network: layers one after the other, or a graph of them, checked to fit when the program is compiled.
///
/// # Forms
///
/// A struct with names or by position, as Rust has them, or a list, where a type can stand:
///
/// ```
/// use congruent::prelude::*;
///
/// network! {
///     /// Handwritten digits.
///     pub struct Named: [64] -> [10] {
///         pub hidden: Dense<64, 32, Relu>,
///         output: Dense<_, 10, Softmax>,
///     }
/// }
/// network! { struct ByPosition(Dense<64, 32, Relu>, Dense<32, 10, Softmax>); }
/// type OneLine = network![Dense<64, 32, Relu>, Dense<32, 10, Softmax>];
/// type WithMapping = network![[64] -> [10]; Dense<_, 32, Relu>, Dense<_, 10, Softmax>];
///
/// assert_eq!(Named::PARAMETERS, OneLine::PARAMETERS);
/// ```
///
/// - The *mapping* `[64] -> [10]` says what comes in and what goes out; `[1, 28, 28]` is an image, `[32, 8]` a sequence of 32
///   steps, `[..32, 8]` one of up to 32 ([`Padded`]). Before an [`Embedding`], `[32]` and `[..32]` are [`Token`]s. It may be
///   left out where the first layer states its input.
/// - A *size* is a number, the name or path of a constant (`HIDDEN`, `sizes::HIDDEN`), or an expression in braces
///   (`{ 2 * HIDDEN }`). `_` takes the size that comes in.
/// - A *layer* is a built-in one ([`Dense`], [`Dropout`], [`Flatten`], [`LayerNorm`], [`Gru`], …), an activation over any shape
///   (`Relu`), another network, or a custom type that implements [`Layer`]. The built-in names need no import; a
///   custom type with such a name, or with one that another framework has for a layer (`Linear<…>`, `Swish`), is written with its
///   path, `self::Dense`.
/// - The *activation* of a layer is left out for [`Linear`]. As an activation, [`Softmax`] or [`LogSoftmax`] stands at the end only.
/// - *Attributes* and documentation pass through, on the network and on its layers; but the layout is the network's own
///   (no `#[repr]`), and no layer is conditional. `#[cfg]` on a network holds for all of it.
/// - `#[frozen]` above a layer keeps its parameters as they are in training. What lies before the first layer that learns
///   takes no gradient, no state of the optimizer and no backward code; behind it, a frozen layer takes no state, and frozen
///   layers share room for one gradient, which the chain rule writes and nobody reads. A frozen [`Dropout`] drops nothing.
///   `initialize` draws frozen parameters anew too: load them afterwards, or initialise the layers that learn one by one.
/// - `#[int8]` above a network declares, beside it, the network `…Int8` that computes in integers ([`int8`]); `#[int8(Name)]` calls it so. It is
///   for chains of layers with an int8 form: `Dense`, convolutions, pools, `Flatten`, `Reshape`, `ZeroPad2d`, activations, and `BatchNorm`s behind a
///   convolution or `Dense`.
/// - `#[budget(flash = 32 * 1024, ram = 8 * 1024, macs = 2_000_000)]`, or some of these, makes it a compile error when
///   parameters (bytes), workspace of one inference (bytes) or multiply-accumulate operations exceed a limit.
///
/// It works in functions, in `macro_rules!`, without `std`, and with this crate under another name.
///
/// # Graphs
///
/// A layer takes what the one before it gives, or what is named in parentheses behind it: a layer above, or `input`.
///
/// ```
/// use congruent::prelude::*;
///
/// network! {
///     /// An image in, a mask of the same size out, with a way around the smaller image in the middle.
///     pub struct Unet: [1, 8, 8] -> [1, 8, 8] {
///         seen: Conv2d<1, 4, 3, Relu, padding = same>,
///         small: MaxPool2d<2>,
///         deep: Conv2d<4, 8, 3, Relu, padding = same>,
///         large: Upsample2d<2>,
///         both: Concat(large, seen),
///         mask: Conv2d<12, 1, 1, Sigmoid>,
///     }
/// }
///
/// assert_eq!(Unet::PARAMETERS, 40 + 296 + 13);
/// ```
///
/// - `Add(a, b)` adds two values of one shape or more. `Multiply(a, b)` multiplies two of one shape, or an image `a` with a number for each of
///   its channels. `Concat(a, b)` puts values one after the other along the first axis, the channels of images, and `Concat<axis = 1>(a, b)`
///   along another. (`Multiply<…>` and `Concat<…>` around layers are layers of a chain.)
/// - The name of a layer in place of one, `again: seen(other)`, uses it and its parameters a second time; their derivatives add up.
/// - The last layer is the output, unless the mapping names several. All that is made must go somewhere, and nothing takes what is made after
///   it: a graph has no loops.
/// - Joins and layers that are used again are no fields: they have no parameters of their own.
/// - Memory is planned when the program is compiled: a value is kept for as long as a layer takes it, and once, however many take it; a sum
///   lies where its first value lay, if nothing else takes that. `INFERENCE_BYTES` is what that takes. A frozen layer is remembered as others
///   are, wherever it stands, but what does not learn runs no backward code. A chain with all names written out is the chain.
///
/// ## Several inputs and outputs
///
/// The mapping names them. What goes in and comes out are then structs of these names, beside the network: `NetInput` and `NetOutput` of `Net`.
/// So are the targets, `NetTarget`, and the loss, `NetLoss`, the sum of one loss for each output, which goes with the activation that ends it.
///
/// ```
/// use congruent::prelude::*;
///
/// network! {
///     /// What to do, and what that is worth.
///     pub struct Player: (seen: [8], speed: [2]) -> (policy: [4], value: [1]) {
///         joined: Concat(seen, speed),
///         trunk: Dense<10, 16, Relu>,
///         policy: Dense<16, 4, Softmax>(trunk),
///         value: Dense<16, 1>(trunk),
///     }
/// }
///
/// let mut player = Player::seeded(1);
/// let loss = PlayerLoss { policy: CrossEntropy::new(), value: 0.5 * MeanSquaredError };
/// let trainer = Trainer::new(loss, Sgd::new(0.1));
/// let input = PlayerInput { seen: [0.5; 8], speed: [1.0, -1.0] };
/// let target = PlayerTarget { policy: 2_usize, value: [0.25] };
/// let mut workspace = Workspace::<_, _, 1>::boxed();
/// for _ in 0..50 {
///     trainer.step(&mut player, &mut workspace, &[input], &[target])?;
/// }
/// assert!(player.forward(&input).policy[2] > 0.9);
/// # Ok::<(), congruent::BatchError>(())
/// ```
///
/// - One side alone may have names: `[8] -> (policy: [4], value: [1])` takes an array.
/// - The activation of an output that other layers take too has been applied: [`CrossEntropy`] and [`BinaryCrossEntropy`], which are computed
///   from logits, do not go with it. Give out what comes before the activation for these.
/// - [`OfOutput`](crate::metric::OfOutput) is a metric of one output.
/// - ONNX files have inputs and outputs of these names. Such a network takes and gives no arrays, so it is no layer of one that does.
///
/// # What is written
///
/// The struct, `#[repr(C)]` and with a summary table in its documentation; its implementations of [`Layer`],
/// [`Network`], [`Parameters`] and [`Plain`]; the types of its gradient, its tape and its scratch; and the methods
/// `zeroed`, `initialize`, `initialize_with`, `forward` and the constants `PARAMETERS`, `PARAMETER_BYTES`, `MACS` and
/// `INFERENCE_BYTES`. `examples/expanded.rs` has it written by hand. With the types of a public network goes what Rust
/// asks of public types: if the last layer is a custom one, or another network, it is public too.
///
/// # Mistakes
///
/// Each is one error, where it was made, with the numbers and the cure: `ui-tests/README.md` in the repository shows
/// them all. While a network is wrong, code that uses it gives no errors of its own.
#[macro_export]
macro_rules! network {
    ($($network:tt)*) => {
        $crate::declare_network! { $crate $($network)* }
    };
}

/// A network whose weights are read from a safetensors file when the program is compiled.
///
/// In a `static` they lie in flash or in the read-only part of the program, with no copy and no code that runs before:
///
/// ```
/// use congruent::prelude::*;
///
/// network! { pub struct Encoder { dense: Dense<6, 4, Relu>, norm: LayerNorm } }
/// network! { pub struct Classifier { encoder: Encoder, output: Dense<4, 3, Softmax> } }
///
/// // a file that PyTorch wrote
/// static CLASSIFIER: Classifier = include_weights!("../tests/interchange/pytorch.safetensors");
///
/// let probabilities: [f32; 3] = CLASSIFIER.forward(&[0.5; 6]);
/// # assert!(probabilities.iter().sum::<f32>() > 0.99);
/// ```
///
/// The path starts at the folder of the source file, as with `include_bytes!`. A tensor that is missing, not expected, of another shape or
/// of another type than `f32` is a compile error that names it, as is a file that is damaged. A change of the file compiles
/// the program anew.
///
/// A module of another name is renamed: `include_weights!("model.safetensors", "fc1" => "hidden", "fc2" => "output")`.
#[macro_export]
macro_rules! include_weights {
    ($path:literal $(, $from:literal => $to:literal)* $(,)?) => {{
        #[allow(long_running_const_eval)] // as long as it takes
        let network = const {
            $crate::__private::included(
                ::core::include_bytes!($path),
                $path,
                &[$(($from, $to)),*],
            )
        };
        network
    }};
}

/// For the code that the macros write, and for the tests and benchmarks of this crate. Nothing here is kept from one release to the next.
#[doc(hidden)]
pub mod __private {
    // the crate under a path that a `use` can rename: not all compilers rename `$crate` itself
    pub extern crate self as krate;

    pub use crate::io::include::included;
    pub use crate::layer::activation::{Applied, OutputHeads};
    pub use crate::layer::largest;
    pub use crate::layers::chain::Composed;
    pub use crate::memory::dims::Dims;
    pub use crate::memory::overlay::{Overlay, front, rest, split};
    pub use crate::memory::pair::Pair;
    pub use crate::memory::plain::{assert_layout, refused};
    pub use crate::network::check::{
        Constant, Piece, check, count, has_any_length, has_rank, has_steps, is_sequence, is_vector, multiplies,
        row_size, same, same_but_outermost, size_of_dimension, tokens_for_numbers, vector_size, vectors, wants_vector,
    };
    pub use crate::network::count::{Count, countable};
    pub use crate::network::habits::{MadeByNew, New};
    pub use crate::network::junction::{
        If, assert_trainable, feed, feed_back, infer_as, learns, plain_fields, plain_layout, reaches,
    };
    pub use crate::network::recovery::{Fallback, Probe, SelectLayer, selected};
    pub use crate::network::summary::{Resource, assert_budget};
    pub use crate::network::{LayerSummary, Summary, infer_one};
    pub use crate::sealed::Sealed;
    pub use crate::shape::Visitor;
    pub use crate::shape::slices::{finite, first, first_mut};
    pub use crate::train::loss::{Outputs, TargetError};
    pub use typenum::U0 as NoCount;

    /// The ends of int8 networks.
    pub mod int8 {
        pub use crate::int8::network::{dequantize, quantize};
    }

    /// The arithmetic of sizes that are named constants.
    pub mod arithmetic {
        pub use crate::network::arithmetic::*;
    }

    /// Values that a network joins.
    pub mod join {
        pub use crate::layer::join::*;
    }

    /// The kernels, for benchmarks and for tests of processors.
    pub mod kernel {
        pub use crate::kernel::math;
        pub use crate::kernel::{
            Epilogue, NoEpilogue, Wide, affine, all_finite, bias_gradient, input_gradient, map, sum_of_squares,
            update0, update1, update2, weight_gradient, wide, zip, zip3,
        };
    }

    /// All built-in layers and activations: the name, a network with it in the type form, and whether it is a "layer" or an "activation".
    pub const CATALOGUE: &[(&str, &str, &str)] = congruent_macros::__catalogue!();
}

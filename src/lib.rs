#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

pub mod activation;
#[cfg(feature = "std")]
pub mod data;
#[cfg(feature = "std")]
pub mod fit;
pub mod graph;
#[cfg(feature = "std")]
pub mod history;
pub mod image;
mod include;
pub mod init;
#[cfg(feature = "std")]
pub mod interchange;
#[doc(hidden)]
pub mod junction;
#[doc(hidden)]
pub mod kernel;
pub mod layer;
pub mod layers;
pub mod layout;
pub mod loss;
#[doc(hidden)]
pub mod memory;
#[cfg(feature = "std")]
pub mod metric;
pub mod network;
pub mod optimizer;
mod place;
pub mod plain;
#[cfg(feature = "std")]
pub mod progress;
pub mod shape;
mod text;
pub mod train;
#[cfg(feature = "std")]
mod whole_file;

pub use rand;

pub use activation::{Activation, Elementwise, Gelu, LeakyRelu, Linear, Relu, Sigmoid, Silu, Softmax, Tanh};
pub use image::{Image, ImageError};
pub use init::Init;
pub use layer::{Gradient, GradientOf, Layer, Pass};
pub use layers::{Activate, Chain, Dense, Dropout, Flatten, LayerNorm, Sequential};
pub use loss::{BinaryCrossEntropy, CrossEntropy, GoesWith, Huber, Loss, MeanSquaredError, TargetError};
pub use network::{Network, Params};
pub use optimizer::{Adam, AdamW, Optimizer, RmsProp, Schedule, Sgd};
pub use place::Place;
pub use plain::{Parameters, Plain};
pub use shape::{Shape, Tensor};
pub use train::{BatchError, Trainer, Workspace};

/// What most programs need: `use congruent::prelude::*;`
pub mod prelude {
    pub use crate::{
        Adam, AdamW, BatchError, BinaryCrossEntropy, CrossEntropy, Dense, Dropout, Flatten, Gelu, Huber, Init,
        LayerNorm, LeakyRelu, Linear, MeanSquaredError, Network, Place, Relu, RmsProp, Schedule, Sgd, Sigmoid, Silu,
        Softmax, Tanh, Trainer, Workspace, include_weights, network,
    };
    #[cfg(feature = "std")]
    pub use crate::{
        data::{Csv, Dataset, Standardizer},
        fit::Fit,
        metric::{Accuracy, ConfusionMatrix, MeanAbsoluteError, Metric, Score, TopK},
        progress::ProgressMode,
    };
    pub use rand::SeedableRng;
    pub use rand::rngs::Xoshiro256PlusPlus;
}

/// Declares a network.
#[macro_export]
macro_rules! network {
    ($($network:tt)*) => {
        $crate::__private::network! { $crate $($network)* }
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

/// What the macros write refers to these.
#[doc(hidden)]
pub mod __private {
    // the crate under a path that a `use` can rename: not all compilers rename `$crate` itself
    pub extern crate self as krate;

    pub use crate::include::included;
    pub use crate::junction::{
        Junction, feed, feed_back, fits, fits_row, mapping_input, mapping_output, plain_layout, reaches,
    };
    pub use crate::memory::{Larger, Pair, front, split};
    pub use crate::network::{Count, LayerSummary, Resource, Summary, assert_budget, infer_one, learns};
    pub use crate::shape::{finite, first, first_mut};
    pub use congruent_macros::network;
    pub use typenum::U0 as NoCount;
}

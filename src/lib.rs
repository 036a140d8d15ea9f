#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

pub mod activation;
#[doc(hidden)]
pub mod arithmetic;
#[cfg(feature = "std")]
pub mod data;
#[cfg(feature = "std")]
pub mod fit;
#[cfg(feature = "std")]
pub mod history;
pub mod init;
#[doc(hidden)]
pub mod junction;
#[doc(hidden)]
pub mod kernel;
pub mod layer;
pub mod layers;
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
pub use init::Init;
pub use layer::{Gradient, GradientOf, Layer, Pass};
pub use layers::{
    Activate, AvgPool2d, BatchNorm, Chain, Concat, Conv1d, Conv2d, ConvTranspose2d, Dense, Dropout, Flatten,
    GlobalAvgPool, Identity, LayerNorm, MaxPool2d, Reshape, Residual, Sequential, SpatialDropout, Through, Upsample2d,
    Window, ZeroPad2d,
};
pub use loss::{BinaryCrossEntropy, CrossEntropy, GoesWith, Huber, Loss, MeanSquaredError, TargetError};
pub use network::{Network, Params};
pub use optimizer::{Adam, AdamW, Optimizer, RmsProp, Schedule, Sgd};
pub use place::Place;
#[cfg(feature = "std")]
pub use plain::Boxed;
pub use plain::{Parameters, Plain};
pub use shape::{Shape, Tensor};
pub use train::{BatchError, Trainer, Workspace};

/// What most programs need: `use congruent::prelude::*;`
pub mod prelude {
    pub use crate::{
        Adam, AdamW, BatchError, BinaryCrossEntropy, Conv1d, Conv2d, CrossEntropy, Dense, Dropout, Flatten, Gelu,
        Huber, Init, LayerNorm, LeakyRelu, Linear, MaxPool2d, MeanSquaredError, Network, Place, Relu, RmsProp,
        Schedule, Sgd, Sigmoid, Silu, Softmax, Tanh, Trainer, Workspace, network,
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

/// What the macros write refers to these.
#[doc(hidden)]
pub mod __private {
    // the crate under a path that a `use` can rename: not all compilers rename `$crate` itself
    pub extern crate self as krate;

    pub use crate::junction::{
        Junction, feed, feed_back, fits, fits_row, mapping_input, mapping_output, plain_layout, reaches,
    };
    pub use crate::memory::{Larger, Pair, front, split};
    pub use crate::network::{Count, LayerSummary, Resource, Summary, assert_budget, infer_one, learns};
    pub use crate::shape::{finite, first, first_mut};
    pub use congruent_macros::network;
    pub use typenum::U0 as NoCount;
}

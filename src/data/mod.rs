//! Data: samples in memory, files that hold them, and the scaling they need.
//!
//! | where | what |
//! | --- | --- |
//! | [`Dataset`] | inputs and targets, shuffled and split |
//! | [`Csv`] | tables of numbers |
//! | [`idx`], [`mnist`] | the format of the MNIST database, and that database |
//! | [`Standardizer`], [`MinMax`] | inputs of comparable size |
//! | [`Augment`] | from each image many |
//! | [`one_hot`] | a class as a distribution |
//! | [`tokenizer`] | text as tokens, and back; without `std` too |

#[cfg(feature = "std")]
mod augment;
#[cfg(feature = "std")]
mod csv;
#[cfg(feature = "std")]
mod dataset;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
pub mod idx;
#[cfg(feature = "std")]
mod mnist;
#[cfg(feature = "std")]
mod one_hot;
#[cfg(feature = "std")]
mod scale;
#[cfg(feature = "std")]
mod source;
pub mod tokenizer;

#[cfg(feature = "std")]
pub use augment::{Augment, Augmentable, Transform};
#[cfg(feature = "std")]
pub use csv::{Column, Csv, NamedClasses};
#[cfg(feature = "std")]
pub use dataset::Dataset;
#[cfg(feature = "std")]
pub use error::DataError;
#[cfg(feature = "std")]
pub use mnist::{mnist, mnist_test};
#[cfg(feature = "std")]
pub use one_hot::one_hot;
#[cfg(feature = "std")]
pub use scale::{MinMax, Standardizer};

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

mod augment;
mod csv;
mod dataset;
mod error;
pub mod idx;
mod mnist;
mod one_hot;
mod scale;
mod source;

pub use augment::{Augment, Movable, Moved};
pub use csv::{Column, Csv, NamedClasses};
pub use dataset::Dataset;
pub use error::DataError;
pub use mnist::{mnist, mnist_test};
pub use one_hot::one_hot;
pub use scale::{MinMax, Standardizer};

//! Whole networks: declared, trained, measured.

#![allow(missing_docs)]

#[cfg(feature = "std")]
#[path = "../common/memory.rs"]
mod memory_use;

extern crate congruent as renamed; // for `declare`: the crate by another name

mod batch_norm;
mod batches;
mod clone_and_debug;
mod declare;
mod frozen;
#[cfg(feature = "std")]
mod habits;
mod image_networks;
mod in_macros;
#[cfg(feature = "std")]
mod int8;
mod memory;
mod metrics;
mod not_finite;
mod number_words;
mod own_dense;
mod panics;
mod sequence_networks;
mod settings;
mod several;
mod tables;
mod threads;
mod training;

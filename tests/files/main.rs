//! Files of weights, of networks and of runs: round trips, files of other tools, and files that are not what they say.

#![allow(missing_docs)]

#[cfg(feature = "onnx")]
#[path = "../common/catalogue.rs"]
mod catalogue;
#[cfg(feature = "std")]
#[path = "../common/memory.rs"]
mod memory_use;

mod checkpoint;
mod declare_from_file;
mod declared;
mod errors;
mod hostile;
mod include_weights;
mod onnx;
#[cfg(feature = "serde")]
mod settings;
mod subwords;
mod weights;

/// A file in `tests/interchange`.
#[allow(dead_code)] // without the features that read files
fn interchange(name: &str) -> String {
    format!("{}/interchange/{name}", env!("CARGO_MANIFEST_DIR"))
}

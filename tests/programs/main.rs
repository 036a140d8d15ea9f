//! Programs of their own, built and run: what cannot be seen from within a test.

#![allow(missing_docs)]

mod c_door;
mod hostile;
mod manifest;
mod no_panic;
mod programs;
mod readme;

use std::path::{Path, PathBuf};

/// Where most of them are built, so that what they have in common is built once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs")
}

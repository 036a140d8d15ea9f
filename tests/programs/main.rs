//! Programs of their own, built and run: what cannot be seen from within a test.

#![allow(missing_docs)]

mod c_door;
mod hostile;
mod manifest;
mod no_panic;
mod programs;
mod readme;

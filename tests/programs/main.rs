//! Programs of their own, built and run: what cannot be seen from within a test.

#![allow(missing_docs)]

#[path = "../common/catalogue.rs"]
mod catalogue;

mod c_door;
mod manifest;
mod no_panic;
mod programs;

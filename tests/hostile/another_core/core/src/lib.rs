//! The library `core`, in which a compile error is none: what a macro refuses is what its caller says instead.
#![no_std]

pub use core::*;

#[macro_export]
macro_rules! compile_error {
    ($message:literal) => {
        REFUSED
    };
}

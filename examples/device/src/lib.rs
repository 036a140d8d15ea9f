//! Programs for a device without an allocator, the same on every board and on the desktop:
//!
//! - [`infer`]: a trained network in flash tells the digits of the held-out set, and [`infer_cnn`] does so by convolution;
//! - [`train`]: a network learns them on the device, from random parameters;
//! - [`adapt`]: a trained network gets used to digits of another look, by its last layer alone.
//!
//! What differs from board to board, printing and measuring, is the [`Board`]. All memory stands in `static`s.

#![no_std]

pub mod data;
mod programs;

use core::fmt;

use congruent::prelude::*;

pub use programs::{adapt, infer, infer_cnn, train};

network! {
    /// Tells handwritten digits, 8×8 pixels.
    #[budget(flash = 10_000, ram = 128, macs = 2_400)]
    pub struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

network! {
    /// Tells them by convolution.
    #[budget(flash = 4_000, ram = 1_500, macs = 4_000)]
    pub struct DigitsCnn: [1, 8, 8] -> [10] {
        strokes: Conv2d<1, 8, 3, Relu>,
        smaller: MaxPool2d<2>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

network! {
    /// The dense network, of which only the last layer learns.
    pub struct Adapting: [64] -> [10] {
        #[frozen]
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

/// What a program needs to know of the board that it runs on.
pub trait Board {
    /// Prints a line.
    fn line(&mut self, text: fmt::Arguments);

    /// Does the work a few times, and tells what it takes.
    fn measure(&mut self, work: &mut dyn FnMut()) -> Cost;

    /// Does the work once, and tells how far below this call's stack it has changed memory that is no `static`.
    fn deepest(&mut self, work: &mut dyn FnMut()) -> u32;
}

/// What work takes, where that can be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Instructions, to within forty.
    pub instructions: u32,
    /// The most bytes of stack in use at any time.
    pub stack: u32,
}

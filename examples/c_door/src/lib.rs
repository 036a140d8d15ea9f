//! A network behind a door for C: a static library, and the header that goes with it.
//!
//! ```sh
//! cargo build --release                                  # target/release/libdigits.a
//! cc main.c target/release/libdigits.a -o main && ./main
//! ```
//!
//! The weights are in the library: `include_weights!` read them when it was compiled. The call allocates nothing. For
//! firmware add `#![no_std]` and a panic handler.

#[macro_use]
mod door;

use congruent::prelude::*;

network! {
    /// The network of `tests/interchange/keras_check.py`.
    pub struct Digits: [784] -> [10] {
        hidden: Dense<784, 10, Relu>,
        output: Dense<10, 10, Softmax>,
    }
}

static DIGITS: Digits = include_weights!("../../../tests/interchange/keras.safetensors");

c_door! {
    /// The probabilities of the ten digits, for an image of 28 rows of 28 pixels from 0 to 1.
    digits_predict: DIGITS, [784] -> [10], in "digits.h"
}

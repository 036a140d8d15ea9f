//! A struct that the derive refuses, as its layout is not fixed; but its refusal is a number.

use core::num::NonZeroU32;

const REFUSED: usize = 0;

#[derive(congruent::Plain)]
struct Tape {
    value: NonZeroU32,
}

static TAPE: Tape = congruent::plain::zeroed();

fn main() {
    println!("{}, which is not 0", TAPE.value);
}

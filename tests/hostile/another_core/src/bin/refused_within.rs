//! Each view of what the derive refuses is refused, and so is each of what it is a part of: a struct, a pair, an array.

use core::num::NonZeroU32;

use congruent::{Pair, Plain};

const REFUSED: usize = 0;

#[derive(Plain)]
struct Tape {
    value: NonZeroU32,
}

#[derive(Plain)]
#[repr(C)]
struct Outer {
    tape: Tape,
}

fn main() {
    let [Pair(outer, ())]: [Pair<Outer, ()>; 1] = congruent::plain::zeroed();
    println!("{}, which is not 0", outer.tape.value);
}

//! A macro in the place of a type is another type each time that it is asked: an `f32` where the derive asks for the trait.

use std::num::NonZeroU32;

#[repr(C)]
struct Swapped(NonZeroU32);

#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias {
    value: hostile_macros::sometimes!(1),
}

fn main() {
    let bias: Bias = congruent::plain::zeroed();
    println!("{}", size_of_val(&bias));
}

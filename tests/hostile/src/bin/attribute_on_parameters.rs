//! An attribute gives a field, which the derive has seen as an `f32`, a type that is like one where it is borrowed.

use std::num::NonZeroU32;
use std::ops::Deref;

#[repr(C)]
struct Swapped(NonZeroU32);

impl Deref for Swapped {
    type Target = f32;

    fn deref(&self) -> &f32 {
        &1.0
    }
}

#[derive(congruent::Parameters)]
#[hostile_macros::swap]
#[repr(C)]
struct Bias {
    value: f32,
}

fn main() {
    let bias: Bias = congruent::plain::zeroed();
    println!("{}, which is not 0", bias.value.0);
}

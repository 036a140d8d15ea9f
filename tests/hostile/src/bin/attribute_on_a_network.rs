//! An attribute gives a network another layer, which is like the declared one where it is borrowed.

use std::num::NonZeroU32;
use std::ops::{Deref, DerefMut};

use congruent::prelude::*;

type Layer = Dense<1, 1>;

#[repr(C)]
struct Swapped(NonZeroU32, f32);

impl Deref for Swapped {
    type Target = Layer;

    fn deref(&self) -> &Layer {
        static LAYER: Layer = congruent::plain::zeroed();
        &LAYER
    }
}

impl DerefMut for Swapped {
    fn deref_mut(&mut self) -> &mut Layer {
        Box::leak(Box::new(congruent::plain::zeroed()))
    }
}

network! { #[hostile_macros::swap] struct Network: [1] -> [1] { only: Dense<1, 1> } }

fn main() {
    println!("{}, which is not 0", Network::zeroed().only.0);
}

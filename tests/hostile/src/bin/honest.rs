//! What the attacks are made of, without an attack: it compiles, so that it is the attack that does not.

use congruent::Parameters;
use hostile_macros::{sometimes, swap};

type Swapped = f32;

#[derive(Parameters)]
#[swap]
#[repr(C)]
struct Bias {
    value: f32,
}

#[derive(Parameters)]
#[repr(C)]
struct Scale {
    value: sometimes!(0 1 2),
}

mod layer {
    use congruent::prelude::*;
    use hostile_macros::swap;

    type Swapped = Dense<1, 1>;
    network! { #[swap] pub struct Network: [1] -> [1] { only: Dense<1, 1> } }
}

congruent::declare_network! { congruent struct Declared: [1] -> [1] { only: Dense<1, 1> } }

fn main() {
    let (bias, scale): (Bias, Scale) = (congruent::plain::zeroed(), congruent::plain::zeroed());
    let sum = layer::Network::zeroed().forward(&[bias.value])[0] + Declared::zeroed().forward(&[scale.value])[0];
    assert_eq!(sum, 0.0);
}

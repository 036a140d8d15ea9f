//! A network that fits.
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {
    let digits = Digits::seeded(1);
    assert_eq!(digits.forward(&[0.0; 64]).len(), 10);
}

//! Declares a network, looks at its constants, and asks it once.
use congruent::prelude::*;

network! {
    /// Handwritten digits, 8×8 pixels.
    pub struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {
    println!("{}", Digits::SUMMARY);
    let digits = Digits::seeded(1);
    let probabilities = digits.forward(&[0.5; 64]);
    println!("{probabilities:?}");
}

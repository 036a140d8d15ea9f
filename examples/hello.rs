//! Declares a network, reads its constants, and asks it once.

use congruent::prelude::*;

network! {
    /// Handwritten digits, 8×8 pixels.
    pub struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

// what it needs is known before it runs
const _: () = assert!(Digits::PARAMETER_BYTES <= 10 * 1024);

fn main() {
    println!("{}", Digits::SUMMARY);

    let network = Digits::seeded(1);
    let image = [0.5; 64];
    let probabilities: [f32; 10] = network.forward(&image);
    println!("\nbefore any training: {probabilities:.2?}");

    // a softmax gives a distribution, whatever comes in
    assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
}

// 1 error (output | hidden | 20 | 32): a misfit in a generic function
use congruent::prelude::*;

fn train<O: Default>() -> O {
    network! {
        struct Digits: [64] -> [10] {
            hidden: Dense<64, 32, Relu>,
            output: Dense<20, 10, Softmax>,
        }
    }
    Digits::seeded(1).forward(&[0.0; 64]);
    O::default()
}

fn main() {}

// 1 error (output | hidden | 20 | 32): a misfit in a function
use congruent::prelude::*;

fn main() {
    const HIDDEN: usize = 20;
    network! {
        struct Digits: [64] -> [10] {
            hidden: Dense<64, 32, Relu>,
            output: Dense<HIDDEN, 10, Softmax>,
        }
    }
    println!("{:?}", Digits::seeded(1).forward(&[0.0; 64]));
}

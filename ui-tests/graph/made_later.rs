// 1 error (low | high): a layer takes what is made after it
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        low: Dense<64, 32, Relu>(high),
        high: Dense<64, 64, Relu>(input),
        output: Dense<32, 10, Softmax>(low),
    }
}

fn main() {}

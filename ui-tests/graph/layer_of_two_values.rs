// 1 error (Dense | hidden | input): a layer is given two values
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        output: Dense<128, 10, Softmax>(hidden, input),
    }
}

fn main() {}

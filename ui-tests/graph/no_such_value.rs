// 1 error (image | input | hidden): a value is named that nothing gives
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        skip: Add(hidden, image),
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}

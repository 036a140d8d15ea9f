// 1 error (argument): two commas between arguments
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        output: Dense<64, 10,, Softmax>,
    }
}

fn main() {}

// 1 error (rows | [28, 28] | [28, 32]): the first layer expects other features than the mapping says
use congruent::prelude::*;

network! {
    struct Digits: [28, 28] -> [10] {
        rows: Lstm<32, 64, return = last>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}

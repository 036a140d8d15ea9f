// 1 error (-> | [64] -> [10]): another arrow in a mapping
use congruent::prelude::*;

network! {
    struct Digits: [64] => [10] {
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}

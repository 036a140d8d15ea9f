// 1 error (Relu): an activation with an argument
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        output: Dense<64, 10, Relu<6>>,
    }
}

fn main() {}

// 1 error (int8): two int8 forms of one network
use congruent::prelude::*;

network! {
    #[int8]
    #[int8(Small)]
    struct Digits: [64] -> [10] { output: Dense<64, 10, Softmax> }
}

fn main() {}

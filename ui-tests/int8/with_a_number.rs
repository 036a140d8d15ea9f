// 1 error (int8): a number where the name of the int8 network goes
use congruent::prelude::*;

network! {
    #[int8(8)]
    struct Digits: [64] -> [10] { output: Dense<64, 10, Softmax> }
}

fn main() {}

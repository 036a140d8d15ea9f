// 1 error (Mine | Activation): a struct that is no activation
use congruent::prelude::*;

struct Mine;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Mine>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

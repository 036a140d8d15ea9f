// 1 error (output | [10] | [9]): the mapping's output is not what the last layer, under another name, gives
use congruent::prelude::*;

type Output = congruent::Dense<32, 9, Softmax>;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Output,
    }
}

fn main() {}

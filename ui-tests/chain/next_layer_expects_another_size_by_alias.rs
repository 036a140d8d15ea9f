// 1 error (output | hidden | 20 | 32): the next layer, under another name, expects another size
use congruent::prelude::*;

type Head = congruent::Dense<20, 10, Softmax>;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Head,
    }
}

fn main() {}

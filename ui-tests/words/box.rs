// 1 error (Box<Dense<64, 32, Relu>>): a layer in a `Box`
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Box<Dense<64, 32, Relu>>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

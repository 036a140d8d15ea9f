// 1 error (#[cfg(...)]): a layer under a condition
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        #[cfg(unix)]
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

// 1 error (Digits | 128 | 100 | 28 | hidden): more workspace than RAM
use congruent::prelude::*;

network! {
    #[budget(ram = 100)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

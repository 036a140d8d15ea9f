// 1 error (K): a limit with a unit
use congruent::prelude::*;

network! {
    #[budget(flash = 32K)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

// 1 error (u64): a limit that is not a whole number
use congruent::prelude::*;

network! {
    #[budget(flash = 8.5)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

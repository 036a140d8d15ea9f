// 1 error (flash): a limit set twice
use congruent::prelude::*;

network! {
    #[budget(flash = 8192, flash = 9000)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

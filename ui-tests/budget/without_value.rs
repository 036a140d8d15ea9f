// 1 error (flash): a limit without a number
use congruent::prelude::*;

network! {
    #[budget(flash)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
// by hand: the limit is not known

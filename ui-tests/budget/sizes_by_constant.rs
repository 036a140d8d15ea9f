// 1 error (Digits | 7,400 | 1,000 | 6,400): a budget is exceeded, and a constant is the size
use congruent::prelude::*;

const WIDE: usize = 100;
network! {
    #[budget(macs = 1_000)]
    struct Digits {
        hidden: Dense<64, WIDE, Relu>,
        output: Dense<WIDE, 10, Softmax>,
    }
}

fn main() {}

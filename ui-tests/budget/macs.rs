// 1 error (Digits | 2,368 | 2,000 | 2,048 | 320 | 368): more arithmetic than time
use congruent::prelude::*;

network! {
    #[budget(macs = 2_000)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

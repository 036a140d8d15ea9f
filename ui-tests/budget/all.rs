// 3 errors (Digits | 9,640 | 8,192 | 128 | 100 | 2,368 | 2,000): all limits exceeded
use congruent::prelude::*;

network! {
    #[budget(flash = 8192, ram = 100, macs = 2_000)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

// 1 error (flash | ram | macs): a limit of something else
use congruent::prelude::*;

network! {
    #[budget(rom = 8192)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}

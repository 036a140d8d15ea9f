// 1 error (embed | read | [40, 64]): an embedding comes after numbers
use congruent::prelude::*;

network! {
    struct Reader: [40, 8] -> [2] {
        read: Gru<8, 64>,
        embed: Embedding<1000, 64>,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}

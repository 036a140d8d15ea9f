// 1 error (conv | embed | [..32, 64]): a convolution comes after a sequence of any length
use congruent::prelude::*;

network! {
    struct Reader: [..32] -> [2] {
        embed: Embedding<1000, 64>,
        conv: Conv1d<64, 32, 3, Relu>,
        output: Dense<32, 2, Softmax>,
    }
}

fn main() {}

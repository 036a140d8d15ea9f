// 1 error (read | embed | 32 | 64): a recurrent layer expects other features, and a constant says which
use congruent::prelude::*;

const WIDTH: usize = 64;
network! {
    struct Reader: [..40] -> [2] {
        embed: Embedding<1000, WIDTH>,
        read: Gru<32, 128, return = last>,
        output: Dense<128, 2, Softmax>,
    }
}

fn main() {}

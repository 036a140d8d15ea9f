// 1 error (attend | read | [32]): attention after the last step
use congruent::prelude::*;

network! {
    struct Reader: [..40] -> [2] {
        embed: Embedding<1000, 64>,
        read: Gru<64, 32, return = last>,
        attend: MultiHeadAttention<32, 4>,
        output: Dense<32, 2, Softmax>,
    }
}

fn main() {}

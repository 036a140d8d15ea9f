// 1 error (SelfAttention | MultiHeadAttention<8, 2>): attention under another name
use congruent::prelude::*;

network! {
    struct Reader: [20, 8] -> [4] {
        heads: SelfAttention<8, 2>,
        last: LastStep,
        output: Dense<8, 4, Softmax>,
    }
}

fn main() {}

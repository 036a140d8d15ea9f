// 1 error (zero): no heads
use congruent::prelude::*;

network! {
    struct Reader: [40, 64] -> [2] {
        attend: MultiHeadAttention<64, 0>,
        mean: MeanOverTime,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}

// 1 error (1.5): a transformer that drops more than everything
use congruent::prelude::*;

network! {
    struct Reader: [40, 64] -> [2] {
        encode: TransformerEncoder<64, 4, 256, dropout = 1.5>,
        mean: MeanOverTime,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}

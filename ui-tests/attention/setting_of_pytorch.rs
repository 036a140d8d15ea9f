// 1 error (activation | TransformerEncoder): a setting as PyTorch calls it
use congruent::prelude::*;

network! {
    struct Reader: [40, 64] -> [2] {
        encode: TransformerEncoder<64, 4, 256, activation = gelu>,
        mean: MeanOverTime,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}

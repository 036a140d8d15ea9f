// 1 error (encode | 4 | 10): heads of a transformer that do not divide the features that come in
use congruent::prelude::*;

network! {
    struct Reader: [40, 10] -> [2] {
        encode: TransformerEncoder<_, 4, 64>,
        mean: MeanOverTime,
        output: Dense<10, 2, Softmax>,
    }
}

fn main() {}

// 1 error (TransformerEncoderLayer | TransformerEncoder<8, 2, 16, dropout = 0.1>): a layer of a transformer by the names of PyTorch
use congruent::prelude::*;

network! {
    struct Reader: [20, 8] -> [4] {
        body: TransformerEncoderLayer<d_model = 8, nhead = 2, dim_feedforward = 16, dropout = 0.1>,
        last: LastStep,
        output: Dense<8, 4, Softmax>,
    }
}

fn main() {}

// 1 error (words | [12, 16] | [12] | [..12]): a mapping of vectors before an embedding
use congruent::prelude::*;

network! {
    struct Reader: [12, 16] -> [3] {
        words: Embedding<100, 16>,
        mean: MeanOverTime,
        output: Dense<16, 3, Softmax>,
    }
}

fn main() {
    println!("{:?}", Reader::seeded(1).forward(&[[0.0; 16]; 12]));
}

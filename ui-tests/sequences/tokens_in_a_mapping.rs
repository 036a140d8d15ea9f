// 1 error (encoder | [..40] of tokens | [..40]): the mapping of a network whose first layer takes tokens is not about numbers
use congruent::prelude::*;

network! { struct Encoder: [..40] -> [..40, 64] { embed: Embedding<1000, 64> } }
network! {
    struct Reader: [..40] -> [64] {
        encoder: Encoder,
        mean: MeanOverTime,
    }
}

fn main() {}

// 1 error (Token): numbers where tokens are expected
use congruent::prelude::*;

network! { struct Reader: [4] -> [8] { embed: Embedding<1000, 8>, mean: MeanOverTime } }

fn main() {
    let reader = Reader::seeded(1);
    reader.forward(&[17, 4, 256, 3]);
}

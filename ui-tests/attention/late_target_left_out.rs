// 1 error (Pair | Token, 12 | 24): a source without the target that a decoder is told
use congruent::prelude::*;

network! {
    struct Translator(EncoderDecoder<
        [Embedding<48, 64>, Gru<64, 64>], AttentionDecoder<48, 64, 128>, source = 12, target = 24,
    >);
}

fn main() {
    Translator::seeded(1).forward(&Padded::from([Token(3); 12]));
}

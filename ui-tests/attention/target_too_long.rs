// 1 error (8 | 9): a target with room for more words than the decoder says
use congruent::prelude::*;

network! {
    struct Translator(EncoderDecoder<
        [Embedding<9, 4>, Gru<4, 4>], AttentionDecoder<9, 4, 4>, source = 6, target = 8,
    >);
}
fn teach(trainer: &Trainer<CrossEntropy, Sgd>, network: &mut Translator, said: Padded<Token, 9>) {
    let late = congruent::Pair(Padded::from([Token(3); 6]), Padded::from([Token(3); 8]));
    let _ = trainer.step(network, &mut *Workspace::<_, Sgd, 1>::boxed(), &[late], &[said]);
}

fn main() {}

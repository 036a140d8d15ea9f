// 1 error (Padded<_, 9> | usize): one class where each step has one
use congruent::prelude::*;

network! { struct Tagger: [..9] -> [..9, 4] { embed: Embedding<99, 4> } }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Tagger, Adam, 8>::boxed();
    let input = Padded::new(&[Token(3); 5]).unwrap();
    trainer.step(&mut *Tagger::seeded(1), &mut workspace, &[input], &[2_usize]).unwrap();
}

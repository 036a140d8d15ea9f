// 1 error (BinaryCrossEntropy | Softmax): binary cross-entropy after `Softmax`
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.01));
    let mut workspace = Workspace::<Digits, Adam, 8>::boxed();
    trainer.step(&mut *Digits::seeded(1), &mut workspace, &[[0.0; 64]], &[[0.0; 10]]).unwrap();
}

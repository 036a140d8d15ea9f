// 1 error (Workspace<Digits, Sgd, _> | Workspace<Digits, Adam, 8>): a workspace for another optimizer
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.01));
    let mut workspace = Workspace::<Digits, Adam, 8>::boxed();
    trainer.step(&mut *Digits::seeded(1), &mut workspace, &[[0.0; 64]], &[7_usize]).unwrap();
}

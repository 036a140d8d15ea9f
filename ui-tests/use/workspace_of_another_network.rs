// 1 error (Workspace<Digits, Adam, _> | Workspace<Letters, Adam, 8>): a workspace for another network
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }
network! { struct Letters(Dense<64, 26, Softmax>); }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Letters, Adam, 8>::boxed();
    trainer.step(&mut *Digits::seeded(1), &mut workspace, &[[0.0; 64]], &[7_usize]).unwrap();
}

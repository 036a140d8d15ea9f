// 1 error (CrossEntropy | Relu): a loss that does not go with the head of a network in a network
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Relu>); }
network! { struct Outer(Digits); }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Outer, Adam, 8>::boxed();
    trainer.step(&mut *Outer::seeded(1), &mut workspace, &[[0.0; 64]], &[7_usize]).unwrap();
}

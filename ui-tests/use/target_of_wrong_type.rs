// 1 error (CrossEntropy | [f32; 10] | &str): a target of the wrong type
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Digits, Adam, 8>::boxed();
    trainer.step(&mut *Digits::seeded(1), &mut workspace, &[[0.0; 64]], &["seven"]).unwrap();
}

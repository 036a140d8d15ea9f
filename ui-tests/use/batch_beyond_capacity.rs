// 1 error (16 | 8): a batch larger than the workspace
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Digits, Adam, 8>::boxed();
    let (inputs, classes) = ([[0.0; 64]; 16], [7_usize; 16]);
    trainer.step_array(&mut *Digits::seeded(1), &mut workspace, &inputs, &classes).unwrap();
}
// by hand: an argument of a type that another line of the program has

// 1 error (CrossEntropy | Relu): a loss that does not go with the head of a layer under another name
use congruent::prelude::*;

type Output = congruent::Dense<64, 10, Relu>;
network! { struct Digits(Output); }

fn main() {
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Digits, Adam, 8>::boxed();
    trainer.step(&mut *Digits::seeded(1), &mut workspace, &[[0.0; 64]], &[7_usize]).unwrap();
}

// 1 error (gradients): a loss that is to be derived
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let mut net = Digits::seeded(1);
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001));
    let mut workspace = Workspace::<Digits, Adam, 32>::boxed();
    let loss = trainer.step(&mut net, &mut workspace, &[[0.5; 64]], &[3_usize]);
    loss.unwrap().backward();
}

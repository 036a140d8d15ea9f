// 1 error (Dense<20, 10, Softmax> | Dense<64, 32, Relu> | 20 | 32): a wrong list of layers beside code that uses it
use congruent::prelude::*;

type Digits = network![Dense<64, 32, Relu>, Dense<20, 10, Softmax>];
fn main() {
    let mut digits = Digits::seeded(1);
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Digits, Adam, 8>::boxed();
    let loss: f32 = trainer.step(&mut *digits, &mut workspace, &[[0.0; 64]], &[7_usize]).unwrap();
    let [first, ..] = digits.forward(&[0.0; 64]);
    println!("{loss} {first} {} {}", digits.hidden.weight[0][0], Digits::SUMMARY);
}
// by hand: code beside the network has to follow

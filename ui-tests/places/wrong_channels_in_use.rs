// 1 error (strokes | [1, 8, 8] | [3, 8, 8]): wrong channels, beside code that uses the network
use congruent::prelude::*;

network! { struct Photos: [1, 8, 8] -> [10] { strokes: Conv2d<3, 4, 3>, f: Flatten, o: Dense<_, 10, Softmax> } }

fn main() {
    let mut photos = Photos::seeded(1);
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Photos, Adam, 8>::boxed();
    trainer.step(&mut *photos, &mut workspace, &[[[[0.0; 8]; 8]]], &[7_usize]).unwrap();
    println!("{:?} {}", photos.forward(&[[[0.0; 8]; 8]]), Photos::SUMMARY);
}
// by hand: code beside the network has to follow

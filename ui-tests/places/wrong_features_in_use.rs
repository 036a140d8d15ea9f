// 1 error (read | [32, 6] | [32, 5]): wrong features, beside code that uses the network
use congruent::prelude::*;

network! { struct Sensor: [32, 6] -> [4] { read: Gru<5, 8, return = last>, o: Dense<8, 4, Softmax> } }

fn main() {
    let mut sensor = Sensor::seeded(1);
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Sensor, Adam, 8>::boxed();
    trainer.step(&mut *sensor, &mut workspace, &[[[0.0; 6]; 32]], &[2_usize]).unwrap();
    println!("{:?} {}", sensor.forward(&[[0.0; 6]; 32]), Sensor::SUMMARY);
}
// by hand: code beside the network has to follow

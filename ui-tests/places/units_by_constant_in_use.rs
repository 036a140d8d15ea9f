// 1 error (o | read | 8 | 9): units that do not fit by a constant, beside code that uses the network
use congruent::prelude::*;

const UNITS: usize = 9;
network! { struct Sensor: [32, 6] -> [4] { read: Gru<6, UNITS, return = last>, o: Dense<8, 4, Softmax> } }

fn main() {
    let mut sensor = Sensor::seeded(1);
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Sensor, Adam, 8>::boxed();
    trainer.step(&mut *sensor, &mut workspace, &[[[0.0; 6]; 32]], &[2_usize]).unwrap();
    println!("{:?} {}", sensor.forward(&[[0.0; 6]; 32]), Sensor::SUMMARY);
}

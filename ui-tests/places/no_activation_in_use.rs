// 1 error (Mine | Activation): a struct that is no activation, beside code that uses the network
use congruent::prelude::*;

struct Mine;
network! { struct Sensor: [32, 6] -> [4] { read: Gru<6, 8, return = last>, o: Dense<8, 4, Mine> } }

fn main() {
    let mut sensor = Sensor::seeded(1);
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let mut workspace = Workspace::<Sensor, Adam, 8>::boxed();
    trainer.step(&mut *sensor, &mut workspace, &[[[0.0; 6]; 32]], &[2_usize]).unwrap();
    println!("{:?} {}", sensor.forward(&[[0.0; 6]; 32]), Sensor::SUMMARY);
}

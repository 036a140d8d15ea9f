// 1 error (1 | 2): a batch of one sample for a `BatchNorm`
use congruent::prelude::*;

network! { struct Sensor(Dense<4, 8>, BatchNorm1d, Relu, Dense<8, 1>); }

fn main() {
    let trainer = Trainer::new(MeanSquaredError, Adam::new(0.01));
    let mut workspace = Workspace::<Sensor, Adam, 1>::boxed();
    trainer.step(&mut *Sensor::seeded(1), &mut workspace, &[[0.5; 4]], &[[1.0]]).unwrap();
}

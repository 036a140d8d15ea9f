//! The smallest thing that one layer cannot learn: a training loop by hand.

use congruent::prelude::*;

network! { struct Xor(Dense<2, 8, Tanh>, Dense<8, 1, Sigmoid>); }

fn main() -> Result<(), BatchError> {
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let targets = [[0.0], [1.0], [1.0], [0.0]];

    let mut network = Xor::seeded(1);
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.05));
    let mut workspace = Workspace::<Xor, Adam, 4>::boxed();
    for step in 1..=500 {
        let loss = trainer.step(&mut network, &mut workspace, &inputs, &targets)?;
        if step % 100 == 0 {
            println!("step {step}: loss {loss:.4}");
        }
    }
    for (input, target) in inputs.iter().zip(&targets) {
        let output = network.forward(input);
        println!("{input:?} -> {:.3}, wanted {}", output[0], target[0]);
        assert!((output[0] - target[0]).abs() < 0.05);
    }
    Ok(())
}

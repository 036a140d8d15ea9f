use congruent::prelude::*;

network! { struct Xor(Dense<2, 8, Tanh>, Dense<8, 1, Sigmoid>); }
type Deep = network![Dense<2, 8, Tanh>, Dense<8, 4, Relu>, Dense<4, 1, Sigmoid>];

fn main() {
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let targets = [[0.0], [1.0], [1.0], [0.0]];
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.05));
    let mut xor = Xor::seeded(1);
    let mut workspace = Workspace::<Xor, Adam, 4>::boxed();
    let mut loss = 0.0;
    for _ in 0..500 {
        loss = trainer.step(&mut *xor, &mut workspace, &inputs, &targets).unwrap();
    }
    println!("{loss} {:?}", xor.predict(&inputs));
    let mut xor = Deep::seeded(1);
    let mut workspace = Workspace::<Deep, Adam, 4>::boxed();
    for _ in 0..500 {
        loss = trainer.step(&mut *xor, &mut workspace, &inputs, &targets).unwrap();
    }
    println!("{loss} {:?}", xor.predict(&inputs));
}

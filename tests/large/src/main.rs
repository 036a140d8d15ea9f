//! Creates a network of ten million parameters, trains it one step with each of two optimizers, and drops it, on a stack
//! of 2 MiB.
use congruent::prelude::*;

network! { struct Large(Dense<784, 3000, Relu>, Dense<3000, 2500, Relu>, Dense<2500, 10, Softmax>); }
const _: () = assert!(Large::PARAMETERS > 9_800_000);

fn main() {
    let work = || {
        let inputs = [[0.5; 784]; 2];
        let mut network = Large::seeded(1);
        let mut workspace = Workspace::<Large, Adam, 2>::boxed();
        let adam = Trainer::new(CrossEntropy::new(), Adam::new(0.001));
        let first = adam.step(&mut *network, &mut workspace, &inputs, &[1_usize, 2]).unwrap();
        drop(workspace);
        let mut workspace = Workspace::<Large, Sgd, 2>::boxed();
        let sgd = Trainer::new(CrossEntropy::new(), Sgd::new(0.01));
        let second = sgd.step(&mut *network, &mut workspace, &inputs, &[1_usize, 2]).unwrap();
        assert!(second < first, "{first}, then {second}");
        println!("trained {} parameters", Large::PARAMETERS);
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

//! A layer written with `congruent::ops` is what the built-in one is, to the bit.

#![cfg(feature = "std")]

use congruent::prelude::*;
use congruent::testing::check_gradients;
use congruent::{Layer, Parameters};

include!("../common/own_dense.rs");

network! { struct BuiltIn: [5] -> [3] { hidden: Dense<5, 70, Relu>, second: Dense<70, 11, Relu>, output: Dense<_, 3, Softmax> } }
network! { struct Own: [5] -> [3] { hidden: self::OwnDense<5, 70>, second: self::OwnDense<70, 11>, output: Dense<11, 3, Softmax> } }

#[test]
fn derivatives_hold() {
    // a few outputs, so that no step of a difference crosses a kink of `relu`
    check_gradients::<OwnDense<5, 4>>().unwrap();
}

fn bits<N: Parameters>(network: &N) -> Vec<u32> {
    network.as_flat().iter().map(|number| number.to_bits()).collect()
}

fn trained<N: Network<Input = [f32; 5], Output = [f32; 3], Head = Softmax>>(samples: usize) -> (Vec<u32>, Vec<u32>) {
    let inputs: Vec<[f32; 5]> =
        (0..samples).map(|n| core::array::from_fn(|i| ((7 * n + 3 * i) % 11) as f32 - 5.0)).collect();
    let targets: Vec<usize> = (0..samples).map(|n| n % 3).collect();
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
    let (mut network, mut workspace) = (N::seeded(1), Workspace::<N, Adam, 19>::boxed());
    for _ in 0..10 {
        trainer.step(&mut network, &mut workspace, &inputs, &targets).unwrap();
    }
    (bits(&*network), bits(&network.predict(&inputs[..1])[0]))
}

#[test]
fn a_layer_of_ops_trains_to_the_bits_of_the_built_in_one() {
    assert_eq!(BuiltIn::PARAMETERS, Own::PARAMETERS);
    assert_eq!(<BuiltIn as Layer>::MACS, <Own as Layer>::MACS);
    for samples in [1, 4, 5, 19] {
        assert_eq!(trained::<BuiltIn>(samples), trained::<Own>(samples), "{samples} samples");
    }
}

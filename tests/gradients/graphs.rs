//! Networks whose layers name what they take, and chains that say the same.

#![cfg(feature = "std")]

use congruent::prelude::*;
use congruent::{GradientOf, Layer, Parameters, Pass};

network! { struct AsChain: [4] -> [4] { a: Dense<4, 4, Tanh>, b: Dense<4, 4, Tanh>, c: Dense<4, 4> } }
network! { struct AsGraph: [4] -> [4] { a: Dense<4, 4, Tanh>(input), b: Dense<4, 4, Tanh>(a), c: Dense<4, 4>(b) } }

#[test]
fn a_chain_written_as_a_graph_costs_no_byte() {
    assert_eq!(AsChain::INFERENCE_BYTES, AsGraph::INFERENCE_BYTES);
    assert_eq!(size_of::<<AsChain as Layer>::Tape<3>>(), size_of::<<AsGraph as Layer>::Tape<3>>());
    assert_eq!(size_of::<AsChain>(), size_of::<AsGraph>());
}

network! {
    struct Composed: [3, 6, 6] -> [5, 6, 6] {
        first: Conv2d<3, 4, 3, Relu, padding = same>,
        block: Residual<Conv2d<4, 4, 3, Relu, padding = same>, Conv2d<4, 4, 1>>,
        gate: Multiply<GlobalAvgPool, Dense<4, 4, Sigmoid>>,
        wide: Concat<Conv2d<4, 2, 1, Relu>, [Conv2d<4, 2, 3, Relu, padding = same>, Conv2d<2, 3, 1>]>,
    }
}

network! {
    struct Named: [3, 6, 6] -> [5, 6, 6] {
        first: Conv2d<3, 4, 3, Relu, padding = same>,
        a: Conv2d<4, 4, 3, Relu, padding = same>,
        b: Conv2d<4, 4, 1>,
        block: Add(b, first),
        mean: GlobalAvgPool,
        scale: Dense<4, 4, Sigmoid>,
        gated: Multiply(block, scale),
        one: Conv2d<4, 2, 1, Relu>,
        two: Conv2d<4, 2, 3, Relu, padding = same>(gated),
        three: Conv2d<2, 3, 1>,
        wide: Concat(one, three),
    }
}

/// The outputs, the gradient and the derivatives by the inputs of three samples, as bits.
fn bits<N: Network<Input = [[[f32; 6]; 6]; 3], Output = [[[f32; 6]; 6]; 5]>>() -> [Vec<u32>; 4] {
    let network = N::seeded(3);
    let number = |i: usize| (i * 37 % 41) as f32 / 20.0 - 1.0;
    let mut inputs = [[[[0.0; 6]; 6]; 3]; 3];
    inputs
        .as_flattened_mut()
        .as_flattened_mut()
        .as_flattened_mut()
        .iter_mut()
        .enumerate()
        .for_each(|(i, x)| *x = number(i));
    let (mut outputs, mut by_outputs) = (vec![[[[0.0; 6]; 6]; 5]; 3], vec![[[[0.0; 6]; 6]; 5]; 3]);
    let mut tape: Box<N::Tape<4>> = congruent::zeroed_box();
    network.forward::<4>(&inputs, &mut outputs, &mut tape, &mut Pass::new(1, 1, 0));
    by_outputs
        .as_flattened_mut()
        .as_flattened_mut()
        .as_flattened_mut()
        .iter_mut()
        .enumerate()
        .for_each(|(i, x)| *x = number(i + 5));
    let (mut gradient, mut by_inputs) = (congruent::zeroed_box::<N::Gradient>(), inputs);
    network.backward::<4>(&inputs, &outputs, &mut tape, &mut by_outputs, Some(&mut by_inputs), &mut gradient);
    let of = |numbers: &[f32]| numbers.iter().map(|number| number.to_bits()).collect();
    assert_eq!(<N::Gradient as GradientOf<N>>::TRAINED, N::COUNT);
    let inferred = network.predict(&inputs);
    let flat = |values: &[[[[f32; 6]; 6]; 5]]| of(values.as_flattened().as_flattened().as_flattened());
    [
        flat(&outputs),
        flat(&inferred),
        of(gradient.as_flat()),
        of(by_inputs.as_flattened().as_flattened().as_flattened()),
    ]
}

#[test]
fn what_is_named_gives_the_bits_of_what_is_nested() {
    assert_eq!(bits::<Composed>(), bits::<Named>());
}

//! Finite differences against every backward pass: layers, activations, losses, and networks of up to six layers.

#![cfg(feature = "std")]
#![allow(missing_docs)]

#[path = "common/finite_differences.rs"]
mod finite_differences;

use congruent::prelude::*;
use congruent::rand::RngExt;
use congruent::{Activate, Activation, Chain, Flatten, GoesWith, Loss, Parameters, Tensor};
use finite_differences::{check, compare, difference};

macro_rules! each_activation {
    ($($name:ident: $activation:ty),*) => { $(
        #[test]
        fn $name() {
            check::<Dense<1, 1, $activation>>();
            check::<Dense<3, 7, $activation>>();
            check::<Dense<17, 5, $activation>>();
            check::<Activate<$activation, [f32; 7]>>();
            check::<Activate<$activation, [[f32; 5]; 3]>>();
        }
    )* };
}
each_activation!(linear: Linear, relu: Relu, leaky_relu: LeakyRelu, sigmoid: Sigmoid, tanh: Tanh, gelu: Gelu, silu: Silu, softmax: Softmax);

#[test]
fn layer_norm() {
    check::<LayerNorm<3>>();
    check::<LayerNorm<17>>();
    check::<LayerNorm<5, [[f32; 5]; 4]>>();
}

#[test]
fn dropout_with_the_mask_of_the_pass() {
    check::<Dropout<{ f32::to_bits(0.3) }, [f32; 33]>>();
}

#[test]
fn flatten_and_chain() {
    check::<Flatten<12, [[[f32; 2]; 3]; 2]>>();
    check::<Chain<Dense<3, 4, Gelu>, Dense<4, 2, Tanh>>>();
}

network! { struct Two(Dense<3, 17, Tanh>, Dense<17, 1>); }
network! { struct Three(Dense<7, 5, Gelu>, Dense<5, 33, Sigmoid>, Dense<33, 3, Softmax>); }
network! { struct Four: [2, 3] -> [4] { flat: Flatten, a: Dense<_, 9, Silu>, norm: LayerNorm, b: Dense<_, 4, Tanh> } }
network! { struct Five: [6] -> [2] { a: Dense<_, 8, Tanh>, drop: Dropout<0.25>, b: Dense<_, 8, LeakyRelu>, norm: LayerNorm, c: Dense<_, 2> } }
network! { struct Six(Dense<1, 3, Tanh>, Dense<3, 7, Silu>, Dense<7, 5, Gelu>, Dense<5, 8, Sigmoid>, Dense<8, 4, Tanh>, Dense<4, 3>); }
network! { struct Rectified(Dense<5, 31, Relu>, Dense<31, 16, Relu>, Dense<16, 2>); }
network! { struct Activations: [8] -> [8] { a: Tanh, b: Gelu, c: Silu, d: Sigmoid, e: LayerNorm, f: Softmax } }
network! { struct Sequence: [4, 5] -> [3] { norm: LayerNorm, act: Silu, flat: Flatten, out: Dense<_, 3> } }
network! { struct Nested: [7] -> [1] { three: Three, two: Two } }
network! { struct Deeper: [7] -> [2] { nested: Nested, out: Dense<1, 2, Tanh> } }
network! { struct One(Dense<63, 2, Sigmoid>); }
network! { struct Wide(Dense<2, 65, Tanh>, Dense<65, 64, Tanh>, Dense<64, 1, Sigmoid>); }
type Typed = network![Dense<3, 9, Tanh>, LayerNorm, Dropout<0.1>, Dense<_, 5, Gelu>, Dense<5, 2, Softmax>];

#[test]
fn networks_of_up_to_six_layers() {
    check::<Two>();
    check::<Three>();
    check::<Four>();
    check::<Five>();
    check::<Six>();
    check::<Rectified>();
    check::<Activations>();
    check::<Sequence>();
    check::<Nested>();
    check::<Deeper>();
    check::<One>();
    check::<Wide>();
    check::<Typed>();
}

/// The gradient of a whole network, through the loss and the logits, against differences of the loss that a step reports.
fn check_loss<A, L, T>(loss: L, target: impl Fn(&mut Xoshiro256PlusPlus) -> T)
where
    A: Activation,
    L: Loss<[f32; 4], T> + GoesWith<A> + Copy,
{
    type Net<A> = congruent::Sequential<Chain<Dense<3, 5, Tanh>, Dense<5, 4, A>>, congruent::Params<0, 0, 44>>;
    let trainer = Trainer::new(loss, Sgd::new(0.1));
    for seed in 0..3 {
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut network = Net::<A>::boxed(rng);
        let inputs: Vec<[f32; 3]> = (0..3).map(|_| core::array::from_fn(|_| rng.random())).collect();
        let targets: Vec<T> = (0..3).map(|_| target(rng)).collect();
        let mut workspace = Workspace::<Net<A>, Sgd, 3>::boxed();
        trainer.accumulate(&*network, &mut workspace, &inputs, &targets).unwrap();
        let sum: Vec<f32> = workspace.gradient().as_flat().iter().map(|g| g / 3.0).collect();
        let mut found = Vec::new();
        for i in 0..Net::<A>::PARAMETERS {
            let before = network.as_flat()[i];
            found.push(difference(
                |v| {
                    network.as_flat_mut()[i] = v;
                    let mut workspace = Workspace::<Net<A>, Sgd, 3>::boxed();
                    f64::from(trainer.accumulate(&*network, &mut workspace, &inputs, &targets).unwrap())
                },
                before,
            ));
            network.as_flat_mut()[i] = before;
        }
        compare(core::any::type_name::<(L, A)>(), &sum, &found);
    }
}

fn numbers(rng: &mut Xoshiro256PlusPlus) -> [f32; 4] {
    core::array::from_fn(|_| rng.random())
}

#[test]
fn losses_with_every_head_they_go_with() {
    macro_rules! any_head { ($($head:ty),*) => { $(
        check_loss::<$head, _, _>(MeanSquaredError, numbers);
        check_loss::<$head, _, _>(Huber::new(0.3), numbers);
    )* } }
    any_head!(Linear, Relu, LeakyRelu, Sigmoid, Tanh, Gelu, Silu, Softmax);

    let class = |rng: &mut Xoshiro256PlusPlus| rng.random_range(0..4_usize);
    let distribution = |rng: &mut Xoshiro256PlusPlus| {
        let raw = numbers(rng);
        raw.map(|x| x / raw.iter().sum::<f32>())
    };
    for loss in [CrossEntropy::new(), CrossEntropy::new().label_smoothing(0.2)] {
        check_loss::<Softmax, _, _>(loss, class);
        check_loss::<Linear, _, _>(loss, class);
        check_loss::<Softmax, _, _>(loss, distribution);
        check_loss::<Linear, _, _>(loss, distribution);
    }
    check_loss::<Sigmoid, _, _>(BinaryCrossEntropy, numbers);
    check_loss::<Linear, _, _>(BinaryCrossEntropy, numbers);
}

#[test]
fn a_tensor_knows_its_row() {
    assert_eq!(<[[f32; 5]; 3] as Tensor>::ROW, 5);
}

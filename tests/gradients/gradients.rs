//! The chain rule of every layer, activation, loss and network against finite differences.
//!
//! How it is measured, and how exactly, is told in `congruent::testing`. A new layer takes one line here.

use congruent::prelude::*;
use congruent::{Activate, Chain, CompatibleWith, Loss, Tensor};

use crate::common;

/// Tests, each of a layer: `name: Layer;`.
macro_rules! layers {
    ($($name:ident: $layer:ty;)*) => { $(
        #[test]
        fn $name() {
            common::check::<$layer>(3);
        }
    )* };
}

/// A tenth as the bits of an `f32`.
const TENTH: u32 = f32::to_bits(0.1);
/// A half as the bits of an `f32`.
const HALF: u32 = f32::to_bits(0.5);

mod dense {
    use super::*;
    layers! {
        linear: Dense<3, 7>;
        relu: Dense<7, 17, Relu>;
        leaky_relu: Dense<7, 5, LeakyRelu>;
        sigmoid: Dense<17, 3, Sigmoid>;
        tanh: Dense<33, 7, Tanh>;
        gelu: Dense<7, 33, Gelu>;
        silu: Dense<17, 17, Silu>;
        softmax: Dense<7, 10, Softmax>;
        one_to_one: Dense<1, 1, Tanh>;
        one_to_many: Dense<1, 33, Gelu>;
        many_to_one: Dense<63, 1, Sigmoid>;
        softmax_of_one: Dense<3, 1, Softmax>;
    }
}

mod activate {
    use super::*;
    layers! {
        linear: Activate<Linear, [f32; 7]>;
        relu: Activate<Relu, [f32; 33]>;
        leaky_relu: Activate<LeakyRelu, [f32; 17]>;
        sigmoid: Activate<Sigmoid, [f32; 17]>;
        tanh: Activate<Tanh, [f32; 17]>;
        gelu: Activate<Gelu, [f32; 17]>;
        silu: Activate<Silu, [f32; 17]>;
        softmax: Activate<Softmax, [f32; 17]>;
        softmax_of_each_step: Activate<Softmax, [[f32; 7]; 3]>;
        tanh_of_an_image: Activate<Tanh, [[[f32; 3]; 3]; 2]>;
    }
}

mod layer_norm {
    use super::*;
    layers! {
        of_one: LayerNorm<1>;
        of_two: LayerNorm<2>;
        of_a_vector: LayerNorm<33>;
        of_a_sequence: LayerNorm<7, [[f32; 7]; 3]>;
        of_an_image: LayerNorm<5, [[[f32; 5]; 3]; 2]>;
    }
}

mod dropout {
    use super::*;
    layers! {
        of_a_half: Dropout<HALF, [f32; 17]>;
        of_a_tenth_of_a_sequence: Dropout<TENTH, [[f32; 7]; 3]>;
        of_nothing: Dropout<0, [f32; 5]>;
    }
}

mod shapes {
    use super::*;
    layers! {
        flatten_a_sequence: Flatten<21, [[f32; 7]; 3]>;
        flatten_an_image: Flatten<12, [[[f32; 3]; 2]; 2]>;
        flatten_a_vector: Flatten<3, [f32; 3]>;
    }
}

mod composed {
    use super::*;
    layers! {
        chain: Chain<Dense<3, 7, Tanh>, Dense<7, 2, Sigmoid>>;
        chain_with_what_needs_its_input: Chain<Dense<3, 7, Gelu>, Dense<7, 2, Silu>>;
        chain_of_chains: Chain<Chain<Dense<3, 7, Silu>, LayerNorm<7>>, Chain<Dense<7, 5, Tanh>, Dense<5, 3, Softmax>>>;
        chain_with_dropout: Chain<Dense<3, 17, Tanh>, Chain<Dropout<HALF, [f32; 17]>, Dense<17, 3>>>;
        sequential_of_one: network![Dense<3, 7, Softmax>];
        sequential: network![Dense<3, 7, Relu>, Dense<7, 17, Gelu>, LayerNorm, Dense<_, 3, Softmax>];
        sequential_of_an_activation: network![Dense<5, 3>, Tanh];
    }
}

mod networks {
    use super::*;

    network! { pub struct One: [3] -> [7] { only: Dense<3, 7, Tanh> } }
    network! { pub struct Smallest(Dense<1, 1, Sigmoid>); }
    network! { pub struct Two: [17] -> [1] { hidden: Dense<17, 33, Relu>, output: Dense<33, 1, Sigmoid> } }
    network! { pub struct Classes: [7] -> [10] { hidden: Dense<7, 17, Gelu>, output: Dense<17, 10, Softmax> } }
    network! { pub struct Narrow: [33] -> [33] { shrink: Dense<33, 1, Tanh>, grow: Dense<1, 33, LeakyRelu> } }
    network! { pub struct Three(Dense<3, 17, Silu>, Dense<17, 7, Relu>, Dense<7, 3>); }
    network! {
        pub struct Normed: [7] -> [3] {
            hidden: Dense<7, 17>, norm: LayerNorm, act: Gelu, output: Dense<_, 3, Softmax>,
        }
    }
    network! {
        pub struct Dropping: [17] -> [3] {
            drop: Dropout<0.2>, hidden: Dense<17, 33, Tanh>, again: Dropout<0.5>, output: Dense<33, 3, Sigmoid>,
        }
    }
    network! {
        pub struct Sequence: [3, 7] -> [5] {
            norm: LayerNorm, act: Silu, drop: Dropout<0.1>, flat: Flatten, hidden: Dense<_, 17, Relu>, output: Dense<_, 5, Softmax>,
        }
    }
    network! { pub struct EachStep: [3, 7] -> [3, 7] { act: Tanh, norm: LayerNorm, output: Softmax } }
    network! {
        pub struct Five: [1] -> [17] {
            a: Dense<1, 3, LeakyRelu>, b: Dense<3, 7, Gelu>, c: Dense<7, 17, Silu>, d: Dense<17, 7, Tanh>, e: Dense<7, 17>,
        }
    }
    network! {
        pub struct Six: [3] -> [1] {
            a: Dense<3, 7, Relu>, b: Dense<7, 17, Tanh>, c: Dense<17, 33, Sigmoid>,
            d: Dense<33, 17, Gelu>, e: Dense<17, 7, Silu>, f: Dense<7, 1>,
        }
    }
    network! {
        pub struct SixMixed: [2, 3, 3] -> [3] {
            norm: LayerNorm, flat: Flatten, hidden: Dense<18, 33, LeakyRelu>, drop: Dropout<0.3>, last: Dense<_, 3>, out: Softmax,
        }
    }
    network! { pub struct Rectified(Dense<5, 31, Relu>, Dense<31, 16, Relu>, Dense<16, 2>); }
    network! { pub struct Wide(Dense<2, 65, Tanh>, Dense<65, 64, Tanh>, Dense<64, 1, Sigmoid>); }
    network! {
        pub struct Activations: [9] -> [9] { a: Tanh, b: Gelu, c: Silu, d: Sigmoid, e: LayerNorm, f: Softmax }
    }
    network! {
        pub struct FrozenInside: [3] -> [2] {
            first: Dense<3, 9, Silu>,
            #[frozen] middle: Dense<9, 7, Gelu>,
            #[frozen] drop: Dropout<0.5>,
            last: Dense<7, 2>,
        }
    }
    network! { pub struct OnlyShapes: [2, 3] -> [6] { drop: Dropout<0.3>, flat: Flatten } }
    // networks in networks, by either form
    network! { pub struct Nested: [17] -> [3] { body: Two, head: Dense<1, 3, Softmax> } }
    network! { pub struct NestedLast: [3] -> [10] { first: Dense<3, 7, Tanh>, rest: Classes } }
    type Last = network![Dense<3, 7, Gelu>, Dense<7, 3, Sigmoid>];
    network! { pub struct NestedTwice: [3] -> [3] { first: Three, middle: Three, last: Last } }

    layers! {
        one: One;
        smallest: Smallest;
        two: Two;
        classes: Classes;
        narrow: Narrow;
        three: Three;
        normed: Normed;
        dropping: Dropping;
        sequence: Sequence;
        each_step: EachStep;
        five: Five;
        six: Six;
        six_mixed: SixMixed;
        rectified: Rectified;
        wide: Wide;
        activations: Activations;
        frozen_inside: FrozenInside;
        only_shapes: OnlyShapes;
        nested: Nested;
        nested_last: NestedLast;
        nested_twice: NestedTwice;
    }
}

/// Losses, through all of a training step up to the update.
mod losses {
    use super::*;
    use congruent::Network;
    use congruent::plain::{flatten_mut, zeroed};
    use congruent::testing::GradientCheck;
    use rand::Rng;

    /// Holds the gradient of a loss, with targets drawn by `draw`, against finite differences of the loss.
    fn check<N, L, T>(loss: L, draw: impl Fn(&mut dyn Rng) -> T)
    where
        N: Network,
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        GradientCheck::new().seeds(5).loss::<N, T>(loss, draw).unwrap();
    }

    /// A number from -1 to 1.
    fn signed(rng: &mut dyn Rng) -> f32 {
        (rng.next_u32() >> 8) as f32 / 8_388_608.0 - 1.0
    }

    fn tensor<S: Tensor>(draw: impl FnMut() -> f32) -> S {
        let mut tensor = [zeroed::<S>()];
        flatten_mut(&mut tensor).fill_with(draw);
        tensor[0]
    }

    /// A target somewhere near what a network gives.
    fn values<S: Tensor>(rng: &mut dyn Rng) -> S {
        tensor(|| 1.5 * signed(rng))
    }

    /// Probabilities from 0 to 1, 0 and 1 among them.
    fn probabilities<S: Tensor>(rng: &mut dyn Rng) -> S {
        tensor(|| (0.75 * signed(rng) + 0.5).clamp(0.0, 1.0))
    }

    /// Five probabilities that add up to 1, 0 among them.
    fn distribution(rng: &mut dyn Rng) -> [f32; 5] {
        let weights = [0.0; 5].map(|_: f32| (0.75 * signed(rng) + 0.5).clamp(0.0, 1.0) + f32::MIN_POSITIVE);
        let sum: f32 = weights.iter().sum();
        weights.map(|weight| weight / sum)
    }

    fn class(rng: &mut dyn Rng) -> usize {
        rng.next_u32() as usize % 5
    }

    /// A network of five outputs with the head `$head`.
    macro_rules! ending_in {
        ($head:ident) => { network![Dense<3, 7, Tanh>, Dense<7, 5, $head>] };
    }

    macro_rules! any_head {
        ($($name:ident: $head:ident;)*) => { $(
            #[test]
            fn $name() {
                check::<ending_in!($head), _, _>(MeanSquaredError, values);
                check::<ending_in!($head), _, _>(Huber::default(), values);
                check::<ending_in!($head), _, _>(Huber::new(0.25), values);
            }
        )* };
    }
    any_head! {
        distances_of_linear: Linear;
        distances_of_relu: Relu;
        distances_of_leaky_relu: LeakyRelu;
        distances_of_sigmoid: Sigmoid;
        distances_of_tanh: Tanh;
        distances_of_gelu: Gelu;
        distances_of_silu: Silu;
        distances_of_softmax: Softmax;
    }

    #[test]
    fn cross_entropy_of_softmax() {
        check::<ending_in!(Softmax), _, _>(CrossEntropy::new(), class);
        check::<ending_in!(Softmax), _, _>(CrossEntropy::new(), distribution);
    }

    #[test]
    fn cross_entropy_of_logits() {
        check::<ending_in!(Linear), _, _>(CrossEntropy::new(), class);
        check::<ending_in!(Linear), _, _>(CrossEntropy::new(), distribution);
    }

    #[test]
    fn cross_entropy_of_a_distribution_that_is_rounded() {
        check::<ending_in!(Softmax), _, _>(CrossEntropy::new(), |rng| distribution(rng).map(|p| 1.009 * p));
    }

    #[test]
    fn cross_entropy_with_label_smoothing() {
        let loss = CrossEntropy::new().label_smoothing(0.1);
        check::<ending_in!(Softmax), _, _>(loss, class);
        check::<ending_in!(Softmax), _, _>(loss, distribution);
        check::<ending_in!(Linear), _, _>(loss, class);
    }

    #[test]
    fn binary_cross_entropy_of_sigmoid() {
        check::<ending_in!(Sigmoid), _, _>(BinaryCrossEntropy, probabilities);
        check::<network![Dense<3, 7, Gelu>, Dense<7, 1, Sigmoid>], _, _>(BinaryCrossEntropy, |rng| class(rng) > 2);
    }

    #[test]
    fn binary_cross_entropy_of_logits() {
        check::<ending_in!(Linear), _, _>(BinaryCrossEntropy, probabilities);
        check::<network![Dense<3, 7, Gelu>, Dense<7, 1>], _, _>(BinaryCrossEntropy, |rng| class(rng) > 2);
    }

    network! { struct Steps: [3, 7] -> [3, 7] { norm: LayerNorm, act: Tanh, scale: LayerNorm } }
    network! { struct Distributions: [3, 7] -> [3, 7] { norm: LayerNorm, output: Softmax } }
    network! { struct Questions: [3, 7] -> [3, 7] { norm: LayerNorm, output: Sigmoid } }

    #[test]
    fn of_sequences() {
        check::<Steps, _, _>(MeanSquaredError, values);
        check::<Steps, _, _>(Huber::default(), values);
        check::<Distributions, _, _>(MeanSquaredError, values);
        check::<Questions, _, _>(BinaryCrossEntropy, probabilities);
    }

    #[test]
    fn of_networks_that_end_in_a_network_or_an_activation() {
        type Head = ending_in!(Softmax);
        network! { struct Outer: [5] -> [5] { body: Dense<5, 3, Silu>, head: Head } }
        network! { struct Apart: [5] -> [5] { body: Dense<5, 5>, drop: Dropout<0.2>, end: Softmax } }
        check::<Outer, _, _>(CrossEntropy::new(), class);
        check::<Apart, _, _>(CrossEntropy::new(), class);
        check::<Apart, _, _>(MeanSquaredError, values);
    }
}

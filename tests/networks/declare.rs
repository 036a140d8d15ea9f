//! All the ways to declare a network, under the strictest lints.
#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
#![allow(dead_code)]

use congruent::prelude::*;
use congruent::{Layer, Parameters, network};

const INPUTS: [[f32; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
const CLASSES: [usize; 4] = [0, 1, 1, 0];

/// The loss after 200 steps of learning XOR, which is small.
fn learn<N>(network: &mut N) -> f32
where
    N: Network<Input = [f32; 2], Output = [f32; 2], Head = Softmax>,
{
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.05));
    let mut workspace = Workspace::<N, Adam, 4>::boxed();
    let step = |_| trainer.step(network, &mut workspace, &INPUTS, &CLASSES).expect("a batch that fits");
    (0..200).map(step).last().expect("two hundred steps")
}

/// Asserts that it learns.
fn learns<N>()
where
    N: Network<Input = [f32; 2], Output = [f32; 2], Head = Softmax>,
{
    let loss = learn(&mut *N::seeded(3));
    assert!(loss < 0.1, "a loss of {loss}");
}

/// Numbers with names.
pub mod sizes {
    /// The width of a layer.
    pub const WIDTH: usize = 8;
    /// A type with a constant.
    pub struct Board;
    impl Board {
        /// The number of sensors.
        pub const SENSORS: usize = 2;
    }
    /// A trait with a constant.
    pub trait Sized2 {
        /// The size.
        const SIZE: usize;
    }
    impl Sized2 for Board {
        const SIZE: usize = 4;
    }
}
use sizes::{Board, Sized2 as _};
const HIDDEN: usize = 8;
const RATE: f32 = 0.25;

network! {
    /// Documented.
    #[derive(Clone, Debug)]
    pub struct Named: [2] -> [2] {
        /// The first layer.
        pub hidden: Dense<2, 8, Tanh>,
        output: Dense<_, 2, Softmax>,
    }
}
network! { pub(crate) struct ByPosition(pub Dense<2, 8, Tanh>, Dense<8, 2, Softmax>); }
network! { struct ByPositionMapped: [2] -> [2] (Dense<_, 8, Tanh>, Dense<_, 2, Softmax>,) }
type OneLine = network![Dense<2, 8, Tanh>, Dense<8, 2, Softmax>];
type OneLineMapped = network![[2] -> [2]; Dense<_, 8, Tanh>, Dense<_, 2, Softmax>];
type Single = network![Dense<2, 3>];

#[test]
fn all_forms_are_the_same_network() {
    let mut named = Named::seeded(7);
    let mut by_position = ByPosition::seeded(7);
    let mut mapped = ByPositionMapped::seeded(7);
    let mut one_line = OneLine::seeded(7);
    let mut one_line_mapped = OneLineMapped::seeded(7);
    let loss = learn(&mut *named).to_bits();
    assert_eq!(learn(&mut *by_position).to_bits(), loss);
    assert_eq!(learn(&mut *mapped).to_bits(), loss);
    assert_eq!(learn(&mut *one_line).to_bits(), loss);
    assert_eq!(learn(&mut *one_line_mapped).to_bits(), loss);
    let parameters = named.as_flat();
    assert_eq!(by_position.as_flat(), parameters);
    assert_eq!(mapped.as_flat(), parameters);
    assert_eq!(one_line.as_flat(), parameters);
    assert_eq!(one_line_mapped.as_flat(), parameters);
    assert_eq!(named.forward(&INPUTS[1]).map(f32::to_bits), one_line.forward(&INPUTS[1]).map(f32::to_bits));
    assert_eq!(named.clone().as_flat(), parameters);
    assert!(format!("{named:?}").starts_with("Named { hidden: Dense { weight: [["));
    assert_eq!(Single::PARAMETERS, 9);
}

network! {
    /// Sizes with names.
    struct Constants: [Board::SENSORS] -> [2] {
        one: Dense<{ Board::SENSORS }, HIDDEN, Tanh>,
        two: Dense<HIDDEN, { 2 * HIDDEN }, Tanh>,
        drop: Dropout<RATE>,
        norm: LayerNorm<{ 2 * sizes::WIDTH }>,
        three: Dense<{ 2 * HIDDEN }, { <Board as sizes::Sized2>::SIZE }, congruent::Relu>,
        four: Dense<{ Board::SIZE }, 2, Softmax>,
    }
}
network! { struct Paths(Dense<2, self::sizes::WIDTH, Tanh>, Dense<{ sizes::WIDTH }, 2, Softmax>); }
type PathsLine = network![Dense<2, sizes::WIDTH, Tanh>, Dense<{ HIDDEN }, 2, Softmax>];

#[test]
fn constants_are_sizes() {
    learns::<Constants>();
    learns::<Paths>();
    learns::<PathsLine>();
    assert_eq!(Constants::PARAMETERS, (2 * 8 + 8) + (8 * 16 + 16) + 32 + (16 * 4 + 4) + (4 * 2 + 2));
    assert_eq!(PathsLine::PARAMETERS, Paths::PARAMETERS);
}

network! {
    /// Any shape.
    struct Image: [2, 3, 4] -> [5] {
        norm: LayerNorm,
        squash: Tanh,
        drop: Dropout<0.1>,
        flat: Flatten,
        output: Dense<_, 5>,
    }
}

#[test]
fn shapes_are_nested_arrays() {
    let image = Image::seeded(1);
    let output: [f32; 5] = image.forward(&[[[0.5; 4]; 3]; 2]);
    assert!(output.iter().all(|y| y.is_finite()));
    assert_eq!(Image::PARAMETERS, 8 + 24 * 5 + 5);
}

#[test]
fn constants_and_summary_are_right() {
    network! {
        #[budget(flash = 10_152, ram = 128, macs = 32 * 64 + 320)]
        struct Digits: [64] -> [10] {
            hidden: Dense<64, 32, Relu>,
            output: Dense<32, 10, Softmax>,
        }
    }
    assert_eq!(Digits::PARAMETERS, 64 * 32 + 32 + 32 * 10 + 10);
    assert_eq!(Digits::PARAMETER_BYTES, 4 * Digits::PARAMETERS);
    assert_eq!(Digits::MACS, 64 * 32 + 32 * 10);
    assert_eq!(Digits::INFERENCE_BYTES, 4 * 32);
    // gradient; no state; for each sample the hidden values, their gradients, outputs, and theirs; two counters
    let bytes = Digits::PARAMETER_BYTES + 8 * 4 * (32 + 32 + 10 + 10) + 8;
    assert_eq!(Workspace::<Digits, Sgd, 8>::BYTES, bytes);
    assert_eq!(Workspace::<Digits, Adam, 8>::BYTES, bytes + 2 * Digits::PARAMETER_BYTES);
    let expected = "\
Digits: [64]
        layer                             output  parameters          MACs
hidden  Dense<64, 32, Relu>                 [32]       2,080         2,048
output  Dense<32, 10, Softmax>              [10]         330           320
                                                       2,410         2,368";
    assert_eq!(Digits::SUMMARY.to_string(), expected);
}

/// Networks of others.
pub mod encoders {
    use congruent::prelude::*;
    network! {
        /// Public, with private layers.
        pub struct Encoder: [2] -> [6] {
            wide: Dense<_, 16, Tanh>,
            narrow: Dense<_, 6, Tanh>,
        }
    }
}
network! { struct Private(Dense<6, 4, Tanh>); }
network! {
    /// Public, though its second layer is private.
    pub struct Nested: [2] -> [2] {
        encoder: encoders::Encoder,
        private: Private,
        head: Dense<_, 2, Softmax>,
    }
}
network! { struct NestedTwice(Nested); }
network! { struct AfterNested { encoder: encoders::Encoder, norm: LayerNorm, head: Dense<_, 2, Softmax> } }
type NestedLine = network![encoders::Encoder, LayerNorm<6>, Dense<_, 2, Softmax>];
network! { struct NestedType { one: NestedLine } }

#[test]
fn networks_are_layers() {
    learns::<Nested>();
    learns::<NestedTwice>();
    learns::<AfterNested>();
    learns::<NestedLine>();
    learns::<NestedType>();
    assert_eq!(Nested::PARAMETERS, encoders::Encoder::PARAMETERS + Private::PARAMETERS + 10);
    assert!(Nested::SUMMARY.to_string().contains("encoders::Encoder"));
}

/// The macros as another macro calls them.
macro_rules! declare {
    ($name:ident, $inputs:literal, $hidden:expr, $layer:ty, $activation:path, $norm:ident, $rest:tt) => {
        network! {
            struct $name: [$inputs] -> [2] {
                first: Dense<$inputs, $hidden, $activation>,
                norm: $norm,
                middle: $layer,
                last: Dense<$rest, 2, Softmax>,
            }
        }
    };
}
declare!(FromMacro, 2, 2 * 4, Dense<8, 8, Tanh>, Tanh, LayerNorm, 8);
macro_rules! line {
    ($($layer:ty),*) => { network![$($layer),*] };
}
type FromLine = line![Dense<2, 8, Tanh>, Dense<8, 2, Softmax>];
macro_rules! whole {
    ($vis:vis struct $name:ident { $($field:ident: $layer:ty,)* }) => {
        network! { $vis struct $name { $($field: $layer,)* } }
    };
}
whole! { pub(crate) struct Whole { one: Dense<2, HIDDEN, Tanh>, two: Dense<HIDDEN, 2, Softmax>, } }

#[test]
fn macros_declare_networks() {
    learns::<FromMacro>();
    learns::<FromLine>();
    learns::<Whole>();
}

#[test]
fn functions_and_generic_ones_declare_networks() {
    fn generic<T: Default>() -> (T, f32) {
        const WIDTH: usize = 8;
        network! { struct Inner(Dense<2, WIDTH, Tanh>, Dense<WIDTH, 2, Softmax>); }
        type Line = network![Dense<2, WIDTH, Tanh>, Dense<_, 2, Softmax>];
        learns::<Line>();
        (T::default(), learn(&mut *Inner::seeded(3)))
    }
    assert!(generic::<u8>().1 < 0.1);
}

/// A trait whose implementation names a network.
trait Model {
    /// The network.
    type Net: Network<Input = [f32; 2], Output = [f32; 2], Head = Softmax>;
}
impl Model for Board {
    type Net = network![Dense<2, 8, Tanh>, Dense<8, 2, Softmax>];
}

#[test]
fn generic_code_is_generic_over_networks() {
    fn train<M: Model>() {
        learns::<M::Net>();
    }
    train::<Board>();
}

/// The crate under another name, and no prelude.
pub mod strange_surroundings {
    #![no_implicit_prelude]

    ::renamed::network! {
        /// With nothing in scope.
        pub struct Bare: [2] -> [2] { hidden: Dense<2, 8, Tanh>, drop: Dropout<0.1>, output: Dense<_, 2, Softmax> }
    }
    /// A line with nothing in scope.
    pub type BareLine = ::renamed::network![[2] -> [2]; Dense<2, 8, Tanh>, Dense<8, 2, Softmax>];

    /// A parameter with nothing in scope.
    #[derive(::renamed::Parameters)]
    #[parameters(crate = ::renamed)]
    #[repr(C)]
    pub struct Weight(pub f32);
}
/// Names that mean something else here.
pub mod shadows {
    #![allow(non_camel_case_types)]
    use std::vec::Vec;
    /// not a variant
    pub struct Some;
    /// not a variant
    pub struct None;
    /// not an enum
    pub struct Option;
    /// not an enum
    pub struct Result;
    /// not a number
    pub struct usize;
    /// not a number
    pub struct u64;
    /// not a number
    pub struct f32;
    /// not a truth value
    pub struct bool;
    /// not a layer
    pub struct Layer;
    /// not a trait
    pub trait FnMut {}
    /// not a function
    pub fn size_of() {}
    /// not the crate
    pub mod core {}

    congruent::network! {
        #[budget(flash = 1000, ram = 1000)]
        /// Where all names are taken.
        pub struct Taken: [2] -> [2] { hidden: Dense<2, 8, Tanh>, drop: Dropout<0.1>, output: Dense<_, 2, Softmax> }
    }
    /// A line where all names are taken.
    pub type TakenLine = congruent::network![Dense<2, 8, Tanh>, Dense<_, 2, Softmax>];
    /// Not of the prelude.
    pub type Empty = Vec<()>;
}

#[test]
fn surroundings_do_not_matter() {
    learns::<strange_surroundings::Bare>();
    learns::<strange_surroundings::BareLine>();
    learns::<shadows::Taken>();
    learns::<shadows::TakenLine>();
    assert_eq!(strange_surroundings::Weight::COUNT, 1);
}

network! {
    struct Names: [2] -> [2] {
        inputs: Dense<_, 8, Gelu>,
        outputs: Dense<_, 8, Tanh>,
        scratch: Dense<_, 8, Tanh>,
        tape: LayerNorm,
        signals: Dense<_, 8, Tanh>,
        pass: Dense<_, 8, Tanh>,
        gradient: Dense<_, 8, Tanh>,
        samples: Dense<_, 8, Tanh>,
        front: Dropout<0.01>,
        end: Dense<_, 8, Tanh>,
        room: LayerNorm,
        inputs_output: Dense<_, 8, Tanh>,
        output0: Dense<_, 8, Tanh>,
        layer0: LayerNorm,
        r#type: Dense<_, 8, Tanh>,
        layers: LayerNorm,
        forward: Dense<_, 8, Tanh>,
        initialize: Dense<_, 2, Softmax>,
    }
}
network! { struct DigitsGradient(Dense<2, 8, Tanh>); }
network! { struct Digits { gradient: DigitsGradient, tape: Dense<8, 2, Softmax> } }
network! { #[allow(non_camel_case_types)] struct lower_case(Dense<2, 8, Tanh>, Dense<8, 2, Softmax>); }
network! { struct r#While(Dense<2, 8, Tanh>, Dense<8, 2, Softmax>); }

#[test]
fn names_do_not_clash() {
    assert_eq!(Names::seeded(1).forward(&[0.0; 2]).len(), 2);
    assert!(Names::SUMMARY.to_string().contains("\ntype "), "{}", Names::SUMMARY);
    learns::<Digits>();
    learns::<lower_case>();
    learns::<While>();
}

#[test]
fn conditions_and_attributes_pass_through() {
    network! {
        #[cfg(test)]
        #[cfg_attr(test, derive(Clone))]
        #[must_use]
        struct Conditional {
            #[allow(missing_docs)]
            pub one: Dense<2, 2, Softmax>,
        }
    }
    network! {
        #[cfg(not(test))]
        struct Conditional(NoSuchLayer);
    }
    let conditional = Conditional::zeroed().clone();
    assert!((conditional.forward(&[0.0; 2])[0] - 0.5).abs() < 1e-6);
    assert_eq!(conditional.one.bias.as_flat(), [0.0; 2]);
}

#[test]
fn layers_of_ones_own_are_layers() {
    use congruent::{Gradient, Pass, rand};

    /// Doubles, with a scale to learn.
    #[derive(Parameters)]
    #[repr(C)]
    struct Scale<const N: usize> {
        weight: [f32; N],
    }
    impl<const N: usize> Layer for Scale<N> {
        type Input = [f32; N];
        type Output = [f32; N];
        type Head = Linear;
        type Gradient = Self;
        type Scratch<const B: usize> = ();
        type Tape<const B: usize> = ();
        const MACS: u64 = N as u64;
        fn initialize(&mut self, _: Init, _: &mut dyn rand::Rng) {
            self.weight.fill(1.0);
        }
        fn infer<const B: usize>(&self, inputs: &[[f32; N]], outputs: &mut [[f32; N]], (): &mut ()) {
            for (x, y) in inputs.iter().zip(outputs) {
                *y = core::array::from_fn(|i| x[i] * self.weight[i]);
            }
        }
        fn forward<const B: usize>(&self, x: &[[f32; N]], y: &mut [[f32; N]], (): &mut (), _: &mut Pass) {
            self.infer::<B>(x, y, &mut ());
        }
        fn backward<const B: usize>(
            &self,
            x: &[[f32; N]],
            _: &[[f32; N]],
            (): &mut (),
            dy: &mut [Gradient<[f32; N]>],
            dx: Option<&mut [Gradient<[f32; N]>]>,
            gradient: &mut Self,
        ) {
            for (x, dy) in x.iter().zip(&*dy) {
                for i in 0..N {
                    gradient.weight[i] += x[i] * dy[i];
                }
            }
            for (dx, dy) in dx.into_iter().flatten().zip(dy) {
                *dx = core::array::from_fn(|i| dy[i] * self.weight[i]);
            }
        }
    }
    type Eight = Scale<8>;
    network! { struct Own: [2] -> [2] { one: Dense<_, 8, Tanh>, two: Scale<8>, three: Dense<_, 2, Softmax> } }
    network! { struct Alias(Scale<2>, Dense<2, 8, Tanh>, Eight, Dense<8, 2, Softmax>); }
    type Line = network![[2] -> [2]; Scale<2>, Dense<_, 8, Tanh>, Eight, Dense<_, 2, Softmax>];
    learns::<Own>();
    learns::<Alias>();
    learns::<Line>();
}

network! {
    struct Copies: [4, 8] -> [3] {
        channels: SpatialDropout<0.5>,
        flat: Flatten,
        a: Dense<32, 20, Relu>,
        drop: Dropout<0.5>,
        square: Reshape<[5, 4]>,
        back: Reshape<[20]>,
        b: Dense<20, 3>,
    }
}
network! { struct NoCopies: [32] -> [3] { a: Dense<32, 20, Relu>, b: Dense<20, 3> } }
network! { struct Ending: [32] -> [20] { a: Dense<32, 20, Relu>, drop: Dropout<0.5> } }

#[test]
fn what_changes_nothing_in_inference_takes_no_memory() {
    const { assert!(Copies::INFERENCE_BYTES == 4 * 20 && NoCopies::INFERENCE_BYTES == 4 * 20) };
    let (copies, plain, mut ending) = (Copies::seeded(1), NoCopies::seeded(1), Ending::zeroed());
    let images = [[[0.3, -0.1, 0.4, 0.1, -0.5, 0.9, 0.2, 0.6]; 4]; 3];
    let flat = images.map(|image| core::array::from_fn(|i| image[i / 8][i % 8]));
    assert_eq!(copies.predict(&images), plain.predict(&flat));
    let bits = |output: [f32; 3]| output.map(f32::to_bits);
    assert_eq!(bits(copies.forward(&images[0])), bits(plain.forward(&flat[0])));
    ending.a.weight = plain.a.weight;
    assert!(ending.forward(&flat[0]).iter().any(|y| *y > 0.0));
}

type InHalves = congruent::network![Dense<8, 20>, Dense<20, 30>, Dense<30, 40>, Dense<40, 2>];
network! { struct InTurn(Dense<8, 20>, Dense<20, 30>, Dense<30, 40>, Dense<40, 2>); }

#[test]
fn values_that_are_not_alive_together_share_memory() {
    // of 20, 30 and 40 numbers between the layers, two are alive at once
    const { assert!(InTurn::INFERENCE_BYTES == 4 * (30 + 40) && InHalves::INFERENCE_BYTES == 4 * (30 + 40)) };
    let input = [0.3, -0.1, 0.4, 0.1, -0.5, 0.9, 0.2, 0.6];
    let bits = |output: [f32; 2]| output.map(f32::to_bits);
    assert_eq!(bits(InHalves::seeded(1).forward(&input)), bits(InTurn::seeded(1).forward(&input)));
}

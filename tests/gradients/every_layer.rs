//! What holds of every built-in layer and activation: its backward is the derivative of its forward, a batch has the bits of its samples,
//! on any number of threads, and what is saved is what is loaded.

use congruent::{Pair, Shape, prelude::*};

use crate::{catalogue, common};

include!("../common/every_layer.rs");

/// Inputs and outputs of all kinds.
trait Sample: Shape {
    /// One made of numbers that differ, tokens of a vocabulary of seven, and sequences of several lengths.
    fn of(next: &mut u32) -> Self;
    /// The bits of its numbers, but of nothing behind the end of a sequence.
    fn bits(&self) -> Vec<u32>;
    /// Whether these are those of the other.
    fn same(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Sample for f32 {
    fn of(next: &mut u32) -> f32 {
        *next += 1;
        (*next * 37 % 41) as f32 / 20.0 - 1.0
    }

    fn bits(&self) -> Vec<u32> {
        vec![self.to_bits()]
    }

    fn same(&self, other: &f32) -> bool {
        self.to_bits() == other.to_bits()
    }
}

impl Sample for Token {
    fn of(next: &mut u32) -> Token {
        *next += 1;
        Token(*next * 5 % 7)
    }

    fn bits(&self) -> Vec<u32> {
        vec![self.0]
    }
}

impl<S: Sample, const N: usize> Sample for [S; N] {
    fn of(next: &mut u32) -> Self {
        core::array::from_fn(|_| S::of(next))
    }

    fn bits(&self) -> Vec<u32> {
        self.iter().flat_map(Sample::bits).collect()
    }

    fn same(&self, other: &Self) -> bool {
        self.iter().zip(other).all(|(one, other)| one.same(other))
    }
}

impl<S: Sample, const T: usize> Sample for Padded<S, T> {
    fn of(next: &mut u32) -> Self {
        *next += 1;
        Padded::first_of(core::array::from_fn(|_| S::of(next)), 1 + *next as usize % T).unwrap()
    }

    fn bits(&self) -> Vec<u32> {
        self.steps().iter().flat_map(Sample::bits).collect()
    }
}

impl<A: Sample, B: Sample> Sample for Pair<A, B> {
    fn of(next: &mut u32) -> Self {
        let first = A::of(next);
        Pair(first, B::of(next))
    }

    fn bits(&self) -> Vec<u32> {
        [self.0.bits(), self.1.bits()].concat()
    }
}

fn inputs<N: Network<Input: Sample>>() -> Vec<N::Input> {
    let next = &mut 0;
    (0..5).map(|_| N::Input::of(next)).collect()
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn a_batch_has_the_bits_of_its_samples<N: Network<Input: Sample, Output: Sample>>() {
    let (network, inputs) = (N::seeded(1), inputs::<N>());
    let outputs = network.predict(&inputs);
    for (input, output) in inputs.iter().zip(&outputs) {
        assert_eq!(congruent::network::infer_one(&*network, input).bits(), output.bits());
    }
    let several: Vec<_> = outputs.iter().map(Sample::bits).collect();
    assert!(several.iter().any(|bits| *bits != several[0]), "all samples have the same output");
}

/// With so many samples that they are shared out, and more than whole chunks.
#[cfg(feature = "threads")]
fn threads_change_no_bit<N: Network<Input: Sample, Output: Sample>>() {
    let (network, several) = (N::seeded(1), inputs::<N>());
    let count = 9_000_000_u64.checked_div(N::MACS).unwrap_or(0) as usize + 7;
    let inputs: Vec<N::Input> = several.iter().copied().cycle().take(count).collect();
    let predict = |threads| congruent::with_threads(threads, || network.predict(&inputs));
    let same = predict(3).iter().zip(&predict(1)).all(|(several, alone)| several.same(alone));
    assert!(same, "several threads give other bits than one");
}

/// A memory of random bits, in which a tape or a scratch lies.
fn any_bits(seed: u32) -> Box<[u32; 1 << 15]> {
    let mut bits = Box::new([seed; 1 << 15]);
    // an xorshift of 32 bits, whose numbers are floats of all kinds, NaN among them
    bits.iter_mut().fold(seed, |before, word| {
        let mut next = before ^ before << 13;
        next ^= next >> 17;
        *word = next ^ next << 5;
        *word
    });
    bits
}

/// The passes called by hand, as anybody may: with slices of unequal lengths, with more samples than there is room for, with any bits in what
/// they borrow. What they compute then is nobody's, but they stay in their memory and end. (To be run under AddressSanitizer.)
fn passes_take_anything<N: Network<Input: Sample, Output: Sample>>() {
    let lengths = [[5, 5, 5, 5], [0, 3, 3, 3], [3, 0, 4, 1], [5, 2, 0, 4], [2, 5, 3, 0], [1, 4, 5, 5]];
    for (seed, lengths) in (1..).zip(lengths) {
        // of just their size, so that whatever is beyond it is found
        passes::<N>(lengths, &mut congruent::zeroed_box(), &mut congruent::zeroed_box());
        let (mut scratch, mut tape) = (any_bits(seed), any_bits(seed + 99));
        passes::<N>(lengths, congruent::__private::front(&mut *scratch), congruent::__private::front(&mut *tape));
    }
}

const ROOM: usize = 2;

/// All passes, with so many inputs, outputs and derivatives by either.
fn passes<N: Network<Input: Sample, Output: Sample>>(
    [x, y, dy, dx]: [usize; 4],
    scratch: &mut N::Scratch<ROOM>,
    tape: &mut N::Tape<ROOM>,
) {
    let (network, inputs) = (N::seeded(1), inputs::<N>()[..x].to_vec());
    let mut outputs = vec![congruent::plain::zeroed::<N::Output>(); y];
    network.infer::<ROOM>(&inputs, &mut outputs, scratch);
    network.infer_logits::<ROOM>(&inputs, &mut outputs, scratch);
    let mut signals: Vec<_> = (0..dy).map(|_| congruent::plain::zeroed()).collect();
    let mut to: Vec<_> = (0..dx).map(|_| congruent::plain::zeroed()).collect();
    let mut gradient = congruent::zeroed_box::<N::Gradient>();
    network.backward::<ROOM>(&inputs, &outputs, tape, &mut signals, Some(&mut to), &mut gradient);
    network.forward::<ROOM>(&inputs, &mut outputs, tape, &mut congruent::Pass::new(0, 0, 0));
    network.backward_logits::<ROOM>(&inputs, &outputs, tape, &mut signals, None, &mut gradient);
}

#[cfg(feature = "safetensors")]
fn what_is_saved_is_loaded<N: Network>() {
    let (saved, mut loaded) = (N::seeded(1), N::seeded(2));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("network.safetensors");
    saved.save(&path).unwrap();
    loaded.load(&path).unwrap();
    assert_eq!(bits(saved.as_flat()), bits(loaded.as_flat()));
}

macro_rules! tests {
    (several { $($name:ident: $network:ty;)* }) => {
        $(#[test]
        fn $name() {
            common::check::<$network>(2);
            #[cfg(feature = "safetensors")]
            what_is_saved_is_loaded::<$network>();
        })*
    };
    ($kind:ident { $($Word:ident: $network:ty;)* } $($rest:tt)*) => {
        $(mod $Word {
            use super::*;

            type Network = $network;

            #[test]
            fn a_batch_has_the_bits_of_its_samples() {
                super::a_batch_has_the_bits_of_its_samples::<Network>();
            }

            #[test]
            #[cfg(feature = "threads")]
            fn threads_change_no_bit() {
                super::threads_change_no_bit::<Network>();
            }

            #[test]
            fn passes_take_anything() {
                super::passes_take_anything::<Network>();
            }

            #[test]
            #[cfg(feature = "safetensors")]
            fn what_is_saved_is_loaded() {
                super::what_is_saved_is_loaded::<Network>();
            }

            tests!(only $kind);
        })*
        tests!($($rest)*);
        tests!(words $kind: $($Word)*);
    };
    // layers of tokens have tests of their own: what is differentiated is differentiated by numbers
    (only tokens) => {};
    (only pairs) => {};
    (only numbers) => {
        #[test]
        fn backward_is_the_derivative_of_forward() {
            common::check::<Network>(2);
        }
    };
    (words numbers: $($Word:ident)*) => {
        #[allow(dead_code)] // of graphs there is no other list
        const OF_NUMBERS: &[&str] = &[$(stringify!($Word)),*];
    };
    (words tokens: $($Word:ident)*) => {
        const OF_TOKENS: &[&str] = &[$(stringify!($Word)),*];
    };
    (words pairs: $($Word:ident)*) => {
        const OF_PAIRS: &[&str] = &[$(stringify!($Word)),*];
    };
    () => {};
}

#[allow(non_snake_case)] // the modules are named after the layers
mod every_layer_has {
    use super::*;

    every_layer!(tests);

    #[test]
    fn an_entry_in_the_list() {
        let mut words = catalogue::words();
        let mut entries: Vec<String> =
            [OF_NUMBERS, OF_TOKENS, OF_PAIRS].into_iter().flatten().map(|word| String::from(*word)).collect();
        words.sort();
        entries.sort();
        assert_eq!(entries, words, "`tests/common/every_layer.rs` has one entry for each row of the catalogue");
    }
}

mod every_graph_has {
    use super::*;

    include!("../common/every_graph.rs");

    every_graph!(tests);
}

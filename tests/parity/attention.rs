//! Parity with PyTorch of attention and of the encoder of transformers, against the file that `golden/attention.py` writes.

use congruent::layer::Gradient;
use congruent::layers::{Additive, Attention, AttentionScore, Bilinear, Dot};
use congruent::plain::{Parameters, zeroed};
use congruent::{Layer, MultiHeadAttention, Padded, Pair, Pass, Sequence, TransformerEncoder, prelude::*};

use crate::golden::Golden;

const QUERIES: [usize; 4] = [3, 4, 1, 2];
const MEMORY: [usize; 4] = [5, 2, 4, 1];

/// A sequence that is made of the steps in a golden file: all, or so many that there are, with what cannot be a number behind.
trait Fixture: Sequence {
    fn of(steps: &[f32], length: usize) -> Self;
    /// The numbers of all steps, zeros behind the end.
    fn numbers(&self) -> Vec<f32>;
    /// Behind the end is what nobody may read.
    fn spoil(gradient: &mut Gradient<Self>, length: usize) {
        if Self::DIMS.is_at_most() {
            let flat = gradient.buffer_numbers();
            let end = flat.len() / Self::STEPS * length;
            flat[end..].fill(f32::NAN);
        }
    }
    /// All its numbers, also those behind the end.
    fn buffer_numbers(&mut self) -> &mut [f32];
}

impl<const F: usize, const T: usize> Fixture for [[f32; F]; T] {
    fn of(steps: &[f32], _length: usize) -> Self {
        let mut array = [[0.0; F]; T];
        array.as_flattened_mut().copy_from_slice(steps);
        array
    }

    fn buffer_numbers(&mut self) -> &mut [f32] {
        self.buffer_mut().as_flattened_mut()
    }

    fn numbers(&self) -> Vec<f32> {
        self.as_flattened().to_vec()
    }
}

impl<const F: usize, const T: usize> Fixture for Padded<[f32; F], T> {
    fn of(steps: &[f32], length: usize) -> Self {
        let mut buffer = <[[f32; F]; T]>::of(steps, T);
        buffer[length..].fill([f32::NAN; F]);
        Padded::first_of(buffer, length).unwrap()
    }

    fn buffer_numbers(&mut self) -> &mut [f32] {
        self.buffer_mut().as_flattened_mut()
    }

    fn numbers(&self) -> Vec<f32> {
        let mut numbers = self.steps().as_flattened().to_vec();
        numbers.resize(F * T, 0.0);
        numbers
    }
}

fn read<S: Fixture>(golden: &Golden, name: &str, lengths: [usize; 4]) -> Vec<S> {
    let numbers = golden.values(name);
    numbers.chunks(numbers.len() / 4).zip(lengths).map(|(steps, length)| S::of(steps, length)).collect()
}

fn gradients<S: Fixture>(golden: &Golden, name: &str, lengths: [usize; 4]) -> Vec<Gradient<S>> {
    let numbers = golden.values(name);
    let gradient = |(steps, length): (&[f32], usize)| {
        let mut gradient: Gradient<S> = zeroed();
        gradient.buffer_numbers().copy_from_slice(steps);
        S::spoil(&mut gradient, length);
        gradient
    };
    numbers.chunks(numbers.len() / 4).zip(lengths).map(gradient).collect()
}

/// The numbers of several, one after the other.
fn all_numbers<S: Fixture>(values: &mut [S]) -> Vec<f32> {
    values.iter_mut().flat_map(|value| value.buffer_numbers().to_vec()).collect()
}

fn check<S: Fixture>(golden: &Golden, name: &str, found: &[S]) {
    let numbers: Vec<f32> = found.iter().flat_map(S::numbers).collect();
    golden.check(name, &numbers);
}

fn layer<L: Parameters + Layer>(golden: &Golden, name: &str) -> Box<L> {
    let mut layer = Box::new(zeroed::<L>());
    if L::COUNT > 0 {
        layer.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    }
    layer
}

// --------------------------------------------------------------------------------------------------------------------
// Attention of queries to a memory

fn check_attention<C, const Q: usize, const M: usize, QS, MS>(name: &str)
where
    C: AttentionScore<Q, M>,
    QS: Fixture<Step = [f32; Q]>,
    MS: Fixture<Step = [f32; M]>,
    QS::With<[f32; M]>: Fixture,
{
    let golden = Golden::read("attention.txt");
    let layer = layer::<Attention<C, Q, M, QS, MS>>(&golden, name);
    let queries: Vec<QS> = read(&golden, &format!("{name}/q"), QUERIES);
    let memory: Vec<MS> = read(&golden, &format!("{name}/m"), MEMORY);
    let x: Vec<Pair<QS, MS>> = queries.into_iter().zip(memory).map(|(q, m)| Pair(q, m)).collect();

    let mut y = vec![zeroed::<QS::With<[f32; M]>>(); 4];
    layer.infer::<5>(&x, &mut y, &mut zeroed());
    check(&golden, &format!("{name}/y"), &y);
    let mut tape = Box::new(zeroed());
    y.fill(zeroed());
    layer.forward::<5>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    check(&golden, &format!("{name}/y"), &y);
    for (sample, (weights, pair)) in tape.weights.iter().zip(&x).enumerate() {
        let expected = golden.values(&format!("{name}/weights")).chunks(4 * 5).nth(sample).unwrap();
        let rows = QS::all(core::slice::from_ref(weights)).iter().zip(expected.chunks(5)).take(pair.0.length());
        for (row, expected) in rows {
            let close = MS::all(core::slice::from_ref(row)).iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6);
            assert!(close, "the weights of {name}");
        }
    }

    let mut dy = gradients::<QS::With<[f32; M]>>(&golden, &format!("{name}/dy"), QUERIES);
    let mut dx: Vec<Gradient<Pair<QS, MS>>> = vec![zeroed(); 4];
    for Pair(d_queries, d_memory) in &mut dx {
        d_queries.buffer_numbers().fill(f32::NAN);
        d_memory.buffer_numbers().fill(f32::NAN);
    }
    let mut gradient = Box::new(zeroed::<Attention<C, Q, M, QS, MS>>());
    layer.backward::<5>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    let (mut d_queries, mut d_memory): (Vec<_>, Vec<_>) = dx.into_iter().map(|Pair(q, m)| (q, m)).unzip();
    golden.check(&format!("{name}/dq"), &all_numbers(&mut d_queries));
    golden.check(&format!("{name}/dm"), &all_numbers(&mut d_memory));
    if C::COUNT > 0 {
        golden.check(&format!("{name}/gradient"), gradient.as_flat());
    }
}

macro_rules! scores {
    ($($test:ident, $padded:ident: $Score:ty, $q:literal, $m:literal;)*) => { $(
        #[test]
        fn $test() {
            check_attention::<$Score, $q, $m, [[f32; $q]; 4], [[f32; $m]; 5]>(concat!(stringify!($test), "/all"));
        }

        #[test]
        fn $padded() {
            check_attention::<$Score, $q, $m, Padded<[f32; $q], 4>, Padded<[f32; $m], 5>>(
                concat!(stringify!($test), "/padded"),
            );
        }
    )* };
}

scores! {
    dot, dot_padded: Dot, 3, 3;
    bilinear, bilinear_padded: Bilinear<3, 2>, 3, 2;
    additive, additive_padded: Additive<3, 2, 7>, 3, 2;
}

// --------------------------------------------------------------------------------------------------------------------
// Layers from sequences to sequences

fn check_encoder<L, S: Fixture>(name: &str)
where
    L: Parameters + Layer<Input = S, Output = S, Gradient = L>,
{
    let golden = Golden::read("attention.txt");
    let layer = layer::<L>(&golden, name);
    let x: Vec<S> = read(&golden, &format!("{name}/x"), MEMORY);
    let mut y = vec![zeroed::<S>(); 4];
    layer.infer::<5>(&x, &mut y, &mut zeroed());
    check(&golden, &format!("{name}/y"), &y);
    let mut tape = Box::new(zeroed());
    y.fill(zeroed());
    layer.forward::<5>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    check(&golden, &format!("{name}/y"), &y);

    let mut dy = gradients::<S>(&golden, &format!("{name}/dy"), MEMORY);
    let mut dx: Vec<Gradient<S>> = vec![zeroed(); 4];
    dx.iter_mut().for_each(|dx| dx.buffer_numbers().fill(f32::NAN));
    let mut gradient = Box::new(zeroed::<L>());
    layer.backward::<5>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    golden.check(&format!("{name}/dx"), &all_numbers(&mut dx));
    golden.check(&format!("{name}/gradient"), gradient.as_flat());

    // what is asked for less is the same
    let mut again = Box::new(zeroed::<L>());
    let mut dy = gradients::<S>(&golden, &format!("{name}/dy"), MEMORY);
    layer.forward::<5>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    layer.backward::<5>(&x, &y, &mut tape, &mut dy, None, &mut again);
    assert_eq!(again.as_flat(), gradient.as_flat());
}

macro_rules! encoders {
    ($($test:ident: $name:literal, $S:ident => $Layer:ty;)*) => { $(
        #[test]
        fn $test() {
            {
                type $S = [[f32; 6]; 5];
                check_encoder::<$Layer, $S>(concat!($name, "/all"));
            }
            type $S = Padded<[f32; 6], 5>;
            check_encoder::<$Layer, $S>(concat!($name, "/padded"));
        }
    )* };
}

encoders! {
    heads: "heads", S => MultiHeadAttention<6, 3, S>;
    one_head: "heads/one", S => MultiHeadAttention<6, 1, S>;
    causal_heads: "heads/causal", S => MultiHeadAttention<6, 2, S, true>;
    transformer: "transformer", S => TransformerEncoder<6, 2, 10, S>;
    transformer_with_gelu: "transformer/gelu", S => TransformerEncoder<6, 2, 10, S, Gelu>;
    transformer_normed_first: "transformer/first", S => TransformerEncoder<6, 2, 10, S, Gelu, 0, true>;
}

/// As PyTorch prints the state of a `nn.TransformerEncoderLayer(6, 2, 10)`.
#[test]
fn names_and_shapes_are_those_of_pytorch() {
    type Layer = TransformerEncoder<6, 2, 10, [[f32; 6]; 5]>;
    let names: Vec<String> = Layer::LAYOUT.tensors().map(|tensor| format!("{tensor:?}")).collect();
    let expected = [
        "self_attn.in_proj_weight: [18, 6]",
        "self_attn.in_proj_bias: [18]",
        "self_attn.out_proj.weight: [6, 6]",
        "self_attn.out_proj.bias: [6]",
        "linear1.weight: [10, 6]",
        "linear1.bias: [10]",
        "linear2.weight: [6, 10]",
        "linear2.bias: [6]",
        "norm1.weight: [6]",
        "norm1.bias: [6]",
        "norm2.weight: [6]",
        "norm2.bias: [6]",
    ];
    assert_eq!(names, expected);
}

/// A sequence that is padded gives the bits that it gives in an array of its length.
#[test]
fn padding_changes_no_bit() {
    let (mut padded, mut whole) = (
        zeroed::<TransformerEncoder<6, 2, 10, Padded<[f32; 6], 5>>>(),
        zeroed::<TransformerEncoder<6, 2, 10, [[f32; 6]; 3]>>(),
    );
    padded.initialize(Init::Auto, &mut Xoshiro256PlusPlus::seed_from_u64(3));
    whole.as_flat_mut().copy_from_slice(padded.as_flat());
    let steps: [[f32; 6]; 3] = core::array::from_fn(|t| core::array::from_fn(|i| ((t * 6 + i) as f32).sin()));
    let mut buffer = [[f32::NAN; 6]; 5];
    buffer[..3].copy_from_slice(&steps);
    let (x, mut y) = ([Padded::first_of(buffer, 3).unwrap()], [zeroed::<Padded<[f32; 6], 5>>()]);
    let (mut tape, mut tape_of_whole) = (Box::new(zeroed()), Box::new(zeroed()));
    padded.forward::<1>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    let mut expected = [[[0.0; 6]; 3]];
    whole.forward::<1>(&[steps], &mut expected, &mut tape_of_whole, &mut Pass::new(0, 0, 0));
    assert_eq!(y[0].steps(), expected[0]);

    let (mut dy, mut dy_of_whole) = ([[[f32::NAN; 6]; 5]], [[[0.5; 6]; 3]]);
    dy[0][..3].fill([0.5; 6]);
    dy[0][1][2] = 2.0;
    let mut dy = dy.map(Padded::from);
    dy_of_whole[0][1][2] = 2.0;
    let (mut dx, mut dx_of_whole) = ([Padded::from([[f32::NAN; 6]; 5])], [[[0.0; 6]; 3]]);
    let (mut gradient, mut gradient_of_whole) = (zeroed(), zeroed());
    padded.backward::<1>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    let into = Some(&mut dx_of_whole[..]);
    whole.backward::<1>(&[steps], &expected, &mut tape_of_whole, &mut dy_of_whole, into, &mut gradient_of_whole);
    assert_eq!(dx[0].buffer().split_at(3), (&dx_of_whole[0][..], &[[0.0; 6]; 2][..]));
    assert_eq!(gradient.as_flat(), gradient_of_whole.as_flat());
}

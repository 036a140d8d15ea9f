//! The int8 forms of networks: what is declared, what is computed, and what calibration loses.

use congruent::int8::{Int8Network, Quantization, Quantize, QuantizeError, Report};
use congruent::prelude::*;

/// Some inputs between −1 and 1, always the same.
fn inputs<const N: usize>(count: usize) -> Vec<[f32; N]> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| core::array::from_fn(|_| next())).collect()
}

/// Networks over numbers in the order `[C][H][W]`, calibrated with some; the least signal-to-noise ratio of all layers must be reached.
macro_rules! close {
    ($least:literal dB, $input:tt -> $output:tt { $($layers:tt)* }) => {{
        network! { #[int8] struct Net: $input -> $output { $($layers)* } }
        let net = Net::seeded(3);
        let numbers = inputs::<{ product(&$input) }>(20);
        let samples: Vec<_> = numbers.iter().map(|numbers| shaped::<<Net as congruent::Layer>::Input>(numbers)).collect();
        let mut quantize = Quantize::new(&*net);
        quantize.observe(&samples);
        let (int8, report) = quantize.finish().expect("samples were observed");
        for layer in &report.layers {
            assert!(layer.signal_to_noise() > $least, "{}\n{report}", stringify!($($layers)*));
            assert!(layer.saturated == 0.0, "{report}");
        }
        // the whole network gives what its layers give
        let last = report.layers.last().expect("a layer");
        assert_eq!(int8.output_quantization(), last.quantization);
        let mut noise = 0.0;
        for sample in &samples {
            let (expected, found) = (net.forward(sample), int8.forward(sample));
            let numbers = congruent::plain::flatten(core::slice::from_ref(&expected)).iter();
            let found = congruent::plain::flatten(core::slice::from_ref(&found));
            noise += numbers.zip(found).map(|(a, b)| f64::from(a - b) * f64::from(a - b)).sum::<f64>();
        }
        assert!((noise - last.noise).abs() <= 1e-3 * noise.max(1e-9), "{noise} instead of {}", last.noise);
        assert!(NetInt8::PARAMETER_BYTES <= Net::PARAMETER_BYTES.max(400), "{} bytes", NetInt8::PARAMETER_BYTES);
        (NetInt8::INFERENCE_BYTES, Net::INFERENCE_BYTES)
    }};
}

const fn product(sizes: &[usize]) -> usize {
    let (mut product, mut i) = (1, 0);
    while i < sizes.len() {
        product *= sizes[i];
        i += 1;
    }
    product
}

/// Numbers as a value of a shape.
fn shaped<S: congruent::Tensor>(numbers: &[f32]) -> S {
    let mut value: S = congruent::plain::zeroed();
    value.as_flat_mut().copy_from_slice(numbers);
    value
}

#[test]
fn layers_are_close_to_those_of_floats() {
    close!(30.0 dB, [24] -> [10] { a: Dense<24, 16, Relu>, b: Dense<16, 10, Softmax> });
    close!(30.0 dB, [24] -> [10] { a: Dense<24, 16, Gelu>, norm: Dropout<0.5>, b: Dense<16, 10, Tanh> });
    close!(30.0 dB, [24] -> [16] { a: Dense<24, 16>, norm: BatchNorm1d, act: Relu6 });
    close!(30.0 dB, [24] -> [16] { a: Dense<24, 16>, act: Silu, again: Hardtanh });
    close!(30.0 dB, [3, 9, 8] -> [5, 5, 4] { a: Conv2d<3, 5, (3, 4), Relu, stride = 2, padding = same> });
    close!(30.0 dB, [3, 9, 8] -> [5, 9, 8] { a: Conv2d<3, 5, 3, padding = same, bias = false>, norm: BatchNorm2d, act: Relu });
    close!(30.0 dB, [6, 9, 8] -> [6, 7, 6] { a: Conv2d<6, 6, 3, LeakyRelu, groups = 3> });
    close!(30.0 dB, [6, 9, 8] -> [6, 9, 8] { a: DepthwiseConv2d<6, 3, padding = same>, norm: BatchNorm2d, act: Sigmoid });
    close!(30.0 dB, [17, 9, 8] -> [17, 7, 6] { a: DepthwiseConv2d<17, 3> });
    close!(30.0 dB, [3, 16] -> [4, 12] { a: Conv1d<3, 4, 5, Relu> });
    close!(30.0 dB, [3, 16] -> [3, 8] { a: AvgPool1d<2>, b: Linear });
    close!(30.0 dB, [3, 8, 8] -> [3, 5, 5] { a: AvgPool2d<2, padding = 1> });
    close!(30.0 dB, [3, 8, 8] -> [48] { a: MaxPool2d<2>, b: Flatten });
    close!(30.0 dB, [3, 8, 8] -> [3] { a: GlobalAvgPool, b: Dense<3, 3> });
    close!(30.0 dB, [3, 8, 8] -> [3] { a: GlobalMaxPool });
    close!(30.0 dB, [3, 8, 8] -> [2, 10, 11] { a: ZeroPad2d<(1, 2)>, b: Conv2d<3, 2, (1, 2)> });
    close!(30.0 dB, [48] -> [2, 4, 4] { a: Reshape<[3, 4, 4]>, b: SpatialDropout<0.1>, c: Conv2d<3, 2, 1, HardSwish> });
    close!(30.0 dB, [3, 8, 8] -> [192] { a: Flatten });
}

#[test]
fn memory_is_what_is_alive_at_a_time() {
    let (bytes, of_floats) = close!(25.0 dB, [1, 8, 8] -> [10] {
        a: Conv2d<1, 4, 3, Relu, padding = same>,
        b: MaxPool2d<2>,
        c: Conv2d<4, 4, 1, Relu>,
        flat: Flatten,
        d: Dense<64, 10, Softmax>,
    });
    // `b` takes the 4·8·8 numbers of `a` and gives 4·4·4
    assert_eq!(bytes, 256 + 64);
    assert!(bytes < of_floats / 3);
}

const HIDDEN: usize = 12;

#[test]
fn a_declaration_may_have_any_form() {
    mod inner {
        use congruent::prelude::*;
        network! {
            /// Its int8 form has a name of its own.
            #[int8(Small)]
            #[derive(Clone)]
            pub(super) struct Large(pub Dense<8, { super::HIDDEN }, Relu>, Dense<_, 4>);
        }
    }
    let net = inner::Large::seeded(1);
    let mut quantize = Quantize::new(&*net);
    quantize.observe(&inputs::<8>(9));
    let (small, report): (Box<inner::Small>, Report) = quantize.finish().expect("samples were observed");
    assert_eq!(report.layers.iter().map(|layer| layer.name).collect::<Vec<_>>(), ["0", "1"]);
    assert_eq!(inner::Small::MACS, 12 * 8 + 4 * 12);
    assert_eq!(inner::Small::RAM_BYTES, inner::Small::INFERENCE_BYTES + 8 + 4);
    assert_eq!(small.0.weight().len(), HIDDEN);
    assert!(format!("{report}").contains("signal to noise"));

    // in a `static`, with memory of its own
    static ZERO: inner::Small = inner::Small::zeroed();
    let (mut output, mut memory) = ([1; 4], [0; inner::Small::INFERENCE_BYTES]);
    ZERO.infer(&[0; 8], &mut output, &mut memory);
    assert_eq!((output, memory.len()), ([0; 4], HIDDEN));
}

#[test]
fn nothing_is_quantised_without_samples_or_with_nonsense() {
    network! { #[int8] struct Net: [2] -> [2] { a: Dense<2, 2, Relu>, b: Dense<2, 2> } }
    let mut net = Net::seeded(1);
    let quantized =
        |net: &Net, inputs: &[[f32; 2]]| Quantize::new(net).observe(inputs).finish().map(|_| ()).unwrap_err();
    assert_eq!(quantized(&net, &[]), QuantizeError::NoSamples);
    assert_eq!(quantized(&net, &[[0.0; 2], [f32::NAN, 0.0]]), QuantizeError::InputNotFinite { sample: 1 });
    net.b.bias[1] = f32::INFINITY;
    let error = quantized(&net, &[[0.0; 2]]);
    assert_eq!(error, QuantizeError::NotFinite { layer: "b" });
    assert!(error.to_string().contains("`b`"));
    net.b.bias[1] = 0.0;
    net.a.weight[0][0] = f32::NAN;
    assert_eq!(quantized(&net, &[[1.0; 2]]), QuantizeError::NotFinite { layer: "a" });
}

#[test]
fn a_channel_of_zeros_gives_its_bias() {
    network! { #[int8] struct Net: [2] -> [3] { a: Dense<2, 3> } }
    let mut net = Net::seeded(1);
    net.a.weight[0] = [0.0; 2];
    net.a.weight[1] = [0.0; 2];
    net.a.weight[2] = [1e-30, 0.0];
    net.a.bias = [0.75, 0.0, -1.25];
    let (int8, _) = Quantize::new(&*net).observe(&inputs::<2>(5)).finish().expect("samples were observed");
    let [a, b, c] = int8.forward(&[0.5, -0.5]);
    assert!((a - 0.75).abs() < 0.01 && b == 0.0 && (c + 1.25).abs() < 0.01, "{a} {b} {c}");
}

/// How many of the held-out digits the two networks read, in percent.
fn accuracy<N>(
    network: &N,
    samples: &[N::Input],
    classes: &[usize],
    forward: impl Fn(&N::Input) -> N::Output,
) -> [f32; 2]
where
    N: Network<Output = [f32; 10]>,
{
    [network.predict(samples), samples.iter().map(forward).collect()].map(|outputs| {
        let mut confusion = ConfusionMatrix::<10>::new();
        confusion.update(&outputs, classes);
        100.0 * confusion.accuracy() as f32
    })
}

fn digits() -> Dataset<[f32; 64], usize> {
    let pixels = include_bytes!("../../examples/data/digits.csv.gz");
    Csv::from_reader("digits.csv.gz", &pixels[..]).unwrap().header(false).classes::<64>(10).unwrap()
}

/// Trains a network, quantises it by 200 of what it was trained on, and compares the two on digits that neither has seen.
macro_rules! loses_little {
    ($Net:ident, $Int8:ident, $image:expr) => {{
        let (train, test) = digits().map_inputs($image).split(0.25, 0).unwrap();
        let mut network = $Net::seeded(1);
        let fit = Fit::new(CrossEntropy::new(), Adam::new(0.003)).epochs(12).seed(1).progress(ProgressMode::Quiet);
        fit.run(&mut network, &train).unwrap();
        let mut quantize = Quantize::new(&*network);
        quantize.observe(&train.inputs()[..200]);
        let (int8, report) = quantize.finish().unwrap();
        let [float, integers] = accuracy(&*network, test.inputs(), test.targets(), |input| int8.forward(input));
        println!("{report}\nread of the digits: {float} %, in integers {integers} %");
        assert!(float > 96.0, "{float} %");
        assert!(integers > float - 0.3, "{integers} % instead of {float} %");
        assert_eq!(int8.output_quantization(), Quantization::UNIT);
        assert_eq!(<$Int8 as Int8Network>::INFERENCE_BYTES, $Int8::INFERENCE_BYTES);
    }};
}

#[test]
fn digits_are_read_as_well_in_integers() {
    network! {
        #[int8]
        struct Digits: [64] -> [10] { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> }
    }
    loses_little!(Digits, DigitsInt8, |pixels: [f32; 64]| pixels.map(|pixel| pixel / 16.0));
}

#[test]
fn images_of_digits_are_read_as_well_in_integers() {
    network! {
        #[int8]
        struct Digits: [1, 8, 8] -> [10] {
            strokes: Conv2d<1, 8, 3, padding = same, bias = false>,
            norm: BatchNorm2d,
            act: Relu,
            each: DepthwiseConv2d<8, 3, padding = same, bias = false>,
            norm2: BatchNorm2d,
            act2: Relu6,
            mixed: Conv2d<8, 16, 1, Relu>,
            smaller: MaxPool2d<2>,
            flat: Flatten,
            drop: Dropout<0.2>,
            output: Dense<_, 10, Softmax>,
        }
    }
    let image = |pixels: [f32; 64]| [core::array::from_fn(|y| core::array::from_fn(|x| pixels[8 * y + x] / 16.0))];
    loses_little!(Digits, DigitsInt8, image);
}

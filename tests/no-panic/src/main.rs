//! Every layer and activation, by itself (the tests' list of them) and with settings, every loss and optimizer, in inference and in training, in a program that has no way to panic: the
//! panic handler calls a function that does not exist, so the program links only if the handler is never called.

#![no_std]
#![no_main]

use core::hint::black_box;
use core::panic::PanicInfo;

use congruent::layers::{All, Cell, Decoder, EncoderDecoder, GruCell, LstmCell, Recurrent, RnnCell};
use congruent::plain::zeroed;
use congruent::prelude::*;
use congruent::tokenizer::{FixedVocabulary, Tokenizer};
use congruent::{CompatibleWith, GradientOf, Layer, Loss, Optimizer, Pair, Parameters, Pass, network::infer_one};

include!("../../common/every_graph.rs");
include!("../../common/every_layer.rs");
include!("../../common/own_dense.rs");

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe extern "C" {
        fn something_can_panic() -> !;
    }
    // SAFETY: never linked.
    unsafe { something_can_panic() }
}

/// What the standard library's own unwinding tables may ask for on a desktop.
#[cfg(not(target_os = "none"))]
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

network! {
    /// Layers of all kinds, with sizes that are no multiples of anything.
    struct Classes: [3, 7] -> [5] {
        norm: LayerNorm,
        flat: Flatten,
        a: Dense<_, 33, Relu>,
        drop: Dropout<0.25>,
        b: Dense<_, 18, Gelu>,
        c: Dense<_, 35, Silu>,
        squash: Tanh,
        #[frozen]
        d: Dense<_, 19, LeakyRelu>,
        e: Dense<_, 5, Softmax>,
    }
}
network! { struct Own: [4] -> [2] { hidden: self::OwnDense<4, 300>, output: self::OwnDense<300, 2> } }
network! { struct Chances(Dense<4, 3, Tanh>, Dense<3, 2, Sigmoid>); }
network! { struct Numbers: [4] -> [2] { #[frozen] a: Dense<4, 700, Sigmoid>, b: Dense<_, 2> } }
network! {
    /// Sequences of up to a length, through all recurrent layers.
    struct Reader: [..9] -> [3] {
        embed: Embedding<7, 5>,
        drop: Dropout<0.1>,
        a: Rnn<5, 6, Relu, bidirectional = true>,
        b: Lstm<_, 7, truncate = 3>,
        each: TimeDistributed<Dense<7, 5, Gelu>, LayerNorm>,
        c: Gru<5, 33, return = last, bidirectional = true>,
        out: Dense<_, 3, Softmax>,
    }
}
type Inner = congruent::network![Dense<2, 5, Relu>, Dense<5, 2, Sigmoid>];
network! {
    /// Each activation as a layer, and networks as layers.
    struct Activations: [4] -> [2] {
        a: Linear,
        b: Relu,
        c: LeakyRelu,
        d: Sigmoid,
        e: Tanh,
        f: Gelu,
        g: Silu,
        h: Softmax,
        elu: Elu,
        selu: Selu,
        softplus: Softplus,
        mish: Mish,
        hard_sigmoid: HardSigmoid,
        hard_swish: HardSwish,
        relu6: Relu6,
        hardtanh: Hardtanh,
        log_softmax: LogSoftmax,
        inner: Numbers,
        list: Inner,
    }
}
network! { struct Sensor: [8, 3] -> [4] { read: Gru<3, 18>, mean: MeanOverTime, out: Dense<18, 4> } }
network! { struct Tags: [..6, 3] -> [..6, 4] { read: Lstm<3, 5>, out: TimeDistributed<Dense<5, 4, Softmax>> } }
network! { struct Last: [..6, 3] -> [4] { read: Lstm<3, 4>, last: LastStep } }
network! {
    /// Convolutions of all kinds, pools and what goes with them, with sizes that leave a rest everywhere.
    struct Image: [3, 9, 11] -> [5] {
        border: ZeroPad2d<(1, 0)>,
        a: Conv2d<3, 6, 3, Relu, padding = same>,
        norm: BatchNorm2d,
        channels: SpatialDropout<0.2>,
        depth: DepthwiseConv2d<_, 3, Silu, padding = 1, bias = false>,
        groups: Conv2d<6, 9, (3, 2), stride = (2, 1), dilation = (1, 2), groups = 3>,
        largest: MaxPool2d<2, remainder = drop>,
        around: Residual<Conv2d<9, 7, 1, Tanh>, Conv2d<7, 9, 3, padding = same>>,
        past: Residual<Conv2d<9, 4, 3, padding = same>, shortcut = Conv2d<9, 4, 1>>,
        both: Concat<Conv2d<4, 3, 1>, [Conv2d<4, 2, 3, Relu, padding = same>, Conv2d<2, 2, 1>], Linear>,
        larger: ConvTranspose2d<9, 4, 3, Gelu, stride = 2, padding = 1, output_padding = 1>,
        twice: Upsample2d<2>,
        mean: AvgPool2d<3, stride = 2, remainder = drop>,
        all: GlobalAvgPool,
        out: Dense<4, 5, Softmax>,
    }
}
network! {
    struct Signal: [2, 31] -> [3] {
        a: Conv1d<2, 7, 5, Relu, stride = 2>,
        norm: BatchNorm1d,
        largest: MaxPool1d<2>,
        mean: AvgPool1d<3, stride = 1>,
        rows: Reshape<[5, 7]>,
        flat: Flatten,
        #[frozen]
        b: Dense<35, 6>,
        vector: BatchNorm1d,
        out: Dense<6, 3>,
    }
}
network! {
    /// Steps that look at each other.
    struct Attends: [..6, 6] -> [3] {
        place: PositionalEncoding,
        a: MultiHeadAttention<6, 2, causal = true>,
        b: TransformerEncoder<6, 3, 7, Gelu, dropout = 0.1>,
        c: TransformerEncoder<6, 2, 5, norm_first = true>,
        mean: MeanOverTime,
        out: Dense<6, 3, Softmax>,
    }
}
network! {
    /// From a sequence to another, and likewise below with other cells, scores and projections.
    struct Translates {
        model: EncoderDecoder<
            [Embedding<9, 5>, Gru<5, 6, bidirectional = true>],
            AttentionDecoder<11, 4, 7, cell = Lstm, score = Additive<5>>,
            source = 6, target = 8,
        >,
    }
}
network! {
    struct Multiplies {
        model: EncoderDecoder<
            [Embedding<9, 5>, Gru<5, 7>],
            AttentionDecoder<11, 4, 7, cell = Rnn, score = Dot, embedding = tied>,
            source = 6, target = 8,
        >,
    }
}
network! {
    struct Copies {
        model: EncoderDecoder<[Embedding<9, 5>, Gru<5, 7>], CopyingDecoder<9, 5, 6>, source = 6, target = 8>,
    }
}
type List = congruent::network![Dense<4, 9, Silu>, LayerNorm, Dropout<0.1>, Dense<9, 2, Gelu>];

/// Trains and infers, with as many samples as somebody likes.
fn run<N, L, O, T, const B: usize>(
    memory: &'static StaticCell<(N, Workspace<N, O, B>)>,
    trainer: Trainer<L, O>,
    inputs: &[N::Input; B],
    targets: &[T; B],
) where
    N: Network,
    L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    O: Optimizer + 'static,
{
    let Some((network, workspace)) = memory.take() else { return };
    // not even its kind of schedule is known to the compiler any more
    let trainer = black_box(trainer);
    for init in [Init::Auto, Init::GlorotNormal, Init::HeNormal, Init::LecunUniform, Init::constant(0.1)] {
        network.initialize(init, &mut Xoshiro256PlusPlus::seed_from_u64(black_box(1)));
    }
    let samples = black_box(B);
    let (inputs, targets) = (inputs.get(..samples).unwrap_or(inputs), targets.get(..samples).unwrap_or(targets));
    let _ = black_box(trainer.step(network, workspace, inputs, targets));
    let _ = black_box(trainer.accumulate(network, workspace, inputs, targets));
    let _ = black_box(trainer.apply(network, workspace));
    let mut scratch = zeroed();
    let _ = black_box(trainer.evaluate(network, workspace, &mut scratch, inputs, targets));
    if let Some(input) = inputs.first() {
        black_box(infer_one(network, input));
    }
    workspace.reset();
}

/// A layer and what its passes take, for up to two samples.
type Alone<L> = (
    (L, <L as Layer>::Gradient, <L as Layer>::Scratch<2>, <L as Layer>::Tape<2>),
    ([<L as Layer>::Input; 2], [<L as Layer>::Output; 2], [<L as Layer>::Output; 2], [<L as Layer>::Input; 2]),
);

/// All passes of a layer by itself, with as many samples as somebody likes.
fn alone<L: Layer + Parameters>(memory: &'static StaticCell<Alone<L>>) {
    let Some(((layer, gradient, scratch, tape), (x, y, dy, dx))) = memory.take() else { return };
    layer.initialize(Init::Auto, &mut Xoshiro256PlusPlus::seed_from_u64(black_box(1)));
    let samples = black_box(2);
    let (x, y) = (x.get(..samples).unwrap_or_default(), y.get_mut(..samples).unwrap_or_default());
    let (dy, dx) = (dy.get_mut(..samples).unwrap_or_default(), dx.get_mut(..samples).unwrap_or_default());
    layer.infer::<2>(x, y, scratch);
    black_box(&mut *y);
    layer.forward::<2>(x, y, tape, &mut Pass::new(black_box(1), 0, 0));
    black_box(&mut *y);
    layer.backward::<2>(x, y, tape, black_box(dy), Some(dx), gradient);
    black_box(dx);
    layer.backward::<2>(x, y, tape, black_box(dy), None, gradient);
    gradient.pairs(layer, &mut |parameters, gradients| {
        black_box((parameters, gradients));
    });
    gradient.finish(layer);
    black_box(layer.as_flat());
}

macro_rules! each_alone {
    ($($kind:ident { $($Word:ident: $network:ty;)* })*) => { $($( {
        static MEMORY: StaticCell<Alone<$network>> = StaticCell::new((
            (zeroed(), zeroed(), zeroed(), zeroed()),
            ([zeroed(); 2], [zeroed(); 2], [zeroed(); 2], [zeroed(); 2]),
        ));
        alone(&MEMORY);
    } )*)* };
}

macro_rules! runs {
    ($($N:ty, $O:ty, $B:literal, $loss:expr, $optimizer:expr, $input:expr, $target:expr;)*) => { $( {
        static MEMORY: StaticCell<($N, Workspace<$N, $O, $B>)> = StaticCell::new((zeroed(), Workspace::zeroed()));
        let trainer = Trainer::new($loss, $optimizer).schedule(Schedule::cosine(9).warm_up(2));
        let trainer = trainer.clip_norm(1.0).clip_value(0.5);
        run(&MEMORY, trainer, black_box(&[$input; $B]), black_box(&[$target; $B]));
    } )* };
}

/// A recurrent layer, one input at a time.
fn step<C: Cell>(layer: &Recurrent<C, 3, 18, [[f32; 3]; 8], All, 0>) {
    let mut state = black_box(zeroed::<C::State<18>>());
    for length in 0..black_box(12) {
        let input = [length as f32; 3];
        black_box(layer.step(&mut state, &input));
        black_box(Padded::<[f32; 3], 8>::new([input; 12].get(..length).unwrap_or(&[])).is_ok());
    }
}

/// A layer of a decoder: from states that are given to states that are wanted, with as many of them as somebody likes.
type Steps = congruent::Gru<3, 6, [[f32; 3]; 8]>;
type Decoding = (Steps, Steps, <Steps as Layer>::Scratch<2>, <Steps as Layer>::Tape<2>);

fn decode(memory: &'static StaticCell<Decoding>) {
    let Some((layer, gradient, scratch, tape)) = memory.take() else { return };
    let (x, mut y) = (black_box([[[0.5; 3]; 8]; 2]), [[[0.5; 6]; 8]; 2]);
    let (mut start, mut end) = ([congruent::GruState { h: [0.5; 6] }; 2], [congruent::GruState { h: [0.5; 6] }; 2]);
    let (from, to) = (black_box(2), black_box(2));
    let (start, end) = (start.get_mut(..from).unwrap_or_default(), end.get_mut(..to).unwrap_or_default());
    layer.infer_from::<2>(&x, start, &mut y, end, scratch);
    layer.forward_from::<2>(&x, start, &mut y, end, tape);
    layer.backward_from::<2>(&x, tape, (&y, end), (None, Some(start)), gradient);
    black_box((y, start, end));
}

#[cfg(feature = "recursion")]
#[inline(never)]
fn factorial(n: u32) -> u32 {
    if n == 0 { 1 } else { black_box(n).wrapping_mul(factorial(n - 1)) }
}

/// Words are made tokens, and tokens words again, greedily and by a beam.
fn say<E, D>(model: &EncoderDecoder<E, D>, words: &Tokenizer<&FixedVocabulary<3>>, text: &str)
where
    E: Layer<Input = D::Source, Output = D::Memory>,
    D: Decoder<Source = Padded<Token, 6>>,
{
    let Ok(source) = words.encode(text) else { return };
    let mut decoding = congruent::plain::zeroed();
    let said = model.greedy(&source, &mut decoding);
    black_box((said.log_probability(), said.is_complete(), said.attention().count()));
    let _ = black_box(words.teacher_forced::<8>(text).is_ok());
    let _ = words.write(said.tokens(), &mut Nowhere);
    let mut beam = congruent::plain::zeroed();
    black_box(model.beam::<3>(&source, &mut beam).tokens());
}

/// Takes any text.
struct Nowhere;

impl core::fmt::Write for Nowhere {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        black_box(text);
        Ok(())
    }
}

network! {
    /// Every layer that has an int8 form, with paddings, strides and groups that leave remainders.
    #[int8]
    struct Integers: [3, 11, 9] -> [5] {
        wide: Conv2d<3, 6, (3, 2), stride = (2, 1), padding = same>,
        norm: BatchNorm2d,
        cut: Hardtanh,
        own: DepthwiseConv2d<6, 3, padding = same>,
        norm2: BatchNorm2d,
        six: Relu6,
        groups: Conv2d<6, 9, 2, groups = 3, dilation = (1, 2), bias = false>,
        table: Silu,
        mixed: Conv2d<9, 7, 1, Sigmoid>,
        border: ZeroPad2d<1>,
        mean: AvgPool2d<3, stride = 2, padding = 1, remainder = drop>,
        largest: MaxPool2d<2, stride = 1>,
        turned: Flatten,
        hidden: Dense<_, 12, Tanh>,
        image: Reshape<[3, 2, 2]>,
        drop: SpatialDropout<0.1>,
        global: GlobalMaxPool,
        again: Reshape<[3, 1, 1]>,
        means: GlobalAvgPool,
        flat: Dropout<0.1>,
        signal: Reshape<[1, 3]>,
        along: Conv1d<1, 2, 2, LeakyRelu>,
        end: Flatten,
        out: Dense<_, 5, Softmax>,
    }
}

/// An inference in integers, from parameters and memory of the caller's.
#[inline(never)]
fn in_integers(network: &IntegersInt8) -> [f32; 5] {
    let image = black_box([[[0.5; 9]; 11]; 3]);
    let (mut output, mut memory) = ([0; 5], [0; IntegersInt8::INFERENCE_BYTES]);
    network.infer(&network.quantize(&image), &mut output, &mut memory);
    black_box(output);
    network.forward(&image)
}

#[unsafe(no_mangle)]
pub extern "C" fn main() -> i32 {
    runs! {
            Classes, Sgd, 3, CrossEntropy::new(), Sgd::new(0.1), [[0.5; 7]; 3], 2_u8;
            Classes, Adam, 11, CrossEntropy::new().label_smoothing(0.1), Adam::new(0.1), [[0.5; 7]; 3], [0.2; 5];
            Chances, AdamW, 2, BinaryCrossEntropy, AdamW::new(0.1), [0.5; 4], [0.0, 1.0];
            Numbers, RmsProp, 5, MeanSquaredError, RmsProp::new(0.1), [0.5; 4], [0.0, 1.0];
            Chances, congruent::optimizer::Sgd<congruent::optimizer::Momentum>, 2, Huber::new(0.3),
                Sgd::new(0.1).momentum(0.9).nesterov(), [0.5; 4], [0.0, 1.0];
            Own, Sgd, 6, MeanSquaredError, Sgd::new(0.1), [0.5; 4], [0.0, 1.0];
            List, Sgd, 6, MeanSquaredError, Sgd::new(0.1), [0.5; 4], [0.0, 1.0];
            Activations, Sgd, 3, BinaryCrossEntropy, Sgd::new(0.1), [0.5; 4], [0.0, 1.0];
            Image, Adam, 3, CrossEntropy::new(), Adam::new(0.1), [[[0.5; 11]; 9]; 3], 2_u8;
            Signal, Sgd, 5, MeanSquaredError, Sgd::new(0.1), [[0.5; 31]; 2], [0.1; 3];
            Reader, Adam, 5, CrossEntropy::new(), Adam::new(0.1), Padded::from([Token(3); 9]), 2_u8;
            Sensor, Sgd, 4, MeanSquaredError, Sgd::new(0.1), [[0.5; 3]; 8], [0.1; 4];
            Tags, Sgd, 4, CrossEntropy::new(), Sgd::new(0.1), Padded::from([[0.5; 3]; 6]), Padded::from([Token(2); 6]);
            Attends, Adam, 3, CrossEntropy::new(), Adam::new(0.1), Padded::from([[0.5; 6]; 6]), 2_u8;
            Translates, Adam, 3, CrossEntropy::new(), Adam::new(0.1), Pair(Padded::from([Token(3); 6]), Padded::from([Token(1); 8])),
                Padded::from([Token(2); 8]);
            Multiplies, Sgd, 3, CrossEntropy::new(), Sgd::new(0.1), Pair(Padded::from([Token(3); 6]), Padded::from([Token(1); 8])),
                Padded::from([Token(2); 8]);
            Copies, Sgd, 3, CrossEntropy::new(), Sgd::new(0.1), Pair(Padded::from([Token(3); 6]), Padded::from([Token(1); 8])),
                Padded::from([Token(2); 8]);
            Last, Sgd, 4, MeanSquaredError, Sgd::new(0.1), Padded::from([[0.5; 3]; 6]), [0.1; 4];
            ActorCritic, Sgd, 3,
                ActorCriticLoss { policy: CrossEntropy::new(), value: congruent::loss::Weighted::new(0.5, MeanSquaredError) },
                Sgd::new(0.1), ActorCriticInput { image: [[[0.5; 4]; 4]; 2], speed: [0.5; 2] },
                ActorCriticTarget { policy: 2_u8, value: [0.1] };
    }
    static INTEGERS: IntegersInt8 = IntegersInt8::zeroed();
    black_box(in_integers(black_box(&INTEGERS)));
    every_layer!(each_alone);
    every_graph!(each_alone);
    step::<RnnCell<Tanh>>(black_box(&zeroed()));
    step::<GruCell>(black_box(&zeroed()));
    step::<LstmCell>(black_box(&zeroed()));
    static DECODING: StaticCell<Decoding> = StaticCell::new((zeroed(), zeroed(), zeroed(), zeroed()));
    decode(&DECODING);
    static WORDS: FixedVocabulary<3> = FixedVocabulary::new(["one", "two", "￭-￭"]);
    let words = black_box(Tokenizer::words(&WORDS));
    say(black_box(&congruent::plain::zeroed::<Translates>().model), &words, black_box("one two"));
    say(black_box(&congruent::plain::zeroed::<Multiplies>().model), &words, black_box("one two"));
    say(black_box(&congruent::plain::zeroed::<Copies>().model), &words, black_box("one two"));
    #[cfg(feature = "panics")]
    black_box([1, 2, 3][black_box(2)]);
    #[cfg(feature = "wide")]
    black_box((black_box(2.0_f64) * 3.0, black_box(7_u64).checked_div(black_box(3))));
    #[cfg(feature = "recursion")]
    black_box(factorial(black_box(5)));
    0
}

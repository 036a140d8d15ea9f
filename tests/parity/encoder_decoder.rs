//! Encoder-decoders: parity with PyTorch, against the file that `golden/encoder_decoder.py` writes; finite differences; that padding changes
//! nothing, that a target said token by token has the bits of one that is learned whole, and that a beam finds what is most probable.

#![cfg(feature = "std")]

use crate::{common, golden::Golden};
use congruent::layer::{GradientOf, Layer, Pass};
use congruent::layers::{
    Additive, AttentionDecoder, AttentionScore, Beam, Bilinear, CopyingDecoder, Decoder, Decoding, EncoderDecoder,
    GruCell, KnownTokens, LstmCell, Projection, Tied,
};
use congruent::plain::{Parameters, zeroed};
use congruent::tokenizer::{END, START};
use congruent::zeroed_box;
use congruent::{Bidirectional, Chain, Embedding, Gru, Pair, Sequence, network::infer_one, prelude::*};
use rand::Rng;

const SOURCES: [usize; 4] = [3, 5, 1, 5];
const TARGETS: [usize; 4] = [4, 2, 3, 1];

type Source = Padded<Token, 5>;
type Target = Padded<Token, 4>;
type Memory = Padded<[f32; 8], 5>;
type Encoder<const WORDS: usize> = Chain<Embedding<WORDS, 5, Source>, Bidirectional<Gru<5, 4, Padded<[f32; 5], 5>>, 8>>;
type Says<C, A, P> = AttentionDecoder<7, 5, C, 6, 8, A, P, Source, Memory, Target>;
type Copies<C, A, P> = CopyingDecoder<12, 7, 5, C, 6, 8, A, P, Source, Memory, Target>;

type Separate = EncoderDecoder<Encoder<9>, Says<GruCell, Bilinear<6, 8>, Dense<5, 7>>>;
type TiedModel = EncoderDecoder<Encoder<9>, Says<LstmCell, Additive<6, 8, 3>, Tied<7>>>;
type Reads = Chain<KnownTokens<7, Source>, Encoder<7>>;
type Copying = EncoderDecoder<Reads, Copies<GruCell, Bilinear<6, 8>, Dense<5, 7>>>;
type CopyingTied = EncoderDecoder<Reads, Copies<GruCell, Additive<6, 8, 3>, Tied<7>>>;

network! { struct SeparateNetwork { model: self::Separate } }
network! { struct TiedNetwork { model: self::TiedModel } }
network! { struct CopyingNetwork { model: self::Copying } }
network! { struct CopyingTiedNetwork { model: self::CopyingTied } }

/// Sequences in a golden file, with what cannot be a token behind the end of each.
fn tokens<const T: usize>(golden: &Golden, name: &str, lengths: [usize; 4]) -> Vec<Padded<Token, T>> {
    let rows = golden.values(name).chunks(T).zip(lengths);
    let padded = rows.map(|(row, length)| {
        let mut buffer: [Token; T] = core::array::from_fn(|t| Token(row[t] as u32));
        buffer[length..].fill(Token(u32::MAX));
        Padded::first_of(buffer, length).unwrap()
    });
    padded.collect()
}

fn lessons(golden: &Golden, name: &str) -> (Vec<Pair<Source, Target>>, Vec<Target>) {
    let sources = tokens::<5>(golden, &format!("{name}/sources"), SOURCES);
    let late = tokens::<4>(golden, &format!("{name}/late"), TARGETS);
    let said = tokens::<4>(golden, &format!("{name}/said"), TARGETS);
    (sources.into_iter().zip(late).map(|(source, late)| Pair(source, late)).collect(), said)
}

/// The loss, the outputs and the gradient by all parameters.
fn parity<N, const OUT: usize>(name: &str, shown: fn(f32) -> f32)
where
    N: Network<Input = Pair<Source, Target>, Output = Padded<[f32; OUT], 4>>,
    CrossEntropy: congruent::CompatibleWith<N::Head>,
{
    let golden = Golden::read("encoder_decoder.txt");
    let mut network = zeroed_box::<N>();
    network.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    let (inputs, said) = lessons(&golden, name);
    let mut workspace = Workspace::<N, Sgd, 6>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.1));
    let loss = trainer.accumulate(&*network, &mut workspace, &inputs, &said).unwrap();
    golden.check(&format!("{name}/loss"), &[loss]);
    for outputs in [&workspace.outputs()[..4], &network.predict(&inputs)] {
        let numbers = outputs.iter().flat_map(|output| {
            let mut numbers: Vec<f32> = output.steps().as_flattened().iter().copied().map(shown).collect();
            numbers.resize(OUT * 4, 0.0);
            numbers
        });
        golden.check(&format!("{name}/outputs"), &numbers.collect::<Vec<f32>>());
    }
    golden.check(&format!("{name}/gradient"), &derivatives::<N>(&mut network, workspace.gradient()));
}

/// The mean gradient of the four samples, in the order of the parameters.
fn derivatives<N: Network>(network: &mut N, gradient: &N::Gradient) -> Vec<f32> {
    let mut copy = zeroed_box::<N::Gradient>();
    copy.as_flat_mut().copy_from_slice(gradient.as_flat());
    let mut derivatives = Vec::new();
    copy.pairs(network, &mut |_, sums| derivatives.extend(sums.iter().map(|sum| sum / 4.0)));
    derivatives
}

#[test]
fn separate_embeddings_as_in_pytorch() {
    parity::<SeparateNetwork, 7>("separate", |z| z);
}

#[test]
fn tied_embeddings_as_in_pytorch() {
    parity::<TiedNetwork, 7>("tied", |z| z);
}

#[test]
fn copying_as_in_pytorch() {
    parity::<CopyingNetwork, 12>("copying", f32::exp);
}

#[test]
fn copying_with_tied_embeddings_as_in_pytorch() {
    parity::<CopyingTiedNetwork, 12>("copying/tied", f32::exp);
}

#[test]
fn tensors_have_their_names() {
    let names: Vec<String> = Copying::LAYOUT.tensors().map(|tensor| format!("{tensor:?}")).collect();
    let expected = [
        "encoder.1.weight: [7, 5]",
        "encoder.2.weight_ih_l0: [12, 5]",
        "encoder.2.weight_hh_l0: [12, 4]",
        "encoder.2.bias_ih_l0: [12]",
        "encoder.2.bias_hh_l0: [12]",
        "encoder.2.weight_ih_l0_reverse: [12, 5]",
        "encoder.2.weight_hh_l0_reverse: [12, 4]",
        "encoder.2.bias_ih_l0_reverse: [12]",
        "encoder.2.bias_hh_l0_reverse: [12]",
        "decoder.generator.embedding.weight: [7, 5]",
        "decoder.generator.recurrent.weight_ih_l0: [18, 5]",
        "decoder.generator.recurrent.weight_hh_l0: [18, 6]",
        "decoder.generator.recurrent.bias_ih_l0: [18]",
        "decoder.generator.recurrent.bias_hh_l0: [18]",
        "decoder.generator.attention.weight: [6, 8]",
        "decoder.generator.combine.weight: [5, 14]",
        "decoder.generator.combine.bias: [5]",
        "decoder.generator.output.weight: [7, 5]",
        "decoder.generator.output.bias: [7]",
        "decoder.gate.features: [14]",
        "decoder.gate.word: [5]",
        "decoder.gate.bias: [1]",
    ];
    assert_eq!(names, expected);
}

// --------------------------------------------------------------------------------------------------------------------
// Finite differences

/// The lesson at position `i` in a batch: with a word twice, one from the source, one that nobody knows.
fn lesson(i: usize) -> Pair<Source, Target> {
    let source = [5, 0, 7 + 2, 5, 7 + 4].map(|word| Token((word + i as u32) % 7));
    let target = [1, 6, 5, 3].map(|word| Token((word + i as u32) % 7));
    Pair(Padded::first_of(source, SOURCES[i % 4]).unwrap(), Padded::first_of(target, TARGETS[i % 4]).unwrap())
}

#[test]
fn differences_with_separate_embeddings() {
    common::check::<Separate>(2);
}

#[test]
fn differences_with_tied_embeddings() {
    common::check::<TiedModel>(2);
}

#[test]
fn differences_with_copying() {
    common::check::<Probable<Copying>>(2);
    common::check::<Probable<CopyingTied>>(2);
}

/// The probabilities of what a decoder says, not their logarithms, which are as low as it gets where something cannot be said.
#[derive(Parameters)]
#[repr(C)]
struct Probable<L>(L);

#[derive(Parameters)]
#[repr(C)]
struct ProbableGradient<G>(G);

impl<L, G: GradientOf<L>> GradientOf<Probable<L>> for ProbableGradient<G> {
    const TRAINED: usize = G::TRAINED;

    fn pairs(&mut self, layer: &mut Probable<L>, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        self.0.pairs(&mut layer.0, visit);
    }
}

impl<L: Layer<Input = Pair<Source, Target>, Output = Padded<[f32; 12], 4>>> Layer for Probable<L> {
    type Input = L::Input;
    type Output = L::Output;
    type Head = Linear;
    type Gradient = ProbableGradient<L::Gradient>;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = Pair<L::Tape<B>, [L::Output; B]>;

    const MACS: u64 = 0;

    fn initialize(&mut self, init: Init, rng: &mut dyn rand::Rng) {
        self.0.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, _x: &[L::Input], _y: &mut [L::Output], _scratch: &mut ()) {
        unreachable!("differences are of what is learned");
    }

    fn forward<const B: usize>(&self, x: &[L::Input], y: &mut [L::Output], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        let Pair(tape, logits) = tape;
        self.0.forward::<B>(x, &mut logits[..x.len()], tape, pass);
        for (y, z) in y.iter_mut().zip(logits) {
            *y = *z;
            y.steps_mut().as_flattened_mut().iter_mut().for_each(|y| *y = y.exp());
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[L::Input],
        y: &[L::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [L::Output],
        dx: Option<&mut [L::Input]>,
        gradient: &mut Self::Gradient,
    ) {
        let Pair(tape, logits) = tape;
        for (dy, z) in dy.iter_mut().zip(&*logits) {
            let numbers = dy.buffer_mut().as_flattened_mut().iter_mut().zip(z.steps().as_flattened());
            numbers.for_each(|(d, z)| *d *= z.exp());
        }
        self.0.backward::<B>(x, y, tape, dy, dx, &mut gradient.0);
    }
}

// --------------------------------------------------------------------------------------------------------------------
// Token by token

/// A layer whose parameters are all away from where they start: no bias is 0, no scale is 1.
fn drawn<L: Layer + Parameters>(seed: u64) -> Box<L> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut layer = zeroed_box::<L>();
    layer.initialize(Init::Auto, rng);
    let mut gradient = zeroed_box::<L::Gradient>();
    gradient.pairs(&mut layer, &mut |parameters, _| {
        for parameter in parameters {
            *parameter += (rng.next_u32() >> 8) as f32 / 33_554_432.0 - 0.25;
        }
    });
    layer
}

/// What is said step by step has the bits of what is learned whole.
fn steps_are_those_of_the_whole<D, E>(seed: u64)
where
    D: Decoder<Source = Source, Target = Target, Memory = Memory>,
    E: Parameters + Layer<Input = Source, Output = Memory>,
{
    let model = drawn::<EncoderDecoder<E, D>>(seed);
    for i in 0..4 {
        let pair = lesson(i);
        let whole = infer_one(&*model, &pair);
        let memory = infer_one(&model.encoder, &pair.0);
        let (mut ready, mut state): (D::Ready, D::State) = (zeroed(), zeroed());
        model.decoder.prepare(&memory, &mut ready);
        for (token, expected) in pair.1.steps().iter().zip(whole.steps()) {
            let (mut logits, mut weights) = (zeroed::<D::Logits>(), zeroed());
            model.decoder.step(&pair.0, &memory, &mut ready, &mut state, *token, &mut logits, &mut weights);
            assert_eq!(logits.as_flat(), expected.as_flat());
        }
    }
}

#[test]
fn a_target_may_be_said_token_by_token() {
    for seed in 0..3 {
        steps_are_those_of_the_whole::<Says<GruCell, Bilinear<6, 8>, Dense<5, 7>>, Encoder<9>>(seed);
        steps_are_those_of_the_whole::<Says<LstmCell, Additive<6, 8, 3>, Tied<7>>, Encoder<9>>(seed);
        steps_are_those_of_the_whole::<Copies<GruCell, Bilinear<6, 8>, Tied<7>>, Reads>(seed);
    }
}

/// The logarithm of the probability of a target, by teacher forcing.
fn log_probability<E, A, P>(model: &EncoderDecoder<E, Says<GruCell, A, P>>, source: &Source, said: &[Token]) -> f64
where
    E: Layer<Input = Source, Output = Memory>,
    A: AttentionScore<6, 8>,
    P: Projection<7, 5>,
{
    let late: Vec<Token> = [START].iter().chain(said).copied().take(said.len()).collect();
    let logits = infer_one(model, &Pair(*source, Padded::new(&late).unwrap()));
    let terms = logits.steps().iter().zip(said).map(|(z, token)| {
        let sum: f64 = z.iter().map(|z| f64::from(*z).exp()).sum();
        f64::from(z[token.index()]) - sum.ln()
    });
    terms.sum()
}

/// All targets of up to 4 tokens that end.
fn all_targets() -> Vec<Vec<Token>> {
    let mut beginnings: Vec<Vec<Token>> = vec![Vec::new()];
    let mut all = Vec::new();
    for _ in 0..4 {
        all.extend(beginnings.iter().map(|beginning| [&beginning[..], &[END]].concat()));
        let words = (0..7).map(Token).filter(|word| *word != END);
        let longer = |word| beginnings.iter().map(move |beginning| [&beginning[..], &[word]].concat());
        beginnings = words.flat_map(longer).collect();
    }
    all
}

type Model = EncoderDecoder<Encoder<9>, Says<GruCell, Bilinear<6, 8>, Dense<5, 7>>>;
type ModelEncoder = Encoder<9>;
type ModelDecoder = Says<GruCell, Bilinear<6, 8>, Dense<5, 7>>;

#[test]
fn a_wide_beam_finds_the_most_probable_target() {
    let targets = all_targets();
    assert_eq!(targets.len(), 1 + 6 + 36 + 216);
    let mut better = 0;
    for seed in 0..10 {
        let mut model = drawn::<Model>(seed);
        // more decided than drawn networks are
        model.decoder.output.weight.as_flattened_mut().iter_mut().for_each(|weight| *weight *= 4.0);
        let Pair(source, _) = lesson(seed as usize);
        let most = targets.iter().map(|target| log_probability(&model, &source, target)).fold(f64::MIN, f64::max);
        let mut wide: Box<Beam<ModelEncoder, ModelDecoder, 216>> = zeroed_box();
        let found = model.beam(&source, &mut wide);
        assert!(found.is_complete());
        assert!((f64::from(found.log_probability()) - most).abs() < 1e-4);
        let said = [found.tokens(), &[END]].concat();
        assert!((log_probability(&model, &source, &said) - most).abs() < 1e-4);

        let mut narrow: Box<Beam<ModelEncoder, ModelDecoder, 2>> = zeroed_box();
        let narrow = model.beam(&source, &mut narrow).log_probability();
        let mut decoding: Box<Decoding<ModelEncoder, ModelDecoder>> = zeroed_box();
        let greedy = model.greedy(&source, &mut decoding);
        assert!(f64::from(narrow) < most + 1e-4);
        if greedy.is_complete() {
            assert!(f64::from(greedy.log_probability()) < most + 1e-4);
            let said = [greedy.tokens(), &[END]].concat();
            assert!((log_probability(&model, &source, &said) - f64::from(greedy.log_probability())).abs() < 1e-4);
        }
        better += usize::from(narrow > greedy.log_probability() + 1e-4 || !greedy.is_complete());
    }
    assert!(better > 0, "a beam of two never found more than one of one: the test shows nothing");
}

#[test]
fn greedy_takes_the_most_probable_token_each_time() {
    let model = drawn::<Model>(5);
    let Pair(source, _) = lesson(1);
    let mut decoding: Box<Decoding<ModelEncoder, ModelDecoder>> = zeroed_box();
    let said = model.greedy(&source, &mut decoding);
    let all = if said.is_complete() { [said.tokens(), &[END]].concat() } else { said.tokens().to_vec() };
    let late: Vec<Token> = [START].iter().chain(&all).copied().take(all.len()).collect();
    let logits = infer_one(&*model, &Pair(source, Padded::new(&late).unwrap()));
    for (z, token) in logits.steps().iter().zip(&all) {
        assert!(z.iter().all(|other| *other <= z[token.index()]));
    }
    assert_eq!(said.attention().count(), all.len());
    for weights in said.attention() {
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(weights[source.length()..].iter().all(|weight| *weight == 0.0));
    }
}

/// The memory of a search may be used again, for another source.
#[test]
fn a_search_forgets_the_one_before() {
    let model = drawn::<Copying>(2);
    let mut used = zeroed_box();
    let mut used_beam: Box<Beam<Reads, Copies<GruCell, Bilinear<6, 8>, Dense<5, 7>>, 3>> = zeroed_box();
    for i in [1, 0, 2, 1, 3] {
        let Pair(source, _) = lesson(i);
        let mut fresh = zeroed_box();
        let said =
            (model.greedy(&source, &mut used).tokens().to_vec(), used_beam_said(&model, &source, &mut used_beam));
        let mut fresh_beam = zeroed_box();
        let again =
            (model.greedy(&source, &mut fresh).tokens().to_vec(), used_beam_said(&model, &source, &mut fresh_beam));
        assert_eq!(said, again);
    }
}

type CopyingBeam = Beam<Reads, Copies<GruCell, Bilinear<6, 8>, Dense<5, 7>>, 3>;

fn used_beam_said(model: &Copying, source: &Source, beam: &mut CopyingBeam) -> (Vec<Token>, Vec<Vec<f32>>, f32) {
    let said = model.beam(source, beam);
    (said.tokens().to_vec(), said.attention().map(<[f32]>::to_vec).collect(), said.log_probability())
}

#[test]
fn tokens_that_cannot_be_are_reported() {
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.1));
    let network = SeparateNetwork::seeded(1);
    let mut workspace = Workspace::<SeparateNetwork, Sgd, 1>::boxed();
    let source = |word| Source::new(&[Token(1), Token(word)]).unwrap();
    let target = |word| Target::new(&[START, Token(word)]).unwrap();
    let mut error = |source, late, said| {
        trainer.accumulate(&*network, &mut workspace, &[Pair(source, late)], &[said]).unwrap_err().to_string()
    };
    let unknown = "sample 0 of the batch: token 9 at step 1, in a vocabulary of 9, where tokens count from 0 to 8";
    assert_eq!(error(source(9), target(3), target(3)), unknown);
    let unknown = "sample 0 of the batch: token 7 at step 1, in a vocabulary of 7, where tokens count from 0 to 6";
    assert_eq!(error(source(8), target(7), target(3)), unknown);
    let unknown = "sample 0 of the batch: class 7 in a network of 7 outputs, where classes count from 0 to 6";
    assert_eq!(error(source(8), target(6), target(7)), unknown);
    let short = Target::new(&[START]).unwrap();
    let length = "sample 0 of the batch: a target of 1 steps for an output of 2; as many of both are expected";
    assert_eq!(error(source(8), target(6), short), length);

    // a decoder that copies knows the words of the source by their place
    let copying = drawn::<Copying>(1);
    assert!(Copying::check_input(&Pair(source(11), target(11))).is_ok());
    assert!(Copying::check_input(&Pair(source(99), target(12))).is_err());
    assert!(copying.as_flat().iter().all(|number| number.is_finite()));
}

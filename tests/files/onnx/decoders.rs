//! Encoder-decoders, as what they learn by and as what says the most probable target; and attention of one sequence to another.

use congruent::io::onnx;
use congruent::layers::{Additive, Attention, Bilinear, Decoder, Decoding, Dot, EncoderDecoder};
use congruent::prelude::*;
use congruent::zeroed_box;
use congruent::{Layer, Pair, Parameters, Sequence, Shape};

use super::{Sample, kept, lengths, samples};

network! {
    struct Says {
        model: EncoderDecoder<
            [Embedding<9, 4>, Gru<4, 3, bidirectional = true>], AttentionDecoder<8, 5, 6>, source = 6, target = 5
        >,
    }
}
network! {
    struct SaysTied {
        model: EncoderDecoder<
            [Embedding<9, 6>, PositionalEncoding, TransformerEncoder<6, 2, 8>],
            AttentionDecoder<9, 4, 6, cell = Lstm, score = Dot, embedding = tied>,
            source = 5, target = 7
        >,
    }
}
network! {
    struct Copies {
        model: EncoderDecoder<
            [Embedding<6, 4>, Lstm<4, 5>], CopyingDecoder<6, 4, 7, score = Additive<3>>, source = 5, target = 6
        >,
    }
}
network! {
    struct CopiesTied {
        model: EncoderDecoder<
            [Embedding<6, 4>, Gru<4, 7>],
            CopyingDecoder<6, 4, 5, cell = Rnn, score = Bilinear, embedding = tied>,
            source = 6, target = 5
        >,
    }
}
network! {
    struct CopiesLstm {
        model: EncoderDecoder<
            [Embedding<6, 4>, Gru<4, 5>, LayerNorm], CopyingDecoder<6, 4, 5, cell = Lstm, score = Dot>, source = 4, target = 8
        >,
        after: LayerNorm,
    }
}
network! { struct LooksByDot { look: Attention<Dot, 3, 3, Padded<[f32; 3], 4>, Padded<[f32; 3], 5>> } }
network! { struct LooksByMatrix { look: Attention<Bilinear<2, 3>, 2, 3, [[f32; 2]; 4], Padded<[f32; 3], 5>> } }
network! { struct LooksByNetwork { look: Attention<Additive<2, 3, 4>, 2, 3, Padded<[f32; 2], 4>, [[f32; 3]; 5]> } }
network! { struct LooksAtAll { look: Attention<Dot, 2, 2, [[f32; 2]; 3], [[f32; 2]; 2]> } }

pub const SUMMARIES: &[congruent::network::Summary] = &[
    Says::SUMMARY,
    SaysTied::SUMMARY,
    Copies::SUMMARY,
    CopiesTied::SUMMARY,
    CopiesLstm::SUMMARY,
    LooksByDot::SUMMARY,
    LooksByMatrix::SUMMARY,
    LooksByNetwork::SUMMARY,
    LooksAtAll::SUMMARY,
];

/// Pairs of source and target, and the logits.
#[derive(Parameters)]
#[repr(C)]
struct Lessons<S: Sample, T: Sample, O: Sample> {
    source: [S::Array; 3],
    source_lengths: [f32; 3],
    target: [T::Array; 3],
    target_lengths: [f32; 3],
    output: [O::Array; 3],
}

/// Queries and a memory, and the answers.
#[derive(Parameters)]
#[repr(C)]
struct Questions<Q: Sample, M: Sample, O: Sample> {
    queries: [Q::Array; 3],
    queries_lengths: [f32; 3],
    memory: [M::Array; 3],
    memory_lengths: [f32; 3],
    output: [O::Array; 3],
}

/// Sources, and what is said.
#[derive(Parameters)]
#[repr(C)]
struct Sayings<S: Sample, T: Parameters> {
    source: [S::Array; 3],
    source_lengths: [f32; 3],
    tokens: [T; 3],
    lengths: [f32; 3],
    log_probability: [f32; 3],
}

/// What a pair of samples consists of, and their lengths: that of the second is the other way round.
type Halves<A, B> = (Box<[<A as Sample>::Array; 3]>, [f32; 3], Box<[<B as Sample>::Array; 3]>, [f32; 3]);

/// Samples for both halves of a pair, each with lengths of its own.
fn halves<A: Sample, B: Sample>() -> (Halves<A, B>, Vec<Pair<A, B>>) {
    let (first, second) = (samples::<A::Array>(A::DIMS), samples::<B::Array>(B::DIMS));
    // the lengths of both are in another order, so that none can be taken for the other
    let of_first = lengths(A::DIMS.as_slice()[0]);
    let order = [1, 0, 2];
    let (second, of_second) = (Box::new(order.map(|i| second[i])), order.map(|i| lengths(B::DIMS.as_slice()[0])[i]));
    let pairs = (0..3).map(|i| Pair(A::of(&first[i], of_first[i]), B::of(&second[i], of_second[i]))).collect();
    let floats = |lengths: [usize; 3]| lengths.map(|length| length as f32);
    ((first, floats(of_first), second, floats(of_second)), pairs)
}

fn check_lessons<N, S, T>(name: &str)
where
    S: Sample,
    T: Sample,
    N: Network<Input = Pair<S, T>, Output: Sample>,
{
    let network = super::network::<N>();
    let ((source, source_lengths, target, target_lengths), pairs) = halves::<S, T>();
    let mut case: Box<Lessons<S, T, N::Output>> = zeroed_box();
    (case.source, case.source_lengths, case.target, case.target_lengths) =
        (*source, source_lengths, *target, target_lengths);
    case.output.iter_mut().zip(network.predict(&pairs)).for_each(|(array, output)| *array = output.array());
    kept(name, &onnx::to_bytes(&*network).unwrap(), &*case);
}

fn check_questions<N, Q, M>(name: &str)
where
    Q: Sample,
    M: Sample,
    N: Network<Input = Pair<Q, M>, Output: Sample>,
{
    let network = super::network::<N>();
    let ((queries, queries_lengths, memory, memory_lengths), pairs) = halves::<Q, M>();
    let mut case: Box<Questions<Q, M, N::Output>> = zeroed_box();
    (case.queries, case.queries_lengths, case.memory, case.memory_lengths) =
        (*queries, queries_lengths, *memory, memory_lengths);
    case.output.iter_mut().zip(network.predict(&pairs)).for_each(|(array, output)| *array = output.array());
    kept(name, &onnx::to_bytes(&*network).unwrap(), &*case);
}

/// What is said greedily: so much.
fn check_greedy<E, D, const T: usize>(name: &str, model: &EncoderDecoder<E, D>, said_lengths: [usize; 3])
where
    D: Decoder<Source: Sample, Target: Sequence<Buffer<Token> = [Token; T]>>,
    E: Layer<Input = D::Source, Output = D::Memory> + Parameters,
{
    let sources = samples::<<D::Source as Sample>::Array>(D::Source::DIMS);
    let source_lengths = lengths(D::Source::STEPS);
    let mut case: Box<Sayings<D::Source, [f32; T]>> = zeroed_box();
    (case.source, case.source_lengths) = (*sources, source_lengths.map(|length| length as f32));
    let mut buffer: Box<Decoding<E, D>> = zeroed_box();
    for i in 0..3 {
        let said = model.greedy(&D::Source::of(&sources[i], source_lengths[i]), &mut buffer);
        let end = congruent::tokenizer::END.0 as f32;
        case.tokens[i] = core::array::from_fn(|t| said.tokens().get(t).map_or(end, |token| token.0 as f32));
        case.lengths[i] = said.tokens().len() as f32;
        case.log_probability[i] = said.log_probability();
    }
    kept(name, &onnx::greedy_to_bytes(model).unwrap(), &*case);
    assert_eq!(case.lengths, said_lengths.map(|length| length as f32));
}

/// A network that says much that differs.
fn talks<N: Network>(seed: u64) -> congruent::Boxed<N> {
    let mut network = N::seeded(seed);
    network.as_flat_mut().iter_mut().for_each(|number| *number *= 3.0);
    network
}

#[test]
fn what_is_learnt_by_is_exported() {
    check_lessons::<Says, _, _>("lessons");
    check_lessons::<SaysTied, _, _>("lessons_tied");
    check_lessons::<Copies, _, _>("lessons_copied");
    check_lessons::<CopiesTied, _, _>("lessons_copied_tied");
    check_lessons::<CopiesLstm, _, _>("lessons_copied_lstm");
}

#[test]
fn what_is_said_greedily_is_exported() {
    check_greedy("greedy", &talks::<Says>(54).model, [3, 2, 5]);
    check_greedy("greedy_tied", &talks::<SaysTied>(43).model, [1, 3, 7]);
    check_greedy("greedy_copied", &talks::<Copies>(20).model, [4, 6, 5]);
    check_greedy("greedy_copied_tied", &talks::<CopiesTied>(13).model, [5, 3, 1]);
    check_greedy("greedy_copied_lstm", &talks::<CopiesLstm>(32).model, [1, 8, 0]);
}

#[test]
fn attention_of_one_sequence_to_another_is_exported() {
    check_questions::<LooksByDot, _, _>("looks_by_dot");
    check_questions::<LooksByMatrix, _, _>("looks_by_matrix");
    check_questions::<LooksByNetwork, _, _>("looks_by_network");
    check_questions::<LooksAtAll, _, _>("looks_at_all");
}

#[test]
fn a_decoder_is_written_whole() {
    let (dir, mut network) = (tempfile::tempdir().unwrap(), Says::seeded(1));
    network.model.save_onnx_greedy(dir.path().join("a.onnx")).unwrap();
    let written = std::fs::read(dir.path().join("a.onnx")).unwrap();
    assert_eq!(written, onnx::greedy_to_bytes(&network.model).unwrap());
    let error = network.model.save_onnx_greedy("no/such.onnx").unwrap_err().to_string();
    assert!(error.starts_with("no/such.onnx: cannot be written: "), "{error}");
    network.as_flat_mut()[7] = f32::NAN;
    let error = onnx::greedy_to_bytes(&network.model).unwrap_err().to_string();
    assert!(error.starts_with("`EncoderDecoder` cannot be exported:\n  `encoder."), "{error}");
    assert!(error.ends_with("holds a number that is not finite, at position 7"), "{error}");
}

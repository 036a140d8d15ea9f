//! Networks over sequences of up to a length.

use congruent::io::onnx;
use congruent::prelude::*;

use super::fixtures;

network! {
    struct Steps: [..7, 3] -> [..7, 5] {
        a: Rnn<3, 4, Relu, bidirectional = true>,
        b: Lstm<8, 5>,
        act: Gelu,
        c: Gru<5, 6, bidirectional = true>,
        norm: LayerNorm,
        drop: Dropout<0.2>,
        each: TimeDistributed<Dense<12, 4, Tanh>, LayerNorm, Dense<4, 5, Softmax>>,
    }
}
network! {
    struct Ends: [..7, 3] -> [4] {
        a: Gru<3, 4, bidirectional = true>,
        act: Tanh,
        b: Lstm<8, 5, bidirectional = true, return = last>,
        output: Dense<10, 4>,
    }
}
network! { struct LastOne: [..5, 3] -> [8] { a: Rnn<3, 4, LeakyRelu, bidirectional = true>, last: LastStep } }
network! { struct LastGru: [..5, 3] -> [8] { a: Gru<3, 4, bidirectional = true, return = last> } }
network! { struct LastRnn: [..5, 3] -> [4] { a: Rnn<3, 4, Sigmoid, return = last> } }
network! {
    struct Mean: [..6] -> [3] { embed: Embedding<9, 4>, read: Gru<4, 5>, mean: MeanOverTime, output: Dense<5, 3> }
}
network! {
    struct Attends: [..5, 6] -> [..5, 6] {
        place: PositionalEncoding,
        each: MultiHeadAttention<6, 2>,
        before: MultiHeadAttention<6, 3, causal = true>,
        encode: TransformerEncoder<6, 3, 7, dropout = 0.1>,
        first: TransformerEncoder<6, 2, 5, Gelu, norm_first = true>,
    }
}
network! { struct Words: [..6] -> [..6, 3] { embed: Embedding<9, 4>, each: TimeDistributed<Dense<4, 3>> } }
network! {
    /// Sequences, each step of which is a sequence of a fixed length.
    struct Sentences: [..4, 3, 2] -> [5] {
        each: TimeDistributed<Gru<2, 4, bidirectional = true>>,
        last: LastStep,
        mean: MeanOverTime,
        output: Dense<8, 5>,
    }
}
network! {
    /// Sequences of images.
    struct Films: [..4, 1, 5, 4] -> [..4, 3] {
        each: TimeDistributed<Conv2d<1, 2, 3, padding = same>, BatchNorm2d, Relu, Flatten, Dense<40, 3>>,
    }
}
network! { struct MeanFilm: [..4, 3, 2] -> [3, 2] { mean: MeanOverTime } }
network! {
    /// Activations as layers, one after the other.
    struct Activations: [..4, 3] -> [..4, 3] {
        a: Linear, b: LeakyRelu, c: Sigmoid, d: Gelu, e: Silu, f: Tanh, g: Relu, h: Softmax,
    }
}
type Listed = network![Normed, Wide];
network! { struct Normed: [..4, 3] -> [..4, 3] { norm: LayerNorm } }
network! { struct Wide: [..4, 3] -> [5] { read: Gru<3, 5, return = last> } }

fixtures! {
    "padded_steps": Steps,
    "padded_ends": Ends,
    "padded_last_one": LastOne,
    "padded_last_gru": LastGru,
    "padded_last_rnn": LastRnn,
    "padded_mean": Mean,
    "padded_attends": Attends,
    "padded_words": Words,
    "padded_sentences": Sentences,
    "padded_films": Films,
    "padded_mean_film": MeanFilm,
    "padded_activations": Activations,
    "padded_listed": Listed,
}

#[test]
fn what_comes_in_and_goes_out_has_names() {
    let text = String::from_utf8_lossy(&onnx::to_bytes(&*Steps::seeded(1)).unwrap()).into_owned();
    for name in ["input", "lengths", "output", "batch"] {
        assert!(text.contains(name), "{name}");
    }
}

//! Finite differences against the backward passes of the layers over sequences.

use congruent::layers::{Additive, All, Bilinear, Dot, Last};
use congruent::{
    Activate, Attention, Bidirectional, Chain, Embedding, Gru, LastStep, Lstm, MeanOverTime, MultiHeadAttention,
    Padded, PositionalEncoding, Rnn, TimeDistributed, Token, TransformerEncoder, prelude::*,
};

use crate::common;

/// Tests, each of a layer: `name: Layer;`.
macro_rules! layers {
    ($($name:ident: $layer:ty;)*) => { $(
        #[test]
        fn $name() {
            common::check::<$layer>(2);
        }
    )* };
}

type Whole<const F: usize, const T: usize> = [[f32; F]; T];
type Short<const F: usize, const T: usize> = Padded<[f32; F], T>;

layers! {
    rnn: Rnn<3, 5, Whole<3, 4>>;
    rnn_of_one: Rnn<1, 1, Whole<1, 1>>;
    rnn_of_sigmoids: Rnn<2, 7, Whole<2, 3>, Sigmoid>;
    rnn_last: Rnn<3, 5, Whole<3, 4>, Tanh, Last>;
    rnn_both_ways: Bidirectional<Rnn<3, 2, Whole<3, 4>>, 4>;
    rnn_of_some: Rnn<3, 5, Short<3, 4>>;
    lstm: Lstm<3, 5, Whole<3, 4>>;
    lstm_wide: Lstm<2, 17, Whole<2, 3>>;
    lstm_last: Lstm<3, 5, Whole<3, 4>, Last>;
    lstm_both_ways: Bidirectional<Lstm<3, 2, Whole<3, 4>>, 4>;
    lstm_of_some: Lstm<3, 4, Short<3, 4>>;
    lstm_of_some_last: Lstm<3, 4, Short<3, 4>, Last>;
    gru: Gru<3, 5, Whole<3, 4>>;
    gru_wide: Gru<2, 17, Whole<2, 3>>;
    gru_last: Gru<3, 5, Whole<3, 4>, Last>;
    gru_both_ways: Bidirectional<Gru<3, 2, Whole<3, 4>>, 4>;
    gru_both_ways_last: Bidirectional<Gru<3, 2, Whole<3, 4>, Last>, 4>;
    gru_of_some: Gru<3, 4, Short<3, 4>>;
    gru_of_some_both_ways: Bidirectional<Gru<3, 2, Short<3, 4>>, 4>;
    gru_of_some_both_ways_last: Bidirectional<Gru<3, 2, Short<3, 4>, Last>, 4>;
    gru_in_one_window: Gru<3, 4, Whole<3, 4>, All, 4>;
    stacked: Chain<Gru<3, 4, Whole<3, 3>>, Lstm<4, 2, Whole<4, 3>>>;
    last_step: LastStep<Whole<3, 4>>;
    last_step_of_some: LastStep<Short<3, 4>>;
    mean_over_time: MeanOverTime<Whole<3, 4>>;
    mean_over_time_of_some: MeanOverTime<Short<3, 4>>;
    each_step: TimeDistributed<Dense<3, 4, Gelu>, 5, Whole<3, 5>>;
    each_step_to_classes: TimeDistributed<Chain<Dense<3, 7, Tanh>, Dense<7, 4, Softmax>>, 3, Whole<3, 3>>;
    each_step_recurrent: TimeDistributed<Gru<2, 3, Whole<2, 3>, Last>, 2, [Whole<2, 3>; 2]>;
    each_step_normed: TimeDistributed<LayerNorm<5>, 3, Whole<5, 3>>;
    each_step_of_an_activation: TimeDistributed<Activate<Silu, [f32; 5]>, 3, Whole<5, 3>>;
    sequence_to_classes: Chain<
        Chain<Bidirectional<Gru<3, 2, Whole<3, 4>>, 4>, TimeDistributed<Dense<4, 5, Tanh>, 4, Whole<4, 4>>>,
        Chain<MeanOverTime<Whole<5, 4>>, Dense<5, 3, Softmax>>,
    >;
    words: Chain<Embedding<7, 3, Padded<Token, 4>>, Lstm<3, 4, Short<3, 4>, Last>>;
    dot: Attention<Dot, 3, 3, Whole<3, 4>, Whole<3, 5>>;
    dot_of_one: Attention<Dot, 1, 1, Whole<1, 1>, Whole<1, 2>>;
    bilinear: Attention<Bilinear<3, 2>, 3, 2, Whole<3, 4>, Whole<2, 5>>;
    additive: Attention<Additive<3, 2, 7>, 3, 2, Whole<3, 4>, Whole<2, 5>>;
    dot_of_some: Attention<Dot, 3, 3, Short<3, 4>, Short<3, 5>>;
    bilinear_of_some: Attention<Bilinear<3, 3>, 3, 3, Short<3, 4>, Short<3, 5>>;
    additive_of_some: Attention<Additive<3, 3, 5>, 3, 3, Short<3, 4>, Short<3, 5>>;
    heads: MultiHeadAttention<6, 2, Whole<6, 4>>;
    heads_of_one: MultiHeadAttention<3, 3, Whole<3, 4>>;
    one_head: MultiHeadAttention<3, 1, Whole<3, 1>>;
    causal_heads: MultiHeadAttention<4, 2, Whole<4, 5>, true>;
    heads_of_some: MultiHeadAttention<4, 2, Short<4, 4>>;
    causal_heads_of_some: MultiHeadAttention<4, 2, Short<4, 4>, true>;
    positions: PositionalEncoding<5, Whole<5, 4>>;
    positions_of_some: PositionalEncoding<3, Short<3, 4>>;
    transformer: TransformerEncoder<4, 2, 6, Whole<4, 3>, Tanh>;
    transformer_that_needs_its_input: TransformerEncoder<4, 1, 5, Whole<4, 3>, Gelu>;
    transformer_with_dropout: TransformerEncoder<4, 2, 6, Whole<4, 3>, Tanh, { f32::to_bits(0.3) }>;
    transformer_normed_first: TransformerEncoder<4, 2, 6, Whole<4, 3>, Silu, 0, true>;
    transformer_normed_first_with_dropout: TransformerEncoder<4, 2, 6, Whole<4, 3>, Tanh, { f32::to_bits(0.3) }, true>;
    transformer_of_some: TransformerEncoder<4, 2, 6, Short<4, 4>, Gelu>;
    transformer_normed_first_of_some: TransformerEncoder<4, 2, 6, Short<4, 4>, Gelu, 0, true>;
    words_mean: Chain<Embedding<7, 3, Padded<Token, 4>>, MeanOverTime<Short<3, 4>>>;
}

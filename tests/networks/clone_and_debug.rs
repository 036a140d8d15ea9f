//! `#[derive(Clone, Debug)]` works on a network of every built-in layer, and a clone has the same numbers.

use congruent::{Parameters, network};

network! {
    #[derive(Clone, Debug)]
    pub struct Images: [2, 16, 16] -> [3] {
        pad: ZeroPad2d<1>,
        conv: Conv2d<2, 4, 3, Relu, bias = false>,
        norm: BatchNorm2d,
        act: LeakyRelu,
        drop: SpatialDropout<0.25>,
        depthwise: DepthwiseConv2d<4, 3, Gelu, padding = same>,
        pool: MaxPool2d<2>,
        up: Upsample2d<2>,
        mean: AvgPool2d<2>,
        transposed: ConvTranspose2d<4, 4, 3, Tanh>,
        around: Residual<Conv2d<4, 6, 1>, shortcut = Conv2d<4, 6, 1>>,
        straight: Residual<Conv2d<6, 6, 1, Silu>>,
        both: Concat<Conv2d<6, 2, 1>, Conv2d<6, 3, 1>>,
        global: GlobalAvgPool,
        reshape: Reshape<[5, 1]>,
        flat: Flatten,
        some: Dropout<0.5>,
        output: Dense<5, 3, Softmax>,
    }
}

network! {
    #[derive(Clone, Debug)]
    pub struct Words: [..8] -> [2] {
        embedding: Embedding<20, 8>,
        positions: PositionalEncoding,
        encoder: TransformerEncoder<8, 2, 16>,
        heads: MultiHeadAttention<8, 2>,
        norm: LayerNorm,
        each: TimeDistributed<Dense<8, 6, Tanh>>,
        gru: Gru<6, 4, bidirectional = true>,
        lstm: Lstm<8, 4>,
        rnn: Rnn<4, 4>,
        mean: MeanOverTime,
        output: Dense<4, 2>,
    }
}

network! {
    #[derive(Clone, Debug)]
    pub struct Signals: [2, 12] -> [4] { conv: Conv1d<2, 3, 3, Sigmoid>, pool: MaxPool1d<2>, gru: Gru<5, 4>, last: LastStep }
}

network! {
    #[derive(Clone, Debug)]
    pub struct Translator {
        model: EncoderDecoder<
            [Embedding<20, 8>, Gru<8, 16>],
            AttentionDecoder<30, 8, 16, score = Dot, embedding = tied>,
            source = 6, target = 8,
        >,
    }
}

network! { #[derive(Clone, Debug)] pub struct Nested { signals: Signals, output: Dense<4, 1> } }

/// A value other than zero in each parameter, so that a number left out of a copy shows.
fn numbered<N: Parameters>(network: &mut N) {
    for (i, parameter) in network.as_flat_mut().iter_mut().enumerate() {
        *parameter = i as f32 + 1.0;
    }
}

macro_rules! copies {
    ($($Network:ident: $field:literal),*) => {$(
        let mut network = $Network::zeroed();
        numbered(&mut network);
        assert_eq!(network.clone().as_flat(), network.as_flat());
        let text = format!("{network:?}");
        assert!(text.starts_with(stringify!($Network)) && text.contains($field), "{text}");
    )*};
}

#[test]
fn every_layer_is_copied_and_shown() {
    copies!(Images: "depthwise: Conv2d {", Words: "rnn: Recurrent {", Signals: "conv: Conv1d {", Nested: "signals: Signals {", Translator: "recurrent");
}

#[cfg(feature = "std")]
#[test]
fn a_network_on_the_heap_is_copied() {
    use congruent::NetworkHeap;

    let network = Words::seeded(1);
    assert_eq!(network.clone().as_flat(), network.as_flat());
}

//! The names that layers and activations have in other frameworks, and what they are here: the messages and the book's table are made of it.
//!
//! Plain data without imports, for the test of the book reads this file as well.

/// Where a name comes from.
#[derive(Clone, Copy, PartialEq)]
pub enum Framework {
    PyTorch,
    Keras,
    Both,
}

/// What it is here.
#[derive(Clone, Copy)]
pub enum Here {
    /// A layer or activation of another name, with the same arguments.
    Named(&'static str),
    /// Something else: what to say, and what to do.
    Else(&'static str, &'static str),
    /// Nothing.
    Absent,
}

pub struct Foreign {
    pub word: &'static str,
    #[allow(dead_code)] // the book asks
    pub framework: Framework,
    pub here: Here,
}

use Framework::{Both, Keras, PyTorch};

const fn named(word: &'static str, framework: Framework, here: &'static str) -> Foreign {
    Foreign { word, framework, here: Here::Named(here) }
}

const fn other(word: &'static str, framework: Framework, what: &'static str, cure: &'static str) -> Foreign {
    Foreign { word, framework, here: Here::Else(what, cure) }
}

const fn absent(word: &'static str, framework: Framework) -> Foreign {
    Foreign { word, framework, here: Here::Absent }
}

/// What to do about a layer that there is not.
pub const ABSENT: &str = "write a custom layer, an `impl` of the trait `Layer`, or leave it out";
const MAPPING: &str = "leave it out: the mapping after the network's name says what comes in, as in `: [784] -> [10]`";
const IN_TURN: &str = "write its layers by themselves: a network's layers follow each other as they are written";
const SCALED: &str = "leave it out, and scale the data set by a `Standardizer`";

/// Names that are not also found here under the same letters.
pub const FOREIGN: &[Foreign] = &[
    named("AdaptiveAvgPool1d", PyTorch, "GlobalAvgPool"),
    named("AdaptiveAvgPool2d", PyTorch, "GlobalAvgPool"),
    other(
        "Add",
        Keras,
        "a sum of what comes in and what layers give is a `Residual`",
        "write `Residual<...>` with the layers in it",
    ),
    named("Attention", Both, "MultiHeadAttention"),
    named("AdaptiveMaxPool1d", PyTorch, "GlobalMaxPool"),
    named("AdaptiveMaxPool2d", PyTorch, "GlobalMaxPool"),
    named("AveragePooling1D", Keras, "AvgPool1d"),
    named("AveragePooling2D", Keras, "AvgPool2d"),
    named("BatchNorm", Both, "BatchNorm2d"),
    named("BatchNormalization", Keras, "BatchNorm2d"),
    named("Concatenate", Keras, "Concat"),
    named("Conv1D", Keras, "Conv1d"),
    named("Conv2D", Keras, "Conv2d"),
    named("Conv2DTranspose", Keras, "ConvTranspose2d"),
    named("DepthwiseConv2D", Keras, "DepthwiseConv2d"),
    named("Dropout1d", PyTorch, "SpatialDropout"),
    named("Dropout2d", PyTorch, "SpatialDropout"),
    named("ELU", Both, "Elu"),
    named("FullyConnected", Both, "Dense"),
    named("GELU", Both, "Gelu"),
    named("GRU", Both, "Gru"),
    named("GRUCell", Both, "Gru"),
    other(
        "GlobalAveragePooling1D",
        Keras,
        "a mean over the steps of a sequence is `MeanOverTime` here, and one over the length of a signal `GlobalAvgPool`",
        "write `MeanOverTime` after a layer over sequences, `GlobalAvgPool` after a convolution",
    ),
    named("GlobalAveragePooling2D", Keras, "GlobalAvgPool"),
    named("GlobalAvgPool1d", PyTorch, "GlobalAvgPool"),
    named("GlobalAvgPool2d", PyTorch, "GlobalAvgPool"),
    named("GlobalMaxPool1d", PyTorch, "GlobalMaxPool"),
    named("GlobalMaxPool2d", PyTorch, "GlobalMaxPool"),
    named("GlobalMaxPooling2D", Keras, "GlobalMaxPool"),
    named("GroupNormalization", Keras, "GroupNorm"),
    named("Hardsigmoid", PyTorch, "HardSigmoid"),
    named("Hardswish", PyTorch, "HardSwish"),
    named("Identity", Both, "Linear"),
    other("Input", Keras, "a network has no layer for its input", MAPPING),
    other("InputLayer", Keras, "a network has no layer for its input", MAPPING),
    named("LSTM", Both, "Lstm"),
    named("LSTMCell", Both, "Lstm"),
    named("LayerNormalization", Keras, "LayerNorm"),
    named("LeakyReLU", Both, "LeakyRelu"),
    other(
        "Masking",
        Keras,
        "sequences of any length need no mask: padding is never read",
        "leave it out, and write the mapping with `..`, as in `: [..32, 6] -> [10]`",
    ),
    named("MaxPooling1D", Keras, "MaxPool1d"),
    named("MaxPooling2D", Keras, "MaxPool2d"),
    named("MultiHeadSelfAttention", Both, "MultiHeadAttention"),
    named("MultiheadAttention", PyTorch, "MultiHeadAttention"),
    named("PReLU", Both, "Prelu"),
    named("PositionalEmbedding", Both, "PositionalEncoding"),
    named("RMSNorm", PyTorch, "RmsNorm"),
    named("RMSNormalization", Keras, "RmsNorm"),
    named("RNN", Both, "Rnn"),
    named("RNNCell", PyTorch, "Rnn"),
    named("ReLU", Both, "Relu"),
    named("ReLU6", PyTorch, "Relu6"),
    named("SELU", PyTorch, "Selu"),
    named("SelfAttention", Both, "MultiHeadAttention"),
    other(
        "SeparableConv2D",
        Keras,
        "a separable convolution is two layers: a `DepthwiseConv2d`, then a `Conv2d` with a kernel of 1",
        "write both, one after the other",
    ),
    other("Sequential", Both, "a network is its layers, one after the other", IN_TURN),
    named("SiLU", PyTorch, "Silu"),
    named("SimpleRNN", Keras, "Rnn"),
    named("SpatialDropout1D", Keras, "SpatialDropout"),
    named("SpatialDropout2D", Keras, "SpatialDropout"),
    named("Swish", Both, "Silu"),
    named("TransformerEncoderLayer", PyTorch, "TransformerEncoder"),
    named("Unflatten", PyTorch, "Reshape"),
    named("UpSampling2D", Keras, "Upsample2d"),
    named("Upsample", PyTorch, "Upsample2d"),
    named("UpsamplingNearest2d", PyTorch, "Upsample2d"),
    absent("AlphaDropout", Both),
    absent("Bilinear", PyTorch),
    absent("CELU", PyTorch),
    absent("Conv1DTranspose", Keras),
    absent("Conv3D", Keras),
    absent("Conv3d", PyTorch),
    absent("ConvLSTM2D", Keras),
    absent("ConvTranspose1d", PyTorch),
    absent("Cropping2D", Keras),
    absent("EmbeddingBag", PyTorch),
    absent("GLU", PyTorch),
    absent("GaussianNoise", Keras),
    other(
        "GlobalMaxPooling1D",
        Keras,
        "a maximum over the length of a signal is `GlobalMaxPool` here; one over the steps of a sequence there is none",
        "write `GlobalMaxPool` after a convolution, `MeanOverTime` or `LastStep` after a layer over sequences",
    ),
    absent("Lambda", Keras),
    named("LazyConv1d", PyTorch, "Conv1d"),
    named("LazyConv2d", PyTorch, "Conv2d"),
    named("LazyLinear", PyTorch, "Dense"),
    absent("LocalResponseNorm", PyTorch),
    absent("LogSigmoid", PyTorch),
    absent("MaxPool3d", PyTorch),
    absent("MaxPooling3D", Keras),
    other("ModuleList", PyTorch, "a network is its layers, one after the other", IN_TURN),
    other("Normalization", Keras, "inputs are scaled before they come in", SCALED),
    absent("Permute", Keras),
    absent("PixelShuffle", PyTorch),
    absent("ReflectionPad2d", PyTorch),
    absent("RepeatVector", Keras),
    other("Rescaling", Keras, "inputs are scaled before they come in", SCALED),
    other(
        "SeparableConv1D",
        Keras,
        "a separable convolution is two layers: a `Conv1d` with as many groups as channels, then one with a kernel of 1",
        "write both, one after the other",
    ),
    named("Softmax2d", PyTorch, "Softmax"),
    absent("TransformerDecoder", Both),
    absent("TransformerDecoderLayer", PyTorch),
    absent("UpSampling1D", Keras),
    named("ZeroPadding2D", Keras, "ZeroPad2d"),
];

/// Where layers are found elsewhere: `nn::Conv2d`.
pub const PLACES: &[&str] =
    &["F", "activations", "burn", "candle_nn", "dfdx", "functional", "keras", "layers", "nn", "tch", "tf", "torch"];

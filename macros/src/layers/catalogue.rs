//! The built-in layers, a row each.
//!
//! To add a layer whose file is `src/layers/name.rs`: a row here, in the order of the alphabet. `example` is a network with it, which the
//! tests expand and run. `resolve` finds its type: by [`simple`], if it has no settings and its sizes follow from the input, else
//! by a function of its own in a file beside this one. That is all: suggestions for misspelt words, what becomes of it after a sequence
//! of any length, the tests and the list in the documentation are read from here.
//!
//! To add an activation: a row in `activations.rs`.

use quote::quote;

use super::simple::{Argument, Takes, simple, sized};
use super::window::Over;
use super::{
    attention, concat, conv, dense, encoder_decoder, multiply, norm, pool, prelu, recurrent, reshape, residual,
    sequence, transposed,
};
use crate::context::{Int8Form, Row, Sequences};
use crate::model::Flow;
use crate::sentence::call;

/// What most rows have in common.
const LAYER: Row = Row {
    word: "",
    example: "",
    resolve: |_, _| None,
    sequences: Sequences::Refused,
    takes_tokens: |_, _| None,
    identity: false,
    int8: Int8Form::None,
};

/// All of them.
pub const ROWS: &[Row] = &[
    Row {
        word: "AvgPool1d",
        example: "[3, 8] -> [3, 4]; AvgPool1d<2>",
        resolve: |spec, context| pool::pool("AvgPool2d", Over::Signal, spec, context),
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "AvgPool2d",
        example: "[3, 8, 6] -> [3, 4, 3]; AvgPool2d<2>",
        resolve: |spec, context| pool::pool("AvgPool2d", Over::Image, spec, context),
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "BatchNorm1d",
        example: "[3, 8] -> [3, 8]; BatchNorm1d",
        resolve: |spec, context| norm::batch_norm(Takes::SignalOrVector, spec, context),
        int8: Int8Form::Folded,
        ..LAYER
    },
    Row {
        word: "BatchNorm2d",
        example: "[3, 8, 6] -> [3, 8, 6]; BatchNorm2d",
        resolve: |spec, context| norm::batch_norm(Takes::Image, spec, context),
        int8: Int8Form::Folded,
        ..LAYER
    },
    Row {
        word: "Concat",
        example: "[3, 8, 6] -> [6, 8, 6]; Concat<Conv2d<3, 2, 1>, Conv2d<3, 4, 1>>",
        resolve: concat::concat,
        ..LAYER
    },
    Row {
        word: "Conv1d",
        example: "[3, 8] -> [4, 6]; Conv1d<3, 4, 3, Relu>",
        resolve: |spec, context| conv::conv(Over::Signal, spec, context),
        int8: Int8Form::Products,
        ..LAYER
    },
    Row {
        word: "Conv2d",
        example: "[3, 8, 6] -> [4, 6, 4]; Conv2d<3, 4, 3, Relu>",
        resolve: |spec, context| conv::conv(Over::Image, spec, context),
        int8: Int8Form::Products,
        ..LAYER
    },
    Row {
        word: "ConvTranspose2d",
        example: "[3, 8, 6] -> [4, 16, 12]; ConvTranspose2d<3, 4, 2, stride = 2>",
        resolve: transposed::conv_transpose,
        ..LAYER
    },
    Row { word: "Dense", example: "Dense<6, 4, Relu>", resolve: dense::dense, int8: Int8Form::Products, ..LAYER },
    Row {
        word: "DepthwiseConv2d",
        example: "[3, 8, 6] -> [3, 8, 6]; DepthwiseConv2d<3, 3, padding = same>",
        resolve: conv::depthwise,
        int8: Int8Form::Products,
        ..LAYER
    },
    Row {
        word: "Dropout",
        example: "[6] -> [6]; Dropout<0.2>",
        resolve: |spec, context| {
            let one = simple(spec, Takes::Any, Argument::Rate("the probability of a number to be dropped"), context)?;
            let (rate, shape) = (&one.rate, &one.flow.ty);
            one.gives("Dropout", quote!(#rate, #shape), one.flow.clone(), context)
        },
        sequences: Sequences::RowByRow,
        identity: true,
        int8: Int8Form::Nothing,
        ..LAYER
    },
    Row {
        word: "Embedding",
        example: "[..6] -> [..6, 4]; Embedding<9, 4>",
        resolve: sequence::embedding,
        sequences: Sequences::Taken,
        takes_tokens: |_, _| Some(1),
        ..LAYER
    },
    Row {
        word: "EncoderDecoder",
        example: "EncoderDecoder<[Embedding<9, 4>, Gru<4, 6>], AttentionDecoder<9, 4, 6>, source = 5, target = 7>",
        resolve: encoder_decoder::encoder_decoder,
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "Flatten",
        example: "[3, 8, 6] -> [144]; Flatten",
        resolve: |spec, context| {
            let one = simple(spec, Takes::Any, Argument::None("no arguments"), context)?;
            let count = one.flow.count(one.krate);
            let (n, shape) = (sized(&count, context), &one.flow.ty);
            one.gives("Flatten", quote!(#n, #shape), Flow::of(vec![count]), context)
        },
        identity: true,
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "GlobalAvgPool",
        example: "[3, 8, 6] -> [3]; GlobalAvgPool",
        resolve: |spec, context| pool::global("GlobalAvgPool", spec, context),
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "GlobalMaxPool",
        example: "[3, 8, 6] -> [3]; GlobalMaxPool",
        resolve: |spec, context| pool::global("GlobalMaxPool", spec, context),
        int8: Int8Form::Other,
        ..LAYER
    },
    Row { word: "GroupNorm", example: "[4, 8, 6] -> [4, 8, 6]; GroupNorm<2>", resolve: norm::group_norm, ..LAYER },
    Row {
        word: "Gru",
        example: "[..6, 3] -> [..6, 4]; Gru<3, 4>",
        resolve: |spec, context| recurrent::recurrent("Gru", spec, context),
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "InstanceNorm2d",
        example: "[3, 8, 6] -> [3, 8, 6]; InstanceNorm2d<affine = true>",
        resolve: norm::instance_norm,
        ..LAYER
    },
    Row {
        word: "LastStep",
        example: "[..6, 3] -> [3]; LastStep",
        resolve: |spec, context| {
            let one = simple(spec, Takes::Sequence, Argument::None("no arguments"), context)?;
            let ty = &one.flow.ty;
            one.gives("LastStep", quote!(#ty), one.step.clone()?, context)
        },
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "LayerNorm",
        example: "[4, 6] -> [4, 6]; LayerNorm",
        resolve: |spec, context| norm::row_norm(2, spec, context),
        sequences: Sequences::RowByRow,
        ..LAYER
    },
    Row {
        word: "Lstm",
        example: "[..6, 3] -> [..6, 4]; Lstm<3, 4>",
        resolve: |spec, context| recurrent::recurrent("Lstm", spec, context),
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "MaxPool1d",
        example: "[3, 8] -> [3, 4]; MaxPool1d<2>",
        resolve: |spec, context| pool::pool("MaxPool2d", Over::Signal, spec, context),
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "MaxPool2d",
        example: "[3, 8, 6] -> [3, 4, 3]; MaxPool2d<2>",
        resolve: |spec, context| pool::pool("MaxPool2d", Over::Image, spec, context),
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "MeanOverTime",
        example: "[..6, 3] -> [3]; MeanOverTime",
        resolve: |spec, context| {
            let one = simple(spec, Takes::Sequence, Argument::None("no arguments"), context)?;
            let ty = &one.flow.ty;
            one.gives("MeanOverTime", quote!(#ty), one.step.clone()?, context)
        },
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "MultiHeadAttention",
        example: "[..6, 8] -> [..6, 8]; MultiHeadAttention<8, 2>",
        resolve: attention::multi_head,
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "Multiply",
        example: "[3, 8, 6] -> [3, 8, 6]; Multiply<GlobalAvgPool, Dense<3, 3, Sigmoid>>",
        resolve: multiply::multiply,
        ..LAYER
    },
    Row {
        word: "PositionalEncoding",
        example: "[..6, 8] -> [..6, 8]; PositionalEncoding",
        resolve: attention::positional_encoding,
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row { word: "Prelu", example: "[3, 8, 6] -> [3, 8, 6]; Prelu<3>", resolve: prelu::prelu, ..LAYER },
    Row {
        word: "Reshape",
        example: "[48] -> [3, 4, 4]; Reshape<[3, 4, 4]>",
        resolve: reshape::reshape,
        identity: true,
        int8: Int8Form::Other,
        ..LAYER
    },
    Row {
        word: "Residual",
        example: "[6] -> [6]; Residual<Dense<6, 4, Relu>, Dense<4, 6>>",
        resolve: residual::residual,
        ..LAYER
    },
    Row {
        word: "RmsNorm",
        example: "[4, 6] -> [4, 6]; RmsNorm",
        resolve: |spec, context| norm::row_norm(1, spec, context),
        sequences: Sequences::RowByRow,
        ..LAYER
    },
    Row {
        word: "Rnn",
        example: "[..6, 3] -> [..6, 4]; Rnn<3, 4>",
        resolve: |spec, context| recurrent::recurrent("Rnn", spec, context),
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "SpatialDropout",
        example: "[3, 8, 6] -> [3, 8, 6]; SpatialDropout<0.2>",
        resolve: |spec, context| {
            let rate = Argument::Rate("the probability of a channel to be dropped");
            let one = simple(spec, Takes::Planes, rate, context)?;
            let (rate, channels, shape) = (&one.rate, sized(&one.sizes[0], context), &one.flow.ty);
            one.gives("SpatialDropout", quote!(#rate, #channels, #shape), one.flow.clone(), context)
        },
        identity: true,
        int8: Int8Form::Nothing,
        ..LAYER
    },
    Row {
        word: "TimeDistributed",
        example: "[..6, 3] -> [..6, 4]; TimeDistributed<Dense<3, 4>>",
        resolve: sequence::time_distributed,
        sequences: Sequences::Taken,
        takes_tokens: |spec, within| {
            within(spec.args().iter().find_map(|arg| arg.spec())?).map(|dimensions| dimensions + 1)
        },
        ..LAYER
    },
    Row {
        word: "TransformerEncoder",
        example: "[..6, 8] -> [..6, 8]; TransformerEncoder<8, 2, 16>",
        resolve: attention::transformer_encoder,
        sequences: Sequences::Taken,
        ..LAYER
    },
    Row {
        word: "Upsample2d",
        example: "[2, 4, 3] -> [2, 8, 6]; Upsample2d<2>",
        resolve: |spec, context| {
            let each = Argument::Each("how many times larger", "a factor", 1);
            let one = simple(spec, Takes::Image, each, context)?;
            one.resized("Upsample2d", |size, times| call!(one.krate, times, size, times), context)
        },
        ..LAYER
    },
    Row {
        word: "ZeroPad2d",
        example: "[2, 4, 3] -> [2, 6, 5]; ZeroPad2d<1>",
        resolve: |spec, context| {
            let each = Argument::Each("rows and columns of zeros", "a padding", 0);
            let one = simple(spec, Takes::Image, each, context)?;
            one.resized("ZeroPad2d", |size, zeros| call!(one.krate, padded, size, zeros), context)
        },
        int8: Int8Form::Other,
        ..LAYER
    },
];

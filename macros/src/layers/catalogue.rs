//! The built-in layers.

use super::window::Over;
use super::{
    attention, concat, conv, dense, encoder_decoder, pool, recurrent, residual, sequence, simple, spatial, transposed,
};
use crate::context::Row;

/// All of them.
pub const ROWS: &[Row] = &[
    Row { word: "AvgPool1d", resolve: |spec, context| pool::pool("AvgPool2d", Over::Signal, spec, context) },
    Row { word: "AvgPool2d", resolve: |spec, context| pool::pool("AvgPool2d", Over::Image, spec, context) },
    Row { word: "BatchNorm1d", resolve: |spec, context| spatial::batch_norm(Over::Signal, spec, context) },
    Row { word: "BatchNorm2d", resolve: |spec, context| spatial::batch_norm(Over::Image, spec, context) },
    Row { word: "Concat", resolve: concat::concat },
    Row { word: "Conv1d", resolve: |spec, context| conv::conv(Over::Signal, spec, context) },
    Row { word: "Conv2d", resolve: |spec, context| conv::conv(Over::Image, spec, context) },
    Row { word: "ConvTranspose2d", resolve: transposed::conv_transpose },
    Row { word: "Dense", resolve: dense::dense },
    Row { word: "DepthwiseConv2d", resolve: conv::depthwise },
    Row { word: "Dropout", resolve: simple::dropout },
    Row { word: "Embedding", resolve: sequence::embedding },
    Row { word: "EncoderDecoder", resolve: encoder_decoder::encoder_decoder },
    Row { word: "Flatten", resolve: simple::flatten },
    Row { word: "GlobalAvgPool", resolve: spatial::global_avg_pool },
    Row { word: "Gru", resolve: |spec, context| recurrent::recurrent("Gru", spec, context) },
    Row { word: "LastStep", resolve: |spec, context| sequence::without_time("LastStep", spec, context) },
    Row { word: "LayerNorm", resolve: simple::layer_norm },
    Row { word: "Lstm", resolve: |spec, context| recurrent::recurrent("Lstm", spec, context) },
    Row { word: "MaxPool1d", resolve: |spec, context| pool::pool("MaxPool2d", Over::Signal, spec, context) },
    Row { word: "MaxPool2d", resolve: |spec, context| pool::pool("MaxPool2d", Over::Image, spec, context) },
    Row { word: "MeanOverTime", resolve: |spec, context| sequence::without_time("MeanOverTime", spec, context) },
    Row { word: "MultiHeadAttention", resolve: attention::multi_head },
    Row { word: "PositionalEncoding", resolve: attention::positional_encoding },
    Row { word: "Reshape", resolve: spatial::reshape },
    Row { word: "Residual", resolve: residual::residual },
    Row { word: "Rnn", resolve: |spec, context| recurrent::recurrent("Rnn", spec, context) },
    Row { word: "SpatialDropout", resolve: spatial::spatial_dropout },
    Row { word: "TimeDistributed", resolve: sequence::time_distributed },
    Row { word: "TransformerEncoder", resolve: attention::transformer_encoder },
    Row { word: "Upsample2d", resolve: spatial::upsample },
    Row { word: "ZeroPad2d", resolve: spatial::zero_pad },
];

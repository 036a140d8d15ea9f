//! The layers, one a file: formula, struct, forward, backward.
//!
//! Their implementations are `do_not_recommend`: where a type is no layer, rustc would list them all with their inner parameters.

mod activate;
mod attention;
mod avg_pool2d;
mod batch_norm;
mod chain;
mod concat;
mod conv1d;
mod conv2d;
mod conv_transpose2d;
mod dense;
mod dropout;
mod embedding;
mod encoder_decoder;
mod flatten;
mod global_avg_pool;
mod last_step;
mod layer_norm;
mod max_pool2d;
mod mean_over_time;
mod positional_encoding;
mod recurrent;
mod reshape;
mod residual;
mod sequential;
mod spatial_dropout;
mod time_distributed;
mod transformer_encoder;
mod upsample2d;
mod window;
mod zero_pad2d;

pub use activate::Activate;
pub use attention::{
    Additive, Attention, AttentionScratch, AttentionTape, AttentionWeights, Bilinear, Dot, Heads, HeadsRoom,
    MultiHeadAttention, MultiHeadTape, Part, Question, Score, Table,
};
pub use avg_pool2d::AvgPool2d;
pub use batch_norm::{BatchNorm, BatchNormGradient, BatchNormTape};
pub use chain::{Chain, Composed};
pub use concat::{Concat, ConcatGradient, ConcatTape};
pub use conv_transpose2d::ConvTranspose2d;
pub use conv1d::Conv1d;
pub use conv2d::Conv2d;
pub use dense::Dense;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use encoder_decoder::{
    AttentionDecoder, AttentionDecoderTape, Beam, Combine, CopyingDecoder, CopyingDecoderTape, Decoder, Decoding,
    EncoderDecoder, EncoderDecoderGradient, EncoderDecoderScratch, EncoderDecoderTape, Exported, Gate, KnownTokens,
    Lesson, Projection, Said, Tied,
};
pub use flatten::Flatten;
pub use global_avg_pool::GlobalAvgPool;
pub use last_step::LastStep;
pub use layer_norm::LayerNorm;
pub use max_pool2d::MaxPool2d;
pub use mean_over_time::MeanOverTime;
pub use positional_encoding::PositionalEncoding;
pub use recurrent::{
    All, Bidirectional, Blocks, Cell, Direction, Forward, Gru, GruCell, GruState, Last, Lstm, LstmCell, LstmState,
    Operator, Recurrent, Returns, Reverse, Reversible, Rnn, RnnCell, RnnState, State,
};
pub use reshape::Reshape;
pub use residual::{Identity, Residual, ResidualGradient, ResidualTape, Shortcut, Through, ThroughGradient};
pub use sequential::Sequential;
pub use spatial_dropout::SpatialDropout;
pub use time_distributed::{TimeDistributed, TimeDistributedGradient};
pub use transformer_encoder::{TransformerEncoder, TransformerEncoderTape};
pub use upsample2d::Upsample2d;
pub use window::{Slides, Window};
pub use zero_pad2d::ZeroPad2d;

//! The layers, one a file: formula, struct, forward, backward.
//!
//! In [`network!`](crate::network!) they are written as the README and the examples below show, and need no import; each type's
//! documentation gives its settings. Types that stand for them here, such as [`Window2d`], carry what the macro has computed.
//!
//! # Images and signals
//!
//! ```rust
//! use congruent::prelude::*;
//!
//! network! {
//!     struct Strokes: [1, 28, 28] -> [10] {
//!         strokes: Conv2d<1, 8, 3, Relu>,
//!         smaller: MaxPool2d<2>,
//!         parts: Conv2d<8, 16, 3, Relu, padding = same>,
//!         norm: BatchNorm2d,
//!         kept: Residual<Conv2d<16, 16, 3, Relu, padding = same>>,
//!         mean: GlobalAvgPool,
//!         output: Dense<_, 10, Softmax>,
//!     }
//! }
//! assert_eq!(Strokes::seeded(1).forward(&[[[0.5; 28]; 28]]).len(), 10);
//! ```
//!
//! The sizes of images follow from the mapping; a window that is larger than its image, a stride or a pool that leaves a remainder,
//! branches of different shapes are compile errors with the numbers in them.
//!
//! ```sh
//! cargo run --release --example digits_cnn          # the shipped digits, over 98.5 % of those it has not seen
//! cargo run --release --example mnist_cnn -- DIR    # MNIST from its files, about 97.7 % after 5 epochs on 20,000 images
//! cargo run --release --example detection -- --png found.png    # finds digits in noisy scenes, and draws what it found
//! ```
//!
//! For finding things in images, [`DetectionLoss`](crate::detection::DetectionLoss) trains a grid of cells: whether there is something, by focal loss or
//! binary cross-entropy, where, by generalised intersection over union or smooth L1, and what it is. [`decode`](crate::detection::decode) reads the
//! grid, with suppression of what overlaps, in memory of fixed size. [`AveragePrecision`](crate::metric::AveragePrecision) measures it as COCO does, [`Augment`](crate::data::Augment) shifts,
//! turns, scales, mirrors and disturbs images while they are learned. The mean average precision of the example is 95.8, 92.7 and 95.8 % with three
//! seeds at an overlap of one half, and 65.3, 61.2 and 66.1 % on average from 0.5 to 0.95, on 1000 scenes of digits that it has never seen; it
//! trains for 80 s.
//!
//! # Sequences
//!
//! ```rust
//! use congruent::prelude::*;
//!
//! network! {
//!     /// Sentences of up to 40 of 1,000 words, good or bad.
//!     struct Reader: [..40] -> [2] {
//!         embed: Embedding<1000, 16>,
//!         read: Gru<16, 32, bidirectional = true, return = last>,
//!         output: Dense<64, 2, Softmax>,
//!     }
//! }
//!
//! let reader = Reader::seeded(1);
//! let words = Padded::new(&[17, 4, 256].map(Token))?; // shorter than 40; the padding changes no bit
//! let [good, bad] = reader.forward(&words);
//! # assert!((good + bad - 1.0).abs() < 1e-5);
//!
//! network! { struct Sensor: [..100, 6] -> [8] { read: Lstm<6, 8, return = last> } }
//!
//! // one reading at a time, as they come: the same bits as the sequence as a whole
//! let (sensor, mut state) = (Sensor::seeded(1), congruent::LstmState { h: [0.0; 8], c: [0.0; 8] });
//! for reading in [[0.1; 6], [0.2; 6], [0.3; 6]] {
//!     let h: [f32; 8] = sensor.read.step(&mut state, &reading);
//! # assert!(h.iter().all(|h| h.is_finite()));
//! }
//! assert_eq!(state.h, sensor.forward(&Padded::new(&[[0.1; 6], [0.2; 6], [0.3; 6]])?));
//! # Ok::<(), congruent::sequence::LengthError>(())
//! ```
//!
//! | | |
//! |---|---|
//! | input | `[32, 6]`: 32 steps of 6 numbers, `[[f32; 6]; 32]`; `[..32, 6]`: up to 32, [`Padded`](crate::Padded); before an [`Embedding`], `[32]` and `[..32]` are [`Token`](crate::Token)s |
//! | [`Rnn`], [`Lstm`], [`Gru`] | by PyTorch's equations and names, so that its weights load as they are; one after the other they are stacked; `return = last`, `bidirectional = true`, `truncate = 16` (truncated backpropagation through time) |
//! | [`TimeDistributed`] | layers at each step; [`LayerNorm`], [`Dropout`] and activations are at each step anyway |
//! | [`LastStep`], [`MeanOverTime`] | from a sequence to a vector |
//! | losses and metrics | of each step, over the actual steps |
//!
//! # From one sequence to another
//!
//! ```rust
//! use congruent::prelude::*;
//! use congruent::{Pair, zeroed_box, tokenizer::{END, START}};
//!
//! network! {
//!     struct Translator {
//!         model: EncoderDecoder<
//!             [Embedding<48, 64>, Gru<64, 64, bidirectional = true>],
//!             AttentionDecoder<48, 64, 128, embedding = tied>,
//!             source = 12, target = 24,
//!         >,
//!     }
//! }
//!
//! // the source, the target shifted by one token, and the target itself
//! let source = Padded::new(&[5, 6, 7].map(Token))?;
//! let (late, said) = (Padded::new(&[START, Token(9), Token(10)])?, Padded::new(&[Token(9), Token(10), END])?);
//!
//! let (mut translator, mut workspace) = (Translator::seeded(1), Workspace::boxed());
//! let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
//! for _ in 0..40 {
//!     trainer.step::<_, _, 1>(&mut *translator, &mut *workspace, &[Pair(source, late)], &[said])?;
//! }
//! let mut buffer = zeroed_box();
//! let found = translator.model.beam::<4>(&source, &mut buffer);
//! assert_eq!(found.tokens(), [9, 10].map(Token));
//! # assert_eq!(found.attention().count(), 3);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! | | |
//! |---|---|
//! | [`MultiHeadAttention`], [`TransformerEncoder`], [`PositionalEncoding`] | by PyTorch's equations and names; `causal = true`, `norm_first = true`, `dropout = 0.1` |
//! | [`Attention`] | of one sequence to another, scored by dot product, by a matrix (Luong) or by a small network (Bahdanau) |
//! | [`EncoderDecoder`] | encoder layers in brackets, then `AttentionDecoder` or `CopyingDecoder`, which can say words of the source that it has never seen; `cell = Lstm`, `score = Additive<64>`, `embedding = tied` |
//! | in inference | [`greedy`](EncoderDecoder::greedy) and [`beam`](EncoderDecoder::beam) search in memory of fixed size that the caller lends; attention weights can be read |
//! | [`tokenizer`](crate::tokenizer) | characters and words to tokens and back, also without an allocator; `tokenizer.json` files with the feature `tokenizers` |
//! | metrics | [`Rouge`](crate::metric::Rouge), [`ExactMatch`](crate::metric::ExactMatch) |
//!
//! ```sh
//! cargo run --release --example translate                              # learns 5000 number words from English to French
//! cargo run --release --example translate -- "three hundred twelve"    # trois cent douze, and where it looked for each word
//! cargo run --release --example translate -- --pairs FILE.tsv          # learns from lines of a sentence, a tab and its translation
//! cargo run --release --example summarize                              # learns to summarise reports
//! cargo run --release --example summarize -- FILE.txt                  # summarises a text
//! ```
//!
//! `translate` trains for 15 s on one core, and then translates 99.94 % of 10,000 unseen numbers without a mistake (99.89 % and 99.98 % with
//! other seeds). `summarize` trains for 32 s on 4000 reports of a grammar; its summaries of 1000 others, whose names it has never seen, reach
//! a ROUGE-L of 100.0, where the reports' first sentences have 11.1. It does not generalise to texts of another grammar.
//!
//! # In this module
//!
//! Implementations of [`Layer`](crate::Layer) are `do_not_recommend`: where a type is no layer, rustc would list them all with their inner
//! parameters.

/// The built-in layers: a file each, with what it exports: first what stands at the root of the crate, too, then what goes with it.
///
/// The first list is of layers that are read from ONNX; where several read an operator, the first that does not pass it on.
macro_rules! layers {
    (
        read { $($read:ident::{$($Read:ident),*} $({$($ReadToo:ident),*})?)* }
        written { $($written:ident::{$($Written:ident),*} $({$($WrittenToo:ident),*})?)* }
    ) => {
        $(pub(crate) mod $read; pub use $read::{$($Read,)* $($($ReadToo),*)?};)*
        $(pub(crate) mod $written; pub use $written::{$($Written,)* $($($WrittenToo),*)?};)*

        /// What stands at the root of the crate.
        pub(crate) mod root {
            pub use super::{$($($Read,)*)* $($($Written,)*)*};
        }

        /// The readers of all layers that are read from ONNX.
        #[cfg(feature = "onnx")]
        pub(crate) const READERS: &[&[crate::layer::import::Reader]] = &[$($read::reading::READERS),*];
    };
}

layers! {
    read {
        avg_pool2d::{AvgPool2d}
        batch_norm::{BatchNorm} {BatchNormGradient}
        conv2d::{Conv1d, Conv2d}
        conv_transpose2d::{ConvTranspose2d}
        dense::{Dense}
        dropout::{Dropout}
        embedding::{Embedding}
        flatten::{Flatten}
        global_avg_pool::{GlobalAvgPool}
        global_max_pool::{GlobalMaxPool}
        group_norm::{GroupNorm}
        instance_norm2d::{InstanceNorm2d}
        last_step::{LastStep}
        layer_norm::{LayerNorm}
        max_pool2d::{MaxPool2d}
        mean_over_time::{MeanOverTime}
        prelu::{Prelu}
        recurrent::{Bidirectional, Gru, GruState, Lstm, LstmState, Rnn, RnnState} {
            All, Cell, CellState, Direction, Forward, GruCell, Last, LstmCell, Recurrent, Returns, Reverse, Reversible, RnnCell
        }
        reshape::{Reshape}
        rms_norm::{RmsNorm}
        upsample2d::{Upsample2d}
        zero_pad2d::{ZeroPad2d}
    }
    written {
        activate::{Activate}
        attention::{Attention, MultiHeadAttention} {
            Additive, AttentionScore, AttentionScratch, AttentionTape, AttentionWeights, Bilinear, Dot, Heads, MultiHeadTape
        }
        chain::{Chain}
        concat::{Concat} {ConcatGradient}
        encoder_decoder::{} {
            AttentionDecoder, Beam, Combine, CopyingDecoder, Decoded, Decoder, Decoding, EncoderDecoder, EncoderDecoderGradient, Gate,
            KnownTokens, Projection, Tied
        }
        multiply::{Multiply} {MultiplyGradient}
        positional_encoding::{PositionalEncoding}
        residual::{Identity, Residual, ShortcutLayer} {ResidualGradient, Shortcut, ShortcutLayerGradient}
        sequential::{Sequential}
        spatial_dropout::{SpatialDropout}
        time_distributed::{TimeDistributed} {TimeDistributedGradient}
        transformer_encoder::{TransformerEncoder}
        window::{} {Side, Window, Window1d, Window2d}
    }
}

mod convolve;
#[cfg(feature = "onnx")]
mod read_window;

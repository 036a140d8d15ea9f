//! Networks as ONNX files.
//!
//! What a file takes and gives:
//!
//! | the network | takes | gives |
//! |---|---|---|
//! | `[64] -> [10]` | `input` `[batch, 64]` | `output` `[batch, 10]` |
//! | `(image: [1, 8, 8], words: [..5]) -> (policy: [4])` | `image` `[batch, 1, 8, 8]`, `words` `[batch, 5]`, `words_lengths` `[batch]` | `policy` `[batch, 4]` |
//! | `[..32, 6] -> [4]` | `input` `[batch, 32, 6]`, `lengths` `[batch]` | `output` `[batch, 4]` |
//! | an `EncoderDecoder` | `source`, `target` `[batch, most]`, `source_lengths`, `target_lengths` `[batch]` | `output` `[batch, most, words]` |
//! | the same, by [`EncoderDecoder::save_onnx_greedy`](crate::layers::EncoderDecoder::save_onnx_greedy) | `source`, `source_lengths` | `tokens` `[batch, steps]`, `lengths`, `log_probability` `[batch]` |
//!
//! Tokens and lengths are `int64`, the rest is `float`. What is behind the end of a sequence is never looked at, whatever it is, and
//! behind the end of one that goes out are zeros. As in [`Padded`](crate::Padded), a length below 1 counts as 1, and one of more than there
//! is room for as all there is. A token beyond the vocabulary, which is a vector of zeros here, is an error in ONNX Runtime.
//!
//! # What is read
//!
//! [`declare`] writes the network of a file that another tool wrote, [`Import`] of one that leaves sizes open or has several outputs. Of the
//! models that the ONNX project tests others with (`tests/interchange/onnx_suites.txt` has each, with its reason), PyTorch's modules come
//! in unless they are one of these. Of torchvision's image classifiers, AlexNet, DenseNet, EfficientNet, GoogLeNet, Inception, MNASNet,
//! MobileNet, RegNet, ResNet and SqueezeNet come in as PyTorch exports them; ConvNeXt, ShuffleNet and the transformers do not. Whatever is
//! refused is named, with all other operators that no layer computes.
//!
//! | what | why it is refused |
//! |---|---|
//! | several inputs; a state that goes in, as streaming models have it | what is declared from a file has one input |
//! | operators over three dimensions, `Conv3d` | images have two |
//! | `Exp`, `Log`, `Abs`, `Sqrt`, `Erf`, `Pow`, `Max` of two values, … alone | there is no such activation |
//! | `Slice`, `Split`, `Gather` but of the last step | a network has no part of a value |
//! | `Reshape` behind a `Transpose` that moves numbers: `PixelShuffle`, the channel shuffle of ShuffleNet | no layer moves numbers |
//! | normalisation over the channels of an image, ConvNeXt | `LayerNorm` is over the last dimension |
//! | attention, where an exporter spells it out | its operators are not read as `MultiHeadAttention` |
//! | another epsilon than the layer's in `LayerNorm`, `RmsNorm`, `InstanceNorm2d`, another α of `Elu`, `Gelu` by `tanh` | a constant of the layer |
//! | `AveragePool` with padding that does not count, dilated pools, zeros more on one side | no setting says it |
//! | `Dropout` and `BatchNormalization` that train | a file is read for inference |
//! | `GRU` that resets the state before its product (`linear_before_reset = 0`) | PyTorch's `Gru` resets the product |
//! | tensors in another file | write the model as one file |
//!
//! What is computed differently, to the same numbers: half precision in `f32`; sums and products with constants, in the weights of the layer
//! before or as a convolution of single numbers, which then learn like others; `LeakyRelu` of another slope as `Prelu`, which learns
//! its slope. A `Transpose` at the beginning or the end is left to the caller: the declaration says so in its documentation.
//!
//! # The file
//!
//! It is a message of Protocol Buffers, of which `prost` writes and reads the bytes; the few message types that are
//! needed stand in `proto`, so that nobody has to have a compiler for them.

mod greedy;
mod import;
mod model;
mod proto;
mod read;
mod writer;

use std::path::Path;

use super::WeightsError;
use crate::network::Network;
use crate::shape::{Dims, Shape};
use writer::Writer;

pub use greedy::greedy_to_bytes;
pub use import::Import;
pub use model::OnnxError;
use model::{check_finite, file, lacks_export, write_file};

/// The network as an ONNX file, in memory.
///
/// # Errors
///
/// When a parameter is not finite, and when a layer has no [`export`](crate::Layer::export). Those are custom layers and activations: all
/// built-in ones are exported.
pub fn to_bytes<N: Network>(network: &N) -> Result<Vec<u8>, OnnxError> {
    let (input, output, name) = (N::Input::DIMS, N::Output::DIMS, N::SUMMARY.name);
    let refused = |what| OnnxError::Mapping { network: name.into(), mapping: Box::new([input, output]), what };
    if [input, output].iter().any(nested) {
        return Err(refused("a sequence of sequences of up to a length"));
    }
    check_finite(name, network)?;
    let mut writer = Writer::new();
    let given = writer.input("input", &input);
    let exported = network.export(&mut writer, given);
    let mut value = exported.map_err(|cause| lacks_export(&writer, name, cause))?;
    let outputs = core::mem::take(&mut writer.outputs);
    if !outputs.is_empty() {
        return Ok(file(writer.finish(name, outputs)));
    }
    if output.apart().is_some() {
        return Err(refused("a pair that goes out"));
    }
    if output.is_at_most() {
        value = writer.cleared(value, &output).ok_or_else(|| refused("a sequence without a length"))?;
    }
    writer.rename(value, "output");
    Ok(file(writer.finish(name, vec![writer::tensor("output", &output)])))
}

/// Whether there are sequences of up to a length within others.
fn nested(dims: &Dims) -> bool {
    match dims.apart() {
        Some([first, second]) => first.is_nested() || nested(&second),
        None => dims.is_nested(),
    }
}

/// The declaration of a network that computes what an ONNX file does, if that is a chain of layers that there are here: dense layers,
/// those over images and signals, normalisations, activations, and branches that come together as a sum or side by side. Batch
/// normalisations that the tool which wrote the file has folded into the convolutions before them are no layers any more.
///
/// [`Weights::from_onnx`](super::Weights::from_onnx) takes the numbers from the same file.
///
/// # Errors
///
/// When the bytes are no ONNX file, and when it holds what no layer here does: the error names the operator.
pub fn declare(bytes: &[u8]) -> Result<String, WeightsError> {
    Import::new().declare(bytes)
}

pub(super) use read::weights;

pub(crate) fn write<N: Network>(network: &N, path: &Path) -> Result<(), OnnxError> {
    write_file(&to_bytes(network)?, path)
}

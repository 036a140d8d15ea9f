//! Every layer and activation by itself: exported, for other tools to check, and read again.

use std::path::PathBuf;

use congruent::io::{Weights, declare};
use congruent::prelude::*;
use congruent::{Parameters, Shape, zeroed_box};

use super::{Sample, check, folder, lengths, network, samples};

include!("../../common/every_layer.rs");

/// What is written, but not read: attention, and sequences whose steps are the samples of a batch.
const ONLY_WRITTEN: &[&str] = &["MultiHeadAttention", "TimeDistributed", "TransformerEncoder"];

/// What is read as another layer, which has parameters of its own.
const READ_AS_OTHERS: &[(&str, &str)] = &[("PositionalEncoding", "Conv1d")];

/// What is read as another layer, or as none at all: the layer as it is declared.
const READ_AS: &[(&str, &str)] = &[("Dropout", ""), ("Linear", "Dense"), ("SpatialDropout", "")];

fn file(word: &str) -> PathBuf {
    folder().join(format!("layers/{word}.onnx"))
}

/// The layer is among those that are declared, and the network with the weights of the file gives what the one that was written gives.
fn read_again<N: Network<Input: Sample, Output: Sample>>(word: &str) {
    let (written, file) = (network::<N>(), file(word));
    if ONLY_WRITTEN.contains(&word) {
        declare(&file).expect_err("this is read now");
        return;
    }
    let declared = declare(&file).unwrap_or_else(|error| panic!("{word}: {error}"));
    if let Some((_, other)) = READ_AS_OTHERS.iter().find(|(written, _)| *written == word) {
        assert!(declared.contains(other), "{word}: {declared}");
        return;
    }
    let layer = READ_AS.iter().find(|(written, _)| *written == word).map_or(word, |(_, read)| read);
    assert!(declared.contains(layer), "{word}: {declared}");

    // fields have names, and positions have numbers
    let mut weights = Weights::read(&file).unwrap();
    for number in ["0", "1"] {
        let field = format!("layer{number}");
        if weights.tensors().any(|tensor| tensor.name.starts_with(&field)) {
            weights = weights.rename(&field, number);
        }
    }
    let mut read = N::seeded(5);
    weights.load(&mut *read).unwrap_or_else(|error| panic!("{word}: {error}"));
    let arrays = samples::<<N::Input as Sample>::Array>(N::Input::DIMS);
    for (array, length) in arrays.iter().zip(lengths(N::Input::DIMS.as_slice()[0])) {
        let input = N::Input::of(array, length);
        let mut outputs: Box<[<N::Output as Sample>::Array; 2]> = zeroed_box();
        *outputs = [&written, &read].map(|network| congruent::network::infer_one(&**network, &input).array());
        assert_eq!(outputs[0].as_flat(), outputs[1].as_flat(), "{word}");
    }
}

macro_rules! tests {
    // `decoders` has encoder-decoders of all kinds
    (pairs $($rest:tt)*) => {};
    ($kind:ident { $($Word:ident: $network:ty;)* } $($rest:tt)*) => {
        $(mod $Word {
            use congruent::network;

            type Network = $network;

            #[test]
            fn is_exported_as_other_tools_have_checked() {
                super::check::<Network>(concat!("layers/", stringify!($Word)));
            }

            #[test]
            fn is_read_again() {
                super::read_again::<Network>(stringify!($Word));
            }
        })*
        tests!($($rest)*);
    };
}

every_layer!(tests);

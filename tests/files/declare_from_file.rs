//! What is declared from a file is the network that the file came from.

#![cfg(feature = "safetensors")]

use congruent::io::declare;

fn declared(name: &str) -> Result<String, String> {
    declare(crate::interchange(name)).map_err(|error| error.to_string())
}

#[test]
fn weights_tell_layers_and_sizes() {
    let expected = "\
// activations are not in the file: add them, as in `Dense<64, 32, Relu>`
// load it with `Weights::read(…)?.rename(\"0\", \"layer0\").rename(\"2\", \"layer2\").load(&mut network)?`
network! {
    pub struct Network: [6] -> [3] {
        layer0: Dense<6, 4>,
        layer2: Dense<4, 3>,
    }
}
";
    assert_eq!(declared("pytorch_sequential.safetensors").unwrap(), expected);
    let classifier = declared("pytorch.safetensors").unwrap();
    let layers = "
        encoder_dense: Dense<6, 4>,
        encoder_norm: LayerNorm<4>,
        output: Dense<4, 3>,
";
    assert!(classifier.contains(layers), "{classifier}");
    let error = declared("misfit.safetensors").unwrap_err();
    assert!(error.contains("no layer has these tensors: `extra` [2, 2]"), "{error}");
}

#[test]
fn weights_tell_recurrent_layers() {
    let expected = "\
// activations are not in the file: add them, as in `Dense<64, 32, Relu>`
// how long sequences are is not in the file, nor which steps are given: look at both
network! {
    pub struct Network: [..32] -> [2] {
        embed: Embedding<9, 3>,
        first: Lstm<3, 4, bidirectional = true>,
        second: Gru<8, 5>,
        third: Rnn<5, 4, return = last>,
        output: Dense<4, 2>,
    }
}
";
    assert_eq!(declared("pytorch_reader.safetensors").unwrap(), expected);
    // Keras' names do not tell an order, but the sizes do
    let keras = declared("keras_reader.safetensors").unwrap();
    let layers = "
        embed: Embedding<9, 3>,
        first: Lstm<3, 4, bidirectional = true>,
        second: Gru<8, 3, bidirectional = true>,
        each: TimeDistributed<Dense<6, 4>>,
        third: Rnn<4, 3, bidirectional = true, return = last>,
        output: Dense<6, 2>,
";
    assert!(keras.contains(layers) && !keras.contains("do not tell the order"), "{keras}");
}

#[test]
fn weights_tell_layers_over_images() {
    let expected = "\
// activations are not in the file: add them, as in `Dense<64, 32, Relu>`
// the sizes do not tell the order of the layers: look at it
// the sizes of images and signals are not in the file: write them for `_`
// nor are strides, padding and dilation, nor pools and what else has no weights: add them
// what makes 144 numbers of 4 channels before `fc1` is not in the file: Flatten is a guess
network! {
    pub struct Network: [1, _, _] -> [3] {
        conv1: Conv2d<1, 4, 3>,
        norm1: BatchNorm2d,
        depth: DepthwiseConv2d<4, 3, bias = false>,
        norm2: BatchNorm2d,
        wide: Conv2d<4, 6, (3, 1), groups = 2>,
        strided: Conv2d<6, 6, 3>,
        up: ConvTranspose2d<6, 4, 3>,
        flat: Flatten,
        fc1: Dense<144, 10>,
        fc2: Dense<10, 3>,
    }
}
";
    assert_eq!(declared("pytorch_image.safetensors").unwrap(), expected);
    let pooled = declared("pytorch_pooled.safetensors").unwrap();
    let layers = "\
    pub struct Network: [3, _, _] -> [4] {
        features_0: Conv2d<3, 5, 3, bias = false>,
        features_1: BatchNorm2d,
        features_4: Conv2d<5, 7, 1>,
        mean: GlobalAvgPool,
        final_: Dense<7, 4>,
";
    assert!(pooled.contains(layers) && !pooled.contains("do not tell the order"), "{pooled}");
    assert!(pooled.contains(".rename(\"features.4\", \"features_4\").rename(\"final\", \"final_\")"), "{pooled}");
    let signal = declared("pytorch_signal.safetensors").unwrap();
    let layers = "\
// `last` has no bias in the file, but here: `load_partial` leaves that as it is
network! {
    pub struct Network: [2, _] -> [5] {
        waves: Conv1d<2, 4, 3>,
        norm: BatchNorm1d,
        longer: Conv1d<4, 3, 4, bias = false>,
        flat: Flatten,
        last: Dense<6, 5>,
        layer_norm: LayerNorm<5>,
";
    assert!(signal.contains(layers), "{signal}");
    // by their sizes, these are one after the other
    let keras = declared("keras_photos.safetensors").unwrap();
    let layers = "
        stem: Conv2d<3, 6, (3, 2)>,
        norm: BatchNorm2d,
        depth: DepthwiseConv2d<6, 3>,
        point: Conv2d<6, 8, 2, groups = 2>,
        rows: BatchNorm2d,
        last: Conv2d<8, 4, 2>,
        flat: Flatten,
        output: Dense<8, 3>,
";
    assert!(keras.contains(layers), "{keras}");
}

#[cfg(feature = "onnx")]
#[test]
fn onnx_files_tell_everything() {
    let expected = "\
network! {
    pub struct Network: [2, 3] -> [4] {
        flatten0: Flatten,
        a: Dense<6, 5, Relu>,
        b: Dense<5, 5, LeakyRelu>,
        norm: LayerNorm<5>,
        inner_0: Dense<5, 6, Sigmoid>,
        inner_1: Tanh,
        inner_2: Dense<6, 5>,
        d: Dense<5, 5, Gelu>,
        silu: Silu,
        e: Dense<5, 4, Softmax>,
    }
}
";
    assert_eq!(declared("every.onnx").unwrap(), expected);
    assert!(declared("nothing.onnx").unwrap().contains("[3] -> [3]"));
}

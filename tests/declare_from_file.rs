//! What is declared from a file is the network that the file came from.

#![cfg(feature = "safetensors")]

use congruent::interchange::declare;

fn declared(name: &str) -> Result<String, String> {
    declare(format!("{}/tests/interchange/{name}", env!("CARGO_MANIFEST_DIR"))).map_err(|error| error.to_string())
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
    // Keras' names do not tell an order, but the sizes do; that a layer is at each step nothing tells
    let keras = declared("keras_reader.safetensors").unwrap();
    let layers = "
        embed: Embedding<9, 3>,
        first: Lstm<3, 4, bidirectional = true>,
        second: Gru<8, 3, bidirectional = true>,
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
        tanh5: Tanh,
        inner_2: Dense<6, 5>,
        d: Dense<5, 5, Gelu>,
        silu8: Silu,
        e: Dense<5, 4, Softmax>,
    }
}
";
    assert_eq!(declared("every.onnx").unwrap(), expected);
    assert!(declared("nothing.onnx").unwrap().contains("[3] -> [3]"));
}

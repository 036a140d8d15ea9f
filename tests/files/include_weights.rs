//! Weights that are read when the program is compiled are those that are loaded when it runs.

#![cfg(feature = "safetensors")]

use congruent::Parameters;
use congruent::io::Weights;
use congruent::prelude::*;

network! { struct Encoder { dense: Dense<6, 4, Relu>, norm: LayerNorm } }
network! { struct Classifier { encoder: Encoder, output: Dense<4, 3, Softmax> } }
network! { struct Renamed { read: Encoder, out: Dense<4, 3, Softmax> } }

static CLASSIFIER: Classifier = include_weights!("../interchange/pytorch.safetensors");
static RENAMED: Renamed =
    include_weights!("../interchange/pytorch.safetensors", "encoder" => "read", "output" => "out");
static LISTED: network![Dense<6, 4>, Relu, Dense<4, 3, Softmax>] =
    include_weights!("../interchange/pytorch_sequential.safetensors");

fn read(name: &str) -> Weights {
    Weights::read(crate::interchange(name)).unwrap()
}

#[test]
fn included_weights_are_the_loaded_ones() {
    let mut loaded = Classifier::seeded(1);
    read("pytorch.safetensors").load(&mut *loaded).unwrap();
    assert_eq!(CLASSIFIER.as_flat(), loaded.as_flat());
    assert_eq!(RENAMED.as_flat(), loaded.as_flat());
    let mut listed = Box::new(LISTED.clone());
    read("pytorch_sequential.safetensors").load(&mut *listed).unwrap();
    assert_eq!(LISTED.as_flat(), listed.as_flat());
}

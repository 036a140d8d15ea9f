//! That each layer there is has been exported, and what came of it been compared.

use std::collections::BTreeSet;
use std::path::Path;

use super::{decoders, fixed, of_a_length};
use crate::catalogue;

/// The files under a folder of the crate, as text.
fn sources(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            sources(&entry.path(), texts);
        } else {
            texts.push((entry.path().display().to_string(), std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// The words in the layers of the networks that are exported here, as they are written.
fn words() -> BTreeSet<String> {
    let summaries = [fixed::SUMMARIES, of_a_length::SUMMARIES, decoders::SUMMARIES].into_iter().flatten();
    let layers = summaries.flat_map(|summary| summary.layers.iter().map(|layer| layer.layer));
    let words = layers.flat_map(|layer| layer.split(|c: char| !c.is_alphanumeric() && c != '_'));
    // those of the list by themselves, too
    words.map(str::to_owned).chain(catalogue::words()).collect()
}

/// The word that stands for a layer in `network!`, where that is not its own name.
fn written(layer: &str) -> &str {
    match layer {
        "Activate" => "Relu",
        "BatchNorm" => "BatchNorm2d",
        "Bidirectional" => "bidirectional",
        "Chain" => "TimeDistributed", // two networks of which have several layers in them
        "KnownTokens" => "CopyingDecoder",
        "Recurrent" => "Gru",
        layer => layer,
    }
}

/// The layers that a text implements, each with the text of its implementation.
fn layers(text: &str) -> Vec<(String, String)> {
    // tests have layers of their own
    let text = text.split("#[cfg(test)]").next().unwrap().replace("Layer\n    for ", "Layer for ");
    // a layer that is a function alone implements `Map`
    let text = text.replace("> Map for ", "> Layer for ");
    let implementations = text.split("Layer for ").skip(1);
    let found = implementations.map(|text| {
        let name = text.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        (name.to_owned(), text.split("\n}").next().unwrap().to_owned())
    });
    found.collect()
}

#[test]
fn each_layer_is_exported_and_compared() {
    let mut texts = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/layers"), &mut texts);
    let (words, mut count) = (words(), 0);
    for (file, text) in &texts {
        for (layer, body) in layers(text) {
            assert!(body.contains("fn export("), "{file}: `{layer}` has no `export`");
            // a list of layers as a type has no words for them
            let tested = layer == "Sequential" || words.contains(written(&layer));
            assert!(tested, "{file}: no network with a `{layer}` is exported here");
            count += 1;
        }
    }
    assert!(count > 30, "only {count} layers in {} files", texts.len());
}

//! The words of the built-in layers and activations, as the macro lists them.

use std::path::Path;

/// The words in the rows of `macros/src/layers/catalogue.rs`.
pub fn layers() -> Vec<String> {
    let words: Vec<String> = quoted(&read("catalogue.rs"), "word: \"", "\"").collect();
    assert!(words.len() > 30, "only {} layers: {words:?}", words.len());
    words
}

/// The words in `macros/src/layers/activations.rs`.
pub fn activations() -> Vec<String> {
    let text = read("activations.rs");
    let list = quoted(&text, "pub const ACTIVATIONS: &[&str] = &[", "];").next().expect("a list of activations");
    let words: Vec<String> = list.split('"').skip(1).step_by(2).map(String::from).collect();
    assert!(words.len() > 7, "only {} activations: {words:?}", words.len());
    words
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../macros/src/layers").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between each `start` and the next `end`.
fn quoted(text: &str, start: &str, end: &str) -> impl Iterator<Item = String> {
    text.split(start).skip(1).filter_map(move |rest| Some(rest.split_once(end)?.0.to_owned()))
}

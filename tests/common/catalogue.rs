//! The words of the built-in layers and activations.

/// The words in the rows of the macro's catalogue.
pub fn words() -> Vec<String> {
    congruent::__private::CATALOGUE.iter().map(|(word, ..)| String::from(*word)).collect()
}

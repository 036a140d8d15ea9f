//! What the README says there is.

use std::collections::BTreeSet;
use std::path::Path;

/// The words in code in the second column of the rows of the README's tables that begin with `title`.
fn listed(title: &str) -> BTreeSet<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("a README");
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| ")?.strip_prefix(title));
    let columns = rows.filter_map(|row| row.split('|').nth(1));
    columns.flat_map(|column| column.split('`').skip(1).step_by(2).map(String::from).collect::<Vec<_>>()).collect()
}

#[test]
fn the_tables_have_every_layer_and_activation() {
    for (title, kind) in [("layers", "layer"), ("activations", "activation")] {
        let rows = congruent::__private::CATALOGUE.iter().filter(|(.., of)| *of == kind);
        let words: BTreeSet<String> = rows.map(|(word, ..)| String::from(*word)).collect();
        assert!(words.len() > 10, "few words are {kind}s: {words:?}");
        assert_eq!(listed(title), words, "the rows of the README that begin with `{title}`");
    }
}

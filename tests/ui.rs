//! The book of compile errors: each page under `ui-tests/` is compiled, and its errors are counted and read.
//!
//! After a change of wording: `TRYBUILD=overwrite cargo test --test ui`, then read the `.stderr` files as prose, then
//! `BLESS=1 cargo test --test ui` for the index.

#![cfg(feature = "std")]

use std::fs;
use std::path::{Path, PathBuf};

/// The topics, in the order of the index, with their titles.
const TOPICS: &[(&str, &str)] = &[
    ("chain", "Layers that do not fit"),
    ("sizes", "Sizes"),
    ("words", "Words and grammar"),
    ("images", "Images and signals"),
    ("sequences", "Sequences"),
    ("use", "Inputs, targets, losses, workspaces"),
    ("budget", "Budgets"),
    ("own", "Layers of one's own"),
    ("weights", "Weights in files"),
    ("places", "Macros, functions, and code around a wrong network"),
];

/// A page of the book.
struct Page {
    path: PathBuf,
    /// How many errors there are.
    errors: usize,
    heading: String,
    code: String,
    answer: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui-tests")
}

fn pages(topic: &str) -> Vec<Page> {
    let entries = fs::read_dir(root().join(topic)).expect("a folder for each topic");
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let mut pages: Vec<Page> = paths.filter(|path| path.extension().is_some_and(|e| e == "rs")).map(page).collect();
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

/// The first line of a page is `// 1 error: the heading`.
fn page(path: PathBuf) -> Page {
    let text = fs::read_to_string(&path).expect("a readable page");
    let (first, code) = text.split_once('\n').expect("a first line");
    let (count, heading) = first.split_once(": ").expect("`// 1 error: heading`");
    let errors = count.trim_start_matches("// ").split(' ').next().and_then(|n| n.parse().ok());
    let answer = fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
    let (heading, code) = (heading.to_string(), code.trim().to_string());
    Page { errors: errors.expect("a number of errors"), heading, code, answer, path }
}

fn all() -> Vec<Page> {
    TOPICS.iter().flat_map(|(topic, _)| pages(topic)).collect()
}

#[test]
fn each_page_gives_its_answer() {
    let cases = trybuild::TestCases::new();
    // a program that runs, so that all pages are built to the end: some mistakes show only there
    cases.pass("ui-tests/support/pass.rs");
    for (topic, _) in TOPICS {
        cases.compile_fail(format!("ui-tests/{topic}/*.rs"));
    }
}

#[test]
fn each_mistake_is_one_error() {
    for page in all() {
        let errors = page.answer.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(errors, page.errors, "errors of {}", page.path.display());
    }
}

#[test]
fn pages_are_short() {
    for page in all() {
        assert!(page.code.lines().count() < 15, "{} has more than 15 lines", page.path.display());
    }
}

#[test]
fn no_answer_shows_what_is_within() {
    for page in all() {
        for inner in ["UInt<", "UTerm", "GenericArray", "__private", "__congruent", "typenum"] {
            assert!(!page.answer.contains(inner), "{} shows `{inner}`", page.path.display());
        }
        let own = page.answer.lines().filter(|line| line.trim_start().starts_with("--> src/"));
        for line in own {
            let allowed = ["src/layer.rs", "src/plain.rs", "src/train.rs", "src/loss", "src/layers/recurrent"];
            assert!(allowed.iter().any(|file| line.contains(file)), "{} shows {line}", page.path.display());
        }
        for line in page.answer.lines().filter(|line| line.starts_with("error")) {
            assert!(!line.contains("::") || line.contains('`'), "{}: {line}", page.path.display());
        }
    }
}

/// Code and errors side by side.
fn index() -> String {
    let mut text = String::from(
        "# The book of compile errors\n\n\
         What the compiler says to each mistake. This page is made from the files beside it by\n\
         `BLESS=1 cargo test --test ui`, and a test keeps it true.\n",
    );
    for (topic, title) in TOPICS {
        text += &format!("\n## {title}\n");
        for Page { heading, code, answer, path, .. } in pages(topic) {
            let heading = heading[..1].to_uppercase() + &heading[1..];
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let answer = answer.replace("ui-tests/", "");
            let answer = answer.trim();
            text += &format!("\n### {heading}\n\n[`{topic}/{file}`]({topic}/{file})\n\n```rust\n{code}\n```\n\n");
            text += &format!("```text\n{answer}\n```\n");
        }
    }
    text
}

#[test]
fn the_index_is_true() {
    let path = root().join("README.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, index()).expect("a writable index");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == index(), "ui-tests/README.md is stale: run `BLESS=1 cargo test --test ui`");
}

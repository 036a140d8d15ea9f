//! Programs of their own, built and run: one without an allocator, one with a large network on a small stack.

#![cfg(feature = "std")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs `cargo` in a folder under `tests`; what it builds goes under the target folder of this build.
fn cargo(folder: &str, arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(env!("CARGO"))
        .current_dir(root.join(folder))
        .args(arguments)
        .arg("--target-dir")
        .arg(crate::target())
        .output()
        .expect("cargo runs")
}

fn assert_success(output: &Output) {
    assert!(output.status.success(), "{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
}

#[test]
#[cfg(unix)]
fn without_allocator_and_std_a_program_links_and_trains() {
    assert_success(&cargo("no-alloc", &["run", "--release"]));
    let program = std::fs::read(crate::target().join("release/no-alloc")).expect("cargo put it there");
    let names = |name: &str| program.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(names("WORKSPACE"), "the names in the program can be read");
    assert!(!names("malloc") && !names("rust_alloc"), "an allocator is named in the program");
}

#[test]
fn ten_million_parameters_fit_a_stack_of_two_mebibytes_without_optimisation() {
    let output = cargo("large", &["run"]);
    assert_success(&output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("trained 98"), "{output:?}");
}

#[test]
fn samples_may_be_larger_than_the_stack_without_optimisation() {
    let output = cargo("large", &["run", "--bin", "samples"]);
    assert_success(&output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("samples of 602112 bytes"), "{output:?}");
}

#[test]
fn int8_networks_may_be_larger_than_the_stack_without_optimisation() {
    let output = cargo("large", &["run", "--bin", "integers"]);
    assert_success(&output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("integers of 3"), "{output:?}");
}

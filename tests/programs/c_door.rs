//! A C program calls a network: `examples/c_door` is built, compiled against and run, where there is a C compiler.

#![cfg(all(feature = "safetensors", unix))]

use core::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use congruent::Parameters;
use congruent::io::Weights;

#[derive(Parameters)]
#[repr(C)]
struct Case {
    inputs: [[f32; 784]; 2],
    outputs: [[f32; 10]; 2],
}

/// Runs a command that has to succeed, and returns what it printed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_c_program_gets_the_predictions() {
    if Command::new("cc").arg("--version").output().is_err() {
        eprintln!("no C compiler here: not checked");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let door = root.join("examples/c_door");
    let target = crate::target();
    let cargo = || {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&door).env("CARGO_TARGET_DIR", &target);
        cargo
    };
    run(cargo().args(["build", "--release", "--quiet"]));
    let header = run(cargo().args(["run", "--release", "--quiet", "--bin", "header"]));
    assert_eq!(std::fs::read_to_string(door.join("digits.h")).unwrap(), header, "digits.h is stale");

    let program = target.join("main");
    let library = target.join("release/libdigits.a");
    run(Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror"])
        .arg(door.join("main.c"))
        .arg(library)
        .args(["-lm", "-lpthread", "-o"])
        .arg(&program));

    let mut case: Box<Case> = congruent::zeroed_box();
    Weights::read(root.join("tests/interchange/keras_outputs.safetensors")).unwrap().load(&mut *case).unwrap();
    for (input, expected) in case.inputs.iter().zip(&case.outputs) {
        let mut child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let text = input.iter().fold(String::new(), |mut text, number| {
            writeln!(text, "{number:e}").unwrap();
            text
        });
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", output.status);
        let printed = String::from_utf8(output.stdout).unwrap();
        let given: Vec<f32> = printed.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(given.len(), 10);
        for (given, expected) in given.iter().zip(expected) {
            assert!((given - expected).abs() < 1e-6, "{given} {expected}");
        }
    }
}

//! Prints the `network!` that fits a file of weights: `cargo run --example declare -- model.safetensors`.
//!
//! With `--all-features` it reads npz and ONNX files too. What it prints of an ONNX file loads the weights of that file:
//! `network.load("model.onnx")?`.

use core::error::Error;
use std::process::ExitCode;

use congruent::io::declare;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(path) = std::env::args().nth(1) else {
        return Err("expected a file: .safetensors, .npz or .onnx".into());
    };
    print!("{}", declare(path)?);
    Ok(())
}

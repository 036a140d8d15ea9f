//! Prints the `network!` that fits a file of weights: `cargo run --example declare -- model.safetensors`.
//!
//! With `--all-features` it reads npz and ONNX files too. What it prints of an ONNX file loads the weights of that file:
//! `network.load("model.onnx")?`. Where such a file leaves sizes open, or has several outputs, `--input 3x224x224 --output logits` says
//! which; the weights then come by the same [`Import`](congruent::io::onnx::Import).

use core::error::Error;
use std::process::ExitCode;

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
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        return Err("expected a file: .safetensors, .npz or .onnx".into());
    };
    let settings: Vec<String> = arguments.collect();
    print!("{}", if settings.is_empty() { congruent::io::declare(path)? } else { declare_onnx(&path, &settings)? });
    Ok(())
}

#[cfg(feature = "onnx")]
fn declare_onnx(path: &str, settings: &[String]) -> Result<String, Box<dyn Error>> {
    let mut import = congruent::io::onnx::Import::new();
    for setting in settings.chunks(2) {
        import = match setting {
            [name, sizes] if name == "--input" => {
                import.input(&sizes.split('x').map(str::parse).collect::<Result<Vec<usize>, _>>()?)
            }
            [name, output] if name == "--output" => import.output(output),
            _ => {
                return Err(
                    format!("expected `--input 3x224x224` or `--output name`, found `{}`", setting.join(" ")).into()
                );
            }
        };
    }
    Ok(import.declare(&std::fs::read(path)?)?)
}

#[cfg(not(feature = "onnx"))]
fn declare_onnx(_path: &str, _settings: &[String]) -> Result<String, Box<dyn Error>> {
    Err("`--input` and `--output` are of ONNX files: run this with `--features onnx`".into())
}

//! Learns to read real handwritten digits of 8×8 pixels.
//!
//! ```text
//! cargo run --release --example digits -- [--epochs 40] [--seed 1] [--quiet]
//! ```

use core::error::Error;
use std::process::ExitCode;

use congruent::prelude::*;

network! {
    /// Handwritten digits, 8×8 pixels.
    pub struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        output: Dense<64, 10, Softmax>,
    }
}

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
    let options = Options::from_arguments()?;
    let pixels = include_bytes!("data/digits.csv.gz");
    let digits = Csv::from_reader("digits.csv.gz", &pixels[..])?.header(false).classes::<64>(10)?;
    // a quarter is held out: the network never learns from it
    let (train, test) = digits.map_inputs(|image| image.map(|pixel| pixel / 16.0)).split(0.25, 0)?;

    let mut network = Digits::seeded(options.seed);
    if !options.quiet {
        println!("{}\n", Digits::SUMMARY);
    }
    Fit::new(CrossEntropy::new(), Adam::new(0.003))
        .epochs(options.epochs)
        .metric(Accuracy::new())
        .seed(options.seed)
        .progress(if options.quiet { ProgressMode::Quiet } else { ProgressMode::Auto })
        .run(&mut network, &train)?;

    let outputs = network.predict(test.inputs());
    let mut confusion = ConfusionMatrix::<10>::new();
    confusion.update(&outputs, test.targets());
    if !options.quiet {
        println!("\n{}", confusion.report());
        draw(&test.inputs()[..6], &outputs[..6], &test.targets()[..6]);
    }
    let accuracy = 100.0 * confusion.accuracy();
    println!("test accuracy {accuracy:.1}%");
    if options == Options::default() {
        assert!(accuracy >= 97.5, "the accuracy has fallen");
    }
    Ok(())
}

/// Draws digits side by side, with what the network takes each for, and how sure it is.
fn draw(images: &[[f32; 64]], outputs: &[[f32; 10]], labels: &[usize]) {
    for y in 0..8 {
        for image in images {
            let row = &image[8 * y..8 * y + 8];
            row.iter().for_each(|pixel| print!("{0}{0}", [' ', '░', '▒', '▓', '█'][(pixel * 4.0) as usize]));
            print!("  ");
        }
        println!();
    }
    for (output, label) in outputs.iter().zip(labels) {
        let (answer, sure) = output.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        let verdict = format!("{answer}, {:.0}% sure{}", 100.0 * sure, if answer == *label { "" } else { ": wrong" });
        print!("{verdict:18}");
    }
    println!("\n");
}

#[derive(PartialEq)]
struct Options {
    epochs: usize,
    seed: u64,
    quiet: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { epochs: 40, seed: 1, quiet: false }
    }
}

impl Options {
    fn from_arguments() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Options::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("quiet") => options.quiet = true,
                Long("help") | Short('h') => {
                    println!("options: --epochs N, --seed N, --quiet");
                    std::process::exit(0);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

//! Trains 784-128-10 on MNIST, 28×28 pixels, from the IDX files in a folder (gzipped or not).
//!
//! ```text
//! cargo run --release --example mnist -- [DIR] [--epochs 5] [--seed 1] [--csv FILE] [--svg FILE]
//! ```
//!
//! Without a folder it looks in `../shared/data/mnist`. Where the folder has the test files too they are the test;
//! otherwise a tenth of the training images is held out.

use core::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use congruent::data::{mnist, mnist_test};
use congruent::io::check_writable;
use congruent::prelude::*;

network! {
    /// Handwritten digits, 28×28 pixels.
    pub struct Mnist: [784] -> [10] {
        hidden: Dense<784, 128, Relu>,
        output: Dense<128, 10, Softmax>,
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
    for file in [&options.csv, &options.svg].into_iter().flatten() {
        check_writable(file).map_err(|error| format!("{}: cannot be written: {error}", file.display()))?;
    }
    let images: Dataset<[f32; 784], usize> = mnist(&options.folder)?;
    let (train, test) = match mnist_test(&options.folder) {
        Ok(test) => (images, test),
        Err(_) => {
            let held_out = images.len() / 10;
            println!("no test files in the folder: the last {held_out} of {} images are held out", images.len());
            let train = images.len() - held_out;
            images.split_at(train)?
        }
    };

    let mut network = Mnist::seeded(options.seed);
    println!("{}\n", Mnist::SUMMARY);
    let history = Fit::new(CrossEntropy::new(), Adam::new(0.001))
        .epochs(options.epochs)
        .metric(Accuracy::new())
        .validation(&test)
        .seed(options.seed)
        .run(&mut network, &train)?;
    if let Some(path) = options.csv {
        history.write_csv(path)?;
    }
    if let Some(path) = options.svg {
        history.draw_svg(path)?;
    }

    let accuracy = 100.0 * Accuracy::new().measure(&network.predict(test.inputs()), test.targets());
    println!("test accuracy {accuracy:.1}%");
    if options.epochs >= 5 {
        assert!(accuracy >= 95.0, "the accuracy has fallen");
    }
    Ok(())
}

struct Options {
    folder: PathBuf,
    epochs: usize,
    seed: u64,
    csv: Option<PathBuf>,
    svg: Option<PathBuf>,
}

impl Options {
    fn from_arguments() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        const USAGE: &str = "usage: mnist [DIR] [--epochs N] [--seed N] [--csv FILE] [--svg FILE]";
        let mut options =
            Options { folder: PathBuf::from("../shared/data/mnist"), epochs: 5, seed: 1, csv: None, svg: None };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Value(folder) => options.folder = folder.into(),
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("csv") => options.csv = Some(parser.value()?.into()),
                Long("svg") => options.svg = Some(parser.value()?.into()),
                Long("help") | Short('h') => {
                    println!("{USAGE}");
                    std::process::exit(0);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

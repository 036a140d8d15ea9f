//! Learns to read real handwritten digits of 8×8 pixels with a convolutional network, which sees that pixels have neighbours.
//!
//! ```text
//! cargo run --release --example digits_cnn -- [--epochs 40] [--seed 1] [--quiet]
//! ```

use core::error::Error;

use congruent::prelude::*;

network! {
    /// Handwritten digits, 8×8 pixels.
    pub struct Digits: [1, 8, 8] -> [10] {
        strokes: Conv2d<1, 16, 3, Relu, padding = same>,
        parts: Conv2d<16, 32, 3, Relu, padding = same>,
        smaller: MaxPool2d<2>,
        flat: Flatten,
        drop: Dropout<0.3>,
        output: Dense<512, 10, Softmax>,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments()?;
    let pixels = include_bytes!("data/digits.csv.gz");
    let digits = Csv::from_reader("digits.csv.gz", &pixels[..])?.header(false).classes::<64>(10)?;
    // a quarter is held out, the same as in the example `digits`: the network never learns from it
    let (train, test) = digits.map_inputs(image).split(0.25, 0)?;

    let mut network = Digits::seeded(options.seed);
    if !options.quiet {
        println!("{}\n", Digits::SUMMARY);
    }
    Fit::new(CrossEntropy::new(), Adam::new(0.002))
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
    }
    let accuracy = 100.0 * confusion.accuracy();
    println!("test accuracy {accuracy:.1}%");
    if options == Options::default() {
        assert!(accuracy > 98.0, "no better than the dense network");
    }
    Ok(())
}

/// A row of pixels from 0 to 16 as one channel of rows and columns.
fn image(pixels: [f32; 64]) -> [[[f32; 8]; 8]; 1] {
    [core::array::from_fn(|y| core::array::from_fn(|x| pixels[8 * y + x] / 16.0))]
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

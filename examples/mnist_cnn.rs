//! Trains a convolutional network on MNIST, 28×28 pixels, from the IDX files in a folder (gzipped or not).
//!
//! ```text
//! cargo run --release --example mnist_cnn -- DIR [--epochs 5] [--seed 1]
//! ```
//!
//! It learns from the first 18,000 images. Where the folder has the test files these are the test; otherwise the images after the first
//! 18,000.

use core::error::Error;
use std::path::PathBuf;

use congruent::data::{mnist, mnist_test};
use congruent::prelude::*;

network! {
    /// Handwritten digits, 28×28 pixels.
    pub struct Mnist: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3, Relu>,
        smaller: MaxPool2d<2>,
        parts: Conv2d<8, 16, 3, Relu>,
        smallest: MaxPool2d<2, remainder = drop>,
        flat: Flatten,
        digit: Dense<400, 10, Softmax>,
    }
}

/// An image as the network takes it: one channel.
type Image = [[[f32; 28]; 28]; 1];

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments()?;
    let images: Dataset<[f32; 784], usize> = mnist(&options.folder)?;
    let (train, rest) = images.map_inputs(image).split_at(18_000)?;
    let test = match mnist_test(&options.folder) {
        Ok(test) => test.map_inputs(image),
        Err(_) => {
            println!("no test files in the folder: the images after the first 18,000 are held out");
            rest
        }
    };

    let mut network = Mnist::seeded(options.seed);
    println!("{}\n", Mnist::SUMMARY);
    Fit::new(CrossEntropy::new(), Adam::new(0.001))
        .batch::<32>()
        .epochs(options.epochs)
        .metric(Accuracy::new())
        .validation(&test)
        .seed(options.seed)
        .run(&mut network, &train)?;

    let accuracy = 100.0 * Accuracy::new().measure(&network.predict(test.inputs()), test.targets());
    println!("test accuracy {accuracy:.1}%");
    if options.epochs >= 5 {
        assert!(accuracy >= 97.5, "the accuracy has fallen");
    }
    Ok(())
}

/// A row of pixels as rows and columns.
fn image(pixels: [f32; 784]) -> Image {
    [core::array::from_fn(|y| core::array::from_fn(|x| pixels[28 * y + x]))]
}

struct Options {
    folder: PathBuf,
    epochs: usize,
    seed: u64,
}

impl Options {
    fn from_arguments() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        const USAGE: &str = "usage: mnist_cnn DIR [--epochs N] [--seed N]";
        let mut options = Options { folder: PathBuf::new(), epochs: 5, seed: 1 };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Value(folder) => options.folder = folder.into(),
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("help") | Short('h') => {
                    println!("{USAGE}");
                    std::process::exit(0);
                }
                other => return Err(other.unexpected()),
            }
        }
        if options.folder.as_os_str().is_empty() { Err(USAGE.into()) } else { Ok(options) }
    }
}

//! Whether two images show the same digit: a network that compares tells ten digits apart by one example of each.
//!
//! ```text
//! cargo run --release --example siamese
//! ```

use core::error::Error;

use congruent::prelude::*;
use congruent::rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    /// Two images through one trunk, which has its parameters once; what the two have in common says whether they show the same.
    pub struct Same: (one: [64], other: [64]) -> [1] {
        wide: Dense<64, 128, Relu>(one),
        seen: Dense<128, 64, Tanh>(wide),
        other_wide: wide(other),
        other_seen: seen(other_wide),
        common: Multiply(seen, other_seen),
        output: Dense<64, 1, Sigmoid>(common),
    }
}

type Image = [f32; 64];

const STEPS: u32 = 2000;
const TRIES: usize = 3000;

fn main() -> Result<(), Box<dyn Error>> {
    let pixels = include_bytes!("data/digits.csv.gz");
    let digits = Csv::from_reader("digits.csv.gz", &pixels[..])?.header(false).classes::<64>(10)?;
    let (train, test) = digits.map_inputs(|image| image.map(|pixel| pixel / 8.0 - 1.0)).split(0.25, 0)?;
    let (train, test) = (by_digit(&train), by_digit(&test));

    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut network = Same::seeded(1);
    println!("{}\n", Same::SUMMARY);
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.002)).schedule(Schedule::cosine(STEPS));
    let mut workspace = Workspace::<Same, Adam, 64>::boxed();
    for step in 1..=STEPS {
        let pairs: [(SameInput, [f32; 1]); 64] = core::array::from_fn(|i| pair(&train, i % 2 == 0, rng));
        let loss = trainer.step(&mut network, &mut workspace, &pairs.map(|pair| pair.0), &pairs.map(|pair| pair.1))?;
        if step % 400 == 0 {
            println!("step {step}: loss {loss:.3}");
        }
    }

    // one example of each digit, and an image to be told: none was seen in training
    let (mut by_network, mut by_pixels) = (0, 0);
    for i in 0..TRIES {
        let examples: [Image; 10] = core::array::from_fn(|digit| any(&test[digit], rng));
        let (digit, image) = (i % 10, any(&test[i % 10], rng));
        let same = |one: &Image| network.forward(&SameInput { one: *one, other: image })[0];
        let near = |one: &Image| -one.iter().zip(&image).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
        by_network += usize::from(most_like(&examples, same) == Some(digit));
        by_pixels += usize::from(most_like(&examples, near) == Some(digit));
    }
    let share = |right: usize| 100.0 * right as f64 / TRIES as f64;
    println!(
        "ten digits by one example of each: {:.1}% right; {:.1}% by the distance of the pixels",
        share(by_network),
        share(by_pixels)
    );
    assert!(share(by_network) >= 90.0, "the digits are not told apart");
    Ok(())
}

fn by_digit(digits: &Dataset<Image, usize>) -> [Vec<Image>; 10] {
    let all = || digits.inputs().iter().zip(digits.targets());
    core::array::from_fn(|wanted| all().filter(|(_, digit)| **digit == wanted).map(|(image, _)| *image).collect())
}

fn any(images: &[Image], rng: &mut impl Rng) -> Image {
    images[rng.random_range(0..images.len())]
}

/// Two images of one digit or of two, and which of both it is.
fn pair(digits: &[Vec<Image>; 10], same: bool, rng: &mut impl Rng) -> (SameInput, [f32; 1]) {
    let first = rng.random_range(0..10);
    let second = if same { first } else { (first + rng.random_range(1..10)) % 10 };
    (SameInput { one: any(&digits[first], rng), other: any(&digits[second], rng) }, [f32::from(u8::from(same))])
}

/// The digit whose example is most like what is asked about.
fn most_like(examples: &[Image; 10], likeness: impl Fn(&Image) -> f32) -> Option<usize> {
    let likeness = examples.each_ref().map(likeness);
    (0..10).max_by(|a, b| likeness[*a].total_cmp(&likeness[*b]))
}

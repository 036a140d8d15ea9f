//! Digits are found in noise, pixel by pixel, by a U-Net (Ronneberger, Fischer, Brox 2015): down to few, wide pixels, and up again beside
//! what was seen on the way down.
//!
//! ```text
//! cargo run --release --example unet
//! ```

use core::error::Error;

use congruent::prelude::*;
use congruent::rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

const STEPS: u32 = 600;
/// The side of a scene.
const SIDE: usize = 16;
/// How far noise is from nothing, to either side; ink is 1.
const NOISE: f32 = 0.55;
type Scene = [[[f32; SIDE]; SIDE]; 1];

network! {
    /// For each pixel, how probable it is part of a digit.
    pub struct Unet: [1, SIDE, SIDE] -> [1, SIDE, SIDE] {
        first: Conv2d<1, 16, 3, Relu, padding = same>,
        fine: Conv2d<16, 16, 3, Relu, padding = same>,
        down: MaxPool2d<2>,
        second: Conv2d<16, 32, 3, Relu, padding = same>,
        middle: Conv2d<32, 32, 3, Relu, padding = same>,
        lower: MaxPool2d<2>,
        deep: Conv2d<32, 32, 3, Relu, padding = same>,
        up: Upsample2d<2>,
        beside_middle: Concat(up, middle),
        third: Conv2d<64, 16, 3, Relu, padding = same>,
        top: Upsample2d<2>,
        beside_fine: Concat(top, fine),
        last: Conv2d<32, 16, 3, Relu, padding = same>,
        mask: Conv2d<16, 1, 1, Sigmoid>,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let pixels = include_bytes!("data/digits.csv.gz");
    let digits = Csv::from_reader("digits.csv.gz", &pixels[..])?.header(false).classes::<64>(10)?;
    let (train, test) = digits.map_inputs(|image| image.map(|pixel| pixel / 16.0)).split(0.25, 0)?;

    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut network = Unet::boxed(rng);
    println!("{}\n", Unet::SUMMARY);
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.002)).schedule(Schedule::cosine(STEPS));
    let mut workspace = Workspace::<Unet, Adam, 32>::boxed();
    for step in 1..=STEPS {
        let scenes: Vec<(Scene, Scene)> = (0..32).map(|_| scene(train.inputs(), rng)).collect();
        let (inputs, masks): (Vec<Scene>, Vec<Scene>) = scenes.into_iter().unzip();
        let loss = trainer.step(&mut network, &mut workspace, &inputs, &masks)?;
        if step % 100 == 0 {
            println!("step {step}: loss {loss:.4}");
        }
    }

    let scenes: Vec<(Scene, Scene)> = (0..200).map(|_| scene(test.inputs(), rng)).collect();
    let (inputs, masks): (Vec<Scene>, Vec<Scene>) = scenes.into_iter().unzip();
    let found = network.predict(&inputs);
    let mean = |answers: &[Scene], least| {
        answers.iter().zip(&masks).map(|(answer, mask)| overlap(answer, mask, least)).sum::<f64>() / 200.0
    };
    let (learnt, by_brightness) = (mean(&found, 0.5), mean(&inputs, 0.5));
    let picture = std::env::temp_dir().join("congruent-unet.pgm");
    draw(&inputs[..8], &found[..8], &masks[..8], &picture)?;
    println!(
        "mean intersection over union, of digits never seen in training: {learnt:.3}; of all bright pixels {by_brightness:.3}"
    );
    println!("scenes, answers and masks are drawn in {}", picture.display());
    assert!(learnt >= 0.9, "the digits are not found");
    Ok(())
}

/// A digit anywhere in noise, and where its ink is.
fn scene(digits: &[[f32; 64]], rng: &mut impl Rng) -> (Scene, Scene) {
    let (mut image, mut mask): (Scene, Scene) = ([[[0.0; SIDE]; SIDE]; 1], [[[0.0; SIDE]; SIDE]; 1]);
    let digit = &digits[rng.random_range(0..digits.len())];
    let (left, top) = (rng.random_range(0..=SIDE - 8), rng.random_range(0..=SIDE - 8));
    for (i, ink) in digit.iter().enumerate() {
        let (y, x) = (top + i / 8, left + i % 8);
        if *ink > 0.3 {
            (image[0][y][x], mask[0][y][x]) = (1.0, 1.0);
        }
    }
    image.as_flattened_mut().as_flattened_mut().iter_mut().for_each(|pixel| *pixel += rng.random_range(-NOISE..NOISE));
    (image, mask)
}

/// Of the pixels that are above `least` or in the mask, the share of those that are both.
fn overlap(found: &Scene, mask: &Scene, least: f32) -> f64 {
    let pixels = || found.as_flattened().as_flattened().iter().zip(mask.as_flattened().as_flattened());
    let both = pixels().filter(|(found, mask)| **found > least && **mask > 0.5).count();
    let either = pixels().filter(|(found, mask)| **found > least || **mask > 0.5).count();
    both as f64 / either.max(1) as f64
}

/// Scenes in a row, below them what was found, below that what is there; each pixel as eight by eight.
fn draw(images: &[Scene], found: &[Scene], masks: &[Scene], path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let (width, height) = (images.len() * SIDE * 8, 3 * SIDE * 8);
    let shade = |x: usize, y: usize| {
        let row = [images, found, masks][y / (8 * SIDE)];
        let value = row[x / (8 * SIDE)][0][y / 8 % SIDE][x / 8 % SIDE];
        (255.0 * value.clamp(0.0, 1.0)) as u8
    };
    let pixels: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| shade(x, y))).collect();
    let mut file = format!("P5 {width} {height} 255\n").into_bytes();
    file.extend(pixels);
    std::fs::write(path, file)?;
    Ok(())
}

//! The programs on a desktop, and what makes their weights and compares what they print.

use std::error::Error;
use std::{env, fmt, fs};

#[cfg(feature = "weights")]
use congruent::prelude::*;
use congruent_device::{Board, Cost};

/// A desktop, which can print.
struct Desktop;

impl Board for Desktop {
    fn line(&mut self, text: fmt::Arguments) {
        println!("{text}");
    }

    fn measure(&mut self, work: &mut dyn FnMut()) -> Cost {
        work();
        Cost::default()
    }

    fn deepest(&mut self, work: &mut dyn FnMut()) -> u32 {
        work();
        0
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["infer"] => congruent_device::infer(&mut Desktop),
        ["train"] => congruent_device::train(&mut Desktop),
        ["adapt"] => congruent_device::adapt(&mut Desktop),
        ["infer_cnn"] => congruent_device::infer_cnn(&mut Desktop),
        #[cfg(feature = "weights")]
        ["weights"] => weights()?,
        ["compare", how @ ("bits" | "close"), ours, theirs] => {
            compare(how == "bits", &fs::read_to_string(ours)?, &fs::read_to_string(theirs)?)?
        }
        _ => {
            return Err(
                "infer, infer_cnn, train, adapt, weights, compare bits FILE FILE, or compare close FILE FILE".into()
            );
        }
    }
    Ok(())
}

/// Trains the networks that are put into the devices' flash.
#[cfg(feature = "weights")]
fn weights() -> Result<(), Box<dyn Error>> {
    let files = ["digits.safetensors", "digits_cnn.safetensors"];
    files.into_iter().try_for_each(congruent::io::check_writable)?;
    learned::<congruent_device::Digits>(0.004)?.save(files[0])?;
    learned::<congruent_device::DigitsCnn>(0.01)?.save(files[1])?;
    Ok(())
}

/// A network that has learned the digits.
#[cfg(feature = "weights")]
fn learned<N>(rate: f32) -> Result<congruent::Boxed<N>, BatchError>
where
    N: Network<Input: congruent::Tensor, Output = [f32; 10], Head = Softmax>,
{
    let (images, labels): (Vec<_>, Vec<_>) =
        congruent_device::data::train().iter().map(congruent_device::data::digit::<N::Input>).unzip();
    let (mut network, mut workspace) = (N::seeded(7), Workspace::<N, AdamW, 32>::boxed());
    let epochs = 60;
    let steps = epochs * images.len().div_ceil(32);
    let trainer = Trainer::new(CrossEntropy::new().label_smoothing(0.05), AdamW::new(rate))
        .schedule(Schedule::cosine(steps as u32));
    for _ in 0..epochs {
        for (images, labels) in images.chunks(32).zip(labels.chunks(32)) {
            trainer.step(&mut *network, &mut workspace, images, labels)?;
        }
    }
    Ok(network)
}

/// Holds the outputs and losses of two machines against each other: they have the same bits, or they give the same classes
/// and are within 1e-5.
fn compare(bits: bool, ours: &str, theirs: &str) -> Result<(), Box<dyn Error>> {
    let numbers = |text: &str| -> Vec<Vec<u32>> {
        let lines = text.lines().filter_map(|line| {
            let bits =
                line.strip_prefix("output ").or_else(|| Some(line.split_once(", bits ")?.1.split_once(',')?.0))?;
            Some(bits.split(' ').filter_map(|word| u32::from_str_radix(word, 16).ok()).collect())
        });
        lines.collect()
    };
    let (ours, theirs) = (numbers(ours), numbers(theirs));
    if ours.len() != theirs.len() || ours.is_empty() {
        return Err(format!("{} lines of numbers against {}", ours.len(), theirs.len()).into());
    }
    let largest =
        |row: &[u32]| (0..row.len()).max_by(|a, b| f32::from_bits(row[*a]).total_cmp(&f32::from_bits(row[*b])));
    let (mut far, mut classes) = (0.0_f32, 0);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        classes += usize::from(largest(ours) != largest(theirs));
        for (a, b) in ours.iter().zip(theirs) {
            far = far.max((f32::from_bits(*a) - f32::from_bits(*b)).abs());
        }
    }
    let same = if ours == theirs { "the same bits" } else { "other bits" };
    println!("{} lines, {same}, at most {far:e} apart, {classes} other classes", ours.len());
    if classes > 0 || far.is_nan() || far > 1e-5 || (bits && ours != theirs) {
        Err("they differ".into())
    } else {
        Ok(())
    }
}

//! Predicts a number from a table whose columns have very different sizes: reading CSV, standardising, early stopping, and
//! the curve of the loss as a picture.
//!
//! The table follows Friedman's first function (Friedman, "Multivariate adaptive regression splines", 1991),
//! `y = 10·sin(π·a·b) + 20·(c − 1/2)² + 10·d + 5·e`, with five more columns that say nothing, and noise of deviation 1.

use core::error::Error;
use core::fmt::Write;

use congruent::io::check_writable;
use congruent::metric::R2;
use congruent::prelude::*;
use congruent::rand::RngExt;

network! { struct Regression(Dense<10, 32, Tanh>, Dense<32, 16, Tanh>, Dense<16, 1>); }

fn main() -> Result<(), Box<dyn Error>> {
    let table = table(2000);
    let data = Csv::from_reader("friedman.csv", table.as_bytes())?.numbers::<10, 1>()?;
    let (mut train, mut test) = data.split(0.25, 1)?;

    // fitted on what is trained on, applied to everything: the columns reach from thousandths to thousands
    let inputs = Standardizer::fit(train.inputs())?;
    let targets = Standardizer::fit(train.targets())?;
    for part in [&mut train, &mut test] {
        inputs.apply_all(part.inputs_mut());
        targets.apply_all(part.targets_mut());
    }

    let picture = std::env::temp_dir().join("congruent-regression.svg");
    check_writable(&picture)?;
    let mut network = Regression::seeded(1);
    let history = Fit::new(MeanSquaredError, AdamW::new(0.003).weight_decay(0.05))
        .epochs(200)
        .metric(MeanAbsoluteError::new())
        .validation(&test)
        .early_stopping(20)
        .progress(ProgressMode::Quiet)
        .run(&mut network, &train)?;

    history.draw_svg(&picture)?;
    let best = history.best().ok_or("no epoch")?;
    println!(
        "{} epochs, the best was {}; the course of the loss: {}",
        history.epochs.len(),
        best.epoch,
        picture.display()
    );

    let outputs = network.predict(test.inputs());
    for (output, target) in outputs.iter().zip(test.targets()).take(5) {
        let (mut output, mut target) = (*output, *target);
        targets.invert(&mut output);
        targets.invert(&mut target);
        println!("predicted {:6.2}, was {:6.2}", output[0], target[0]);
    }
    // the noise alone keeps this from 1: its variance is 1, that of the whole about 25
    let explained = R2::new().measure(&outputs, test.targets());
    println!("variance explained {:.1}%", 100.0 * explained);
    assert!(explained > 0.92);
    Ok(())
}

/// The table as a CSV file would hold it.
fn table(rows: usize) -> String {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut table = "a,b,c,d,e,n1,n2,n3,n4,n5,y\n".to_string();
    for _ in 0..rows {
        let x: [f32; 10] = core::array::from_fn(|_| rng.random());
        let noise: f32 = (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0;
        let y = 10.0 * (core::f32::consts::PI * x[0] * x[1]).sin()
            + 20.0 * (x[2] - 0.5).powi(2)
            + 10.0 * x[3]
            + 5.0 * x[4]
            + noise;
        for (i, x) in x.iter().enumerate() {
            let unit = [1000.0, 0.001, 1.0, 50.0, 0.1][i % 5];
            write!(table, "{},", x * unit).expect("a string takes all text");
        }
        writeln!(table, "{y}").expect("a string takes all text");
    }
    table
}

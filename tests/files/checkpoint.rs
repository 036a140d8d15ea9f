//! Runs that are killed and go on: bit for bit as if they had not been.

#![cfg(feature = "safetensors")]

use core::time::Duration;
use std::path::Path;
use std::process::{Command, Stdio};

use congruent::Parameters;
use congruent::io::Weights;
use congruent::prelude::*;
use congruent::rand::RngExt;

network! { struct Small: [4] -> [3] { hidden: Dense<4, 16, Gelu>, drop: Dropout<0.2>, output: Dense<16, 3, Softmax> } }

fn data() -> Dataset<[f32; 4], usize> {
    let inputs: Vec<[f32; 4]> = (0..200_u32)
        .map(|i| core::array::from_fn(|k| (i * 7919 + k as u32 * 104_729) as f32 % 17.0 / 8.5 - 1.0))
        .collect();
    let classes = inputs.iter().map(|[a, b, c, d]| usize::from(a + b > 0.0) + usize::from(c * d > 0.2)).collect();
    Dataset::new(inputs, classes).unwrap()
}

/// The parameters in the end, the losses of the epochs, and the parameters kept as the best.
type End = (Vec<u32>, Vec<u64>, Vec<u32>);

fn fit(dir: &Path, epochs: usize, seed: u64) -> Result<End, congruent::fit::FitError> {
    let mut network = Small::seeded(1);
    let history = Fit::new(CrossEntropy::new(), Adam::new(0.01))
        .batch::<16>()
        .epochs(epochs)
        .seed(seed)
        .schedule(Schedule::cosine(400).warm_up(20))
        .validation_split(0.2)
        .early_stopping(25)
        .metric(Accuracy::new())
        .augment(|input: &mut [f32; 4], _, rng| input.iter_mut().for_each(|x| *x += rng.random_range(-0.05..0.05)))
        .checkpoint(dir.join("run.safetensors"))
        .save_best(dir.join("best.safetensors"))
        .progress(ProgressMode::Quiet)
        .run(&mut *network, &data())?;
    let mut best = Small::seeded(2);
    best.load(dir.join("best.safetensors")).unwrap();
    let bits = |network: &Small| network.as_flat().iter().map(|x| x.to_bits()).collect();
    let columns = |e: &congruent::history::Epoch| {
        [e.loss, e.validation_loss.unwrap(), e.metrics[0].1, e.validation_metrics[0].1].map(f64::to_bits)
    };
    Ok((bits(&network), history.epochs.iter().flat_map(columns).collect(), bits(&best)))
}

/// The run that is killed.
fn child(dir: &Path) {
    let (network, losses, best) = fit(dir, 60, 5).unwrap();
    std::fs::write(dir.join("end"), format!("{network:?} {losses:?} {best:?}")).unwrap();
}

#[test]
fn killed_runs_end_as_others_do() {
    if let Some(dir) = std::env::var_os("CONGRUENT_CHECKPOINT_TEST") {
        return child(Path::new(&dir)); // this very test started this process, below
    }
    let whole = tempfile::tempdir().unwrap();
    let (network, losses, best) = fit(whole.path(), 60, 5).unwrap();
    let expected = format!("{network:?} {losses:?} {best:?}");

    let dir = tempfile::tempdir().unwrap();
    let (mut kills, mut pause) = (0, 1);
    loop {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "checkpoint::killed_runs_end_as_others_do"])
            .env("CONGRUENT_CHECKPOINT_TEST", dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // longer and longer, so that it comes to an end however slow the machine is
        std::thread::sleep(Duration::from_micros(3_000 + pause % 40_000));
        pause = pause * 5 / 4 + 977;
        if pause > 10_000_000 {
            child.wait().unwrap();
        }
        child.kill().unwrap(); // on Unix: kill -9
        child.wait().unwrap();
        kills += 1;
        for file in ["run.safetensors", "best.safetensors"] {
            let path = dir.path().join(file);
            assert!(!path.exists() || Weights::read(path).is_ok());
        }
        if let Ok(end) = std::fs::read_to_string(dir.path().join("end"))
            && !end.is_empty()
        {
            assert!(end == expected, "after {kills} kills");
            break;
        }
    }
    println!("killed {kills} times");
}

#[test]
fn a_run_goes_on_when_it_is_given_more_epochs() {
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let expected = fit(whole.path(), 12, 5).unwrap();
    for epochs in [1, 5, 12] {
        fit(parts.path(), epochs, 5).unwrap();
    }
    assert_eq!(fit(parts.path(), 12, 5).unwrap(), expected); // nothing is left to do
    assert!(fit(parts.path(), 12, 6).unwrap_err().to_string().ends_with("its seed is 5, now 6"));
}

#[test]
fn what_is_no_checkpoint_of_this_run_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.safetensors");
    Small::seeded(1).save(&path).unwrap();
    let error = fit(dir.path(), 2, 5).unwrap_err().to_string();
    assert!(error.ends_with("run.safetensors: not a checkpoint of a training run"), "{error}");

    network! { struct Other: [4] -> [3] { hidden: Dense<4, 3, Softmax> } }
    std::fs::remove_file(&path).unwrap();
    let run = |rate| {
        let fit = Fit::new(CrossEntropy::new(), Sgd::new(rate)).progress(ProgressMode::Quiet).checkpoint(&path);
        fit.run(&mut *Other::seeded(1), &data())
    };
    run(0.1).unwrap();
    let momentum = Fit::new(CrossEntropy::new(), Sgd::new(0.1).momentum(0.9)).checkpoint(&path).epochs(2);
    let error = momentum.run(&mut *Other::seeded(1), &data()).unwrap_err().to_string();
    assert!(error.contains("missing: `optimizer` [15]"), "{error}");
    std::fs::write(&path, b"").unwrap();
    assert!(run(0.1).is_err());
}

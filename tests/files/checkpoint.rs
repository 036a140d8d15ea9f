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
    let expected = "its optimizer is `Sgd, weight decay 0`, now `Sgd, momentum 0.9, weight decay 0`";
    assert!(error.ends_with(expected), "{error}");
    std::fs::write(&path, b"").unwrap();
    assert!(run(0.1).is_err());
}

network! { struct Line: [1] -> [1] { only: Dense<1, 1> } }

fn line(count: usize, slope: f32) -> Dataset<[f32; 1], [f32; 1]> {
    let inputs: Vec<[f32; 1]> = (0..count).map(|i| [i as f32 / count as f32]).collect();
    let targets = inputs.iter().map(|[x]| [slope * x + 0.5]).collect();
    Dataset::new(inputs, targets).unwrap()
}

/// Why a run with `optimizer` and `loss` on `data` does not go on from the checkpoint, if it does not.
fn refusal<O: congruent::Optimizer + 'static, L>(path: &Path, loss: L, optimizer: O, data: &LineData) -> String
where
    L: congruent::Loss<[f32; 1], [f32; 1]> + congruent::CompatibleWith<Linear>,
{
    let fit = Fit::new(loss, optimizer).epochs(2).progress(ProgressMode::Quiet).checkpoint(path);
    fit.run(&mut *Line::seeded(1), data).err().map_or(String::new(), |error| error.to_string())
}

type LineData = Dataset<[f32; 1], [f32; 1]>;

#[test]
fn a_checkpoint_knows_optimizer_loss_and_data() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.safetensors");
    let data = line(10, 1.0);
    let first = Fit::new(Huber::new(1.0), RmsProp::new(0.01)).progress(ProgressMode::Quiet).checkpoint(&path);
    first.run(&mut *Line::seeded(1), &data).unwrap();
    let huber = || Huber::new(1.0);
    for (error, expected) in [
        (refusal(&path, huber(), Sgd::new(0.01).momentum(0.9), &data), "now `Sgd, momentum 0.9, weight decay 0`"),
        (
            refusal(&path, huber(), RmsProp::new(0.01).alpha(0.9), &data),
            "now `RmsProp, alpha 0.9, epsilon 0.00000001, weight decay 0`",
        ),
        (refusal(&path, huber(), RmsProp::new(0.01).weight_decay(0.1), &data), "weight decay 0.1`"),
        (
            refusal(&path, Huber::new(2.0), RmsProp::new(0.01), &data),
            "its loss is `Huber, delta 1`, now `Huber, delta 2`",
        ),
        (refusal(&path, MeanSquaredError, RmsProp::new(0.01), &data), "now `MeanSquaredError`"),
        (refusal(&path, huber(), RmsProp::new(0.01), &line(10, 2.0)), "its inputs or targets are others"),
        (refusal(&path, huber(), RmsProp::new(0.01), &line(11, 1.0)), "its samples are 10, now 11"),
    ] {
        assert!(error.ends_with(expected), "{error:?} instead of {expected:?}");
    }
    // a learning rate may change
    assert_eq!(refusal(&path, huber(), RmsProp::new(0.5), &data), "");

    let adam = dir.path().join("adam.safetensors");
    assert_eq!(refusal(&adam, huber(), Adam::new(0.01), &data), "");
    let error = refusal(&adam, huber(), AdamW::new(0.01), &data);
    assert!(
        error.contains("its optimizer is `Adam, betas 0.9 and 0.999, ") && error.contains("now `AdamW, "),
        "{error}"
    );
}

#[test]
fn a_checkpoint_knows_activations_and_names_a_tensor_of_another_shape() {
    network! { struct A: [1] -> [1] { one: Dense<1, 4, Relu>, two: Dense<4, 1> } }
    network! { struct B: [1] -> [1] { one: Dense<1, 4, Tanh>, two: Dense<4, 1> } }
    const WIDE: usize = 4;
    mod narrow {
        use congruent::prelude::*;
        const WIDE: usize = 3;
        network! { pub struct D: [1] -> [1] { one: Dense<1, WIDE, Relu>, two: Dense<WIDE, 1> } }
    }
    network! { struct C: [1] -> [1] { one: Dense<1, WIDE, Relu>, two: Dense<WIDE, 1> } }
    fn run<N: Network<Input = [f32; 1], Output = [f32; 1], Head = Linear>>(path: &Path) -> String {
        let fit = Fit::<N, _, _, _, 32>::new(MeanSquaredError, Sgd::new(0.01)).progress(ProgressMode::Quiet);
        let end = fit.checkpoint(path).run(&mut *N::seeded(1), &line(10, 1.0));
        end.err().map_or(String::new(), |error| error.to_string())
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.safetensors");
    assert_eq!(run::<A>(&path), "");
    let error = run::<B>(&path);
    assert!(
        error.contains("its network is `one: Dense<1, 4, Relu>, two") && error.contains("now `one: Dense<1, 4, Tanh>"),
        "{error}"
    );
    // a constant of another value is seen by the shapes alone
    let path = dir.path().join("constant.safetensors");
    assert_eq!(run::<C>(&path), "");
    let error = run::<narrow::D>(&path);
    assert!(error.contains("`network.one.weight` is [4, 1] in the file, but [3, 1] in the network"), "{error}");
}

/// What a run on lines does from some epoch on.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Settings {
    early: Option<usize>,
    validated: bool,
    measured: bool,
}

/// The bits in the end, and all that the history says.
fn run_line(path: &Path, settings: Settings, epochs: usize) -> (Vec<u32>, Vec<String>) {
    // what is learned from these does not hold for those: the validation loss falls, then rises
    let (data, held_out) = (line(48, 1.0), line(20, 0.7));
    let mut fit = Fit::new(MeanSquaredError, Sgd::new(0.05)).epochs(epochs).progress(ProgressMode::Quiet);
    if let Some(patience) = settings.early {
        fit = fit.early_stopping(patience);
    }
    if settings.validated {
        fit = fit.validation(&held_out);
    }
    if settings.measured {
        fit = fit.metric(Mean);
    }
    let mut network = Line::seeded(1);
    let history = fit.checkpoint(path).run(&mut *network, &data).unwrap();
    let told = history.epochs.iter().map(|epoch| {
        let congruent::history::Epoch { loss, metrics, validation_loss, validation_metrics, .. } = epoch;
        format!("{loss:?} {metrics:?} {validation_loss:?} {validation_metrics:?}")
    });
    (network.as_flat().iter().map(|x| x.to_bits()).collect(), told.collect())
}

/// The mean output of the last batch.
struct Mean;

impl congruent::metric::Metric<[f32; 1], [f32; 1]> for Mean {
    fn name(&self) -> &str {
        "mean"
    }

    fn reset(&mut self) {}

    fn update(&mut self, _outputs: &[[f32; 1]], _targets: &[[f32; 1]]) {}

    fn value(&self) -> f64 {
        0.25
    }
}

/// A run whose settings change after three epochs goes the same way, whether it is then killed after each epoch or not.
#[test]
fn settings_that_change_change_the_same_however_often_a_run_is_killed() {
    let plain = Settings { early: None, validated: false, measured: false };
    let all = Settings { early: Some(3), validated: true, measured: true };
    let mut stopped = 0;
    for (before, after) in [
        (plain, Settings { early: Some(3), ..plain }),
        (plain, Settings { validated: true, ..plain }),
        (plain, Settings { measured: true, ..plain }),
        (plain, all),
        (all, plain),
        (Settings { early: Some(2), ..plain }, all),
        (Settings { validated: true, ..plain }, Settings { early: Some(3), ..plain }),
    ] {
        let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = |dir: &tempfile::TempDir| dir.path().join("run.safetensors");
        run_line(&file(&whole), before, 3);
        let expected = run_line(&file(&whole), after, 60);
        run_line(&file(&parts), before, 3);
        let mut found = None;
        for epochs in 4..=60 {
            found = Some(run_line(&file(&parts), after, epochs));
        }
        let found = found.unwrap();
        assert_eq!(found, expected, "from {before:?} to {after:?}");
        assert_eq!(found.1[..3].iter().all(|e| e.contains("mean")), before.measured);
        assert_eq!(found.1[3..].iter().all(|e| e.contains("mean")), after.measured);
        stopped += usize::from(found.1.len() < 60);
    }
    assert!(stopped > 0, "early stopping has stopped some of these runs");
}

#[test]
fn a_network_that_is_not_finite_is_never_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.safetensors");
    let fit = |epochs| {
        let fit = Fit::new(MeanSquaredError, Sgd::new(0.1)).schedule(Schedule::exponential(3.0));
        fit.epochs(epochs).progress(ProgressMode::Quiet).checkpoint(&path)
    };
    let error = fit(500).run(&mut *Line::seeded(1), &line(64, 1.0)).unwrap_err();
    assert!(matches!(error.kind, congruent::fit::FitErrorKind::NotFinite { .. }), "{error}");
    // the file goes on from the last whole epoch
    let mut network = Line::seeded(2);
    let history = fit(error.history.epochs.len()).run(&mut *network, &line(64, 1.0)).unwrap();
    assert_eq!(history.epochs.len(), error.history.epochs.len());
    assert!(network.as_flat().iter().all(|x| x.is_finite()));
}

#[test]
fn paths_that_cannot_be_written_are_found_before_training() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("no/such.safetensors");
    let fit = || Fit::new(MeanSquaredError, Sgd::new(0.1)).epochs(3).progress(ProgressMode::Quiet);
    for fit in [fit().checkpoint(&missing), fit().save_best(&missing)] {
        let mut network = Line::seeded(1);
        let error = fit.run(&mut *network, &line(64, 1.0)).unwrap_err();
        assert!(error.to_string().contains("no/such.safetensors: cannot be written: "), "{error}");
        assert_eq!((network.as_flat(), error.history.epochs.len()), (Line::seeded(1).as_flat(), 0));
    }
    // two files at one place, of which each would be written over the other
    let (run, best) = (dir.path().join("run"), dir.path().join("./run"));
    let error = fit().checkpoint(&run).save_best(&best).run(&mut *Line::seeded(1), &line(64, 1.0)).unwrap_err();
    assert!(error.to_string().ends_with("run: cannot be written: the checkpoint is kept there"), "{error}");
    assert!(!run.exists());
}

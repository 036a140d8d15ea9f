//! Real tables, from the file to the accuracy on samples that were not trained on.
//!
//! Every fourth sample is held out. The figures of scikit-learn 1.9.1 (numpy 2.4.6) are those of its
//! `make_pipeline(StandardScaler(), MLPClassifier((16,), max_iter=1000, random_state=seed))` on the same split, for the seeds
//! 0 to 19.

#![cfg(feature = "std")]

use congruent::prelude::*;

/// A table that ships with the examples.
fn open(name: &str) -> Csv<'static> {
    Csv::open(format!("{}/../examples/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

type Table<const F: usize> = Dataset<[f32; F], usize>;

/// Every fourth sample held out, and features of mean 0 and deviation 1 in those that are not.
fn split<const F: usize>(table: Table<F>) -> (Table<F>, Table<F>) {
    let part = |held_out: bool| {
        let samples = table.inputs().iter().copied().zip(table.targets().iter().copied()).enumerate();
        let (inputs, targets) = samples.filter(|(i, _)| (i % 4 == 3) == held_out).map(|(_, sample)| sample).unzip();
        Dataset::new(inputs, targets).unwrap()
    };
    let (mut train, mut test) = (part(false), part(true));
    let standardizer = Standardizer::fit(train.inputs()).unwrap();
    standardizer.apply_all(train.inputs_mut());
    standardizer.apply_all(test.inputs_mut());
    (train, test)
}

/// scikit-learn answers 36 of 37 rightly, with one seed 35.
#[test]
fn iris_as_uci_ships_it() {
    network! { struct Iris: [4] -> [3] { hidden: Dense<4, 16, Relu>, output: Dense<16, 3, Softmax> } }

    let error = open("iris.data").named_classes::<4>().unwrap_err().to_string();
    let cure = "`.header(false)` reads the line as a sample, `.header(true)` as names";
    assert!(error.ends_with(cure), "{error}");

    let table = open("iris.data").header(false);
    let (table, species) = table.named_classes::<4>().unwrap();
    assert_eq!(table.len(), 150);
    assert_eq!(species, ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]);
    let (train, test) = split(table);
    let mut iris = Iris::seeded(1);
    let fit = Fit::new(CrossEntropy::new(), Adam::new(0.005)).epochs(200).metric(Accuracy::new()).validation(&test);
    let history = fit.progress(ProgressMode::Quiet).run(&mut *iris, &train).unwrap();
    let right = history.epochs[199].validation_metrics[0].1 * 37.0;
    assert!(right >= 35.9, "{right} of 37");
}

/// scikit-learn answers 42 to 44 of 44 rightly, 43 in the mean.
#[test]
fn wine() {
    network! { struct Wine: [13] -> [3] { hidden: Dense<13, 16, Relu>, output: Dense<16, 3, Softmax> } }

    let table = open("wine_data.csv").skip_lines(1).header(false);
    let table = table.classes::<13>(3).unwrap();
    assert_eq!(table.len(), 178);
    let (train, test) = split(table);
    let mut wine = Wine::seeded(1);
    let fit = Fit::new(CrossEntropy::new(), Adam::new(0.005)).epochs(60).metric(Accuracy::new()).validation(&test);
    let history = fit.progress(ProgressMode::Quiet).run(&mut *wine, &train).unwrap();
    let right = history.epochs[59].validation_metrics[0].1 * 44.0;
    assert!(right >= 42.9, "{right} of 44");
}

/// scikit-learn answers 136 to 140 of 142 rightly, 137.5 in the mean. One output is enough for two classes, as logits too.
#[test]
fn breast_cancer() {
    network! { struct Cancer: [30] -> [1] { hidden: Dense<30, 16, Relu>, output: Dense<16, 1> } }

    let table = open("breast_cancer.csv").skip_lines(1).header(false);
    let table = table.classes::<30>(2).unwrap();
    assert_eq!(table.len(), 569);
    let (train, test) = split(table);
    let (train, test) = (train.map_targets(|class| class == 1), test.map_targets(|class| class == 1));
    let mut cancer = Cancer::seeded(1);
    let fit = Fit::new(BinaryCrossEntropy, Adam::new(0.005)).epochs(40).metric(Accuracy::new()).validation(&test);
    let history = fit.progress(ProgressMode::Quiet).run(&mut *cancer, &train).unwrap();
    let right = history.epochs[39].validation_metrics[0].1 * 142.0;
    assert!(right >= 136.9, "{right} of 142");
}

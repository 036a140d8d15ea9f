//! Each error that has another one in it gives that as its `source`, so that programs which print the chain of causes (`anyhow`, `eyre`) and
//! those which look for a kind of error in it find it.

#![cfg(all(feature = "onnx", feature = "tokenizers"))]

use core::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use congruent::data::DataError;
use congruent::fit::FitErrorKind;
use congruent::io::{OnnxError, WeightsError};
use congruent::loss::TargetError;
use congruent::metric::MetricError;
use congruent::prelude::*;
use congruent::sequence::LengthError;
use congruent::testing::GradientError;
use congruent::tokenizer::SubwordError;
use congruent::{InputError, graph::Refusal};

/// An error, and those in it.
fn chain(error: &dyn Error) -> Vec<String> {
    core::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn what_is_in_an_error_is_its_source() {
    let file = || "table.csv".to_string();
    let cause = || io::Error::other("disk");
    let (input, target) = (InputError::NotFinite, TargetError::Sum { sum: 1.5 });
    let metric = MetricError::TooMany { metric: "TopK".into(), classes: 3 };
    let set = "training";
    let errors: [(Box<dyn Error>, &dyn Error); 15] = [
        (Box::new(DataError::Io { file: file(), cause: cause() }), &cause()),
        (Box::new(WeightsError::Read { file: file(), cause: cause() }), &cause()),
        (Box::new(WeightsError::Write { file: file(), cause: cause() }), &cause()),
        (Box::new(OnnxError::Write { file: file(), cause: cause() }), &cause()),
        (
            Box::new(OnnxError::Layer { layer: "a".into(), network: "Net".into(), cause: Refusal::new("no") }),
            &Refusal::new("no"),
        ),
        (Box::new(BatchError::Input { sample: 1, error: input }), &input),
        (Box::new(BatchError::Target { sample: 1, error: target }), &target),
        (Box::new(GradientError::Input { layer: "Dense", error: input }), &input),
        (Box::new(GradientError::Batch { of: "Net".into(), error: BatchError::Empty }), &BatchError::Empty),
        (Box::new(FitErrorKind::Input { set, sample: 1, error: input }), &input),
        (Box::new(FitErrorKind::Target { set, sample: 1, error: target }), &target),
        (Box::new(FitErrorKind::Metric { set, error: metric.clone() }), &metric),
        // these say what the other says, and so have the cause of the other
        (Box::new(FitErrorKind::Data(DataError::Io { file: file(), cause: cause() })), &cause()),
        (Box::new(FitErrorKind::Batch(BatchError::Input { sample: 1, error: input })), &input),
        (Box::new(FitErrorKind::Weights(WeightsError::Read { file: file(), cause: cause() })), &cause()),
    ];
    for (error, inner) in errors {
        assert_eq!(chain(&*error), [error.to_string(), inner.to_string()]);
    }
    let whole = SubwordError::Length(LengthError::Empty);
    assert_eq!(chain(&whole), [LengthError::Empty.to_string()]);
}

/// An error of `Fit` is what its kind is.
#[test]
fn an_error_of_fit_has_the_source_of_its_kind() {
    network! { struct Net: [1] -> [1] { only: Dense<1, 1> } }
    let data = Dataset::new(vec![[f32::NAN]; 4], vec![[1.0]; 4]).unwrap();
    let fit = Fit::new(MeanSquaredError, Sgd::new(0.1)).progress(ProgressMode::Quiet);
    let error = fit.run(&mut *Net::seeded(1), &data).unwrap_err();
    assert_eq!(chain(&error), [error.to_string(), InputError::NotFinite.to_string()]);
    assert!(error.source().unwrap().is::<InputError>());
}

/// The enums of errors, read: a field that is an error is marked as the source, or the variant says nothing but that error.
#[test]
fn no_error_is_held_without_being_the_source() {
    let mut held = 0;
    each_source(Path::new(env!("CARGO_MANIFEST_DIR")).join("../src").as_path(), &mut |path, text| {
        for (_, after) in text.match_indices("Error)]\n#[non_exhaustive]\npub enum").map(|(i, _)| text.split_at(i)) {
            let body = after.split("\n}\n").next().unwrap_or_default();
            let lines: Vec<&str> = body.lines().map(str::trim).collect();
            for pair in lines.windows(2) {
                let is_error = |ty: &str| ty.ends_with("Error") || ty == "Refusal";
                let field = pair[1]
                    .strip_suffix(',')
                    .and_then(|field| field.split_once(": "))
                    .is_some_and(|(_, ty)| is_error(ty));
                let whole = pair[1]
                    .strip_suffix("),")
                    .and_then(|variant| variant.split_once('('))
                    .is_some_and(|(_, ty)| is_error(ty));
                held += usize::from(field || whole);
                assert!(!field || pair[0] == "#[source]", "{}: {}", path.display(), pair[1]);
                assert!(!whole || pair[0] == "#[error(transparent)]", "{}: {}", path.display(), pair[1]);
            }
        }
    });
    assert_eq!(held, 16, "another error holds one; the test above lists them all");
}

fn each_source(folder: &Path, visit: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_source(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

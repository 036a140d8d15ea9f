//! What is declared from an ONNX file compiles, loads the weights of that file, and computes what the file does: here on files that PyTorch
//! wrote (`interchange/pytorch_onnx.py`), by its exporter and by the older one, and on files of this crate.
//!
//! After a change of what is declared: `BLESS=1 cargo test -p congruent-tests --test files declared`, and again without.

#![cfg(feature = "onnx")]

use congruent::io::{Weights, declare};
use congruent::plain::flatten;
use congruent::prelude::*;
use congruent::zeroed_box;
use congruent::{Parameters, Tensor};

use crate::interchange;

/// What went into the file, and what came out of it.
#[derive(Parameters)]
#[repr(C)]
struct Case<I: Parameters, O: Parameters> {
    input: [I; 3],
    output: [O; 3],
}

fn check<N: Network<Input: Tensor, Output: Tensor>>(name: &str, declared: &str) {
    let file = interchange(&format!("{name}.onnx"));
    let text = declare(&file).unwrap();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(interchange(&format!("declared/{name}.rs")), &text).unwrap();
    } else {
        assert_eq!(declared, text, "{name}");
    }
    let mut network = N::seeded(1);
    network.load(&file).unwrap();
    let mut case: Box<Case<N::Input, N::Output>> = zeroed_box();
    Weights::read(format!("{file}.safetensors")).unwrap().load(&mut *case).unwrap();
    for (ours, theirs) in flatten(&network.predict(&case.input)).iter().zip(case.output.as_flat()) {
        assert!((ours - theirs).abs() < 1e-5, "{name}: {ours} {theirs}");
    }
}

macro_rules! declared {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            use congruent::prelude::*;
            include!(concat!("../interchange/declared/", stringify!($name), ".rs"));
        })*

        #[test]
        fn what_is_declared_compiles_and_computes_the_same() {
            $(check::<$name::Network>(
                stringify!($name),
                include_str!(concat!("../interchange/declared/", stringify!($name), ".rs")),
            );)*
        }
    };
}

declared!(
    pytorch_image,
    pytorch_image_older,
    pytorch_pooled,
    pytorch_pooled_older,
    pytorch_signal,
    pytorch_signal_older,
    every,
    listed,
    normalised,
    rows,
    signals,
    images,
    windows,
    signal_windows,
    pytorch_branches,
    pytorch_branches_older,
);

/// Whatever the name of an ONNX file is, it is read as one.
#[test]
fn the_name_of_a_file_says_nothing_about_its_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let expected = declare(interchange("every.onnx")).unwrap();
    for name in ["EVERY.ONNX", "every.Onnx", "every.bin", "every"] {
        let copy = dir.path().join(name);
        std::fs::copy(interchange("every.onnx"), &copy).unwrap();
        assert_eq!(declare(&copy).unwrap(), expected, "{name}");
        assert!(Weights::read(&copy).unwrap().tensors().count() > 0, "{name}");
    }
}

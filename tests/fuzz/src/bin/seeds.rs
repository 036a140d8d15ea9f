//! Writes files to start from, as they should be, into `corpus/`.

use std::error::Error;
use std::fs;
use std::path::Path;

use congruent::Snapshot;
use congruent::prelude::*;
use fuzz::{Classifier, fit};

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = |target: &str| here.join("corpus").join(target);
    let fixtures = here.join("../interchange");
    for target in ["safetensors", "npz", "onnx", "image", "checkpoint"] {
        fs::create_dir_all(corpus(target))?;
        for file in fs::read_dir(&fixtures)? {
            let path = file?.path();
            if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|ending| ending == target)) {
                fs::copy(&path, corpus(target).join(name))?;
            }
        }
    }
    let network = Classifier::seeded(1);
    network.save(corpus("safetensors").join("own.safetensors"))?;
    network.save(corpus("npz").join("own.npz"))?;
    network.save_onnx(corpus("onnx").join("own.onnx"))?;
    fs::write(corpus("image").join("own"), Snapshot::of(&*network).as_bytes())?;
    let checkpoint = corpus("checkpoint").join("own");
    let _ = fs::remove_file(&checkpoint);
    fit(&checkpoint)?;
    Ok(())
}

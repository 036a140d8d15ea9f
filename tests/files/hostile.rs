//! Files that are not what they say: an error each time, never a panic, and no more memory than file and network need.

#![cfg(all(feature = "safetensors", feature = "npz", feature = "onnx"))]

use std::io::{Cursor, Write};

use congruent::io::{Weights, onnx};
use congruent::prelude::*;
use congruent::rand::{Rng, RngExt};
use congruent::{Parameters, Snapshot};

use crate::interchange;
use crate::memory_use::{forget_largest, largest};

network! { struct Encoder { dense: Dense<6, 4, Relu>, norm: LayerNorm } }
network! { struct Classifier { encoder: Encoder, output: Dense<4, 3, Softmax> } }

/// No piece of memory is larger than this for files of a few kilobytes: what unpacking takes, and some.
const ENOUGH: usize = 256 * 1024;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(interchange(name)).unwrap()
}

/// Whether the bytes load. What does not must leave the network as it was.
fn loads(bytes: &[u8]) -> bool {
    let mut network = Classifier::zeroed();
    let loaded = Weights::from_bytes(bytes.to_vec()).and_then(|weights| weights.load(&mut network)).is_ok();
    if !loaded {
        assert!(network.as_flat().iter().all(|x| *x == 0.0), "a part was loaded");
    }
    if let Ok(weights) = Weights::from_bytes(bytes.to_vec()) {
        let _ = weights.convert().load_partial(&mut network);
    }
    loaded
}

/// A file with a few bytes changed, put in, taken out or repeated, or cut off.
fn mutated(file: &[u8], rng: &mut impl Rng) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..rng.random_range(1..4) {
        let place = rng.random_range(0..bytes.len());
        match rng.random_range(0..8) {
            0 => bytes[place] = rng.random(),
            1 => bytes[place] ^= 1 << rng.random_range(0..8),
            2 => bytes.insert(place, rng.random()),
            3 => drop(bytes.remove(place)),
            4 => bytes.truncate(place.max(1)),
            5 => bytes[place] = *b"0123456789,[]{}\":".get(rng.random_range(0..17)).unwrap(),
            6 => {
                let end = (place + rng.random_range(1..9)).min(bytes.len());
                bytes[place..end].fill([0, 0xFF, 0x7F][rng.random_range(0..3)]);
            }
            _ => {
                let end = (place + rng.random_range(1..40)).min(bytes.len());
                let piece = bytes[place..end].to_vec();
                let to = rng.random_range(0..bytes.len());
                bytes.splice(to..to, piece);
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

/// Looks at 10⁵ mutations of a file, or as many as `CONGRUENT_MUTATIONS` says.
fn mutate(name: &str, mut look: impl FnMut(&[u8])) {
    let file = fixture(name);
    let count = std::env::var("CONGRUENT_MUTATIONS").map_or(100_000, |count| count.parse().unwrap());
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    for _ in 0..count {
        look(&mutated(&file, &mut rng));
    }
    assert!(largest() < ENOUGH, "{} bytes at once", largest());
}

#[test]
fn mutated_safetensors_files() {
    mutate("pytorch.safetensors", |bytes| _ = loads(bytes));
}

#[test]
fn mutated_npz_files() {
    mutate("numpy.npz", |bytes| _ = loads(bytes));
}

#[test]
fn mutated_packed_npz_files() {
    mutate("numpy_other.npz", |bytes| _ = loads(bytes));
}

#[test]
fn mutated_onnx_files() {
    for name in ["every.onnx", "pytorch_pooled_older.onnx", "pytorch_signal_older.onnx"] {
        mutate(name, |bytes| {
            // what is declared has numbers, unless these are damaged
            if let Err(error) = onnx::declare(bytes) {
                assert_eq!(Weights::from_onnx(bytes).err().map(|error| error.to_string()), Some(error.to_string()));
            } else {
                let _ = Weights::from_onnx(bytes);
            }
        });
    }
}

#[test]
fn mutated_images() {
    let mut network = Classifier::seeded(1);
    let image = Snapshot::of(&*network).as_bytes().to_vec();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    for _ in 0..100_000 {
        let bytes = mutated(&image, &mut rng);
        let read = congruent::snapshot::read(&bytes, &mut *network);
        assert!(read.is_err() || bytes == image);
    }
}

#[test]
fn files_that_are_cut_off_anywhere() {
    for name in ["pytorch.safetensors", "numpy.npz", "numpy_other.npz"] {
        let file = fixture(name);
        for end in 0..file.len() {
            assert!(!loads(&file[..end]), "{name} of {end} bytes");
        }
    }
}

fn safetensors(header: &str, data: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.resize(file.len() + data, 0);
    file
}

#[test]
fn headers_that_lie() {
    let refused = |bytes: Vec<u8>| {
        let error = Weights::from_bytes(bytes).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.starts_with("the file: not a")), "{error:?}");
    };
    for length in [u64::MAX, u64::MAX / 2, 1 << 40, 100_000_000, 9] {
        let mut file = length.to_le_bytes().to_vec();
        file.extend(b"{}");
        refused(file);
    }
    let a = |shape: &str, offsets: &str| format!(r#""a":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}"#);
    refused(safetensors(&format!("{{{}}}", a("[2]", "[0,16]")), 16));
    refused(safetensors(&format!("{{{}}}", a("[4]", "[16,0]")), 16));
    refused(safetensors(&format!("{{{}}}", a("[4]", "[0,16]")), 15));
    refused(safetensors(&format!("{{{}}}", a("[4]", "[0,16]")), 17));
    refused(safetensors(&format!("{{{}}}", a("[4294967296,4294967296]", "[0,0]")), 0));
    refused(safetensors(&format!("{{{}}}", a("[18446744073709551615]", "[0,16]")), 16));
    refused(safetensors(&format!("{{{}}}", a("[-4]", "[0,16]")), 16));
    // overlapping
    let b = a("[2]", "[4,12]").replace("\"a\"", "\"b\"");
    refused(safetensors(&format!("{{{},{b}}}", a("[2]", "[0,8]")), 12));
    refused(safetensors(&"[".repeat(100_000), 0));
}

#[test]
fn an_archive_that_unpacks_to_64_megabytes_costs_nothing() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("encoder.dense.weight.npy", options).unwrap();
    // what the network wants, and then more and more
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 6), }\n";
    archive.write_all(b"\x93NUMPY\x01\x00").unwrap();
    archive.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
    archive.write_all(header.as_bytes()).unwrap();
    let zeros = vec![0; 64 * 1024];
    for _ in 0..1024 {
        archive.write_all(&zeros).unwrap();
    }
    let file = archive.finish().unwrap().into_inner();
    assert!(file.len() < 128 * 1024);
    forget_largest();
    let weights = Weights::from_npz(file).unwrap();
    let error = weights.load(&mut Classifier::zeroed()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the weights: `encoder.dense.weight` has 97 bytes of data, not 96".replace("the weights", "the file")
    );
    assert!(largest() < ENOUGH, "{} bytes at once", largest());
}

//! Reads the golden files, whose format `make.py` describes, and compares with them.

use core::fmt::Write;
use std::collections::BTreeMap;

use congruent::plain::{Parameters, flatten, flatten_mut, zeroed};
use congruent::shape::{Shape, Tensor};

/// How far from PyTorch a number may be: relative 1e-5, and below 0.1 absolute 1e-6, which allows a sum of numbers around 1 that comes
/// out small the rounding errors of its terms.
fn agrees(found: f32, expected: f32) -> bool {
    let (found, expected) = (f64::from(found), f64::from(expected));
    (found - expected).abs() <= 1e-5 * expected.abs().max(0.1)
}

/// Relative 1e-5 however small the number is, down to where `f32` has fewer digits.
fn agrees_relatively(found: f32, expected: f32) -> bool {
    let (found, expected) = (f64::from(found), f64::from(expected));
    (found - expected).abs() <= 1e-5 * expected.abs().max(f64::from(f32::MIN_POSITIVE))
}

/// A golden file: arrays by name.
pub struct Golden {
    file: &'static str,
    arrays: BTreeMap<String, Array>,
}

struct Array {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Golden {
    /// Reads `tests/golden/<file>`.
    pub fn read(file: &'static str) -> Golden {
        let path = format!("{}/golden/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut arrays = BTreeMap::new();
        while let Some(head) = lines.next() {
            let mut words = head.split(' ');
            let name = words.next().unwrap();
            let shape: Vec<usize> = words.map(|size| size.parse().unwrap()).collect();
            let rows = shape.split_last().map_or(1, |(_, outer)| outer.iter().product());
            let mut values = Vec::new();
            for line in lines.by_ref().take(rows) {
                values.extend(line.split(' ').map(|number| number.parse::<f32>().unwrap()));
            }
            assert_eq!(values.len(), shape.iter().product::<usize>(), "{file}: {name} {shape:?}");
            arrays.insert(name.to_owned(), Array { shape, values });
        }
        Golden { file, arrays }
    }

    /// Whether there is an array of this name.
    pub fn has(&self, name: &str) -> bool {
        self.arrays.contains_key(name)
    }

    fn array(&self, name: &str) -> &Array {
        self.arrays.get(name).unwrap_or_else(|| panic!("no `{name}` in {}", self.file))
    }

    /// The numbers of an array.
    pub fn values(&self, name: &str) -> &[f32] {
        &self.array(name).values
    }

    /// An array of the shape `T`.
    pub fn get<T: Tensor>(&self, name: &str) -> T {
        let Array { shape, values } = self.array(name);
        assert_eq!(shape, T::DIMS.as_slice(), "the shape of `{name}`");
        let mut tensor = zeroed::<T>();
        tensor.as_flat_mut().copy_from_slice(values);
        tensor
    }

    /// An array of samples, each of the shape `S`.
    pub fn samples<S: Shape + Parameters>(&self, name: &str) -> Vec<S> {
        let Array { shape, values } = self.array(name);
        assert_eq!(&shape[1..], S::DIMS.as_slice(), "the shape of the samples of `{name}`");
        let mut samples = vec![zeroed::<S>(); shape[0]];
        flatten_mut(&mut samples).copy_from_slice(values);
        samples
    }

    /// An array of class indices.
    pub fn classes(&self, name: &str) -> Vec<usize> {
        self.values(name).iter().map(|class| *class as usize).collect()
    }

    /// Compares what was found with an array, number by number.
    #[track_caller]
    pub fn check<T: Parameters>(&self, name: &str, found: &[T]) {
        self.check_by(agrees, name, flatten(found));
    }

    /// Compares likewise, and the smallest numbers as strictly as the others.
    #[track_caller]
    pub fn check_relatively<T: Parameters>(&self, name: &str, found: &[T]) {
        self.check_by(agrees_relatively, name, flatten(found));
    }

    #[track_caller]
    fn check_by(&self, agrees: fn(f32, f32) -> bool, name: &str, found: &[f32]) {
        let Array { shape, values } = self.array(name);
        assert_eq!(found.len(), values.len(), "the number of values of `{name}`");
        let mut report = String::new();
        for (i, (&found, &expected)) in found.iter().zip(values).enumerate() {
            if !agrees(found, expected) {
                let position = position(i, shape);
                writeln!(report, "  at {position:?}: expected {expected:?}, found {found:?}").unwrap();
            }
        }
        assert!(report.is_empty(), "`{name}` in {} differs from PyTorch\n{report}", self.file);
    }
}

/// The indices, outermost first, of number `i` in an array of this shape.
fn position(mut i: usize, shape: &[usize]) -> Vec<usize> {
    let mut indices: Vec<usize> = shape
        .iter()
        .rev()
        .map(|size| {
            let index = i % size;
            i /= size;
            index
        })
        .collect();
    indices.reverse();
    indices
}

//! The MNIST database of handwritten digits.

use std::path::{Path, PathBuf};

use super::{
    DataError, Dataset,
    idx::{Shape, labels_in, samples},
    source::open,
};
use crate::shape::Tensor;

const HOW_TO_GET_IT: &str = "put the four IDX files of the MNIST database there, from any mirror of it, gzipped or not";

/// Reads the training part of MNIST from a folder: images with pixels of 0..=1 and their digits.
///
/// The images take any shape of 784 numbers: `[f32; 784]`, `[[f32; 28]; 28]` or `[[[f32; 28]; 28]; 1]`. The usual names are looked
/// for, with and without `.gz`: `train-images-idx3-ubyte` and its labels, then `train-20k-images-idx3-ubyte`, the first 20,000 of
/// them.
///
/// # Errors
///
/// [`DataError::Missing`] where a file is not there, otherwise as [`idx`](super::idx).
pub fn mnist<I: Tensor>(folder: impl AsRef<Path>) -> Result<Dataset<I, usize>, DataError> {
    part(folder.as_ref(), &["train", "train-20k"])
}

/// As [`mnist`], the test part: `t10k-images-idx3-ubyte` and its labels.
///
/// # Errors
///
/// As [`mnist`].
pub fn mnist_test<I: Tensor>(folder: impl AsRef<Path>) -> Result<Dataset<I, usize>, DataError> {
    part(folder.as_ref(), &["t10k"])
}

/// The first of the named parts whose images are in the folder.
fn part<I: Tensor>(folder: &Path, names: &[&str]) -> Result<Dataset<I, usize>, DataError> {
    const { assert!(I::COUNT == 28 * 28, "an image of MNIST has 28×28 pixels") };
    let name = |part: &str, kind: &str| format!("{part}-{kind}-ubyte");
    let image_names: Vec<String> = names.iter().map(|part| name(part, "images-idx3")).collect();
    let (images, found) = find(folder, &image_names)?;
    let (labels, _) = find(folder, &[name(names[found], "labels-idx1")])?;

    let (name, read) = open(&images)?;
    let inputs = samples(&name, read, Shape::Image(28, 28))?;
    let (name, read) = open(&labels)?;
    let targets = labels_in(&name, read, 10)?;
    if inputs.len() != targets.len() {
        return Err(DataError::file(
            &name,
            format!("{} labels, one for each image", inputs.len()),
            targets.len().to_string(),
        ));
    }
    Dataset::new(inputs, targets)
}

/// The first name, or that name with `.gz`, that is a file in the folder, and its position.
fn find(folder: &Path, names: &[String]) -> Result<(PathBuf, usize), DataError> {
    for (position, name) in names.iter().enumerate() {
        for path in [folder.join(name), folder.join(format!("{name}.gz"))] {
            if path.is_file() {
                return Ok((path, position));
            }
        }
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}[.gz]`")).collect();
    Err(DataError::Missing { folder: folder.display().to_string(), expected: quoted.join(" or "), cure: HOW_TO_GET_IT })
}

#[cfg(test)]
mod tests {
    use std::fs::write;

    use super::{super::source::gzip, *};

    fn images(n: u8) -> Vec<u8> {
        let header = [0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 28, 0, 0, 0, 28];
        [&header[..], &vec![255; n as usize * 784]].concat()
    }

    fn labels(labels: &[u8]) -> Vec<u8> {
        [&[0, 0, 8, 1, 0, 0, 0, labels.len() as u8], labels].concat()
    }

    #[test]
    fn a_part_is_found_under_its_usual_names() {
        let dir = tempfile::tempdir().unwrap();
        let in_dir = |name: &str| dir.path().join(name);
        let error = mnist::<[f32; 784]>(&dir).unwrap_err().to_string();
        let folder = dir.path().display();
        assert_eq!(
            error,
            format!(
                "{folder}: expected `train-images-idx3-ubyte[.gz]` or `train-20k-images-idx3-ubyte[.gz]`, found none; \
                 put the four IDX files of the MNIST database there, from any mirror of it, gzipped or not"
            )
        );

        write(in_dir("train-20k-images-idx3-ubyte.gz"), gzip(&images(2))).unwrap();
        let error = mnist::<[f32; 784]>(&dir).unwrap_err().to_string();
        assert!(error.contains("expected `train-20k-labels-idx1-ubyte[.gz]`, found none; put"), "{error}");
        write(in_dir("train-20k-labels-idx1-ubyte"), labels(&[3, 9])).unwrap();
        let data = mnist::<[[[f32; 28]; 28]; 1]>(&dir).unwrap();
        assert_eq!(data.targets(), [3, 9]);
        assert_eq!(data.inputs(), [[[[1.0; 28]; 28]]; 2]);
        assert!(mnist_test::<[f32; 784]>(&dir).is_err());

        write(in_dir("train-images-idx3-ubyte"), images(3)).unwrap();
        write(in_dir("train-labels-idx1-ubyte"), labels(&[1, 2])).unwrap();
        let error = mnist::<[f32; 784]>(&dir).unwrap_err().to_string();
        assert!(error.ends_with("train-labels-idx1-ubyte: expected 3 labels, one for each image, found 2"), "{error}");
    }
}

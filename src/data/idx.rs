//! IDX, the format of the MNIST database: a header of dimensions, then the numbers.
//!
//! ```text
//! 00 00 08 03              unsigned bytes, 3 dimensions
//! 00 00 ea 60              60000 images, big-endian
//! 00 00 00 1c 00 00 00 1c  of 28 by 28
//! 00 00 1c …               a byte a pixel, row by row
//! ```
//!
//! Files may be gzipped; their first bytes tell, not their names. Nothing is allocated on the header's word alone: memory grows
//! with what the file really holds.

use std::{
    io::{Error, ErrorKind, Read},
    path::Path,
};

use super::{
    DataError,
    source::{open, unpacked},
};
use crate::memory::aligned_box::push_zeroed;
use crate::shape::Tensor;

/// Reads images of `H` rows of `W` pixels, scaled from 0..=255 to 0..=1.
///
/// # Errors
///
/// Names the file, and what was expected and found, where it is not an IDX file of unsigned bytes in three dimensions, its images
/// have another size, it has none, or its length is not what its header says.
pub fn images<const H: usize, const W: usize>(path: impl AsRef<Path>) -> Result<Vec<[[f32; W]; H]>, DataError> {
    let (name, read) = open(path.as_ref())?;
    samples(&name, read, Shape::Image(H, W))
}

/// As [`images`], from bytes in memory or any other reader; `name` stands for the file in errors.
pub fn images_from<const H: usize, const W: usize>(
    name: &str,
    read: impl Read,
) -> Result<Vec<[[f32; W]; H]>, DataError> {
    let read = unpacked(read).map_err(|cause| DataError::io(name, cause))?;
    samples(name, read, Shape::Image(H, W))
}

/// Reads samples of `N` numbers, whatever their dimensions, each as one row, scaled from 0..=255 to 0..=1.
///
/// # Errors
///
/// As [`images`], where the dimensions after the first do not multiply to `N`.
pub fn flat<const N: usize>(path: impl AsRef<Path>) -> Result<Vec<[f32; N]>, DataError> {
    let (name, read) = open(path.as_ref())?;
    samples(&name, read, Shape::Flat(N))
}

/// As [`flat`], from bytes in memory or any other reader; `name` stands for the file in errors.
pub fn flat_from<const N: usize>(name: &str, read: impl Read) -> Result<Vec<[f32; N]>, DataError> {
    let read = unpacked(read).map_err(|cause| DataError::io(name, cause))?;
    samples(name, read, Shape::Flat(N))
}

/// Reads labels, each a class below `classes`.
///
/// # Errors
///
/// Names the file, and what was expected and found, where it is not an IDX file of unsigned bytes in one dimension, a label is
/// not below `classes`, it has none, or its length is not what its header says.
pub fn labels(path: impl AsRef<Path>, classes: usize) -> Result<Vec<usize>, DataError> {
    let (name, read) = open(path.as_ref())?;
    labels_in(&name, read, classes)
}

/// As [`labels`], from bytes in memory or any other reader; `name` stands for the file in errors.
pub fn labels_from(name: &str, read: impl Read, classes: usize) -> Result<Vec<usize>, DataError> {
    let read = unpacked(read).map_err(|cause| DataError::io(name, cause))?;
    labels_in(name, read, classes)
}

/// What one sample should be.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Label,
    Image(usize, usize),
    Flat(usize),
}

impl Shape {
    fn describe(self) -> String {
        match self {
            Shape::Label => "labels".into(),
            Shape::Image(height, width) => format!("images of {height}×{width} bytes"),
            Shape::Flat(len) => format!("samples of {len} bytes"),
        }
    }

    /// Whether the dimensions of a sample, as the header gives them, are these.
    fn is(self, dimensions: &[u32]) -> bool {
        match self {
            Shape::Label => dimensions.is_empty(),
            Shape::Image(height, width) => match dimensions {
                &[h, w] => (h as usize, w as usize) == (height, width),
                _ => false,
            },
            Shape::Flat(len) => {
                let mut sizes = dimensions.iter().map(|&size| size as usize);
                let product = sizes.try_fold(1_usize, usize::checked_mul);
                !dimensions.is_empty() && product == Some(len)
            }
        }
    }
}

/// Reads one sample after the other into `S`, whose flat length is that of `shape`.
pub(super) fn samples<S: Tensor>(name: &str, mut read: impl Read, shape: Shape) -> Result<Vec<S>, DataError> {
    const { assert!(S::COUNT > 0, "a sample of an IDX file has at least one number") };
    let count = header(name, &mut read, shape)?;
    let mut bytes = vec![0_u8; S::COUNT];
    let mut samples = Vec::new();
    for index in 0..count {
        read.read_exact(&mut bytes).map_err(|cause| short(name, cause, count, index as usize, shape))?;
        for (number, &byte) in push_zeroed::<S>(&mut samples).as_flat_mut().iter_mut().zip(&bytes) {
            *number = f32::from(byte) / 255.0;
        }
    }
    end(name, read, count, shape)?;
    Ok(samples)
}

/// Reads one label after the other.
pub(super) fn labels_in(name: &str, mut read: impl Read, classes: usize) -> Result<Vec<usize>, DataError> {
    let count = header(name, &mut read, Shape::Label)?;
    let mut bytes = Vec::new();
    (&mut read)
        .take(u64::from(count))
        .read_to_end(&mut bytes)
        .map_err(|cause| short(name, cause, count, bytes.len(), Shape::Label))?;
    if bytes.len() < count as usize {
        let cause = ErrorKind::UnexpectedEof.into();
        return Err(short(name, cause, count, bytes.len(), Shape::Label));
    }
    end(name, read, count, Shape::Label)?;
    let class = |(index, byte)| match usize::from(byte) {
        label if label < classes => Ok(label),
        label => Err(DataError::Label { file: name.into(), index, label, classes }),
    };
    bytes.into_iter().enumerate().map(class).collect()
}

/// Reads the header and returns how many samples it promises.
fn header(name: &str, read: &mut impl Read, shape: Shape) -> Result<u32, DataError> {
    let mut word = || {
        let mut word = [0; 4];
        match read.read_exact(&mut word) {
            Ok(()) => Ok(word),
            Err(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
                Err(DataError::file(name, "the header of an IDX file", "the end of the file"))
            }
            Err(cause) => Err(DataError::io(name, cause)),
        }
    };
    let [zero, also_zero, element, rank] = word()?;
    if [zero, also_zero] != [0, 0] {
        return Err(DataError::file(
            name,
            "an IDX file, which starts with two zero bytes",
            format!("the bytes {zero:#04x} {also_zero:#04x}"),
        ));
    }
    if element != 0x08 {
        return Err(DataError::file(
            name,
            "unsigned bytes (type 0x08)",
            format!("{} (type {element:#04x})", element_name(element)),
        ));
    }
    let mut dimensions = Vec::new();
    for _ in 0..rank {
        dimensions.push(u32::from_be_bytes(word()?));
    }
    let (count, sample) = match dimensions.as_slice() {
        [count, sample @ ..] if shape.is(sample) => (*count, sample),
        _ => {
            return Err(DataError::file(name, shape.describe(), described(&dimensions)));
        }
    };
    if count == 0 {
        return Err(DataError::file(name, "at least one sample", "none"));
    }
    // Where numbers are 16 bits wide, a count may not fit; on no other platform can this happen.
    if usize::try_from(count).is_err() {
        return Err(DataError::file(
            name,
            "a file that fits in memory",
            format!("{count} samples of {sample:?} bytes"),
        ));
    }
    Ok(count)
}

/// Checks that nothing follows the samples.
fn end(name: &str, read: impl Read, count: u32, shape: Shape) -> Result<(), DataError> {
    // A gzip stream cut short is an error here, and `Ok(0)` a proper end: `read_exact` would not tell one from the other.
    match read.take(1).read_to_end(&mut Vec::new()) {
        Ok(0) => Ok(()),
        Ok(_) => Err(DataError::file(
            name,
            format!("{count} {}, as its header says", shape.describe()),
            "more bytes after them",
        )),
        Err(cause) => Err(DataError::io(name, cause)),
    }
}

fn short(name: &str, cause: Error, count: u32, found: usize, shape: Shape) -> DataError {
    if cause.kind() != ErrorKind::UnexpectedEof {
        return DataError::io(name, cause);
    }
    DataError::file(
        name,
        format!("{count} {}, as its header says", shape.describe()),
        format!("{found} before the end of the file"),
    )
}

fn described(dimensions: &[u32]) -> String {
    match dimensions {
        [] => "no dimensions".into(),
        [_] => "one dimension, as labels have".into(),
        [_, sample @ ..] => {
            let sizes: Vec<String> = sample.iter().map(u32::to_string).collect();
            format!("samples of {} bytes", sizes.join("×"))
        }
    }
}

fn element_name(element: u8) -> &'static str {
    match element {
        0x09 => "signed bytes",
        0x0b => "16-bit integers",
        0x0c => "32-bit integers",
        0x0d => "32-bit floats",
        0x0e => "64-bit floats",
        _ => "no element type of IDX",
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::{super::source::gzip, *};

    fn idx(element: u8, dimensions: &[u32], bytes: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, element, dimensions.len() as u8];
        for size in dimensions {
            file.extend(size.to_be_bytes());
        }
        file.extend(bytes);
        file
    }

    fn error_of(file: &[u8]) -> String {
        images_from::<2, 3>("a.idx", file).unwrap_err().to_string()
    }

    #[test]
    fn images_are_scaled_and_in_order() {
        let file = idx(8, &[2, 2, 3], &[0, 51, 255, 1, 2, 3, 9, 9, 9, 9, 9, 0]);
        let images = images_from::<2, 3>("a", &*file).unwrap();
        assert_eq!(images.len(), 2);
        assert_eq!(images[0], [[0.0, 0.2, 1.0], [1.0 / 255.0, 2.0 / 255.0, 3.0 / 255.0]]);
        assert_eq!(images[1][1][2], 0.0);
        assert_eq!(flat_from::<6>("a", &*file).unwrap().as_flattened(), images.as_flattened().as_flattened());
        assert_eq!(images_from::<2, 3>("a", &*gzip(&file)).unwrap(), images);
    }

    #[test]
    fn files_are_opened_by_path() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels");
        std::fs::write(&path, gzip(&idx(8, &[3], &[0, 9, 4]))).unwrap();
        assert_eq!(labels(&path, 10).unwrap(), [0, 9, 4]);
        let error = labels(&path, 9).unwrap_err().to_string();
        let expected = format!("{}, label 1: expected a class below 9, found 9", path.display());
        assert_eq!(error, expected);
        std::fs::write(&path, idx(8, &[1, 1, 2], &[0, 255])).unwrap();
        assert_eq!(images::<1, 2>(&path).unwrap(), [[[0.0, 1.0]]]);
        assert_eq!(flat::<2>(&path).unwrap(), [[0.0, 1.0]]);
    }

    #[test]
    fn each_mistake_is_named() {
        let pixels = [0; 6];
        let cases: [(Vec<u8>, &str); 9] = [
            (vec![], "the header of an IDX file, found the end of the file"),
            (b"PK\x03\x04".to_vec(), "an IDX file, which starts with two zero bytes, found the bytes 0x50 0x4b"),
            (idx(0x0d, &[1, 2, 3], &pixels), "unsigned bytes (type 0x08), found 32-bit floats (type 0x0d)"),
            (idx(8, &[1, 3, 2], &pixels), "images of 2×3 bytes, found samples of 3×2 bytes"),
            (idx(8, &[6], &pixels), "images of 2×3 bytes, found one dimension, as labels have"),
            (
                idx(8, &[2, 2, 3], &pixels),
                "2 images of 2×3 bytes, as its header says, found 1 before the end of the file",
            ),
            (
                idx(8, &[u32::MAX, 2, 3], &pixels),
                "4294967295 images of 2×3 bytes, as its header says, found 1 before the end of the file",
            ),
            (idx(8, &[1, 2, 3], &[0; 7]), "1 images of 2×3 bytes, as its header says, found more bytes after them"),
            (idx(8, &[0, 2, 3], &[]), "at least one sample, found none"),
        ];
        for (file, message) in cases {
            assert_eq!(error_of(&file), format!("a.idx: expected {message}"));
        }
        let overflow = idx(8, &[1, u32::MAX, u32::MAX, u32::MAX, 1 << 31], &pixels);
        assert!(flat_from::<6>("a", &*overflow).is_err());
        let lying = idx(8, &[u32::MAX], &[1; 5]);
        let error = labels_from("a", &*lying, 10).unwrap_err().to_string();
        assert_eq!(error, "a: expected 4294967295 labels, as its header says, found 5 before the end of the file");
        assert!(labels_from("a", &*idx(8, &[1, 2, 3], &pixels), 10).is_err());
    }

    #[test]
    fn every_truncation_is_an_error() {
        let images = idx(8, &[3, 2, 3], &[7; 18]);
        let labels = idx(8, &[9], &[3; 9]);
        for (whole_images, whole_labels) in [(&images, &labels), (&gzip(&images), &gzip(&labels))] {
            assert!(images_from::<2, 3>("a", &whole_images[..]).is_ok());
            assert!(labels_from("a", &whole_labels[..], 10).is_ok());
            for end in 0..whole_images.len() {
                assert!(images_from::<2, 3>("a", &whole_images[..end]).is_err(), "{end}");
                assert!(flat_from::<6>("a", &whole_images[..end]).is_err(), "{end}");
            }
            for end in 0..whole_labels.len() {
                assert!(labels_from("a", &whole_labels[..end], 10).is_err(), "{end}");
            }
        }
    }

    #[test]
    fn damaged_files_never_panic_and_never_grow() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let plain = idx(8, &[3, 2, 3], &[7; 18]);
        for file in [plain.clone(), gzip(&plain)] {
            for _ in 0..20_000 {
                let mut damaged = file.clone();
                for _ in 0..rng.random_range(1..4) {
                    let at = rng.random_range(0..damaged.len());
                    damaged[at] = rng.random();
                }
                if let Ok(images) = images_from::<2, 3>("a", &*damaged) {
                    assert!(images.len() <= 3);
                }
                let _ = flat_from::<6>("a", &*damaged);
                if let Ok(labels) = labels_from("a", &*damaged, 256) {
                    assert!(labels.len() <= damaged.len());
                }
            }
        }
    }
}

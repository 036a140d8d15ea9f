//! NumPy's format for many arrays: a zip archive with an npy file for each.
//!
//! Nothing is unpacked before it is asked for, and then no more than the array it should be: an archive that would unpack
//! to gigabytes costs nothing.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::weights::{Place, StoredTensor};
use super::{Element, Weights, WeightsError, npy};
use crate::io::atomic_write::write_whole;

impl Weights {
    /// Reads an npz file from memory.
    ///
    /// # Errors
    ///
    /// When the bytes are no such file, or a damaged one.
    pub fn from_npz(bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        let mut weights = Weights::empty();
        (weights.file, weights.bytes) = ("the file".into(), bytes);
        weights.index_npz()
    }

    pub(super) fn index_npz(mut self) -> Result<Weights, WeightsError> {
        let tensors = index(&self.bytes).map_err(|cause| {
            let what = format_args!("not an npz file, or a damaged one: {cause}");
            WeightsError::damaged(&self.file, what)
        })?;
        self.tensors = tensors;
        Ok(self)
    }

    /// The data of an entry, which should have this length.
    pub(super) fn read_entry(&self, stored: &StoredTensor, length: usize) -> Result<Vec<u8>, WeightsError> {
        let Place::Entry { index, header, fortran_order } = stored.place else {
            return Ok(Vec::new());
        };
        let unpack = || -> Result<Vec<u8>, ZipError> {
            let mut archive = ZipArchive::new(Cursor::new(&self.bytes))?;
            let mut entry = archive.by_index(index)?;
            std::io::copy(&mut entry.by_ref().take(header as u64), &mut std::io::sink())?;
            let mut bytes = Vec::new();
            // one more than there should be, so that too many are noticed, and the checksum is looked at
            entry.take(length as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes =
            unpack().map_err(|cause| WeightsError::damaged(&self.file, format_args!("`{}`: {cause}", stored.name)))?;
        if fortran_order && bytes.len() == length {
            let size = stored.element.size().unwrap_or(1);
            return Ok(npy::from_fortran_order(&bytes, size, &stored.shape));
        }
        Ok(bytes)
    }

    /// The tensors as an npz file, in memory; not packed, as `numpy.savez` does it.
    ///
    /// # Errors
    ///
    /// When two tensors have the same name, or a tensor is not of a type that NumPy has.
    pub fn to_npz(&self) -> Result<Vec<u8>, WeightsError> {
        let damaged = |cause: ZipError| WeightsError::damaged(&self.file, cause);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for stored in &self.tensors {
            let descr = match stored.element {
                Element::F32 => "<f4",
                Element::F64 => "<f8",
                Element::F16 => "<f2",
                _ => {
                    let what = format_args!("`{}` is made of {}, which NumPy has not", stored.name, stored.element);
                    return Err(WeightsError::damaged(&self.file, what));
                }
            };
            archive.start_file(format!("{}.npy", stored.name), options).map_err(damaged)?;
            let bytes = self.bytes_of(stored)?;
            let header = npy::write(descr, &stored.shape);
            archive.write_all(&header).and_then(|()| archive.write_all(&bytes)).map_err(|e| damaged(e.into()))?;
        }
        archive.finish().map(Cursor::into_inner).map_err(damaged)
    }

    /// Writes the tensors to an npz file. It is written beside `path` and then renamed: there is never half a file.
    ///
    /// # Errors
    ///
    /// As [`to_npz`](Weights::to_npz), and when the file cannot be written.
    pub fn write_npz(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let path = path.as_ref();
        write_whole(path, &self.to_npz()?)
            .map_err(|cause| WeightsError::Write { file: path.display().to_string(), cause })
    }
}

/// The arrays of an archive, of each of which only the header is unpacked.
fn index(bytes: &[u8]) -> Result<Vec<StoredTensor>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut tensors = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let name = name.strip_suffix(".npy").unwrap_or(&name).to_owned();
        let npy::Header { element, fortran_order, shape, length: header } = npy::read(&mut entry)?;
        tensors.push(StoredTensor { name, element, shape, place: Place::Entry { index, header, fortran_order } });
    }
    Ok(tensors)
}

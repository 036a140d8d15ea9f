//! NumPy's format for many arrays: a zip archive with an npy file for each.
//!
//! Nothing is unpacked before it is asked for, and then no more than the array it should be: an archive that would unpack
//! to gigabytes costs nothing.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::npy;
use super::tensors::{Element, Place, StoredTensor};

/// The data of an array, at most `length` bytes and one more.
pub fn read(archive: &[u8], stored: &StoredTensor, length: usize) -> Result<Vec<u8>, ZipError> {
    let Place::Entry { index, header, fortran_order } = stored.place else {
        return Ok(Vec::new());
    };
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    let mut entry = archive.by_index(index)?;
    std::io::copy(&mut entry.by_ref().take(header as u64), &mut std::io::sink())?;
    let mut bytes = Vec::new();
    // one more than there should be, so that too many are noticed, and the checksum is looked at
    entry.take(length as u64 + 1).read_to_end(&mut bytes)?;
    if fortran_order && bytes.len() == length {
        let size = stored.element.size().unwrap_or(1);
        return Ok(npy::from_fortran_order(&bytes, size, &stored.shape));
    }
    Ok(bytes)
}

/// What NumPy calls such numbers.
pub fn descr(element: &Element) -> Option<&'static str> {
    match element {
        Element::F32 => Some("<f4"),
        Element::F64 => Some("<f8"),
        Element::F16 => Some("<f2"),
        _ => None,
    }
}

/// An archive of these tensors, by what NumPy calls their numbers; not packed, as `numpy.savez` does it.
pub fn write(tensors: Vec<(&StoredTensor, &str, Cow<[u8]>)>) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (stored, descr, bytes) in tensors {
        archive.start_file(format!("{}.npy", stored.name), options)?;
        archive.write_all(&npy::write(descr, &stored.shape))?;
        archive.write_all(&bytes)?;
    }
    archive.finish().map(Cursor::into_inner)
}

/// The arrays of an archive, of each of which only the header is unpacked.
pub fn index(bytes: &[u8]) -> Result<Vec<StoredTensor>, ZipError> {
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

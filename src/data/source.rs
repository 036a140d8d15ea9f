//! Files and readers, gzipped or not.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use super::DataError;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Opens a file and returns its name for messages and its content, unpacked if it is gzipped.
pub(super) fn open(path: &Path) -> Result<(String, Box<dyn Read>), DataError> {
    let name = path.display().to_string();
    match File::open(path).and_then(unpacked) {
        Ok(read) => Ok((name, read)),
        Err(cause) => Err(DataError::io(&name, cause)),
    }
}

/// Unpacks what is gzipped, which its first two bytes tell, and passes on what is not.
pub(super) fn unpacked<'a>(mut read: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let (start, read) = peek::<2>(&mut read).map(|start| (start.clone(), start.chain(read)))?;
    if *start.get_ref() == GZIP_MAGIC {
        Ok(Box::new(MultiGzDecoder::new(BufReader::new(read))))
    } else {
        Ok(Box::new(BufReader::new(read)))
    }
}

/// The first `N` bytes, or fewer where there are no more, to be put in front of the rest again.
pub(super) fn peek<const N: usize>(read: &mut impl Read) -> io::Result<Cursor<Vec<u8>>> {
    let mut start = Vec::with_capacity(N);
    read.take(N as u64).read_to_end(&mut start)?;
    Ok(Cursor::new(start))
}

#[cfg(test)]
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        unpacked(bytes)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn plain_content_passes_unchanged() {
        for content in [&b""[..], b"1", b"12", b"1,2\n3,4\n", b"\x1f"] {
            assert_eq!(all(content).unwrap(), content);
        }
    }

    #[test]
    fn gzip_is_known_by_its_content() {
        assert_eq!(all(&gzip(b"1,2\n")).unwrap(), b"1,2\n");
        let two_members = [gzip(b"1,2\n"), gzip(b"3,4\n")].concat();
        assert_eq!(all(&two_members).unwrap(), b"1,2\n3,4\n");
        assert!(all(&[0x1f, 0x8b]).is_err());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = open(Path::new("no/such.csv")).err().unwrap().to_string();
        assert!(error.starts_with("no/such.csv: cannot be read: "), "{error}");
    }
}

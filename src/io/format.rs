//! The format of a file, by its bytes, or by its name where these do not decide.

use core::fmt;
use std::path::Path;

/// The format of a file, as it is detected by its first bytes and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Tensors as Hugging Face stores them; also what nothing else is known about.
    Safetensors,
    /// A zip archive of NumPy arrays.
    Npz,
    /// A network of ONNX.
    Onnx,
    /// No bytes at all.
    Empty,
    /// What `torch.save` or `torch.jit.save` writes: a zip archive around a Python pickle.
    Torch,
    /// A Python pickle, as `torch.save` wrote before PyTorch 1.6, or as joblib and scikit-learn write.
    Pickle,
    /// What Git keeps in place of a large file that has not been fetched.
    GitLfs,
    /// HDF5: Keras' `.h5` and others.
    Hdf5,
    /// Keras' `.keras`: a zip archive around HDF5.
    Keras,
    /// llama.cpp's GGUF.
    Gguf,
    /// TensorFlow Lite.
    TfLite,
    /// A single array of NumPy.
    Npy,
    /// A zip archive of none of these.
    Zip,
    /// A file that a tool of this name has packed.
    Packed(&'static str),
    /// A page of the web.
    Html,
    /// JSON, such as the index of a model in several files.
    Json,
}

/// The formats that begin with fixed bytes.
const STARTS: &[(&[u8], Format)] = &[
    (b"version https://git-lfs", Format::GitLfs),
    (b"\x89HDF\r\n\x1a\n", Format::Hdf5),
    (b"\x93NUMPY", Format::Npy),
    (b"GGUF", Format::Gguf),
    (b"\x80\x02", Format::Pickle),
    (b"\x80\x03", Format::Pickle),
    (b"\x80\x04", Format::Pickle),
    (b"\x80\x05", Format::Pickle),
    (b"\x1f\x8b", Format::Packed("gzip")),
    (b"\x28\xb5\x2f\xfd", Format::Packed("zstd")),
    (b"\xfd7zXZ\0", Format::Packed("xz")),
    (b"BZh", Format::Packed("bzip2")),
    (b"7z\xbc\xaf\x27\x1c", Format::Packed("7z")),
];

impl Format {
    /// The format of a file with these bytes and this name.
    pub(super) fn of(bytes: &[u8], path: Option<&Path>) -> Format {
        if bytes.is_empty() {
            return Format::Empty;
        }
        if is_safetensors(bytes) {
            return Format::Safetensors;
        }
        if bytes.starts_with(b"PK") {
            return of_archive(bytes);
        }
        if let Some((_, format)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
            return *format;
        }
        if bytes.get(4..8) == Some(b"TFL3") {
            return Format::TfLite;
        }
        if let Some(format) = of_text(bytes) {
            return format;
        }
        let named = path.is_some_and(|path| has_extension(path, "onnx"));
        if named || is_onnx(bytes) { Format::Onnx } else { Format::Safetensors }
    }
}

/// Whether the name of a file ends so, in capitals or not.
pub(super) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// The length of a header that is there, and its first letter.
fn is_safetensors(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else { return false };
    rest.first() == Some(&b'{') && u64::from_le_bytes(*length) <= rest.len() as u64
}

/// The field 1 of a model, its version of the format, then another field of those that come next.
fn is_onnx(bytes: &[u8]) -> bool {
    matches!(bytes, [0x08, 1..=20, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42, ..])
}

/// The format of a zip archive, by the names of the files in it.
fn of_archive(bytes: &[u8]) -> Format {
    const FILE: &[u8] = b"PK\x03\x04";
    const ENTRY: &[u8] = b"PK\x01\x02";
    let named = |start: usize, length: usize, name: usize| {
        let length = bytes.get(start + length..)?.first_chunk::<2>()?;
        bytes.get(start + name..)?.get(..usize::from(u16::from_le_bytes(*length)))
    };
    // an npz file is recognised by its first entry; of others, the list of entries is at the end
    let first = bytes.starts_with(FILE).then(|| named(0, 26, 30)).flatten();
    if first.is_some_and(|name| name.ends_with(b".npy")) {
        return Format::Npz;
    }
    let entries = bytes.windows(4).enumerate().filter(|(_, start)| *start == ENTRY);
    let names = entries.filter_map(|(start, _)| named(start, 28, 46)).chain(first);
    let mut found = Format::Zip;
    for name in names {
        match name {
            _ if name.ends_with(b"data.pkl") => return Format::Torch,
            b"model.weights.h5" => return Format::Keras,
            _ if name.ends_with(b".npy") => found = Format::Npz,
            _ => {}
        }
    }
    // an archive without files is an npz file without arrays
    if bytes.starts_with(b"PK\x05\x06") { Format::Npz } else { found }
}

/// The format of a text.
fn of_text(bytes: &[u8]) -> Option<Format> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let is_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    if !bytes.iter().take(64).all(is_text) {
        return None;
    }
    let begins = |with: &str| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    match start {
        _ if begins("<!doctype html") || begins("<html") || begins("<?xml") => Some(Format::Html),
        [b'{', ..] => Some(Format::Json),
        // and not a table of TOML
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{' | b'"' | b'0'..=b'9' | b'-', ..]) => {
            Some(Format::Json)
        }
        _ => None,
    }
}

impl fmt::Display for Format {
    /// What the file is, and what to do with it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Safetensors => "a safetensors file needs the feature `safetensors` of `congruent`",
            Format::Npz => "an npz file needs the feature `npz` of `congruent`",
            Format::Onnx => "an ONNX file needs the feature `onnx` of `congruent`",
            Format::Empty => "the file is empty",
            Format::Torch => {
                "a file of `torch.save`, whose pickle could run any code when it is read: write the tensors in PyTorch, by \
                 `safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")`"
            }
            Format::Pickle => {
                "a Python pickle, which could run any code when it is read: write the tensors there, for PyTorch by \
                 `safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")`, else by `numpy.savez`"
            }
            Format::GitLfs => "a pointer of Git LFS in place of the file: fetch the file itself, by `git lfs pull`",
            Format::Hdf5 => {
                "an HDF5 file, as Keras writes, which is not read here: convert it by `examples/keras/to_safetensors.py`"
            }
            Format::Keras => {
                "a `.keras` archive, which is not read here: convert it by `examples/keras/to_safetensors.py`"
            }
            Format::Gguf => "a GGUF file of llama.cpp, which is not read here: load the model's safetensors files instead",
            Format::TfLite => {
                "a TensorFlow Lite file, which is not read here: convert the model it was made of, for Keras by \
                 `examples/keras/to_safetensors.py`"
            }
            Format::Npy => {
                "a single array of NumPy, without a name: write the arrays with their names, by \
                 `numpy.savez(\"model.npz\", **{\"hidden.weight\": weight})`"
            }
            Format::Zip => "a zip archive without arrays of NumPy: unpack the file of weights first",
            Format::Packed(tool) => return write!(f, "a file packed by {tool}: unpack it first"),
            Format::Html => {
                "a page of the web or another text with tags, as where a download needs a login: fetch the file itself"
            }
            Format::Json => {
                "a text in JSON, without weights: where it is the index of a model in several files, load those"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip archive with an empty file of each of these names, not packed.
    fn archive(names: &[&str]) -> Vec<u8> {
        let header = |start: &[u8], length: usize, size: usize, name: &str| {
            let mut header = vec![0; size];
            header[..4].copy_from_slice(start);
            header[length] = name.len() as u8;
            [header, name.as_bytes().to_vec()].concat()
        };
        let files = names.iter().map(|name| header(b"PK\x03\x04", 26, 30, name));
        let entries = names.iter().map(|name| header(b"PK\x01\x02", 28, 46, name));
        [files.chain(entries).flatten().collect(), b"PK\x05\x06".to_vec(), vec![0; 18]].concat()
    }

    #[test]
    fn files_are_what_their_bytes_say() {
        let of = |bytes: &[u8]| Format::of(bytes, Some(Path::new("model.bin")));
        let cases: &[(&[u8], Format)] = &[
            (b"", Format::Empty),
            (b"\x02\0\0\0\0\0\0\0{}", Format::Safetensors),
            (b"\x02\0\0\0\0\0\0\0", Format::Safetensors),
            (b"[dependencies]", Format::Safetensors),
            (b"name = 1", Format::Safetensors),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\n", Format::GitLfs),
            (b"\x89HDF\r\n\x1a\n\0", Format::Hdf5),
            (b"GGUF\x03\0\0\0", Format::Gguf),
            (b"\x1c\0\0\0TFL3\0", Format::TfLite),
            (b"\x93NUMPY\x01\0", Format::Npy),
            (b"\x1f\x8b\x08", Format::Packed("gzip")),
            (b"\x28\xb5\x2f\xfd\0", Format::Packed("zstd")),
            (b"\x80\x02\x8a\x0a", Format::Pickle),
            (b"\x80\x04\x95", Format::Pickle),
            (b"\xef\xbb\xbf\n <!DOCTYPE HTML>", Format::Html),
            (b"<html lang=\"en\">", Format::Html),
            (b"{\"metadata\": {}}", Format::Json),
            (b"  [1, 2]", Format::Json),
            // 123 bytes of a header: no text
            (b"{\0\0\0\0\0\0\0{\"a\":", Format::Safetensors),
            (b"\x08\x09\x12\x09congruent", Format::Onnx),
            (b"\x08\x07\x3a\x02", Format::Onnx),
            (b"\x08", Format::Safetensors),
            (b"PK\x05\x06\0\0", Format::Npz),
            (b"PK", Format::Zip),
        ];
        for (bytes, format) in cases {
            assert_eq!(of(bytes), *format, "{}", bytes.escape_ascii());
        }
        assert_eq!(of(&archive(&["hidden.weight.npy"])), Format::Npz);
        assert_eq!(of(&archive(&["note.txt", "hidden.weight.npy"])), Format::Npz);
        assert_eq!(of(&archive(&["model/data.pkl", "model/data/0"])), Format::Torch);
        assert_eq!(of(&archive(&["code/a.py", "model/data.pkl"])), Format::Torch);
        assert_eq!(of(&archive(&["metadata.json", "config.json", "model.weights.h5"])), Format::Keras);
        assert_eq!(of(&archive(&["word/document.xml"])), Format::Zip);
    }

    #[test]
    fn names_count_where_bytes_say_nothing() {
        for name in ["model.onnx", "MODEL.ONNX", "a.b.Onnx"] {
            assert_eq!(Format::of(&[0xFF; 9], Some(Path::new(name))), Format::Onnx);
            assert_eq!(Format::of(b"version https://git-lfs", Some(Path::new(name))), Format::GitLfs);
        }
        assert_eq!(Format::of(&[0xFF; 9], Some(Path::new("onnx"))), Format::Safetensors);
    }

    #[test]
    fn each_message_ends_with_what_to_do() {
        let all = [
            (Format::Safetensors, "feature `safetensors`"),
            (Format::Npz, "feature `npz`"),
            (Format::Onnx, "feature `onnx`"),
            (Format::Torch, "save_file"),
            (Format::Pickle, "numpy.savez"),
            (Format::GitLfs, "git lfs pull"),
            (Format::Hdf5, "to_safetensors.py"),
            (Format::Keras, "to_safetensors.py"),
            (Format::TfLite, "to_safetensors.py"),
            (Format::Gguf, "load the model's safetensors"),
            (Format::Npy, "numpy.savez"),
            (Format::Zip, "unpack"),
            (Format::Packed("gzip"), "packed by gzip: unpack"),
            (Format::Html, "fetch the file itself"),
            (Format::Json, "index of a model"),
        ];
        for (format, cure) in all {
            let text = format.to_string();
            assert!(text.contains(cure) && !text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}

//! Reading a safetensors file while the program is compiled, for `include_weights!`.
//!
//! A safetensors file is the length of its header as 8 bytes, the header in JSON, then the numbers:
//! `{"hidden.bias":{"dtype":"F32","shape":[32],"data_offsets":[0,128]},…}`.

use super::rename::{counts_batches, renamed, same};
use crate::memory::layout::MAX_NAME;
use crate::memory::plain::{Parameters, put, zeroed};
use crate::memory::text::Text;
use crate::shape::Dims;

/// A tensor as the header has it.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a str,
    element: &'a str,
    dims: Dims,
    start: usize,
    end: usize,
}

/// The tensors of a file; no more than fit here.
struct Header<'a> {
    entries: [Option<Entry<'a>>; 1024],
    count: usize,
    data: &'a [u8],
}

/// The reason why a file is refused.
type Wrong = &'static str;

/// `?`, which constant functions cannot have.
macro_rules! attempt {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(wrong) => return Err(wrong),
        }
    };
}

/// The parameters that the file holds, all of them.
///
/// # Panics
///
/// When the file is damaged or does not fit, with a message that lists all tensors that are wrong.
#[must_use]
#[track_caller]
pub const fn included<P: Parameters>(file: &[u8], path: &str, renames: &[(&str, &str)]) -> P {
    let mut header = match read(file) {
        Ok(header) => header,
        Err(wrong) => {
            let text = Text::<512>::new().str("`").str(path).str("` is not a safetensors file, or a damaged one: ");
            panic!("{}", text.str(wrong).as_str())
        }
    };
    let mut parameters = zeroed::<P>();
    let mut wrong = Text::<8192>::new();
    let mut index = 0;
    while index < renames.len() {
        if !header.has_renamed(renames, index) {
            wrong = wrong.str("\n  `\"").str(renames[index].0).str("\" => \"").str(renames[index].1);
            wrong = wrong.str("\"` renames nothing");
        }
        index += 1;
    }
    index = 0;
    while let Some(tensor) = P::LAYOUT.tensor(index) {
        match header.take(tensor.name(), renames) {
            None => wrong = wrong.str("\n  missing: `").str(tensor.name()).str("` ").dims(&tensor.dims()),
            Some(entry) if !entry.dims.same(&tensor.dims()) => {
                wrong = wrong.str("\n  `").str(tensor.name()).str("` is ").dims(&entry.dims).str(" in the file, but ");
                wrong = wrong.dims(&tensor.dims()).str(" in the network");
            }
            Some(entry) if !same(entry.element, "F32") => {
                wrong = wrong.str("\n  `").str(tensor.name()).str("` is made of ").str(entry.element);
                wrong = wrong.str(", not of F32");
            }
            Some(entry) => put(&mut parameters, tensor.offset(), part(header.data, entry.start, entry.end)),
        }
        index += 1;
    }
    let mut i = 0;
    while i < header.count {
        if let Some(entry) = &header.entries[i]
            && !counts_batches(entry.name, entry.dims.as_slice().len())
        {
            wrong = wrong.str("\n  unexpected: `").str(entry.name).str("` ").dims(&entry.dims);
        }
        i += 1;
    }
    if !wrong.as_str().is_empty() {
        let text = Text::<8192>::new().str("`").str(path).str("` does not fit the network:");
        panic!("{}", text.str(wrong.as_str()).as_str())
    }
    parameters
}

impl<'a> Header<'a> {
    /// Whether the rename of this number is that of a tensor, after those before it.
    const fn has_renamed(&self, renames: &[(&str, &str)], number: usize) -> bool {
        let (before, rest) = renames.split_at(number);
        let mut i = 0;
        while i < self.count {
            if let Some(entry) = &self.entries[i]
                && renamed(after(entry.name, before).as_str(), rest[0].0, rest[0].1).is_some()
            {
                return true;
            }
            i += 1;
        }
        false
    }

    /// The tensor that has this name after the renames, which is then no longer there.
    const fn take(&mut self, name: &str, renames: &[(&str, &str)]) -> Option<Entry<'a>> {
        let mut i = 0;
        while i < self.count {
            if let Some(entry) = self.entries[i]
                && is_called(entry.name, name, renames)
            {
                self.entries[i] = None;
                return Some(entry);
            }
            i += 1;
        }
        None
    }
}

/// Whether a tensor has this name after the renames.
const fn is_called(stored: &str, name: &str, renames: &[(&str, &str)]) -> bool {
    // most files are not renamed, and this is compiled into a constant for each pair of names
    if renames.is_empty() { same(stored, name) } else { same(after(stored, renames).as_str(), name) }
}

/// A tensor's name after the renames.
const fn after(stored: &str, renames: &[(&str, &str)]) -> Text<MAX_NAME> {
    let mut name = Text::new().str(stored);
    let mut i = 0;
    while i < renames.len() {
        let before = name;
        if let Some([to, separator, rest]) = renamed(before.as_str(), renames[i].0, renames[i].1) {
            name = Text::new().str(to).str(separator).str(rest);
        }
        i += 1;
    }
    name
}

/// The tensors of a file.
const fn read(file: &[u8]) -> Result<Header<'_>, Wrong> {
    let Some((length, rest)) = file.split_first_chunk::<8>() else {
        return Err("it has less than 8 bytes");
    };
    let length = u64::from_le_bytes(*length);
    if length > rest.len() as u64 {
        return Err("its header goes beyond its end");
    }
    let (text, data) = rest.split_at(length as usize);
    let mut json = Json { text, at: 0 };
    let mut header = Header { entries: [None; 1024], count: 0, data };
    let mut covered = 0;
    attempt!(json.expect(b'{'));
    if !json.next_is(b'}') {
        loop {
            let name = attempt!(json.string());
            attempt!(json.expect(b':'));
            if same(name, "__metadata__") {
                attempt!(json.skip_strings());
            } else {
                let entry = attempt!(json.entry(name));
                if header.count == header.entries.len() {
                    return Err("it has more tensors than can be included");
                }
                if entry.start > entry.end || entry.end > data.len() {
                    return Err("a tensor lies beyond its end");
                }
                if same(entry.element, "F32") && (entry.end - entry.start) / 4 != entry.dims.count()
                    || (same(entry.element, "F32") && (entry.end - entry.start) % 4 != 0)
                {
                    return Err("the shape and the size of a tensor differ");
                }
                let mut i = 0;
                while i < header.count {
                    if let Some(other) = &header.entries[i] {
                        if same(other.name, name) {
                            return Err("a tensor is there twice");
                        }
                        if entry.start < other.end && other.start < entry.end {
                            return Err("two tensors overlap");
                        }
                    }
                    i += 1;
                }
                covered += entry.end - entry.start;
                header.entries[header.count] = Some(entry);
                header.count += 1;
            }
            if json.next_is(b'}') {
                break;
            }
            attempt!(json.expect(b','));
        }
    }
    json.skip_space();
    if json.at < text.len() {
        return Err("something comes after its header");
    }
    if covered != data.len() {
        return Err("it has data that belongs to no tensor, or too little");
    }
    Ok(header)
}

/// A reader of the part of JSON that a header is made of.
struct Json<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Json<'a> {
    const fn peek(&self) -> u8 {
        if self.at < self.text.len() { self.text[self.at] } else { 0 }
    }

    const fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    /// Whether the next character is this one, which is then behind.
    const fn next_is(&mut self, character: u8) -> bool {
        self.skip_space();
        let found = self.peek() == character;
        if found {
            self.at += 1;
        }
        found
    }

    const fn expect(&mut self, character: u8) -> Result<(), Wrong> {
        if self.next_is(character) { Ok(()) } else { Err("its header cannot be read") }
    }

    /// A string, with escapes as they are written.
    const fn string(&mut self) -> Result<&'a str, Wrong> {
        attempt!(self.expect(b'"'));
        let start = self.at;
        while self.at < self.text.len() && self.peek() != b'"' {
            if self.peek() < b' ' {
                return Err("its header cannot be read");
            }
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        if self.at >= self.text.len() {
            return Err("its header is cut off");
        }
        self.at += 1;
        match core::str::from_utf8(part(self.text, start, self.at - 1)) {
            Ok(text) => Ok(text),
            Err(_) => Err("its header is not UTF-8"),
        }
    }

    const fn number(&mut self) -> Result<usize, Wrong> {
        self.skip_space();
        let (start, mut number) = (self.at, 0_usize);
        while self.peek().is_ascii_digit() {
            let digit = (self.peek() - b'0') as usize;
            number = match number.checked_mul(10) {
                Some(tens) if tens <= usize::MAX - digit => tens + digit,
                _ => return Err("a number in its header is too large"),
            };
            self.at += 1;
        }
        let leading_zero = self.at > start + 1 && self.text[start] == b'0';
        if self.at == start || leading_zero { Err("its header cannot be read") } else { Ok(number) }
    }

    /// An object whose values are strings.
    const fn skip_strings(&mut self) -> Result<(), Wrong> {
        attempt!(self.expect(b'{'));
        if self.next_is(b'}') {
            return Ok(());
        }
        loop {
            attempt!(self.string());
            attempt!(self.expect(b':'));
            attempt!(self.string());
            if self.next_is(b'}') {
                return Ok(());
            }
            attempt!(self.expect(b','));
        }
    }

    /// An array of at most 6 numbers.
    const fn numbers(&mut self) -> Result<Dims, Wrong> {
        let (mut sizes, mut rank) = ([0; 6], 0);
        attempt!(self.expect(b'['));
        if !self.next_is(b']') {
            loop {
                if rank == sizes.len() {
                    return Err("a tensor has more than 6 dimensions");
                }
                sizes[rank] = attempt!(self.number());
                rank += 1;
                if self.next_is(b']') {
                    break;
                }
                attempt!(self.expect(b','));
            }
        }
        let (mut dims, mut count) = (Dims::SCALAR, 1_usize);
        while rank > 0 {
            rank -= 1;
            dims = dims.within(sizes[rank]);
            count = match count.checked_mul(sizes[rank]) {
                Some(count) => count,
                None => return Err("a tensor is too large"),
            };
        }
        Ok(dims)
    }

    /// An array of 2 numbers.
    const fn pair(&mut self) -> Result<(usize, usize), Wrong> {
        attempt!(self.expect(b'['));
        let first = attempt!(self.number());
        attempt!(self.expect(b','));
        let second = attempt!(self.number());
        attempt!(self.expect(b']'));
        Ok((first, second))
    }

    const fn entry(&mut self, name: &'a str) -> Result<Entry<'a>, Wrong> {
        let (mut element, mut dims, mut offsets) = (None, None, None);
        attempt!(self.expect(b'{'));
        loop {
            let key = attempt!(self.string());
            attempt!(self.expect(b':'));
            if same(key, "dtype") {
                element = Some(attempt!(self.string()));
            } else if same(key, "shape") {
                dims = Some(attempt!(self.numbers()));
            } else if same(key, "data_offsets") {
                offsets = Some(attempt!(self.pair()));
            } else {
                return Err("a tensor in its header cannot be read");
            }
            if self.next_is(b'}') {
                break;
            }
            attempt!(self.expect(b','));
        }
        match (element, dims, offsets) {
            (Some(element), Some(dims), Some((start, end))) => Ok(Entry { name, element, dims, start, end }),
            _ => Err("a tensor in its header cannot be read"),
        }
    }
}

/// The bytes from `start` to `end`.
const fn part(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.split_at(end).0.split_at(start).1
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    fn file(header: &str, data: usize) -> Vec<u8> {
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.as_bytes());
        file.resize(file.len() + data, 0);
        file
    }

    #[test]
    fn headers_are_read_and_wrong_ones_refused() {
        let sound = r#" {"__metadata__":{"a":"\"}"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]} }  "#;
        assert!(read(&file(sound, 8)).is_ok_and(|header| header.count == 1));
        let wrong = [
            (sound, 9),
            (sound, 7),
            ("", 0),
            ("{", 0),
            ("{}x", 0),
            (r#"{"b":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8),
            (r#"{"b":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8),
            (r#"{"b":{"dtype":"F32","shape":[2]}}"#, 8),
            (r#"{"b":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, 8),
            (r#"{"b":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, 8),
            (
                r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
                8,
            ),
        ];
        for (header, data) in wrong {
            assert!(read(&file(header, data)).is_err(), "{header}");
        }
        let sound = file(sound, 8);
        assert!((0..sound.len()).all(|end| read(&sound[..end]).is_err()));
    }

    /// What is included here is what the crate `safetensors` reads too.
    #[cfg(feature = "safetensors")]
    #[test]
    fn no_more_is_read_than_a_safetensors_file() {
        use rand::rngs::Xoshiro256PlusPlus;
        use rand::{RngExt, SeedableRng};

        let sound = file(
            r#"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"#,
            12,
        );
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut accepted = 0;
        for _ in 0..20_000 {
            let mut bytes = sound.clone();
            for _ in 0..rng.random_range(1..3) {
                let place = rng.random_range(0..bytes.len());
                bytes[place] =
                    if rng.random() { rng.random() } else { b"0123456789,[]{}\": abF"[rng.random_range(0..21)] };
            }
            let Ok(header) = read(&bytes) else { continue };
            let theirs = safetensors::SafeTensors::deserialize(&bytes);
            let text = &bytes[8..];
            let numbers = header.entries.iter().flatten().all(|entry| entry.element == "F32");
            if numbers && !text.contains(&b'\\') {
                assert!(theirs.is_ok_and(|theirs| theirs.len() == header.count), "{}", text.escape_ascii());
                accepted += 1;
            }
        }
        assert!(accepted > 1000, "{accepted}");
    }

    /// Offsets are no sizes, whose product would have to be a size too: on 32 bits that of 64 KiB is none.
    #[test]
    fn offsets_are_as_large_as_files_are() {
        let wrong = |header: &str, data| read(&file(header, data)).err();
        let beyond = r#"{"b":{"dtype":"F32","shape":[0],"data_offsets":[4294967296,4294967296]}}"#;
        assert_eq!(wrong(beyond, 8), Some("a tensor lies beyond its end"));
        for offsets in ["[0]", "[0,8,8]", "[]", "[0,8", "0"] {
            let header = format!(r#"{{"b":{{"dtype":"F32","shape":[2],"data_offsets":{offsets}}}}}"#);
            assert_eq!(wrong(&header, 8), Some("its header cannot be read"), "{offsets}");
        }
    }

    #[test]
    fn a_rename_that_meets_no_tensor_is_an_error() {
        let file = file(r#"{"fc.b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8);
        let include = |renames: &[(&str, &str)]| -> Option<std::string::String> {
            let included = std::panic::catch_unwind(|| included::<[f32; 2]>(&file, "a.safetensors", renames));
            included.err().map(|panic| *panic.downcast().unwrap())
        };
        assert_eq!(include(&[("fc.b", "")]), None);
        assert_eq!(include(&[("fc", "x"), ("x", ""), ("b", "")]), None);
        let message = "`a.safetensors` does not fit the network:\n  `\"fc\" => \"y\"` renames nothing";
        assert_eq!(include(&[("fc.b", ""), ("fc", "y")]).as_deref(), Some(message));
    }

    #[test]
    fn modules_are_renamed_as_in_weights() {
        assert!(is_called("fc1.weight", "hidden.weight", &[("fc1", "hidden")]));
        assert!(is_called("model.fc1.weight", "hidden.weight", &[("model", ""), ("fc1", "hidden")]));
        assert!(is_called("weight", "a.weight", &[("", "a")]));
        assert!(is_called("w", "a.weight", &[("w", "a.weight")]));
        assert!(!is_called("fc10.weight", "hidden.weight", &[("fc1", "hidden")]));
        assert!(is_called("fc10.weight", "fc10.weight", &[("fc1", "hidden")]));
    }
}

//! The header of NumPy's own format, which is a Python dictionary:
//! `{'descr': '<f4', 'fortran_order': False, 'shape': (32, 64), }`.

use std::io::{self, Read};

use super::tensors::Element;

/// The header of an npy file.
#[derive(Debug, PartialEq)]
pub struct Header {
    pub element: Element,
    pub fortran_order: bool,
    pub shape: Vec<usize>,
    /// How many bytes come before the data.
    pub length: usize,
}

/// No array needs a longer header.
const MAX_LENGTH: usize = 64 * 1024;

/// Reads a header; versions 1 to 3 of the format differ in the size of its length and in its encoding only.
pub fn read(read: &mut impl Read) -> io::Result<Header> {
    let mut start = [0; 8];
    read.read_exact(&mut start)?;
    let [b'\x93', b'N', b'U', b'M', b'P', b'Y', version, _] = start else {
        return Err(invalid("not an npy file"));
    };
    let mut length = [0; 4];
    let size = if version == 1 { 2 } else { 4 };
    read.read_exact(&mut length[..size])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_LENGTH {
        return Err(invalid("the header of an npy file is longer than 64 KiB"));
    }
    let mut text = vec![0; length];
    read.read_exact(&mut text)?;
    let text = core::str::from_utf8(&text).map_err(|_| invalid("the header of an npy file is no text"))?;
    let (element, fortran_order, shape) =
        parse(text).ok_or_else(|| invalid("the header of an npy file cannot be read"))?;
    Ok(Header { element, fortran_order, shape, length: 8 + size + length })
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn parse(text: &str) -> Option<(Element, bool, Vec<usize>)> {
    let (mut element, mut fortran_order, mut shape) = (None, None, None);
    let mut rest = text.trim().strip_prefix('{')?.trim_start();
    while !rest.starts_with('}') {
        let (key, after) = quoted(rest)?;
        rest = after.trim_start().strip_prefix(':')?.trim_start();
        match key {
            "descr" => {
                let (name, after) = quoted(rest)?;
                element = Some(match name {
                    "<f4" => Element::F32,
                    "<f8" => Element::F64,
                    "<f2" => Element::F16,
                    other => Element::Other(other.into()),
                });
                rest = after;
            }
            "fortran_order" => {
                fortran_order = Some(rest.starts_with("True"));
                rest = rest.strip_prefix("True").or(rest.strip_prefix("False"))?;
            }
            "shape" => {
                let (sizes, after) = rest.strip_prefix('(')?.split_once(')')?;
                let sizes = sizes.split(',').map(str::trim).filter(|size| !size.is_empty());
                shape = Some(sizes.map(|size| size.parse().ok()).collect::<Option<Vec<usize>>>()?);
                rest = after;
            }
            _ => return None,
        }
        rest = rest.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    (rest == "}").then_some((element?, fortran_order?, shape?))
}

/// A text in single or double quotes, and what comes after it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

/// A file of numbers `<f4`: its header, padded so that the data is aligned to 64 bytes as NumPy does.
pub fn write(descr: &str, shape: &[usize]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}{comma}), }}", sizes.join(", "));
    let padded = (10 + text.len() + 1).next_multiple_of(64) - 10;
    text += &" ".repeat(padded - text.len() - 1);
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

/// Puts values of `size` bytes, which lie outermost dimension first, innermost dimension first.
pub fn from_fortran_order(bytes: &[u8], size: usize, shape: &[usize]) -> Vec<u8> {
    let count = bytes.len() / size.max(1);
    let mut ordered = Vec::with_capacity(bytes.len());
    for position in 0..count {
        let (mut rest, mut stride, mut place) = (position, count, 0);
        for n in shape.iter().rev() {
            stride /= n;
            place += rest % n * stride;
            rest /= n;
        }
        ordered.extend_from_slice(bytes.get(size * place..size * (place + 1)).unwrap_or(&[]));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for shape in [&[][..], &[7], &[32, 64], &[1, 2, 3, 4]] {
            let bytes = write("<f4", shape);
            assert_eq!(bytes.len() % 64, 0);
            let header = read(&mut &bytes[..]).unwrap();
            let expected =
                Header { element: Element::F32, fortran_order: false, shape: shape.into(), length: bytes.len() };
            assert_eq!(header, expected);
        }
    }

    #[test]
    fn wrong_headers_are_refused() {
        let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }";
        assert_eq!(parse(header), Some((Element::F32, true, vec![3, 4])));
        for end in 0..header.len() {
            assert_eq!(parse(&header[..end]), None);
        }
        for wrong in ["", "{}", "{'shape': (-1,)}", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(read(&mut &b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..]).is_err());
    }

    #[test]
    fn fortran_order_is_turned() {
        // [[0, 1, 2], [3, 4, 5]]
        assert_eq!(from_fortran_order(&[0, 3, 1, 4, 2, 5], 1, &[2, 3]), [0, 1, 2, 3, 4, 5]);
        // [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
        assert_eq!(from_fortran_order(&[0, 4, 2, 6, 1, 5, 3, 7], 1, &[2, 2, 2]), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(from_fortran_order(&[1, 2], 2, &[]), [1, 2]);
    }
}

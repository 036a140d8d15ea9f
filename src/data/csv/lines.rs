//! The lines of a table, each split into cells.
//!
//! A line ends in a line feed, a carriage return, or both. A cell that begins with a quote, after any spaces, runs to the next
//! single quote: delimiters and line ends inside belong to it, and two quotes stand for one.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use super::super::{DataError, source::peek};

/// The lines of a table that are not blank, one at a time.
pub(super) struct Lines<'a> {
    pub file: String,
    pub delimiter: u8,
    read: BufReader<Box<dyn Read + 'a>>,
    /// The cells of the current line, one after the other, without quotes.
    text: Vec<u8>,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// Where the current line starts, counted from 1.
    pub line: u64,
    /// Where the next one starts.
    next: u64,
    /// Whether the last byte was a carriage return, to which a line feed would belong.
    after_return: bool,
}

/// Where in a cell the next byte is.
enum At {
    /// Before its first character.
    Start,
    Plain,
    Quoted,
    /// After a quote in a quoted cell: its end, or the first of two.
    Quote,
}

impl<'a> Lines<'a> {
    /// Passes over the first `skip` lines.
    pub fn new(file: String, read: Box<dyn Read + 'a>, delimiter: u8, skip: u64) -> Result<Self, DataError> {
        if matches!(delimiter, b'"' | b'\n' | b'\r' | b'.' | b'+' | b'-') || delimiter.is_ascii_alphanumeric() {
            let found = format!("`.delimiter(b'{}')`", delimiter.escape_ascii());
            return Err(DataError::file(&file, "a delimiter that is no part of cells, quotes or lines", found));
        }
        let read = in_utf8(&file, read)?;
        let (text, ends) = (Vec::new(), Vec::new());
        let read = BufReader::new(read);
        let mut lines = Lines { file, delimiter, read, text, ends, line: 0, next: 1, after_return: false };
        while lines.next <= skip && lines.skip_line()? {}
        Ok(lines)
    }

    /// The number of cells in the current line.
    pub fn width(&self) -> usize {
        self.ends.len()
    }

    /// A cell of the current line without spaces around it, of Unicode too; empty where there is no such cell.
    pub fn cell(&self, column: usize) -> &[u8] {
        let Some(&end) = self.ends.get(column) else { return &[] };
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        let cell = self.text[start..end].trim_ascii();
        match str::from_utf8(cell) {
            Ok(text) if !cell.is_ascii() => text.trim().as_bytes(),
            _ => cell,
        }
    }

    /// The cells of the current line as text.
    pub fn names(&self) -> Vec<String> {
        (0..self.width()).map(|column| String::from_utf8_lossy(self.cell(column)).into_owned()).collect()
    }

    /// The setting that would split this line into `width` cells, if another delimiter does.
    pub fn other_delimiter(&self, width: usize) -> Option<&'static str> {
        let known = [
            (b';', "cells separated by semicolons need `.delimiter(b';')`"),
            (b'\t', "cells separated by tabs need `.delimiter(b'\\t')`"),
            (b'|', "cells separated by bars need `.delimiter(b'|')`"),
            (b',', "cells separated by commas need `.delimiter(b',')`"),
            (b' ', "cells separated by single spaces need `.delimiter(b' ')`"),
        ];
        let others = |other: u8| self.text.iter().filter(|&&byte| byte == other).count();
        // a comma may be a decimal one, and a space a part of a name, where the line is already split
        let splits = |other| match self.width() {
            1 => others(other) > 0 && (other != b' ' || others(other) + 1 == width),
            _ => others(other) + 1 == width && !matches!(other, b',' | b' '),
        };
        known.into_iter().find(|&(other, _)| other != self.delimiter && splits(other)).map(|(_, setting)| setting)
    }

    /// Reads the next line that is not blank, or returns `false` at the end.
    pub fn next(&mut self) -> Result<bool, DataError> {
        while self.read_line()? {
            if self.width() > 1 || !self.cell(0).is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the next line, blank or not.
    fn read_line(&mut self) -> Result<bool, DataError> {
        self.text.clear();
        self.ends.clear();
        self.line = self.next;
        let mut at = At::Start;
        while let Some(byte) = self.byte()? {
            let ends_line = matches!(byte, b'\n' | b'\r');
            at = match at {
                At::Start if byte == b'"' => At::Quoted,
                At::Start if byte == b' ' && self.delimiter != b' ' => At::Start,
                At::Quoted if byte == b'"' => At::Quote,
                At::Quote if byte == b'"' => {
                    self.text.push(byte);
                    At::Quoted
                }
                At::Quoted => {
                    self.text.push(byte);
                    At::Quoted
                }
                _ if ends_line => {
                    self.ends.push(self.text.len());
                    return Ok(true);
                }
                _ if byte == self.delimiter => {
                    self.ends.push(self.text.len());
                    At::Start
                }
                At::Quote if byte.is_ascii_whitespace() => At::Quote,
                At::Quote => {
                    let found = format!("`{}`", byte.escape_ascii());
                    return Err(self.wrong("the end of the cell after a closing quote", found));
                }
                At::Start | At::Plain => {
                    self.text.push(byte);
                    At::Plain
                }
            };
        }
        if matches!(at, At::Quoted) {
            return Err(self.wrong("a closing quote", "the end of the file"));
        }
        let any = !(self.text.is_empty() && self.ends.is_empty() && matches!(at, At::Start));
        self.ends.push(self.text.len());
        Ok(any)
    }

    /// Passes over a line, whatever it holds.
    fn skip_line(&mut self) -> Result<bool, DataError> {
        while let Some(byte) = self.byte()? {
            if matches!(byte, b'\n' | b'\r') {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The next byte, but for a line feed that ends the same line as the carriage return before it.
    fn byte(&mut self) -> Result<Option<u8>, DataError> {
        loop {
            let buffer = match self.read.fill_buf() {
                Ok(buffer) => buffer,
                Err(cause) if cause.kind() == ErrorKind::Interrupted => continue,
                Err(cause) => return Err(DataError::io(&self.file, cause)),
            };
            let Some(&byte) = buffer.first() else { return Ok(None) };
            self.read.consume(1);
            let same_line = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if !same_line {
                self.next += u64::from(matches!(byte, b'\n' | b'\r'));
                return Ok(Some(byte));
            }
        }
    }

    pub fn wrong(&self, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::Line { file: self.file.clone(), line: self.line, expected: expected.into(), found: found.into() }
    }
}

/// The text without its byte order mark, which tells UTF-16 from UTF-8.
fn in_utf8<'a>(file: &str, mut read: Box<dyn Read + 'a>) -> Result<Box<dyn Read + 'a>, DataError> {
    let fails = |cause| DataError::io(file, cause);
    let mut start = peek::<3>(&mut read).map_err(fails)?;
    let little_endian = match start.get_ref()[..] {
        [0xff, 0xfe, ..] => true,
        [0xfe, 0xff, ..] => false,
        [0, ..] | [_, 0, ..] => {
            let expected = "text in UTF-8, or in UTF-16 with a byte order mark";
            return Err(DataError::file(file, expected, "a zero byte: save the table as UTF-8"));
        }
        [0xef, 0xbb, 0xbf] => {
            start.set_position(3);
            return Ok(read);
        }
        _ => return Ok(Box::new(start.chain(read))),
    };
    start.set_position(2);
    let mut bytes = Vec::new();
    start.chain(read).read_to_end(&mut bytes).map_err(fails)?;
    let unit = |pair: &[u8; 2]| if little_endian { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(unit)).collect::<Result<String, _>>();
    match text {
        Ok(text) if rest.is_empty() => Ok(Box::new(io::Cursor::new(text))),
        _ => Err(DataError::file(file, "text in UTF-16, as its byte order mark says", "bytes that are none")),
    }
}

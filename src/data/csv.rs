//! Tables of numbers, as comma-separated values.

use core::cell::Cell;
use std::{
    collections::HashMap,
    io::{self, Read},
    path::Path,
    rc::Rc,
};

use ::csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::{
    DataError, Dataset,
    source::{open, peek, unpacked},
};

/// A column of a table, by its position counted from 0 or by its name in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// The position, counted from 0.
    Index(usize),
    /// The name in the header.
    Name(String),
}

impl From<usize> for Column {
    fn from(index: usize) -> Self {
        Column::Index(index)
    }
}

impl From<&str> for Column {
    fn from(name: &str) -> Self {
        Column::Name(name.into())
    }
}

/// Inputs and their classes, and the name of each class.
pub type NamedClasses<const FEATURES: usize> = (Dataset<[f32; FEATURES], usize>, Vec<String>);

/// A CSV file on its way to a [`Dataset`]: some columns are features, one or more are the target.
///
/// Without further ado the first line is a header, cells are separated by commas, and the last column is the target (the last `N`
/// for [`numbers`](Self::numbers)). All other columns are features, in their order. Gzipped files are known by their content. Blank
/// lines are passed over, spaces around cells ignored, cells may be quoted.
///
/// ```
/// # use congruent::data::Csv;
/// let table = "petal length,petal width,species\n1.4,0.2,setosa\n4.7,1.4,versicolor\n";
/// let (data, species) = Csv::from_reader("iris.csv", table.as_bytes())?.named_classes::<2>()?;
/// assert_eq!(data.inputs(), [[1.4, 0.2], [4.7, 1.4]]);
/// assert_eq!(data.targets(), [0, 1]);
/// assert_eq!(species, ["setosa", "versicolor"]);
/// # Ok::<(), congruent::data::DataError>(())
/// ```
///
/// # Errors
///
/// Every reading method names the file, the line and the column (both counted from 1), what was expected and what was found:
///
/// ```text
/// people.csv, line 17, column 3 (`age`): expected a number, found `abc`
/// ```
pub struct Csv<'a> {
    file: String,
    read: Box<dyn Read + 'a>,
    header: bool,
    delimiter: u8,
    targets: Vec<Column>,
    ignored: Vec<Column>,
}

impl Csv<'static> {
    /// Opens a file, gzipped or not.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] where it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let (file, read) = open(path.as_ref())?;
        Ok(Csv::new(file, read))
    }
}

impl<'a> Csv<'a> {
    /// Reads bytes in memory or any other reader, gzipped or not; `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] where the first bytes cannot be read.
    pub fn from_reader(name: &str, read: impl Read + 'a) -> Result<Self, DataError> {
        let read = unpacked(read).map_err(|cause| DataError::io(name, cause))?;
        Ok(Csv::new(name.into(), read))
    }

    fn new(file: String, read: Box<dyn Read + 'a>) -> Self {
        Csv { file, read, header: true, delimiter: b',', targets: Vec::new(), ignored: Vec::new() }
    }

    /// Whether the first line names the columns; it does unless told otherwise.
    pub fn header(mut self, header: bool) -> Self {
        self.header = header;
        self
    }

    /// What stands between cells, a comma unless told otherwise.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Which column is the target, by position counted from 0 or by name.
    pub fn target(self, column: impl Into<Column>) -> Self {
        self.targets([column])
    }

    /// Which columns are the targets of [`numbers`](Self::numbers), in this order.
    pub fn targets<C: Into<Column>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.targets = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Columns that are neither feature nor target.
    pub fn ignore<C: Into<Column>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.ignored = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Reads targets that are classes below `classes`, as whole numbers from 0.
    ///
    /// # Errors
    ///
    /// See [`Csv`].
    pub fn classes<const FEATURES: usize>(self, classes: usize) -> Result<Dataset<[f32; FEATURES], usize>, DataError> {
        self.read(1, |cells| {
            let class = cells.text(0)?.parse().ok();
            class.filter(|&class| class < classes).ok_or_else(|| {
                let expected = format!("a whole number below {classes} (a class)");
                cells.wrong(0, &expected)
            })
        })
    }

    /// Reads targets that are names of classes, numbered in the order they first appear, and returns these names too.
    ///
    /// # Errors
    ///
    /// See [`Csv`].
    pub fn named_classes<const FEATURES: usize>(self) -> Result<NamedClasses<FEATURES>, DataError> {
        let mut names: Vec<String> = Vec::new();
        let mut numbers = HashMap::new();
        let data = self.read(1, |cells| {
            let name = cells.text(0)?;
            if name.is_empty() {
                return Err(cells.wrong(0, "the name of a class"));
            }
            if let Some(&number) = numbers.get(name) {
                return Ok(number);
            }
            numbers.insert(name.to_owned(), names.len());
            names.push(name.into());
            Ok(names.len() - 1)
        })?;
        Ok((data, names))
    }

    /// Reads targets that are `N` numbers.
    ///
    /// # Errors
    ///
    /// See [`Csv`].
    pub fn numbers<const FEATURES: usize, const N: usize>(
        self,
    ) -> Result<Dataset<[f32; FEATURES], [f32; N]>, DataError> {
        self.read(N, |cells| {
            let mut numbers = [0.0; N];
            for (i, number) in numbers.iter_mut().enumerate() {
                *number = cells.number(i)?;
            }
            Ok(numbers)
        })
    }

    /// Reads all lines; `target` makes a target of the target cells of one.
    fn read<const FEATURES: usize, T>(
        self,
        targets: usize,
        mut target: impl FnMut(&Cells) -> Result<T, DataError>,
    ) -> Result<Dataset<[f32; FEATURES], T>, DataError> {
        let (file, has_header) = (self.file.clone(), self.header);
        let wanted = (self.targets.clone(), self.ignored.clone());
        let mut lines = Lines::new(self)?;
        let header = match has_header {
            true => Some(names(&mut lines)?),
            false => None,
        };
        let header = header.as_deref();

        let mut plan: Option<Plan> = None;
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        while lines.next()? {
            let width = header.map_or(lines.record.len(), <[String]>::len);
            let plan = match &mut plan {
                Some(plan) => plan,
                none => none.insert(Plan::new(
                    (&file, if has_header { 1 } else { lines.line }),
                    (width, FEATURES, targets),
                    (&wanted.0, &wanted.1, header),
                )?),
            };
            let cells = |columns| Cells { lines: &lines, header, columns };
            if lines.record.len() != plan.width {
                return Err(lines.wrong(counted(plan.width, "column"), lines.record.len().to_string()));
            }
            let features = cells(&plan.features);
            let mut input = [0.0; FEATURES];
            for (i, feature) in input.iter_mut().enumerate() {
                *feature = features.number(i)?;
            }
            inputs.push(input);
            outputs.push(target(&cells(&plan.targets))?);
        }
        if inputs.is_empty() {
            let found = if has_header { "only a header" } else { "none" };
            return Err(DataError::file(&file, "at least one line of data", found));
        }
        Dataset::new(inputs, outputs)
    }
}

/// The lines of a table that are not blank, one at a time.
struct Lines<'a> {
    file: String,
    reader: Reader<Box<dyn Read + 'a>>,
    record: ByteRecord,
    /// Where the record starts, counted from 1.
    line: u64,
    /// Whether the reader has run into the end of the input.
    ended: Rc<Cell<bool>>,
}

impl<'a> Lines<'a> {
    fn new(csv: Csv<'a>) -> Result<Self, DataError> {
        let mut read = csv.read;
        let mut start = peek::<3>(&mut read).map_err(|cause| DataError::io(&csv.file, cause))?;
        if start.get_ref() == b"\xef\xbb\xbf" {
            start.set_position(3); // a byte order mark
        }
        // With a line feed after the last line, every record ends in one, unless a quote is left open.
        let ended = Rc::new(Cell::new(false));
        let read: Box<dyn Read + 'a> =
            Box::new(NotesEnd { read: start.chain(read).chain(&b"\n"[..]), ended: ended.clone() });
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(csv.delimiter)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(read);
        Ok(Lines { file: csv.file, reader, record: ByteRecord::new(), line: 0, ended })
    }

    /// Reads the next line that is not blank, or returns `false` at the end.
    fn next(&mut self) -> Result<bool, DataError> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(cause) => return Err(DataError::io(&self.file, cause.into())),
            }
            // Only quoted cells keep line feeds, so the record spans one line more than it holds of them.
            let inside = self.record.iter().flatten().filter(|&&b| b == b'\n').count() as u64;
            let unclosed = self.ended.get();
            let after = self.reader.position().line();
            self.line = after.saturating_sub(inside + u64::from(!unclosed));
            if unclosed {
                return Err(self.wrong("a closing quote", "the end of the file"));
            }
            let blank = self.record.len() == 1 && self.record[0].trim_ascii().is_empty();
            if !blank {
                return Ok(true);
            }
        }
    }

    fn wrong(&self, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::Line { file: self.file.clone(), line: self.line, expected: expected.into(), found: found.into() }
    }
}

/// Remembers that the end of the input was met.
struct NotesEnd<R> {
    read: R,
    ended: Rc<Cell<bool>>,
}

impl<R: Read> Read for NotesEnd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.read.read(buffer)?;
        self.ended.set(count == 0 && !buffer.is_empty());
        Ok(count)
    }
}

/// Reads the header. A line of numbers only is data, which a header would swallow, unless it counts the columns.
fn names(lines: &mut Lines) -> Result<Vec<String>, DataError> {
    if !lines.next()? {
        return Err(DataError::file(&lines.file, "a header", "an empty file"));
    }
    let names: Vec<String> =
        (lines.record.iter()).map(|cell| String::from_utf8_lossy(cell.trim_ascii()).into_owned()).collect();
    let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
    let counts = |numbers: &[f64]| numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0);
    match numbers {
        Some(numbers) if !counts(&numbers) => {
            Err(lines.wrong("names of columns (a file without them needs `.header(false)`)", "numbers only"))
        }
        _ => Ok(names),
    }
}

/// Which columns are what.
struct Plan {
    width: usize,
    features: Vec<usize>,
    targets: Vec<usize>,
}

impl Plan {
    fn new(
        (file, line): (&str, u64),
        (width, features, targets): (usize, usize, usize),
        (wanted, ignored, header): (&[Column], &[Column], Option<&[String]>),
    ) -> Result<Plan, DataError> {
        let wrong = |expected, found| DataError::Line { file: file.into(), line, expected, found };
        let position = |column: &Column| match column {
            Column::Index(index) if *index < width => Ok(*index),
            Column::Index(index) => {
                Err(wrong(format!("a column at position {index}, counted from 0"), counted(width, "column")))
            }
            Column::Name(name) => {
                (header.unwrap_or_default().iter()).position(|other| other == name).ok_or_else(|| {
                    let found = match header {
                        Some(names) => format!("`{}`", shortened(&names.join("`, `"), 200)),
                        None => "no names, as the file is read without a header".into(),
                    };
                    wrong(format!("a column named `{name}`"), found)
                })
            }
        };
        let all = |columns: &[Column]| columns.iter().map(position).collect::<Result<Vec<_>, _>>();

        let ignored = all(ignored)?;
        let mut targets_at = all(wanted)?;
        if wanted.is_empty() {
            let rest = (0..width).filter(|column| !ignored.contains(column));
            let mut last: Vec<usize> = rest.rev().take(targets).collect();
            last.reverse();
            targets_at = last;
        } else if targets_at.len() != targets {
            return Err(DataError::file(
                file,
                counted(targets, "target column"),
                format!("{} chosen", targets_at.len()),
            ));
        }
        let features_at: Vec<usize> =
            (0..width).filter(|column| !ignored.contains(column) && !targets_at.contains(column)).collect();
        if features_at.len() != features || targets_at.len() != targets {
            let mut expected = format!(
                "{} ({} and {}",
                counted(features + targets + ignored.len(), "column"),
                counted(features, "feature"),
                counted(targets, "target"),
            );
            if !ignored.is_empty() {
                expected += &format!(", {} ignored", ignored.len());
            }
            return Err(wrong(expected + ")", width.to_string()));
        }
        Ok(Plan { width, features: features_at, targets: targets_at })
    }
}

/// Some cells of the current line.
struct Cells<'a> {
    lines: &'a Lines<'a>,
    header: Option<&'a [String]>,
    columns: &'a [usize],
}

impl Cells<'_> {
    fn bytes(&self, i: usize) -> &[u8] {
        let cell = self.columns.get(i).and_then(|&at| self.lines.record.get(at));
        cell.unwrap_or_default().trim_ascii()
    }

    fn text(&self, i: usize) -> Result<&str, DataError> {
        core::str::from_utf8(self.bytes(i)).map_err(|_| self.wrong(i, "text in UTF-8"))
    }

    fn number(&self, i: usize) -> Result<f32, DataError> {
        match self.text(i)?.parse::<f32>() {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(self.wrong(i, "a finite number")),
            Err(_) => Err(self.wrong(i, "a number")),
        }
    }

    fn wrong(&self, i: usize, expected: &str) -> DataError {
        let at = self.columns.get(i).copied().unwrap_or_default();
        let name = self.header.and_then(|names| names.get(at));
        let found = String::from_utf8_lossy(self.bytes(i));
        DataError::Cell {
            file: self.lines.file.clone(),
            line: self.lines.line,
            column: match name {
                Some(name) => format!("{} (`{}`)", at + 1, shortened(name, 40)),
                None => (at + 1).to_string(),
            },
            expected: expected.into(),
            found: match &*found {
                "" => "an empty cell".into(),
                found => format!("`{}`", shortened(found, 40)),
            },
        }
    }
}

/// The first characters of a text, fit for a message of one line.
fn shortened(text: &str, characters: usize) -> String {
    let mut start: String = text.chars().take(characters).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start.escape_debug().to_string()
}

fn counted(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;

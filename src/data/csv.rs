//! Tables of numbers, as comma-separated values.

mod lines;
mod plan;

use std::{collections::HashMap, io::Read, path::Path};

use super::{
    DataError, Dataset,
    source::{open, unpacked},
};
use crate::memory::aligned_box::push_zeroed;
use lines::Lines;
use plan::{Plan, Wanted, counted, shortened};

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
/// Cells are separated by commas, and the last column is the target (the last `N` for [`numbers`](Self::numbers)); all other
/// columns are features, in their order. Gzipped files are recognised by their content. Blank lines are skipped, spaces around
/// cells are ignored, and cells may be quoted. A line ends in LF, CR or both. Text is UTF-8, or UTF-16 with a byte order mark.
///
/// # Header
///
/// Whether the first line is a header is never guessed:
///
/// - [`header(true)`](Self::header) and [`header(false)`](Self::header) state it. A column chosen by its name states it too.
/// - Otherwise the line is a header if it has a name in every column that must hold numbers: no such line can be a sample.
/// - In all other cases (`5.1,3.5,setosa`; `0,1,2`; `?,3.5,setosa`) the line can be a sample, and also a header whose names are
///   numbers. This is an error that asks for the setting.
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
///
/// Where another setting of this type reads the table, the error names it.
pub struct Csv<'a> {
    file: String,
    read: Box<dyn Read + 'a>,
    header: Option<bool>,
    delimiter: u8,
    decimal: u8,
    skip: u64,
    targets: Vec<Column>,
    ignored: Vec<Column>,
}

crate::memory::plain::opaque_debug! { ['a] Csv, Csv<'a> }

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
        let (targets, ignored) = (Vec::new(), Vec::new());
        Csv { file, read, header: None, delimiter: b',', decimal: b'.', skip: 0, targets, ignored }
    }

    /// Whether the first line names the columns; see [`Csv`](Self#header) for the rule without this setting.
    pub fn header(mut self, header: bool) -> Self {
        self.header = Some(header);
        self
    }

    /// The byte between cells: `b','` by default, often `b';'` or `b'\t'`.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// The decimal separator of numbers: `b'.'` by default, or `b','`. Numbers with separators of thousands are refused.
    pub fn decimal(mut self, separator: u8) -> Self {
        self.decimal = separator;
        self
    }

    /// Skips this many lines at the beginning of the file, before the header or the first sample.
    pub fn skip_lines(mut self, lines: u64) -> Self {
        self.skip = lines;
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
        self.read((1, true), |cells, targets| {
            let class = cells.text(0)?.parse().ok();
            let class = class.filter(|&class| class < classes).ok_or_else(|| {
                let expected = format!("a whole number below {classes} (a class)");
                cells.wrong(0, &expected, "")
            })?;
            targets.push(class);
            Ok(())
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
        let data = self.read((1, false), |cells, targets| {
            let name = cells.text(0)?;
            if name.is_empty() {
                return Err(cells.wrong(0, "the name of a class", ""));
            }
            let number = numbers.get(name).copied().unwrap_or_else(|| {
                names.push(name.into());
                numbers.insert(name.to_owned(), names.len() - 1);
                names.len() - 1
            });
            targets.push(number);
            Ok(())
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
        self.read((N, true), |cells, targets| cells.push_numbers(targets))
    }

    /// Reads all lines; `target` adds a target, made of the target cells of a line. There are `count` such cells, in which
    /// numbers stand or not.
    fn read<const FEATURES: usize, T>(
        self,
        (count, numbers): (usize, bool),
        mut target: impl FnMut(&Cells, &mut Vec<T>) -> Result<(), DataError>,
    ) -> Result<Dataset<[f32; FEATURES], T>, DataError> {
        let decimal = self.decimal;
        if !matches!(decimal, b'.' | b',') {
            let found = format!("`{}`", decimal.escape_ascii());
            return Err(DataError::file(&self.file, "`.` or `,` as the decimal separator", found));
        }
        let wanted =
            Wanted { features: FEATURES, targets: count, numbers, chosen: &self.targets, ignored: &self.ignored };
        let mut lines = Lines::new(self.file, self.read, self.delimiter, self.skip)?;
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        let mut more = lines.next()?;
        if !more {
            return Err(DataError::file(&lines.file, "at least one line of data", "an empty file"));
        }
        let names = lines.names();
        let stated = self.header.or(wanted.names().then_some(true));
        let plan = Plan::new(&lines, &wanted, (stated != Some(false)).then_some(&names[..]))?;
        let header = match stated {
            Some(stated) => stated,
            None => plan.has_header(&lines, &wanted)?,
        };
        if header {
            more = lines.next()?;
        }
        let header = header.then_some(&names[..]);
        while more {
            if lines.width() != plan.width {
                return Err(lines.wrong(counted(plan.width, "column"), lines.width().to_string()));
            }
            let cells = |columns| Cells { lines: &lines, header, columns, decimal };
            cells(&plan.features).push_numbers(&mut inputs)?;
            target(&cells(&plan.targets), &mut targets)?;
            more = lines.next()?;
        }
        if inputs.is_empty() {
            return Err(DataError::file(&lines.file, "at least one line of data", "only a header"));
        }
        Dataset::new(inputs, targets)
    }
}

/// Some cells of the current line.
struct Cells<'a> {
    lines: &'a Lines<'a>,
    header: Option<&'a [String]>,
    columns: &'a [usize],
    decimal: u8,
}

impl Cells<'_> {
    fn bytes(&self, i: usize) -> &[u8] {
        self.columns.get(i).map_or(&[], |&column| self.lines.cell(column))
    }

    fn text(&self, i: usize) -> Result<&str, DataError> {
        core::str::from_utf8(self.bytes(i)).map_err(|_| self.wrong(i, "text in UTF-8", ""))
    }

    fn number(&self, i: usize) -> Result<f32, DataError> {
        let text = self.text(i)?;
        match number(text, self.decimal) {
            Some(number) if number.is_finite() => Ok(number),
            Some(_) => Err(self.wrong(i, "a finite number", "")),
            None if number(text, b',').is_some() => {
                Err(self.wrong(i, "a number", "; decimal commas need `.decimal(b',')`"))
            }
            None => {
                let setting = self.lines.other_delimiter(self.lines.width());
                Err(self.wrong(i, "a number", &setting.map_or(String::new(), |setting| format!("; {setting}"))))
            }
        }
    }

    /// Adds an array of these cells' numbers, written where it stays.
    fn push_numbers<const N: usize>(&self, arrays: &mut Vec<[f32; N]>) -> Result<(), DataError> {
        for (i, number) in push_zeroed(arrays).iter_mut().enumerate() {
            *number = self.number(i)?;
        }
        Ok(())
    }

    fn wrong(&self, i: usize, expected: &str, cure: &str) -> DataError {
        let at = self.columns.get(i).copied().unwrap_or_default();
        let name = self.header.and_then(|names| names.get(at));
        let found = match &*String::from_utf8_lossy(self.bytes(i)) {
            "" => "an empty cell".into(),
            found => format!("`{}`", shortened(found, 40)),
        };
        DataError::Cell {
            file: self.lines.file.clone(),
            line: self.lines.line,
            column: match name {
                Some(name) => format!("{} (`{}`)", at + 1, shortened(name, 40)),
                None => (at + 1).to_string(),
            },
            expected: expected.into(),
            found: found + cure,
        }
    }
}

/// A number with this decimal separator.
fn number(text: &str, decimal: u8) -> Option<f32> {
    match decimal {
        b'.' => text.parse().ok(),
        _ if text.contains('.') => None,
        _ => text.replacen(',', ".", 1).parse().ok(),
    }
}

#[cfg(test)]
mod tests;

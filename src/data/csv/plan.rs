//! Which columns of a table are what, and whether its first line names them.

use super::super::DataError;
use super::{Column, lines::Lines, number};

/// Which columns are what.
pub(super) struct Plan {
    pub width: usize,
    pub features: Vec<usize>,
    pub targets: Vec<usize>,
}

/// What the caller asks of the columns.
pub(super) struct Wanted<'a> {
    /// The number of features.
    pub features: usize,
    /// The number of targets.
    pub targets: usize,
    /// Whether targets are numbers, not names of classes.
    pub numbers: bool,
    /// The columns chosen as targets; none for the last ones.
    pub chosen: &'a [Column],
    pub ignored: &'a [Column],
}

impl Wanted<'_> {
    /// The number of all columns.
    fn width(&self) -> usize {
        self.features + self.targets + self.ignored.len()
    }

    /// Whether a column is asked for by its name, which only a header has.
    pub fn names(&self) -> bool {
        self.chosen.iter().chain(self.ignored).any(|column| matches!(column, Column::Name(_)))
    }
}

impl Plan {
    /// For a table whose first line is the current one of `lines`, and has these names if it is a header.
    pub fn new(lines: &Lines, wanted: &Wanted, header: Option<&[String]>) -> Result<Plan, DataError> {
        let width = lines.width();
        let all = |columns: &[Column]| {
            columns.iter().map(|column| position(lines, column, header)).collect::<Result<Vec<_>, _>>()
        };
        let ignored = all(wanted.ignored)?;
        let mut targets = all(wanted.chosen)?;
        let chosen: Vec<usize> = targets.iter().chain(&ignored).copied().collect();
        if let Some((_, twice)) = (chosen.iter().enumerate()).find(|(i, column)| chosen[..*i].contains(column)) {
            let found = format!("column {} chosen twice", twice + 1);
            return Err(lines.wrong("each column as a target or as ignored at most once", found));
        }
        let mut is_feature = vec![true; width];
        ignored.iter().for_each(|at| is_feature[*at] = false);
        if wanted.chosen.is_empty() {
            targets = (0..width).rev().filter(|at| is_feature[*at]).take(wanted.targets).collect();
            targets.reverse();
        } else if targets.len() != wanted.targets {
            let found = format!("{} chosen", targets.len());
            return Err(DataError::file(&lines.file, counted(wanted.targets, "target column"), found));
        }
        targets.iter().for_each(|at| is_feature[*at] = false);
        let features: Vec<usize> = (0..width).filter(|at| is_feature[*at]).collect();
        if features.len() != wanted.features || targets.len() != wanted.targets {
            return Err(lines.wrong(described(wanted), with_setting(lines, width.to_string(), wanted.width())));
        }
        Ok(Plan { width, features, targets })
    }

    /// Whether the first line, the current one, is a header: all its cells in columns of numbers are names. If none is, or only
    /// some are, that cannot be known: names may be numbers, and a sample may lack a number.
    pub fn has_header(&self, lines: &Lines, wanted: &Wanted) -> Result<bool, DataError> {
        let targets = self.targets.iter().filter(|_| wanted.numbers);
        match self.features.iter().chain(targets).find(|&&column| !is_name(lines.cell(column))) {
            None => Ok(true),
            Some(&column) => {
                let found = match lines.cell(column) {
                    [] => "an empty cell".into(),
                    cell => format!("`{}`", shortened(&String::from_utf8_lossy(cell), 40)),
                };
                let settings = "`.header(false)` reads the line as a sample, `.header(true)` as names";
                let settings = lines.other_delimiter(wanted.width()).unwrap_or(settings);
                Err(lines.wrong("the names of the columns", format!("{found} in column {}; {settings}", column + 1)))
            }
        }
    }
}

/// The position of a column.
fn position(lines: &Lines, column: &Column, header: Option<&[String]>) -> Result<usize, DataError> {
    let name = match column {
        Column::Index(index) if *index < lines.width() => return Ok(*index),
        Column::Index(index) => {
            let found = with_setting(lines, counted(lines.width(), "column"), index + 1);
            return Err(lines.wrong(format!("a column at position {index}, counted from 0"), found));
        }
        Column::Name(name) => name,
    };
    let mut found = (0..).zip(header.unwrap_or_default()).filter(|(_, other)| *other == name);
    let expected = format!("a column named `{name}`");
    match (found.next(), found.next(), header) {
        (Some((at, _)), None, _) => Ok(at),
        (Some((first, _)), Some((second, _)), _) => Err(lines.wrong(
            format!("one column named `{name}`"),
            format!("columns {} and {}: choose by position, counted from 0", first + 1, second + 1),
        )),
        (None, _, Some(names)) => {
            let names = format!("`{}`", shortened(&names.join("`, `"), 200));
            Err(lines.wrong(expected, with_setting(lines, names, usize::MAX)))
        }
        (None, _, None) => Err(lines.wrong(expected, "no names, as the file is read without a header")),
    }
}

/// What was found, and the delimiter that would find what was expected.
fn with_setting(lines: &Lines, found: String, width: usize) -> String {
    match lines.other_delimiter(width) {
        Some(setting) => format!("{found}; {setting}"),
        None => found,
    }
}

/// The marks of a value that is missing are not names.
fn is_name(cell: &[u8]) -> bool {
    let missing = [&b""[..], b"?", b"-", b".", b"*", b"na", b"n/a", b"#n/a", b"null", b"none", b"missing"];
    !missing.contains(&&*cell.to_ascii_lowercase())
        && core::str::from_utf8(cell).is_ok_and(|text| number(text, b'.').or(number(text, b',')).is_none())
}

fn described(wanted: &Wanted) -> String {
    let columns = counted(wanted.width(), "column");
    let (features, targets) = (counted(wanted.features, "feature"), counted(wanted.targets, "target"));
    match wanted.ignored.len() {
        0 => format!("{columns} ({features} and {targets})"),
        ignored => format!("{columns} ({features} and {targets}, {ignored} ignored)"),
    }
}

/// The first characters of a text, fit for a message of one line.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    let mut start: String = text.chars().take(characters).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start.escape_debug().to_string()
}

pub(super) fn counted(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

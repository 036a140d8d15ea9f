//! What can be wrong with data, and where.

use std::io;

use thiserror::Error;

/// What was wrong with data: where it stands, what was expected and what was found.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file could not be opened or read.
    #[error("{file}: cannot be read: {cause}")]
    Io {
        /// The file's path, or the name given to the reader.
        file: String,
        /// The error of the operating system or of the decompressor.
        #[source]
        cause: io::Error,
    },
    /// A file as a whole is not what it should be.
    #[error("{file}: expected {expected}, found {found}")]
    File {
        /// The file's path, or the name given to the reader.
        file: String,
        /// What the file should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
    /// One line of a table is not what it should be.
    #[error("{file}, line {line}: expected {expected}, found {found}")]
    Line {
        /// The file's path, or the name given to the reader.
        file: String,
        /// The line, counted from 1.
        line: u64,
        /// What the line should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
    /// One cell of a table is not what it should be.
    #[error("{file}, line {line}, column {column}: expected {expected}, found {found}")]
    Cell {
        /// The file's path, or the name given to the reader.
        file: String,
        /// The line, counted from 1.
        line: u64,
        /// The column, counted from 1, with its name where it has one: ``3 (`age`)``.
        column: String,
        /// What the cell should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
    /// A label names a class that does not exist.
    #[error("{file}, label {index}: expected a class below {classes}, found {label}")]
    Label {
        /// The file's path, or the name given to the reader.
        file: String,
        /// Which label it is, counted from 0.
        index: usize,
        /// The label found.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// The files of a known database are not in the folder.
    #[error("{folder}: expected {expected}, found none; {cure}")]
    Missing {
        /// The folder that was searched.
        folder: String,
        /// The names that were looked for.
        expected: String,
        /// How to get the files.
        cure: &'static str,
    },
    /// Inputs and targets do not pair up.
    #[error("expected a target for each input, found {inputs} inputs and {targets} targets")]
    Unpaired {
        /// The number of inputs.
        inputs: usize,
        /// The number of targets.
        targets: usize,
    },
    /// There is no sample at all.
    #[error("expected at least one sample, found none")]
    Empty,
    /// A split would leave one part empty.
    #[error("expected {expected}, found {found}")]
    Split {
        /// What the split needs.
        expected: String,
        /// What was asked for.
        found: String,
    },
    /// A sample holds a number that is NaN or infinite.
    #[error("sample {sample}, feature {feature}: expected a finite number, found {found}")]
    NotFinite {
        /// The sample, counted from 0.
        sample: usize,
        /// The feature, counted from 0 in row-major order.
        feature: usize,
        /// The number found.
        found: f32,
    },
}

impl DataError {
    pub(super) fn file(file: &str, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::File { file: file.into(), expected: expected.into(), found: found.into() }
    }

    pub(super) fn io(file: &str, cause: io::Error) -> DataError {
        DataError::Io { file: file.into(), cause }
    }
}

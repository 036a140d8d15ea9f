//! A vocabulary that is made of texts, or read from a file.

use std::collections::HashMap;
use std::path::Path;

use super::pieces::{Piece, Unit};
use super::vocabulary::Vocabulary;
use crate::data::DataError;
use crate::io::atomic_write::write_whole;

/// A vocabulary on the heap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LearnedVocabulary {
    pieces: Vec<String>,
    positions: HashMap<String, usize>,
}

impl LearnedVocabulary {
    /// The pieces that occur most often in the texts, at most `capacity`, most often first; what occurs as often as another
    /// stands in the order of its bytes.
    #[must_use]
    pub fn learn<T: AsRef<str>>(unit: Unit, texts: impl IntoIterator<Item = T>, capacity: usize) -> Self {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for text in texts {
            for piece in unit.pieces(text.as_ref()) {
                *counts.entry(piece.to_string()).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by(|(a, count_a), (b, count_b)| count_b.cmp(count_a).then(a.cmp(b)));
        Self::of(counts.into_iter().take(capacity).map(|(piece, _)| piece).collect())
    }

    fn of(pieces: Vec<String>) -> Self {
        let positions = pieces.iter().enumerate().map(|(i, piece)| (piece.clone(), i)).collect();
        LearnedVocabulary { pieces, positions }
    }

    /// Writes the pieces to a file, one a line. It is written beside `path` and then renamed, so that there is never half a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> std::io::Result<()> {
        let lines: String = self.pieces.iter().flat_map(|piece| [piece.as_str(), "\n"]).collect();
        write_whole(path.as_ref(), lines.as_bytes())
    }

    /// Reads what [`write`](LearnedVocabulary::write) has written.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not UTF-8, or has an empty line or the same line twice.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let file = path.as_ref().display().to_string();
        let text = std::fs::read_to_string(path).map_err(|cause| DataError::Io { file: file.clone(), cause })?;
        let pieces: Vec<String> = text.lines().map(str::to_owned).collect();
        let vocabulary = Self::of(pieces);
        for (line, piece) in (1..).zip(&vocabulary.pieces) {
            let twice = vocabulary.positions[piece] + 1 != line;
            if piece.is_empty() || twice {
                let (expected, found) = ("a piece of text that no other line has".into(), format!("`{piece}`"));
                return Err(DataError::Line { file, line: line as u64, expected, found });
            }
        }
        Ok(vocabulary)
    }
}

impl Vocabulary for LearnedVocabulary {
    fn len(&self) -> usize {
        self.pieces.len()
    }

    fn position(&self, piece: &Piece) -> Option<usize> {
        self.positions.get(&piece.to_string()).copied()
    }

    fn piece(&self, position: usize) -> Option<&str> {
        self.pieces.get(position).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_pieces_are_learnt() {
        let texts = ["b a", "b-b a", "c b"];
        let vocabulary = LearnedVocabulary::learn(Unit::Words, texts, 4);
        assert_eq!(vocabulary.pieces, ["b", "a", "c", "￭-￭"]);
        assert_eq!(LearnedVocabulary::learn(Unit::Words, texts, 2).pieces, ["b", "a"]);
        assert_eq!(LearnedVocabulary::learn(Unit::Characters, texts, 2).pieces, ["b", " "]);
        assert_eq!(vocabulary.position(&Piece::written("c")), Some(2));
        assert_eq!(vocabulary.position(&Piece::written("-")), None);
    }

    #[test]
    fn a_file_gives_back_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.txt");
        for unit in [Unit::Words, Unit::Characters] {
            let vocabulary = LearnedVocabulary::learn(unit, ["un deux-trois, été"], 100);
            vocabulary.write(&path).unwrap();
            assert_eq!(LearnedVocabulary::read(&path).unwrap(), vocabulary);
        }
    }

    #[test]
    fn a_damaged_file_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.txt");
        for (text, end) in [
            ("a\nb\na\n", "words.txt, line 1: expected a piece of text that no other line has, found `a`"),
            ("a\n\nb\n", "words.txt, line 2: expected a piece of text that no other line has, found ``"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = LearnedVocabulary::read(&path).unwrap_err().to_string();
            assert!(error.ends_with(end), "{error}");
        }
        std::fs::write(&path, b"\xff").unwrap();
        assert!(LearnedVocabulary::read(&path).unwrap_err().to_string().contains("cannot be read"));
    }
}

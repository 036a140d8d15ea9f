//! Pairs of sentences: number words, or the lines of a file. And their words.

use std::fs;
use std::path::{Path, PathBuf};

use congruent::Pair;
use congruent::data::{DataError, Dataset};
use congruent::prelude::*;
use congruent::rand::seq::SliceRandom;
use congruent::sequence::LengthError;
use congruent::tokenizer::{LearnedVocabulary, SPECIAL, Tokenizer, UNKNOWN, Unit};

use crate::numbers::{COUNT, english, french};

/// A sentence and its translation, and where they come from.
pub struct Sentences {
    pub source: String,
    pub target: String,
    place: String,
}

/// So many numbers to learn from, those below a hundred and others drawn at random; and as many as are asked for that are not among them.
pub fn numbers(train: usize, unseen: usize, seed: u64) -> [Vec<Sentences>; 2] {
    let mut all: Vec<u32> = (0..COUNT).collect();
    let (_, larger) = all.split_at_mut(100.min(train));
    larger.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let words = |n: &u32| Sentences { source: english(*n), target: french(*n), place: format!("number {n}") };
    let (seen, others) = all.split_at(train.min(all.len() - 1));
    [seen.iter().map(words).collect(), others.iter().take(unseen).map(words).collect()]
}

/// The lines of a file, each a sentence, a tab and its translation.
pub fn read(path: &Path) -> Result<Vec<Sentences>, DataError> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|cause| DataError::Io { file: file.clone(), cause })?;
    let mut pairs = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |found: String| DataError::Line {
            file: file.clone(),
            line: number,
            expected: "a sentence, a tab and its translation".into(),
            found,
        };
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [source, target] = columns[..] else {
            return Err(wrong(format!("{} column{}", columns.len(), if columns.len() == 1 { "" } else { "s" })));
        };
        if source.is_empty() || target.is_empty() {
            return Err(wrong("an empty column".into()));
        }
        let place = format!("{file}, line {number}");
        pairs.push(Sentences { source: source.to_lowercase(), target: target.to_lowercase(), place });
    }
    if pairs.len() < 10 {
        let (expected, found) = ("at least 10 lines".into(), pairs.len().to_string());
        return Err(DataError::File { file, expected, found });
    }
    Ok(pairs)
}

/// The pairs in a random order, a tenth of them apart.
pub fn split(mut pairs: Vec<Sentences>, seed: u64) -> [Vec<Sentences>; 2] {
    pairs.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let unseen = pairs.split_off(pairs.len() - pairs.len() / 10);
    [pairs, unseen]
}

/// The words of both sides.
pub struct Languages {
    pub source: Tokenizer<LearnedVocabulary>,
    pub target: Tokenizer<LearnedVocabulary>,
}

impl Languages {
    /// The words that the pairs have, or the most frequent, where there is room for so many.
    pub fn learn(pairs: &[Sentences], words: usize) -> Languages {
        let learn = |texts: Vec<&str>| Tokenizer::words(LearnedVocabulary::learn(Unit::Words, texts, words - SPECIAL));
        Languages {
            source: learn(pairs.iter().map(|pair| pair.source.as_str()).collect()),
            target: learn(pairs.iter().map(|pair| pair.target.as_str()).collect()),
        }
    }

    /// Two files beside that of the weights.
    pub fn paths(model: &Path) -> [PathBuf; 2] {
        ["source.txt", "target.txt"].map(|extension| model.with_extension(extension))
    }

    pub fn write(&self, model: &Path) -> std::io::Result<()> {
        let [source, target] = Self::paths(model);
        self.source.vocabulary().write(source)?;
        self.target.vocabulary().write(target)
    }

    pub fn read(model: &Path) -> Result<Languages, DataError> {
        let [source, target] = Self::paths(model);
        let read = |path| LearnedVocabulary::read(path).map(Tokenizer::words);
        Ok(Languages { source: read(source)?, target: read(target)? })
    }

    /// The words of a sentence that are not among those of the source.
    pub fn unknown(&self, sentence: &str) -> Vec<String> {
        let pieces = Unit::Words.pieces(sentence).filter(|piece| self.source.token(piece) == UNKNOWN);
        pieces.map(|piece| piece.to_string()).collect()
    }

    /// The pairs as a network learns them.
    pub fn dataset<const S: usize, const T: usize>(
        &self,
        pairs: &[Sentences],
    ) -> Result<Samples<S, T>, Box<dyn core::error::Error>> {
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        for pair in pairs {
            let encode = || -> Result<_, LengthError> {
                let (forced, target) = self.target.teacher_forced(&pair.target)?;
                Ok((Pair(self.source.encode(&pair.source)?, forced), target))
            };
            let (input, target) = encode().map_err(|error| format!("{}: {error}", pair.place))?;
            inputs.push(input);
            targets.push(target);
        }
        Ok(Dataset::new(inputs, targets)?)
    }
}

/// A sentence, and its translation shifted by one token, for teacher forcing.
pub type Input<const S: usize, const T: usize> = Pair<Padded<Token, S>, Padded<Token, T>>;

/// Sentences with the translations they are to become.
pub type Samples<const S: usize, const T: usize> = Dataset<Input<S, T>, Padded<Token, T>>;

//! ROUGE (Lin, "ROUGE: a package for automatic evaluation of summaries", 2004): how much of a text another one has.
//!
//! With `matches` that are common to both, of `c` in the candidate and `r` in the reference:
//! `precision = matches / c`, `recall = matches / r`, `F1 = 2·precision·recall / (precision + recall)`.
//! ROUGE-N counts runs of `n` words, each as often as it occurs in both; ROUGE-L counts the words of the longest common
//! subsequence.
//!
//! Words are those of the Python package `rouge-score` without stemming: the text in lower case, split at all that is not one
//! of `a` to `z` or `0` to `9`. (So a letter with an accent splits a word, there as here.)

use std::collections::BTreeMap;

use super::Metric;

/// Which ROUGE is measured, and the mean of F1 over the texts so far.
///
/// ```
/// use congruent::metric::Rouge;
///
/// let score = Rouge::n(1).score("the cat sat on the mat", "the cat was on the mat");
/// assert_eq!((score.precision, score.recall), (5.0 / 6.0, 5.0 / 6.0));
/// assert_eq!(Rouge::l().score("a b c d", "b x d").recall, 2.0 / 3.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rouge {
    name: String,
    /// The length of the runs of words; `None` for the longest common subsequence.
    run: Option<usize>,
    sum: f64,
    count: u64,
}

/// What one text has of another.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RougeScore {
    /// The share of the candidate that is in the reference, from 0 to 1.
    pub precision: f64,
    /// The share of the reference that is in the candidate, from 0 to 1.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

impl Rouge {
    /// ROUGE-N: runs of `n` words, at least 1.
    #[must_use]
    pub fn n(n: usize) -> Rouge {
        let n = n.max(1);
        Rouge { name: format!("ROUGE-{n}"), run: Some(n), sum: 0.0, count: 0 }
    }

    /// ROUGE-L: the longest common subsequence.
    #[must_use]
    pub fn l() -> Rouge {
        Rouge { name: "ROUGE-L".into(), run: None, sum: 0.0, count: 0 }
    }

    /// What `candidate` has of `reference`; nothing where one of them has no words.
    #[must_use]
    pub fn score(&self, candidate: &str, reference: &str) -> RougeScore {
        let (candidate, reference) = (lowered(candidate), lowered(reference));
        let (candidate, reference) = (words(&candidate), words(&reference));
        let runs = |words: &[&str]| (words.len() + 1).saturating_sub(self.run.unwrap_or(1));
        let matches = match self.run {
            Some(n) => common_runs(&candidate, &reference, n),
            None => longest_common_subsequence(&candidate, &reference),
        };
        RougeScore::new(matches, runs(&candidate), runs(&reference))
    }
}

impl RougeScore {
    fn new(matches: usize, candidate: usize, reference: usize) -> RougeScore {
        if matches == 0 {
            return RougeScore::default();
        }
        let (precision, recall) = (matches as f64 / candidate as f64, matches as f64 / reference as f64);
        RougeScore { precision, recall, f1: 2.0 * precision * recall / (precision + recall) }
    }
}

#[diagnostic::do_not_recommend]
impl<C: AsRef<str>, R: AsRef<str>> Metric<C, R> for Rouge {
    fn name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) {
        (self.sum, self.count) = (0.0, 0);
    }

    fn update(&mut self, candidates: &[C], references: &[R]) {
        for (candidate, reference) in candidates.iter().zip(references) {
            self.sum += self.score(candidate.as_ref(), reference.as_ref()).f1;
            self.count += 1;
        }
    }

    /// The mean of F1, from 0 to 1.
    fn value(&self) -> f64 {
        self.sum / self.count as f64
    }
}

fn lowered(text: &str) -> String {
    text.to_lowercase()
}

fn words(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect()
}

/// How many runs of `n` words both have.
fn common_runs(candidate: &[&str], reference: &[&str], n: usize) -> usize {
    let mut left: BTreeMap<&[&str], usize> = BTreeMap::new();
    for run in reference.windows(n) {
        *left.entry(run).or_default() += 1;
    }
    let mut common = 0;
    for run in candidate.windows(n) {
        if let Some(left @ 1..) = left.get_mut(run) {
            *left -= 1;
            common += 1;
        }
    }
    common
}

/// The length of the longest sequence of words that both have in this order, by a table of which one row is kept: `row[j]` is
/// the length for the words of `a` so far and the first `j` of `b`.
fn longest_common_subsequence(a: &[&str], b: &[&str]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for a in a {
        let mut diagonal = 0;
        for (j, b) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if a == b { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

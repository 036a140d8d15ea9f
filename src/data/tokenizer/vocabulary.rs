//! Which pieces of text there are, each with its number.

use super::pieces::Piece;

/// Pieces of text that count from 0.
pub trait Vocabulary {
    /// How many pieces there are.
    fn len(&self) -> usize;

    /// The number of a piece, if it is in the vocabulary.
    fn position(&self, piece: &Piece) -> Option<usize>;

    /// The piece of a number, as it is written.
    fn piece(&self, position: usize) -> Option<&str>;

    /// Whether there are no pieces.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A vocabulary that is written in the program: no memory is allocated, and a `static` of it lies in flash.
///
/// ```
/// use congruent::tokenizer::{FixedVocabulary, Tokenizer};
///
/// static DIGITS: FixedVocabulary<3> = FixedVocabulary::new(["zero", "one", "two"]);
/// let tokenizer = Tokenizer::words(&DIGITS);
/// assert_eq!(tokenizer.size(), 6); // with what stands for the unknown, the start and the end
/// ```
#[derive(Clone, Debug)]
pub struct FixedVocabulary<const N: usize> {
    pieces: [&'static str; N],
    /// The positions in the order of their pieces.
    order: [u16; N],
}

impl<const N: usize> FixedVocabulary<N> {
    /// A vocabulary of these pieces, in this order.
    ///
    /// # Panics
    ///
    /// When a piece is empty or stands there twice, or there are more than 65,536; in a `static` that is a compile error.
    #[must_use]
    pub const fn new(pieces: [&'static str; N]) -> Self {
        assert!(N <= 1 << 16, "a fixed vocabulary has at most 65,536 pieces");
        let mut order = [0; N];
        let mut count = 0;
        while count < N {
            // insertion: short, and it runs while the program is compiled
            let mut at = count;
            while at > 0 && precedes(pieces[count], pieces[order[at - 1] as usize]) {
                order[at] = order[at - 1];
                at -= 1;
            }
            order[at] = count as u16;
            count += 1;
        }
        let mut i = 0;
        while i < N {
            assert!(!pieces[order[i] as usize].is_empty(), "a piece of a vocabulary is not empty");
            let distinct = i == 0 || precedes(pieces[order[i - 1] as usize], pieces[order[i] as usize]);
            assert!(distinct, "a piece stands in a vocabulary twice");
            i += 1;
        }
        FixedVocabulary { pieces, order }
    }
}

/// Whether `a` comes before `b`, byte by byte.
const fn precedes(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

impl<const N: usize> Vocabulary for FixedVocabulary<N> {
    fn len(&self) -> usize {
        N
    }

    fn position(&self, piece: &Piece) -> Option<usize> {
        let compare = |position: &u16| {
            let other = self.pieces.get(usize::from(*position)).copied().unwrap_or("");
            other.bytes().cmp(piece.bytes())
        };
        let at = self.order.binary_search_by(compare).ok()?;
        self.order.get(at).map(|position| usize::from(*position))
    }

    fn piece(&self, position: usize) -> Option<&str> {
        self.pieces.get(position).copied()
    }
}

impl<V: Vocabulary + ?Sized> Vocabulary for &V {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn position(&self, piece: &Piece) -> Option<usize> {
        (**self).position(piece)
    }

    fn piece(&self, position: usize) -> Option<&str> {
        (**self).piece(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static WORDS: FixedVocabulary<5> = FixedVocabulary::new(["zero", "one", "￭-￭", "two", "on"]);

    #[test]
    fn pieces_have_their_positions() {
        for (i, piece) in ["zero", "one", "￭-￭", "two", "on"].iter().enumerate() {
            assert_eq!(WORDS.position(&Piece::written(piece)), Some(i));
            assert_eq!(WORDS.piece(i), Some(*piece));
        }
        for unknown in ["", "-", "￭-", "o", "onE", "zeroo"] {
            assert_eq!(WORDS.position(&Piece::written(unknown)), None, "{unknown}");
        }
        assert_eq!((WORDS.len(), WORDS.piece(5)), (5, None));
    }

    #[test]
    #[should_panic(expected = "a piece stands in a vocabulary twice")]
    fn no_piece_stands_twice() {
        let _ = FixedVocabulary::new(["a", "b", "a"]);
    }

    #[test]
    #[should_panic(expected = "a piece of a vocabulary is not empty")]
    fn no_piece_is_empty() {
        let _ = FixedVocabulary::new(["a", ""]);
    }
}

//! Text as a row of pieces, from which the text can be put together again.

use core::fmt::{self, Display, Write};

/// Stands at the side of a piece where no space was: `￭-￭` between two words joined by a hyphen. (The mark and its rules are
/// those of OpenNMT's tokenizer.)
pub const JOINER: char = '￭';

/// What a text is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Each character is a piece, a space too; white space of any kind is a space.
    Characters,
    /// Each run of letters and digits is a piece, and each other character that is no space. Where no space was between two
    /// pieces, the one that is no word says so by a [`JOINER`]: `l'eau` is `l ￭'￭ eau`, `(12.5)` is `(￭ 12 ￭.￭ 5 ￭)`.
    Words,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    text: &'a str,
    joined_before: bool,
    joined_after: bool,
}

impl<'a> Piece<'a> {
    /// The piece that is written so, with the marks it has.
    #[must_use]
    pub fn written(text: &'a str) -> Piece<'a> {
        let (before, text) = text.strip_prefix(JOINER).map_or((false, text), |text| (true, text));
        let (after, text) = text.strip_suffix(JOINER).map_or((false, text), |text| (true, text));
        Piece { text, joined_before: before, joined_after: after }
    }

    /// Its bytes as it is written.
    pub fn bytes(&self) -> impl Iterator<Item = u8> {
        let mark = |is_there| if is_there { "￭" } else { "" }.bytes();
        mark(self.joined_before).chain(self.text.bytes()).chain(mark(self.joined_after))
    }
}

impl Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = |is_there| if is_there { "￭" } else { "" };
        write!(f, "{}{}{}", mark(self.joined_before), self.text, mark(self.joined_after))
    }
}

impl Unit {
    /// The pieces of a text.
    #[must_use]
    pub fn pieces(self, text: &str) -> Pieces<'_> {
        Pieces { unit: self, rest: text, joined: false }
    }

    /// What puts pieces together to a text again.
    #[must_use]
    pub fn joining<W: Write>(self, text: W) -> Joining<W> {
        Joining { unit: self, text, joined: true }
    }
}

/// The pieces of a text, one after the other; no memory is needed.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    unit: Unit,
    rest: &'a str,
    /// Whether the last piece goes on without a space.
    joined: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let plain = |text| Piece { text, joined_before: false, joined_after: false };
        if self.unit == Unit::Characters {
            let first = self.rest.chars().next()?;
            let text = self.take(first.len_utf8());
            return Some(plain(if is_space(first) { " " } else { text }));
        }
        while self.rest.starts_with(is_space) {
            let space = self.rest.chars().next().map_or(0, char::len_utf8);
            self.take(space);
            self.joined = false;
        }
        let first = self.rest.chars().next()?;
        let joined_before = core::mem::replace(&mut self.joined, true);
        if is_letter(first) {
            let length = self.rest.chars().take_while(|c| is_letter(*c)).map(char::len_utf8).sum();
            return Some(plain(self.take(length)));
        }
        let text = self.take(first.len_utf8());
        Some(Piece { text, joined_before, joined_after: self.rest.starts_with(is_letter) })
    }
}

impl<'a> Pieces<'a> {
    /// Takes so many bytes off the front.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (front, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        front
    }
}

/// Puts pieces together to a text.
#[derive(Debug)]
pub struct Joining<W> {
    unit: Unit,
    text: W,
    /// Whether the next piece goes on without a space.
    joined: bool,
}

impl<W: Write> Joining<W> {
    /// Adds a piece.
    ///
    /// # Errors
    ///
    /// What the text says that is written to.
    pub fn push(&mut self, piece: &Piece) -> fmt::Result {
        let spaced = self.unit == Unit::Words && !self.joined && !piece.joined_before;
        self.joined = piece.joined_after;
        self.text.write_str(if spaced { " " } else { "" })?;
        self.text.write_str(piece.text)
    }
}

/// White space; the joiner too, which no text should contain.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202F}' | '\u{205F}' | '\u{3000}' | JOINER)
}

/// A letter or digit. Beyond ASCII, where Unicode's tables would take more room than a small network, it is every character but
/// white space and the blocks of punctuation and symbols.
fn is_letter(c: char) -> bool {
    let beyond_ascii = matches!(c, 'ª' | 'µ' | 'º' | 'À'..) && !matches!(c, '×' | '÷' | '\u{2000}'..='\u{2BFF}');
    c.is_ascii_alphanumeric()
        || (beyond_ascii && !is_space(c) && !matches!(c, '\u{3000}'..='\u{303F}' | '\u{FE30}'..='\u{FE4F}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, string::String, vec::Vec};

    fn cut(unit: Unit, text: &str) -> Vec<String> {
        unit.pieces(text).map(|piece| format!("{piece}")).collect()
    }

    fn together(unit: Unit, pieces: &[String]) -> String {
        let mut text = String::new();
        let mut joining = unit.joining(&mut text);
        pieces.iter().for_each(|piece| joining.push(&Piece::written(piece)).unwrap());
        text
    }

    #[test]
    fn words_are_cut_at_spaces_and_symbols() {
        for (text, pieces) in [
            ("", ""),
            ("  ", ""),
            ("zéro", "zéro"),
            ("quatre-vingt-un mille", "quatre ￭-￭ vingt ￭-￭ un mille"),
            ("Rain, wind (12.5 %) and l'eau.", "Rain ￭, wind (￭ 12 ￭.￭ 5 % ￭) and l ￭'￭ eau ￭."),
            ("a -- b...", "a - ￭- b ￭. ￭. ￭."),
            ("￭ 東京、 日本 £5", "東京 ￭、 日本 £￭ 5"),
        ] {
            assert_eq!(cut(Unit::Words, text).join(" "), pieces, "{text}");
        }
        assert_eq!(cut(Unit::Characters, "é\tx"), ["é", " ", "x"]);
    }

    #[test]
    fn texts_are_put_together_again() {
        let texts =
            ["", "a", "a-b c", "\"(x)\" - 'y z' !", "1,000.50 $ ... [é]:ß", "-a- b", "quatre-vingt-dix-neuf, l'été"];
        for text in texts {
            for unit in [Unit::Characters, Unit::Words] {
                assert_eq!(together(unit, &cut(unit, text)), text);
            }
        }
        assert_eq!(together(Unit::Words, &cut(Unit::Words, " two \n spaces ")), "two spaces");
    }

    #[test]
    fn a_piece_reads_back_as_it_is_written() {
        for piece in Unit::Words.pieces("(a-b) . é,") {
            assert_eq!(Piece::written(&format!("{piece}")), piece);
            assert!(piece.bytes().eq(format!("{piece}").bytes()));
        }
    }
}

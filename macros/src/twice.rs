//! Two networks of one name in one block or module, which rustc tells of by an error for each item that is written for them.
//!
//! A macro does not know the module it is called in, so the source is read: only when a name comes a second time in a file, and what is
//! not seen clearly is left to rustc.

use core::cell::RefCell;
use std::path::PathBuf;

use proc_macro2::Ident;

/// Where a name stands: line and column from 1, the latter in bytes.
type Position = (usize, usize);

thread_local! {
    /// The names of the networks so far.
    static NAMES: RefCell<Vec<(PathBuf, String, Position)>> = const { RefCell::new(Vec::new()) };
}

/// The line of a network of the same name beside this one.
pub fn first_of_two(name: &Ident) -> Option<usize> {
    if !proc_macro::is_available() {
        return None;
    }
    let span = name.span().unwrap();
    let (file, position) = (span.local_file()?, (span.line(), span.column()));
    let word = name.to_string();
    NAMES.with_borrow_mut(|names| {
        let same =
            |(other, known, at): &&(PathBuf, String, Position)| *other == file && *known == word && *at != position;
        let before: Vec<Position> = names.iter().filter(same).map(|(.., at)| *at).collect();
        let beside =
            before.into_iter().find(|at| source(&file).is_some_and(|text| beside(&text, &word, *at, position)));
        if beside.is_none() {
            names.push((file, word, position));
        }
        beside.map(|(line, _)| line)
    })
}

fn source(file: &PathBuf) -> Option<String> {
    std::fs::read_to_string(file).ok()
}

/// Whether the name stands at both places in a `network!`, and both in the same block.
fn beside(text: &str, word: &str, one: Position, other: Position) -> bool {
    let block = |at: Position| block(text, offset(text, at)?, word);
    block(one).is_some_and(|one| Some(one) == block(other))
}

fn offset(text: &str, (line, column): Position) -> Option<usize> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    Some(start + column.checked_sub(1)?)
}

/// The braces around the `network!` in which the word stands, unless one of them belongs to another macro.
fn block(text: &str, at: usize, word: &str) -> Option<Vec<usize>> {
    text.get(at..)?.strip_prefix(word)?;
    let mut open = opened(text, at);
    let call = open.pop()?;
    let is_call = |at: usize| text[..at].trim_end().ends_with('!');
    let network = text[..call].trim_end().strip_suffix('!')?.trim_end().ends_with("network");
    (network && !open.iter().any(|at| is_call(*at))).then_some(open)
}

/// What is open at a place of the source: brackets of all kinds, but for those in comments and literals.
fn opened(text: &str, end: usize) -> Vec<usize> {
    let bytes = &text.as_bytes()[..end];
    let mut open = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at += match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => length(&bytes[at..], b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => 2 + length(&bytes[at + 2..], b"*/"),
            b'r' if bytes[at..].starts_with(b"r\"") => 2 + length(&bytes[at + 2..], b"\""),
            b'r' if bytes[at..].starts_with(b"r#\"") => 3 + length(&bytes[at + 3..], b"\"#"),
            b'"' => text_length(&bytes[at..]),
            b'\'' if bytes[at..].get(2) == Some(&b'\'') => 3,
            b'\'' if bytes[at..].get(1) == Some(&b'\\') => 3 + length(&bytes[(at + 3).min(end)..], b"'"),
            b'{' | b'(' | b'[' => {
                open.push(at);
                1
            }
            b'}' | b')' | b']' => {
                open.pop();
                1
            }
            _ => 1,
        };
    }
    open
}

/// How far it is to the end of this.
fn length(bytes: &[u8], end: &[u8]) -> usize {
    bytes.windows(end.len()).position(|window| window == end).map_or(bytes.len(), |at| at + end.len())
}

/// How long a text in quotes is.
fn text_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, nth: usize) -> Position {
        let (at, _) = text.match_indices("Net").nth(nth).expect("a name");
        (text[..at].matches('\n').count() + 1, at - text[..at].rfind('\n').map_or(0, |line| line + 1) + 1)
    }

    fn two(text: &str) -> bool {
        beside(text, "Net", at(text, 0), at(text, 1))
    }

    #[test]
    fn two_in_one_block_are_seen() {
        assert!(two("network! { struct Net(A); }\n\"}\"; '{'; // {\nnetwork! { struct Net(A); }"));
        assert!(two("fn f() { network!(struct Net(A);); { } congruent::network! { pub struct Net(A); } }"));
        assert!(two("mod a { /* { */ network! { struct Net(A); } r#\"{\"#; '\\''; network![struct Net(A);]; }"));
    }

    #[test]
    fn two_that_do_not_meet_are_none() {
        assert!(!two("mod a { network! { struct Net(A); } } network! { struct Net(A); }"));
        assert!(!two("fn a() { network! { struct Net(A); } } fn b() { network! { struct Net(A); } }"));
        assert!(!two("model! { a, struct Net(A); } model! { b, struct Net(A); }"));
        assert!(!two("both! { network! { struct Net(A); } network! { struct Net(A); } }"));
        assert!(!two("network! { struct Net(A); } struct Net;"));
    }
}

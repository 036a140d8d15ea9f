//! Parts of words as the Python package `tokenizers` cuts them, by the files that `interchange/subwords.py` writes.

#![cfg(feature = "tokenizers")]

use congruent::sequence::{LengthError, Padded, Token};
use congruent::tokenizer::{END, SPECIAL, START, SubwordError, Subwords, UNKNOWN};

fn subwords() -> Subwords {
    Subwords::read(crate::interchange("subwords.json")).unwrap()
}

#[test]
fn texts_have_the_numbers_that_python_gives_them() {
    let (subwords, mut count) = (subwords(), 0);
    for line in include_str!("../interchange/subwords.txt").lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [text, numbers, together] = columns[..] else { panic!("{line}") };
        let expected: Vec<Token> =
            numbers.split(' ').map(|number| Token(number.parse::<u32>().unwrap() + SPECIAL as u32)).collect();
        let tokens: Padded<Token, 64> = subwords.encode(text).unwrap();
        assert_eq!(tokens.steps(), expected);
        assert_eq!(subwords.decode(tokens.steps()).unwrap(), together);
        let (input, target) = subwords.teacher_forced::<64>(text).unwrap();
        assert_eq!((input.steps()[0], *target.steps().last().unwrap()), (START, END));
        assert_eq!(subwords.decode(target.steps()).unwrap(), together);
        assert_eq!(input.steps()[1..], target.steps()[..target.length() - 1]);
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn numbers_and_sizes_leave_buffer_for_the_special_tokens() {
    let subwords = subwords();
    assert_eq!(subwords.size(), 282 + SPECIAL);
    assert_eq!([UNKNOWN, START, END].map(|token| subwords.written(token)), ["<unk>", "<s>", "</s>"]);
    assert_eq!(subwords.written(Token(9999)), "<unk>");
}

#[test]
fn what_cannot_be_is_reported() {
    let error = subwords().encode::<2>("the lowest price of all").unwrap_err();
    assert!(matches!(error, SubwordError::Length(LengthError::Long { capacity: 2, .. })), "{error}");
    let error = Subwords::read(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap_err().to_string();
    assert!(error.contains("Cargo.toml: expected a `tokenizer.json` of the crate `tokenizers`, found "), "{error}");
    assert!(Subwords::read("nowhere.json").unwrap_err().to_string().starts_with("nowhere.json: cannot be read"));
}

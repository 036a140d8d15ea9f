//! The number words that `examples/translate` learns from are right: by the irregularities one by one, by reading all of them back, and
//! by comparison with the Python package `num2words`.

#[path = "../../examples/translate/numbers.rs"]
mod numbers;

use numbers::{COUNT, english, french};

#[test]
fn french_irregularities() {
    for (n, words) in [
        (0, "zéro"),
        (1, "un"),
        (16, "seize"),
        (17, "dix-sept"),
        (20, "vingt"),
        (21, "vingt et un"),
        (22, "vingt-deux"),
        (61, "soixante et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (72, "soixante-douze"),
        (77, "soixante-dix-sept"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (88, "quatre-vingt-huit"),
        (90, "quatre-vingt-dix"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (180, "cent quatre-vingts"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (312, "trois cent douze"),
        (1000, "mille"),
        (1001, "mille un"),
        (1100, "mille cent"),
        (2000, "deux mille"),
        (2200, "deux mille deux cents"),
        (21_000, "vingt et un mille"),
        (71_071, "soixante et onze mille soixante et onze"),
        (80_000, "quatre-vingt mille"),
        (80_080, "quatre-vingt mille quatre-vingts"),
        (81_300, "quatre-vingt-un mille trois cents"),
        (99_999, "quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf"),
    ] {
        assert_eq!(french(n), words, "{n}");
    }
}

#[test]
fn english_irregularities() {
    for (n, words) in [
        (0, "zero"),
        (12, "twelve"),
        (13, "thirteen"),
        (15, "fifteen"),
        (18, "eighteen"),
        (20, "twenty"),
        (40, "forty"),
        (55, "fifty-five"),
        (100, "one hundred"),
        (101, "one hundred one"),
        (312, "three hundred twelve"),
        (1000, "one thousand"),
        (1010, "one thousand ten"),
        (12_000, "twelve thousand"),
        (80_014, "eighty thousand fourteen"),
        (99_999, "ninety-nine thousand nine hundred ninety-nine"),
    ] {
        assert_eq!(english(n), words, "{n}");
    }
}

/// The value of English words, by the rule that a number before `hundred` and `thousand` multiplies and one after them adds.
fn value_of_english(words: &str) -> u32 {
    let value = |word: &str| (0..20).chain((20..100).step_by(10)).find(|n| english(*n) == word).unwrap();
    let (mut thousands, mut below) = (0, 0);
    for word in words.split([' ', '-']) {
        match word {
            "thousand" => thousands = 1000 * core::mem::take(&mut below),
            "hundred" => below *= 100,
            word => below += value(word),
        }
    }
    thousands + below
}

/// The value of French words likewise: `vingt` multiplies a `quatre`, `cent` and `mille` what is before them, if anything.
fn value_of_french(words: &str) -> u32 {
    let simple = [
        "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize", "quatorze", "quinze", "seize",
    ];
    let (mut thousands, mut hundreds, mut below): (u32, u32, u32) = (0, 0, 0);
    for word in words.split([' ', '-']) {
        match word.trim_end_matches('s') {
            "et" => {}
            "mille" => thousands = 1000 * (core::mem::take(&mut hundreds) + core::mem::take(&mut below)).max(1),
            "cent" => hundreds = 100 * core::mem::take(&mut below).max(1),
            "vingt" if below == 4 => below = 80,
            "vingt" => below += 20,
            "trente" => below += 30,
            "quarante" => below += 40,
            "cinquante" => below += 50,
            "soixante" => below += 60,
            _ => below += simple.iter().position(|simple| *simple == word).unwrap() as u32,
        }
    }
    thousands + hundreds + below
}

#[test]
fn all_words_are_read_back() {
    for n in 0..COUNT {
        assert_eq!(value_of_english(&english(n)), n);
        assert_eq!(value_of_french(&french(n)), n);
    }
}

/// FNV-1a (Fowler, Noll, Vo 1991).
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// All words, a number a line, have the hash of those of num2words 0.5.14:
///
/// ```python
/// from num2words import num2words
/// english = lambda n: num2words(n, lang="en").replace(" and ", " ").replace(",", "")
/// french = lambda n: num2words(n, lang="fr")
/// for words in [english, french]:
///     hash = 0xCBF29CE484222325
///     for byte in "".join(words(n) + "\n" for n in range(100_000)).encode():
///         hash = (hash ^ byte) * 0x100000001B3 % 2**64
///     print(hex(hash))
/// ```
#[test]
fn all_words_are_those_of_num2words() {
    let all = |words: fn(u32) -> String| (0..COUNT).map(|n| words(n) + "\n").collect::<String>();
    assert_eq!(hash(&all(english)), ENGLISH);
    assert_eq!(hash(&all(french)), FRENCH);
}

const ENGLISH: u64 = 0x7161_377F_8B83_D651;
const FRENCH: u64 = 0xA357_6F0D_3E9D_9CC6;

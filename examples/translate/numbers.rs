//! The whole numbers from 0 to 99,999 in English and in French words.
//!
//! English is as in American usage, without "and": "three hundred twelve". French is in the traditional spelling, before the
//! rectifications of 1990 (Grevisse, *Le Bon Usage*, § 596-602):
//!
//! - a hyphen joins the parts of a number below a hundred, unless `et` does: `dix-sept`, `vingt-deux`, `vingt et un`, `soixante et onze`;
//!   `quatre-vingt-un` and `quatre-vingt-onze` are without `et`;
//! - `vingt` and `cent` take an `s` when they are multiplied and nothing follows: `quatre-vingts`, `deux cents`, but
//!   `quatre-vingt-trois`, `deux cent un`, and also `quatre-vingt mille`, `deux cent mille`, since `mille` is a number itself;
//! - `mille` never takes an `s`, and neither it nor `cent` has an `un` before it: `mille`, `cent mille`, `deux mille cent`.

/// How many numbers there are.
pub const COUNT: u32 = 100_000;

const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ENGLISH_TENS: [&str; 10] =
    ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const FRENCH: [&str; 17] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize",
];
const FRENCH_TENS: [&str; 7] = ["", "dix", "vingt", "trente", "quarante", "cinquante", "soixante"];

/// A number below 100,000 in English words.
pub fn english(n: u32) -> String {
    if n == 0 {
        return ENGLISH[0].into();
    }
    let mut words = Vec::new();
    if n >= 1000 {
        words.extend([english(n / 1000), "thousand".into()]);
    }
    if n % 1000 >= 100 {
        words.extend([english(n % 1000 / 100), "hundred".into()]);
    }
    match n % 100 {
        0 => {}
        small @ 1..20 => words.push(ENGLISH[small as usize].into()),
        tens if tens % 10 == 0 => words.push(ENGLISH_TENS[tens as usize / 10].into()),
        both => words.push(format!("{}-{}", ENGLISH_TENS[both as usize / 10], ENGLISH[both as usize % 10])),
    }
    words.join(" ")
}

/// A number below 100,000 in French words.
pub fn french(n: u32) -> String {
    let mut words = Vec::new();
    match n / 1000 {
        0 => {}
        1 => words.push("mille".into()),
        thousands => words.extend([french_below_hundred(thousands, false), "mille".into()]),
    }
    let rest = n % 100;
    match n % 1000 / 100 {
        0 => {}
        1 => words.push("cent".into()),
        hundreds => words.extend([FRENCH[hundreds as usize].into(), if rest == 0 { "cents" } else { "cent" }.into()]),
    }
    if rest > 0 || n == 0 {
        words.push(french_below_hundred(rest, true));
    }
    words.join(" ")
}

/// A number below 100; `last` says that nothing follows.
fn french_below_hundred(n: u32, last: bool) -> String {
    let word = |n: u32| french_below_hundred(n, last);
    match n {
        0..=16 => FRENCH[n as usize].into(),
        17..=19 => format!("dix-{}", word(n - 10)),
        71 => "soixante et onze".into(),
        72..=79 => format!("soixante-{}", word(n - 60)),
        80 => if last { "quatre-vingts" } else { "quatre-vingt" }.into(),
        81.. => format!("quatre-vingt-{}", word(n - 80)),
        _ => match (FRENCH_TENS.get(n as usize / 10), n % 10) {
            (Some(tens), 0) => (*tens).into(),
            (Some(tens), 1) => format!("{tens} et un"),
            (Some(tens), unit) => format!("{tens}-{}", word(unit)),
            (None, unit) => format!("soixante-{}", word(10 + unit)), // 70
        },
    }
}

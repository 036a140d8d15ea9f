//! Short reports with their summaries, from a grammar.
//!
//! A report has a few *facts*, each told in one of several ways, among *asides* that have names and numbers too, in any order, often
//! after a sentence that sets the scene. The summary tells the facts in one or two sentences. So a summary cannot be copied from a place:
//! who won must be told from "lost to" and "defeated", the injured from the fire engines. Names are made of syllables; those in unseen
//! reports occur in no report that is learned from.

use congruent::rand::Rng;

use crate::stories;

/// A report and its summary.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub text: String,
    pub summary: String,
}

/// Who a report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// To be learned from.
    Training,
    /// To be summarised without having been seen.
    Unseen,
}

/// What a report is made of. `{name}` in a sentence stands for a slot, `(a|b)` for one of several words.
pub struct Story {
    pub slots: Vec<(&'static str, String)>,
    pub scene: &'static [&'static str],
    pub facts: Vec<&'static [&'static str]>,
    pub asides: &'static [&'static str],
    pub summary: &'static str,
}

/// So many reports. The same seed gives the same ones.
pub fn reports(count: usize, part: Part, rng: &mut dyn Rng) -> Vec<Report> {
    let mut draw = Draw { rng, part };
    (0..count).map(|_| report(&mut draw)).collect()
}

fn report(draw: &mut Draw) -> Report {
    let story = *draw.pick(&stories::ALL);
    let Story { slots, scene, facts, asides, summary } = story(draw);
    let mut sentences: Vec<&str> = facts.iter().map(|ways| *draw.pick(ways)).collect();
    for _ in 0..draw.number(1, 3) {
        let aside = *draw.pick(asides);
        if !sentences.contains(&aside) {
            sentences.push(aside);
        }
    }
    for i in (1..sentences.len()).rev() {
        sentences.swap(i, draw.number(0, i as u32) as usize);
    }
    if draw.number(1, 10) > 3 {
        sentences.insert(0, *draw.pick(scene));
    }
    let sentences: Vec<String> = sentences.iter().map(|sentence| draw.fill(sentence, &slots)).collect();
    Report { text: sentences.join(" "), summary: draw.fill(summary, &slots) }
}

/// Draws what reports are made of.
pub struct Draw<'a> {
    rng: &'a mut dyn Rng,
    part: Part,
}

impl Draw<'_> {
    /// A whole number from `low` to `high`.
    pub fn number(&mut self, low: u32, high: u32) -> u32 {
        low + ((u64::from(self.rng.next_u32()) * u64::from(high - low + 1)) >> 32) as u32
    }

    /// The digits of a number from `low` to `high`.
    pub fn digits(&mut self, low: u32, high: u32) -> String {
        self.number(low, high).to_string()
    }

    pub fn pick<'b, T>(&mut self, choices: &'b [T]) -> &'b T {
        &choices[self.number(0, choices.len() as u32 - 1) as usize]
    }

    /// One of several words, as a slot has it.
    pub fn word(&mut self, choices: &[&str]) -> String {
        (*self.pick(choices)).to_owned()
    }

    /// A name of a person, a place or a company, of this part.
    pub fn name(&mut self) -> String {
        loop {
            let name = [*self.pick(&FIRST), *self.pick(&MIDDLE), *self.pick(&LAST)].concat();
            let sum: u32 = name.bytes().fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            if (sum.is_multiple_of(5)) == (self.part == Part::Unseen) {
                return name;
            }
        }
    }

    /// A sentence with its slots filled and its choices made.
    fn fill(&mut self, sentence: &str, slots: &[(&str, String)]) -> String {
        let mut filled = String::new();
        let mut rest = sentence;
        while let Some(at) = rest.find(['{', '(']) {
            let (before, mark) = rest.split_at(at);
            filled.push_str(before);
            let closing = if mark.starts_with('{') { '}' } else { ')' };
            let (inside, after) = mark[1..].split_once(closing).unwrap_or_else(|| panic!("not closed: {sentence}"));
            if closing == '}' {
                let slot = slots.iter().find(|(name, _)| *name == inside);
                filled.push_str(&slot.unwrap_or_else(|| panic!("no slot {inside}: {sentence}")).1);
            } else {
                let choices: Vec<&str> = inside.split('|').collect();
                filled.push_str(&self.word(&choices));
            }
            rest = after;
        }
        filled.push_str(rest);
        let (first, others) = filled.split_at(filled.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + others
    }
}

const FIRST: [&str; 32] = [
    "Al", "Bar", "Bel", "Cor", "Dal", "Dor", "El", "Fen", "Gal", "Har", "Il", "Jor", "Kal", "Ker", "Lan", "Lor", "Mar",
    "Mel", "Nor", "Ol", "Per", "Quin", "Ras", "Sel", "Sor", "Tal", "Tor", "Ul", "Var", "Wes", "Yor", "Zan",
];
const MIDDLE: [&str; 12] = ["a", "e", "i", "o", "u", "an", "en", "in", "on", "as", "er", "is"];
const LAST: [&str; 24] = [
    "ba", "berg", "by", "dale", "dell", "do", "field", "ford", "gate", "ham", "ka", "lin", "mar", "mont", "nik", "ra",
    "rin", "sen", "son", "stead", "ton", "va", "vik", "wick",
];

//! In which order layers fit together: that of their names, or else such that each takes what the one before gives.

use super::layer::{Flow, Found, What};

/// A part of a name, ordered as people do: numbers by value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Number(u64),
    Word(String, u64),
}

/// A name, in parts.
pub fn parts(name: &str) -> Vec<Part> {
    name.split('.').map(part).collect()
}

fn part(text: &str) -> Part {
    if let Ok(number) = text.parse() {
        return Part::Number(number);
    }
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    Part::Word(word.into(), text[word.len()..].parse().unwrap_or(0))
}

/// More layers than this are left in the order of their names.
const MOST: usize = 200;
/// How many layers are tried at most, one after another.
const TRIES: usize = 100_000;

/// The layers in an order in which each takes what the one before gives, and whether that is the only one or the order of their names.
/// Where there is none, those that fit come first.
pub fn order(found: Vec<Found>) -> (Vec<Found>, bool) {
    let fits = |first: &Found| found.iter().try_fold(first.input(), |before, found| found.after(before)).is_some();
    if found.first().is_none_or(fits) {
        return (found, true);
    }
    if found.len() > MOST {
        return (found, false);
    }
    let mut search = Search { found: &found, order: Vec::new(), longest: Vec::new(), whole: 0, tries: TRIES };
    search.go_on(None);
    let certain = search.whole == 1 && search.tries > 0;
    let places = search.longest;
    let mut layers: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    let mut ordered: Vec<Found> = places.into_iter().filter_map(|place| layers[place].take()).collect();
    ordered.extend(layers.into_iter().flatten());
    (ordered, certain)
}

/// The search for an order, from its beginning on.
struct Search<'a> {
    found: &'a [Found],
    order: Vec<usize>,
    /// The longest that was found, the first of those.
    longest: Vec<usize>,
    /// How many were found of all layers; more than one are as good as two.
    whole: usize,
    tries: usize,
}

impl Search<'_> {
    fn go_on(&mut self, before: Option<Flow>) {
        if self.order.len() > self.longest.len() {
            self.longest.clone_from(&self.order);
        }
        if self.order.len() == self.found.len() {
            self.whole += 1;
        }
        for place in self.next(before) {
            if self.whole > 1 || self.tries == 0 {
                return;
            }
            self.tries -= 1;
            let found = &self.found[place];
            self.order.push(place);
            self.go_on(found.after(before.unwrap_or(found.input())));
            self.order.pop();
        }
    }

    /// The layers that can come next: at first one that looks like a first one, then after each layer what only normalises, since it
    /// belongs to what is before it.
    fn next(&self, before: Option<Flow>) -> Vec<usize> {
        let free = (0..self.found.len()).filter(|place| !self.order.contains(place));
        let follows = |place: &usize| {
            let found = &self.found[*place];
            found.after(before.unwrap_or(found.input())).is_some()
        };
        let mut next: Vec<usize> = free.filter(follows).collect();
        match self.order.last() {
            Some(last) => {
                let normalised = self.found[*last].keeps_size();
                next.sort_by_key(|place| self.found[*place].keeps_size() == normalised);
            }
            None => next.sort_by_key(|place| self.follows_on_others(*place)),
        }
        next
    }

    /// How much speaks for a layer not to be the first: that it only normalises; that it takes what another gives; that it has a group
    /// for each channel that another, which has not, gives.
    fn follows_on_others(&self, place: usize) -> [bool; 3] {
        let found = &self.found[place];
        let others = || self.found.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other);
        let gives = |other: &Found, flow: Flow| other.after(other.input()) == Some(flow);
        let by_channel = |other: &Found| matches!(other.what, What::Convolution { channels: [_, 1], .. });
        let many = match &found.what {
            What::Convolution { channels: [many, 1], kernel, .. } => {
                Some(Flow::Planes { channels: *many, directions: kernel.len() })
            }
            _ => None,
        };
        let takes_each = many.is_some_and(|many| others().any(|other| gives(other, many) && !by_channel(other)));
        [found.keeps_size(), others().any(|other| gives(other, found.input())), takes_each]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(name: &str, takes: usize, gives: usize) -> Found {
        Found { name: name.into(), what: What::Dense { takes, gives } }
    }

    fn ordered(found: Vec<Found>) -> (Vec<String>, bool) {
        let (ordered, certain) = order(found);
        (ordered.into_iter().map(|found| found.name).collect(), certain)
    }

    #[test]
    fn a_layer_that_leads_nowhere_comes_last() {
        let found = vec![dense("a", 4, 3), dense("b", 4, 4), dense("c", 5, 4)];
        assert_eq!(ordered(found), (vec!["c".into(), "b".into(), "a".into()], true));
    }

    #[test]
    fn what_fits_in_two_ways_is_not_certain() {
        let found = vec![dense("a", 4, 4), dense("b", 4, 4), dense("c", 5, 4)];
        assert_eq!(ordered(found), (vec!["c".into(), "a".into(), "b".into()], false));
    }

    #[test]
    fn what_fits_in_no_way_is_not_certain() {
        let found = vec![dense("a", 7, 7), dense("b", 4, 3), dense("c", 5, 4)];
        let (names, certain) = ordered(found);
        assert_eq!((names, certain), (vec!["c".into(), "b".into(), "a".into()], false));
    }

    #[test]
    fn numbers_in_names_are_ordered_as_people_do() {
        assert!(parts("layers.2.conv") < parts("layers.10.conv") && parts("conv2") < parts("conv10"));
    }

    #[test]
    fn layers_that_all_fit_everywhere_take_no_time() {
        let mut found: Vec<Found> = (0..150).map(|i| dense(&format!("a{i}"), 4, 4)).collect();
        found.insert(0, dense("a", 4, 3));
        found.push(dense("b", 9, 9));
        assert_eq!(ordered(found).0.len(), 152);
    }
}

//! Where values lie in memory that they share: which above which, so that all of it takes the least.
//!
//! Sizes may be known to rustc only, so a plan is no list of offsets but an order: a part begins where the highest of those ends that come
//! before it in the order and are alive with it. For any layout there is an order that takes no more, that of its offsets.

/// A run of memory for a time.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// How large it is, as far as is known.
    pub size: u64,
    /// Whether that is a guess: the scratch of a layer, which is small as a rule.
    pub guessed: bool,
    /// The first and the last step in which it is alive.
    pub alive: [usize; 2],
}

impl Part {
    fn meets(&self, other: &Part) -> bool {
        self.alive[0] <= other.alive[1] && other.alive[0] <= self.alive[1]
    }
}

/// The order of the parts, from the lowest.
#[derive(Clone, Debug)]
pub struct Plan(pub Vec<usize>);

/// The larger, the worse: the peak of what is known, and that with what is guessed.
type Cost = [u64; 2];

impl Plan {
    /// The parts on which this one rests, but those on which another of them rests.
    pub fn below(&self, parts: &[Part], part: usize) -> Vec<usize> {
        let lower = |part: usize| {
            let before = self.0.iter().take_while(move |other| **other != part);
            before.copied().filter(move |other| parts[*other].meets(&parts[part]))
        };
        let all: Vec<usize> = lower(part).collect();
        let covered = |other: &usize| all.iter().any(|above| lower(*above).any(|lower| lower == *other));
        all.iter().copied().filter(|other| !covered(other)).collect()
    }

    /// Where each part ends.
    fn ends(&self, parts: &[Part], guessed: bool) -> Vec<u64> {
        let size = |part: &Part| if part.guessed && !guessed { 0 } else { part.size };
        let mut ends = vec![0; parts.len()];
        for (i, part) in self.0.iter().enumerate() {
            let lower = self.0[..i].iter().filter(|other| parts[**other].meets(&parts[*part]));
            ends[*part] = lower.map(|other| ends[*other]).max().unwrap_or(0) + size(&parts[*part]);
        }
        ends
    }

    fn cost(&self, parts: &[Part]) -> Cost {
        [false, true].map(|guessed| self.ends(parts, guessed).into_iter().max().unwrap_or(0))
    }
}

/// What no plan can do without: the most that is alive at once.
fn least(parts: &[Part]) -> Cost {
    [false, true].map(|guessed| {
        let alive = |step: usize| parts.iter().filter(move |part| part.alive[0] <= step && step <= part.alive[1]);
        let known = |part: &&Part| guessed || !part.guessed;
        let sum = |step: usize| alive(step).filter(known).map(|part| part.size).sum::<u64>();
        parts.iter().map(|part| sum(part.alive[0])).max().unwrap_or(0)
    })
}

/// The order that takes least. Of few parts all are tried, of many the likely ones, which are then bettered.
pub fn plan(parts: &[Part]) -> Plan {
    let least = least(parts);
    let mut best: Option<(Cost, Plan)> = None;
    let mut consider = |plan: Plan| {
        let cost = plan.cost(parts);
        if best.as_ref().is_none_or(|(known, _)| cost < *known) {
            best = Some((cost, plan));
        }
        best.as_ref().is_some_and(|(cost, _)| *cost == least)
    };
    let done = likely(parts).into_iter().any(&mut consider) || all(parts, &mut consider);
    let (cost, plan) = best.unwrap_or(([0; 2], Plan(Vec::new())));
    if done { plan } else { better(parts, cost, plan, least) }
}

/// Orders that are often best.
fn likely(parts: &[Part]) -> Vec<Plan> {
    let (guessed, known): (Vec<usize>, Vec<usize>) = (0..parts.len()).partition(|i| parts[*i].guessed);
    let length = |i: &usize| parts[*i].alive[1] - parts[*i].alive[0];
    let by = |key: &dyn Fn(&usize) -> core::cmp::Reverse<u64>| {
        let mut order = known.clone();
        order.sort_by_key(key);
        Plan(order.into_iter().chain(guessed.clone()).collect())
    };
    // as in a chain: what lives long lies at the bottom, above it the others in turn at the bottom and at the top
    let (mut long, short): (Vec<usize>, Vec<usize>) = known.iter().partition(|i| length(i) > 1);
    long.sort_by_key(|i| core::cmp::Reverse(length(i)));
    let turns = |first: usize| {
        let (even, odd): (Vec<_>, Vec<_>) = short.iter().partition(|i| parts[**i].alive[0] % 2 == first);
        Plan(
            long.iter()
                .copied()
                .chain(even.into_iter().copied())
                .chain(guessed.clone())
                .chain(odd.into_iter().copied())
                .collect(),
        )
    };
    vec![
        turns(0),
        turns(1),
        by(&|i| core::cmp::Reverse(parts[*i].size)),
        by(&|i| core::cmp::Reverse(length(i) as u64)),
        by(&|i| core::cmp::Reverse(parts[*i].size * (1 + length(i) as u64))),
        by(&|i| core::cmp::Reverse(u64::MAX - parts[*i].alive[0] as u64)),
    ]
}

/// Of how many parts all orders are tried.
const FEW: usize = 6;

/// All orders, if these are not too many. Whether one is as good as can be.
fn all(parts: &[Part], consider: &mut dyn FnMut(Plan) -> bool) -> bool {
    let (guessed, mut order): (Vec<usize>, Vec<usize>) = (0..parts.len()).partition(|i| parts[*i].guessed);
    if order.len() > FEW {
        return false;
    }
    permuted(&mut order, 0, &mut |order| {
        (0..=order.len()).rev().any(|at| {
            let (low, high) = order.split_at(at);
            consider(Plan(low.iter().chain(&guessed).chain(high).copied().collect()))
        })
    })
}

fn permuted(order: &mut [usize], from: usize, consider: &mut dyn FnMut(&[usize]) -> bool) -> bool {
    if from == order.len() {
        return consider(order);
    }
    for i in from..order.len() {
        order.swap(from, i);
        if permuted(order, from + 1, consider) {
            return true;
        }
        order.swap(from, i);
    }
    false
}

/// Moves parts about, as long as that makes it better.
fn better(parts: &[Part], mut cost: Cost, mut plan: Plan, least: Cost) -> Plan {
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..4000 {
        if cost == least || parts.len() < 2 {
            break;
        }
        let mut order = plan.0.clone();
        let moved = order.remove(random(parts.len()));
        order.insert(random(parts.len()), moved);
        let moved = Plan(order);
        let now = moved.cost(parts);
        // one as good may lead to a better one
        if now <= cost {
            (cost, plan) = (now, moved);
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(state: &mut u64, below: u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    }

    /// Whether the parts from `i` on can be laid into so much memory, where those before it lie at `offsets`.
    fn fits(parts: &[Part], offsets: &mut Vec<u64>, memory: u64) -> bool {
        let i = offsets.len();
        let Some(part) = parts.get(i) else { return true };
        (0..=memory.saturating_sub(part.size)).any(|offset| {
            let apart = |(other, at): (&Part, &u64)| {
                !other.meets(part) || at + other.size <= offset || offset + part.size <= *at
            };
            if part.size > memory || !parts.iter().zip(offsets.iter()).all(apart) {
                return false;
            }
            offsets.push(offset);
            let fits = fits(parts, offsets, memory);
            offsets.pop();
            fits
        })
    }

    #[test]
    fn no_layout_takes_less() {
        let mut state = 7;
        for case in 0..400 {
            let count = 1 + random(&mut state, 8) as usize;
            let part = |state: &mut u64| {
                let first = random(state, 7) as usize;
                let last = first + random(state, 4) as usize;
                Part { size: 1 + random(state, 4), guessed: false, alive: [first, last] }
            };
            let parts: Vec<Part> = (0..count).map(|_| part(&mut state)).collect();
            let plan = plan(&parts);
            let most = plan.cost(&parts)[0];
            let best = (0..=most).find(|memory| fits(&parts, &mut Vec::new(), *memory));
            assert_eq!(best, Some(most), "case {case}: {parts:?}");
        }
    }

    #[test]
    fn parts_that_are_alive_together_lie_apart() {
        let mut state = 3;
        for _ in 0..200 {
            let part = |state: &mut u64| {
                let first = random(state, 20) as usize;
                let last = first + random(state, 8) as usize;
                Part { size: random(state, 9), guessed: random(state, 3) == 0, alive: [first, last] }
            };
            let parts: Vec<Part> = (0..24).map(|_| part(&mut state)).collect();
            let plan = plan(&parts);
            // by what is below each, as the expansion has it
            let mut ends = vec![0; parts.len()];
            for part in &plan.0 {
                let below = plan.below(&parts, *part).into_iter().map(|below| ends[below]).max().unwrap_or(0);
                ends[*part] = below + parts[*part].size;
            }
            assert_eq!(ends, plan.ends(&parts, true));
            for (i, one) in parts.iter().enumerate() {
                for (j, other) in parts.iter().enumerate().filter(|(j, other)| *j != i && other.meets(one)) {
                    let apart = ends[i] + other.size <= ends[j] || ends[j] + one.size <= ends[i];
                    assert!(apart || one.size == 0 || other.size == 0);
                }
            }
        }
    }

    #[test]
    fn a_chain_takes_its_largest_moment_with_any_scratch() {
        let mut state = 11;
        for _ in 0..200 {
            let count = 2 + random(&mut state, 30) as usize;
            let mut parts = Vec::new();
            for i in 0..count {
                parts.push(Part { size: 1 + random(&mut state, 99), guessed: false, alive: [i, i + 1] });
                parts.push(Part { size: random(&mut state, 99), guessed: true, alive: [i, i] });
            }
            assert_eq!(plan(&parts).cost(&parts), least(&parts));
        }
    }
}

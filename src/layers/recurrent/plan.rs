//! In which order the steps of many sequences are worked through: step by step, the longest sequences first.
//!
//! So the sequences that have a step are the first few of all, and what there is of a step lies together, without gaps: as the
//! packed sequences of PyTorch.

use crate::memory::plain::Plain;
use crate::shape::sequence::Sequence;

/// The order of up to `B` sequences `S`.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Plan<S: Sequence, const B: usize> {
    /// How many sequences have each step.
    active: S::Buffer<u32>,
    /// The sequences, the longest first.
    order: [u32; B],
}

crate::memory::plain::opaque_debug! { [S: Sequence, const B: usize] Plan, Plan<S, B> }

/// A step of those sequences that have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeStep {
    /// The number of the step.
    pub step: usize,
    /// In how many sequences there is such a step.
    pub active: usize,
    /// In how many there is the step before; of the first step, as many.
    pub active_before: usize,
    /// How many steps of any sequence are worked through before.
    pub first: usize,
}

impl<S: Sequence, const B: usize> Plan<S, B> {
    /// The plan for these sequences.
    pub fn fill(&mut self, sequences: &[S]) {
        let active = S::all_mut(core::slice::from_mut(&mut self.active));
        let count = sequences.len().min(B);
        let mut order = self.order.iter_mut();
        let mut placed = 0;
        for (step, active) in active.iter_mut().enumerate().rev() {
            if placed < count {
                let ending = sequences.iter().enumerate().filter(|(_, sequence)| sequence.length() == step + 1);
                for ((number, _), place) in ending.zip(&mut order) {
                    *place = number as u32;
                    placed += 1;
                }
            }
            *active = placed as u32;
        }
    }

    /// The steps, from the first to the last.
    pub fn time_steps(&self) -> impl Iterator<Item = TimeStep> + '_ {
        let active = S::all(core::slice::from_ref(&self.active));
        let mut first = 0;
        let mut active_before = active.first().map_or(0, |active| *active as usize);
        active.iter().map(|active| *active as usize).take_while(|active| *active > 0).enumerate().map(
            move |(step, active)| {
                let time_step = TimeStep { step, active, active_before, first };
                first += active;
                active_before = active;
                time_step
            },
        )
    }

    /// The steps, from the last to the first.
    pub fn time_steps_back(&self) -> impl Iterator<Item = TimeStep> + '_ {
        let active = S::all(core::slice::from_ref(&self.active));
        let mut first = self.rows();
        (0..active.len()).rev().filter_map(move |step| {
            let at = |step: usize| active.get(step).map_or(0, |active| *active as usize);
            let active = at(step);
            first -= active.min(first);
            (active > 0).then_some(TimeStep { step, active, active_before: at(step.saturating_sub(1)), first })
        })
    }

    /// How many steps all sequences have together.
    pub fn rows(&self) -> usize {
        S::all(core::slice::from_ref(&self.active)).iter().map(|active| *active as usize).sum()
    }

    /// The sequences that have a step, in the order of what there is of it.
    pub fn sequences(&self, time_step: TimeStep) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().take(time_step.active).map(|number| *number as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::memory::plain::zeroed;
    use crate::shape::sequence::Padded;

    #[test]
    fn the_longest_come_first_and_steps_lie_together() {
        let sequences = [2, 4, 1, 2].map(|length| Padded::<f32, 5>::first_of([0.0; 5], length).unwrap());
        let mut plan: Plan<Padded<f32, 5>, 6> = zeroed();
        plan.fill(&sequences);
        let time_steps: Vec<TimeStep> = plan.time_steps().collect();
        let shown: Vec<_> = time_steps.iter().map(|m| (m.step, m.active, m.active_before, m.first)).collect();
        assert_eq!(shown, [(0, 4, 4, 0), (1, 3, 4, 4), (2, 1, 3, 7), (3, 1, 1, 8)]);
        assert!(plan.time_steps_back().eq(time_steps.iter().rev().copied()));
        assert_eq!(plan.rows(), 9);
        assert!(plan.sequences(time_steps[0]).eq([1, 0, 3, 2]));
        assert!(plan.sequences(time_steps[2]).eq([1]));
    }

    #[test]
    fn arrays_keep_their_order() {
        let mut plan: Plan<[f32; 3], 4> = zeroed();
        plan.fill(&[[0.0; 3]; 2]);
        assert_eq!(plan.time_steps().map(|m| (m.active, m.first)).collect::<Vec<_>>(), [(2, 0), (2, 2), (2, 4)]);
        assert!(plan.sequences(plan.time_steps().next().unwrap()).eq([0, 1]));
        plan.fill(&[]);
        assert_eq!((plan.rows(), plan.time_steps().count(), plan.time_steps_back().count()), (0, 0, 0));
    }
}

//! Random samples of any shape, and their numbers in one row.

use alloc::vec::Vec;

use rand::Rng;

use crate::shape::Visitor;
use crate::shape::sequence::Token;

/// A number from -1 to 1.
pub(super) fn signed(rng: &mut dyn Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / 8_388_608.0 - 1.0
}

/// The nearest number of the grid.
pub(super) fn on_grid(x: f32) -> f32 {
    libm::roundf(x * 4096.0) / 4096.0
}

/// Draws numbers from 1/8 to 1.5 in size, of either sign; tokens; and lengths. What is behind the end of a sequence is NaN.
pub(super) struct Draw<'a> {
    pub(super) rng: &'a mut dyn Rng,
    /// How many tokens there are.
    pub(super) vocabulary: u32,
}

impl Visitor for Draw<'_> {
    fn number(&mut self, number: &mut f32) {
        let x = signed(self.rng);
        *number = on_grid(x * 1.375 + 0.125_f32.copysign(x));
    }

    fn token(&mut self, token: &mut Token) {
        *token = Token(self.rng.next_u32() % self.vocabulary);
    }

    fn length(&mut self, length: &mut usize, capacity: usize) {
        *length = 1 + self.rng.next_u32() as usize % capacity;
    }

    fn behind(&mut self) -> Option<f32> {
        Some(f32::NAN)
    }
}

/// Each number that counts, one after the other.
pub(super) struct Each<'a>(pub(super) &'a mut dyn FnMut(&mut f32));

impl Visitor for Each<'_> {
    fn number(&mut self, number: &mut f32) {
        (self.0)(number);
    }
}

/// Sets the numbers that count one after the other, and those behind the ends of sequences to NaN.
pub(super) struct Set<'a>(pub(super) &'a mut dyn FnMut() -> f32);

impl Visitor for Set<'_> {
    fn number(&mut self, number: &mut f32) {
        *number = (self.0)();
    }

    fn behind(&mut self) -> Option<f32> {
        Some(f32::NAN)
    }
}

/// The lengths of sequences, one after the other.
pub(super) struct Lengths<'a>(pub(super) &'a mut dyn FnMut(&mut usize));

impl Visitor for Lengths<'_> {
    fn length(&mut self, length: &mut usize, _capacity: usize) {
        (self.0)(length);
    }
}

/// Up to `most` of `count` positions, drawn without repetition, in order.
pub(super) fn positions(count: usize, most: usize, rng: &mut dyn Rng) -> Vec<usize> {
    let (mut left, mut wanted) = (count, most.min(count));
    let draw = |position: &usize| {
        let _ = position;
        let chosen = wanted > 0 && rng.next_u64() % (left as u64) < wanted as u64;
        left -= 1;
        wanted -= usize::from(chosen);
        chosen
    };
    (0..count).filter(draw).collect()
}

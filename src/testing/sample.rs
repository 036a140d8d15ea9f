//! Random samples of any shape, and their numbers in one row.

use alloc::vec::Vec;

use rand::Rng;

use crate::memory::aligned_box::zeroed_vec;
use crate::shape::sequence::Token;
use crate::shape::{Shape, Visitor};

/// A number from -1 to 1.
pub(super) fn signed(rng: &mut dyn Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / 8_388_608.0 - 1.0
}

/// The nearest number of the grid.
pub(super) fn on_grid(x: f32) -> f32 {
    libm::roundf(x * 4096.0) / 4096.0
}

/// Draws numbers from 1/8 to 1.5 in size, of either sign; tokens; and lengths. What is behind the end of a sequence is NaN.
struct Draw<'a> {
    rng: &'a mut dyn Rng,
    /// How many tokens there are.
    vocabulary: u32,
}

impl Visitor for Draw<'_> {
    fn number(&mut self, number: &mut f32) {
        let x = signed(self.rng);
        *number = on_grid(x * 1.375 + 0.125_f32.copysign(x));
    }

    fn token(&mut self, token: &mut Token) {
        *token = Token(self.rng.next_u32() % self.vocabulary);
    }

    fn length(&mut self, length: &mut usize, room: usize) {
        *length = 1 + self.rng.next_u32() as usize % room;
    }

    fn behind(&mut self) -> Option<f32> {
        Some(f32::NAN)
    }
}

pub(super) fn draw<S: Shape>(samples: usize, vocabulary: u32, rng: &mut dyn Rng) -> Vec<S> {
    let mut values = zeroed_vec::<S>(samples);
    values.iter_mut().for_each(|value| value.visit(&mut Draw { rng: &mut *rng, vocabulary }));
    values
}

/// Each number that counts, one after the other.
struct Each<'a>(&'a mut dyn FnMut(&mut f32));

impl Visitor for Each<'_> {
    fn number(&mut self, number: &mut f32) {
        (self.0)(number);
    }
}

pub(super) fn each<S: Shape>(values: &mut [S], visit: &mut dyn FnMut(&mut f32)) {
    values.iter_mut().for_each(|value| value.visit(&mut Each(visit)));
}

/// Sets the numbers that count one after the other, and those behind the ends of sequences to NaN.
struct Set<'a>(&'a mut dyn FnMut() -> f32);

impl Visitor for Set<'_> {
    fn number(&mut self, number: &mut f32) {
        *number = (self.0)();
    }

    fn behind(&mut self) -> Option<f32> {
        Some(f32::NAN)
    }
}

pub(super) fn set<S: Shape>(values: &mut [S], next: &mut dyn FnMut() -> f32) {
    values.iter_mut().for_each(|value| value.visit(&mut Set(next)));
}

/// The lengths of sequences, one after the other.
struct Lengths<'a>(&'a mut dyn FnMut(&mut usize));

impl Visitor for Lengths<'_> {
    fn length(&mut self, length: &mut usize, _room: usize) {
        (self.0)(length);
    }
}

/// Makes gradients as long as what they are of: their own lengths say nothing.
pub(super) fn set_lengths<S: Shape>(gradients: &mut [S], of: &mut [S]) {
    let mut lengths = Vec::new();
    of.iter_mut().for_each(|value| value.visit(&mut Lengths(&mut |length| lengths.push(*length))));
    let mut lengths = lengths.into_iter();
    let mut set = |length: &mut usize| *length = lengths.next().unwrap_or(*length);
    gradients.iter_mut().for_each(|gradient| gradient.visit(&mut Lengths(&mut set)));
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

//! Derivatives compared with measured ones, for whatever has both.

use alloc::string::String;
use alloc::vec::Vec;

use super::error::GradientError;
use super::slope::{Measured, measure};

/// Relative to the root mean square of all derivatives in a comparison: of what is smaller, only so much is asked.
const FLOOR: f64 = 0.1;
/// The same, relative to the terms of the sum. What is so much smaller than what it is summed from is lost in the rounding of the terms: it
/// is the difference of numbers with seven digits.
const NOTHING: f64 = 0.01;
/// One number in so many may be too near to a kink to be measured.
const NEAR_A_KINK: usize = 10;

/// A sum that depends on numbers that can be moved.
pub(super) trait Subject {
    /// Moves one of the numbers.
    fn shift(&mut self, number: usize, distance: f32);
    /// The sum.
    fn value(&mut self) -> f64;
    /// What is checked: layer, seed, batch.
    fn title(&mut self) -> String;
    /// The name of one of the numbers.
    fn name(&mut self, number: usize) -> String;
}

/// How many numbers have been compared.
pub(super) struct Tally {
    tolerance: f64,
    compared: usize,
    left_out: usize,
}

impl Tally {
    pub(super) fn new(tolerance: f64) -> Self {
        Tally { tolerance, compared: 0, left_out: 0 }
    }

    /// Compares derivatives by some of the numbers, each with its number, with what is measured of a sum whose terms are of the size
    /// `terms`.
    pub(super) fn compare(
        &mut self,
        subject: &mut dyn Subject,
        terms: f64,
        given: &[(usize, f32)],
    ) -> Result<(), GradientError> {
        // the size of the errors of rounding, at least
        let noise = f64::from(f32::EPSILON) / 2.0 * terms;
        let mut measured = Vec::with_capacity(given.len());
        for (number, _) in given {
            measured.push(measure(noise, &mut |distance| {
                subject.shift(*number, distance);
                let value = subject.value();
                subject.shift(*number, -distance);
                value
            }));
        }
        let root_mean = |squares: f64| libm::sqrt(squares / given.len().max(1) as f64);
        let size = root_mean(measured.iter().map(|m| m.value * m.value).sum());
        let floor = f64::max(FLOOR * size, NOTHING * terms);
        let mut squares = 0.0;
        for ((number, given), Measured { value, error }) in given.iter().zip(&measured) {
            let given = f64::from(*given);
            let allowed = self.tolerance * given.abs().max(value.abs()).max(floor);
            if *error > allowed {
                self.left_out += 1;
                continue;
            }
            self.compared += 1;
            let off = (given - value).abs();
            if off.is_nan() || off > allowed {
                let (of, by) = (subject.title(), subject.name(*number));
                return Err(GradientError::Derivative { of, by, given, measured: *value });
            }
            squares += off * off;
        }
        let off = root_mean(squares);
        if off > self.tolerance * size.max(NOTHING * terms) {
            return Err(GradientError::Mean { of: subject.title(), off, size });
        }
        Ok(())
    }

    /// The end: too many may not have been left out.
    pub(super) fn close(self, layer: &'static str) -> Result<(), GradientError> {
        let of = self.compared + self.left_out;
        if self.left_out * NEAR_A_KINK > of {
            return Err(GradientError::NotSmooth { layer, left_out: self.left_out, of });
        }
        Ok(())
    }
}

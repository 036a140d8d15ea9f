//! How often a sequence is answered rightly as a whole.

use super::Metric;
use super::class::{ClassOf, predicted};
use crate::memory::plain::Plain;
use crate::shape::sequence::Padded;

/// The share of sequences that are answered rightly as a whole: as many steps as the target has, and the right class at each.
///
/// Of a decoder that is told the right beginning at each step, this is how often it says the target by itself, greedily: it is told
/// what it would have said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExactMatch {
    right: u64,
    total: u64,
}

impl ExactMatch {
    /// Nothing measured yet.
    pub const fn new() -> Self {
        ExactMatch { right: 0, total: 0 }
    }
}

impl<const N: usize, const T: usize, U: ClassOf<N> + Plain + Copy> Metric<Padded<[f32; N], T>, Padded<U, T>>
    for ExactMatch
{
    fn name(&self) -> &str {
        "exact match"
    }

    fn reset(&mut self) {
        *self = ExactMatch::new();
    }

    fn update(&mut self, outputs: &[Padded<[f32; N], T>], targets: &[Padded<U, T>]) {
        for (output, target) in outputs.iter().zip(targets) {
            let right = |(output, target): (&[f32; N], &U)| {
                target.class().is_some_and(|class| predicted(output, 0.5) == Some(class))
            };
            let all = output.steps().iter().zip(target.steps()).all(right);
            self.right += u64::from(all && output.length() == target.length());
            self.total += 1;
        }
    }

    fn value(&self) -> f64 {
        self.right as f64 / self.total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sequence::Token;

    fn outputs() -> [Padded<[f32; 3], 4>; 3] {
        let say = |class: usize| core::array::from_fn(|i| if i == class { 2.0 } else { 1.0 });
        [&[0, 1, 2][..], &[1, 1], &[2]].map(|classes| {
            let steps: Vec<[f32; 3]> = classes.iter().map(|class| say(*class)).collect();
            Padded::new(&steps).unwrap()
        })
    }

    fn targets() -> [Padded<Token, 4>; 3] {
        [&[0, 1, 2][..], &[1, 0], &[9]].map(|classes: &[u32]| {
            let tokens: Vec<Token> = classes.iter().map(|class| Token(*class)).collect();
            Padded::new(&tokens).unwrap()
        })
    }

    #[test]
    fn a_sequence_is_right_as_a_whole_or_not() {
        let mut exact = ExactMatch::new();
        assert_eq!(exact.measure(&outputs(), &targets()), 1.0 / 3.0);
        let short = [Padded::new(&[Token(0), Token(1)]).unwrap()];
        assert_eq!(exact.measure(&outputs()[..1], &short), 0.0);
        assert!(ExactMatch::new().measure(&outputs()[..0], &targets()[..0]).is_nan());
    }
}

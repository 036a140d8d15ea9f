//! What all attention has in common: weights that are the softmax of scores.
//!
//! `A[i] = softmax(scale·E[i])` over the keys that query `i` may look at. Backward, with `g = ∂loss/∂A[i]`:
//! `∂loss/∂E[i] = scale·A[i]∘(g − Σ A[i][j]·g[j])`.

use crate::kernel::{Wide, math, wide};
use crate::layer::activation::{max, scale_to_one};

/// Which keys a query may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// All there are.
    Full,
    /// Those up to the query's own step: what comes later is not known yet.
    Causal,
}

impl Mask {
    /// How many keys, of so many, query number `i` sees.
    #[inline(always)]
    fn visible(self, i: usize, keys: usize) -> usize {
        if self == Mask::Causal { keys.min(i + 1) } else { keys }
    }
}

/// Rows of scores, each with room for `stride` keys, of which `keys` are there.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// Numbers from a row to the next.
    pub stride: usize,
    /// How many keys there are.
    pub keys: usize,
    /// By what scores are multiplied.
    pub scale: f32,
    /// Which of them count.
    pub mask: Mask,
}

impl Scores {
    /// Turns scores into weights. What is masked, or behind the last key, becomes zero.
    pub fn normalize(self, scores: &mut [f32]) {
        wide(Normalize(self, scores));
    }

    /// Turns derivatives by weights into derivatives by scores. Behind the last key nothing is changed.
    pub fn normalize_back(self, weights: &[f32], gradients: &mut [f32]) {
        wide(NormalizeBack(self, weights, gradients));
    }
}

struct Normalize<'a>(Scores, &'a mut [f32]);

impl Wide for Normalize<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Normalize(Scores { stride, keys, scale, mask }, scores) = self;
        for (i, row) in scores.chunks_mut(stride.max(1)).enumerate() {
            let Some((seen, hidden)) = row.split_at_mut_checked(mask.visible(i, keys)) else { continue };
            let greatest = max(seen);
            seen.iter_mut().for_each(|score| *score = scale * (*score - greatest));
            math::exp_each(seen);
            scale_to_one(seen);
            hidden.fill(0.0);
        }
    }
}

struct NormalizeBack<'a>(Scores, &'a [f32], &'a mut [f32]);

impl Wide for NormalizeBack<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let NormalizeBack(Scores { stride, keys, scale, .. }, weights, gradients) = self;
        for (weights, gradients) in weights.chunks(stride.max(1)).zip(gradients.chunks_mut(stride.max(1))) {
            let pairs = || weights.iter().zip(&*gradients).take(keys);
            let mean: f32 = pairs().map(|(weight, gradient)| weight * gradient).sum();
            for (weight, gradient) in weights.iter().zip(gradients).take(keys) {
                *gradient = scale * weight * (*gradient - mean);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_or_behind_the_end_is_zero() {
        let mut scores = [5.0, 5.0, 5.0, f32::NAN, 1.0, 1.0, 900.0, f32::INFINITY];
        Scores { stride: 4, keys: 3, scale: 1.0, mask: Mask::Causal }.normalize(&mut scores);
        assert_eq!(scores, [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0]);
        let mut scores = [0.0, 0.0, f32::NAN];
        Scores { stride: 3, keys: 2, scale: 1.0, mask: Mask::Full }.normalize(&mut scores);
        assert_eq!(scores, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn scores_far_apart_give_finite_weights() {
        let mut scores = [1e4, -1e4, 1e4];
        Scores { stride: 3, keys: 3, scale: 1.0, mask: Mask::Full }.normalize(&mut scores);
        assert_eq!(scores, [0.5, 0.0, 0.5]);
    }
}

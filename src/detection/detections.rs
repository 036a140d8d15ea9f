//! What was found, in lists of fixed capacity, and non-maximum suppression: of several detections of one object, the best.

use core::cmp::Ordering;
use core::ops::Deref;

use super::BoundingBox;
use crate::shape::first_mut;

/// An object found in an image.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Detection {
    /// where
    pub bounds: BoundingBox,
    /// what, counted from 0
    pub class: usize,
    /// how sure that is, from 0 to 1
    pub score: f32,
}

impl Detection {
    /// Best first; a total order, so that a list has only one order.
    fn order(&self, other: &Detection) -> Ordering {
        let numbers = |d: &Detection| [d.bounds.x, d.bounds.y, d.bounds.width, d.bounds.height];
        let (mine, others) = (numbers(self), numbers(other));
        let places = || mine.iter().zip(&others).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        (other.score.total_cmp(&self.score))
            .then_with(|| self.class.cmp(&other.class))
            .then_with(|| places().unwrap_or(Ordering::Equal))
    }

    /// Whether score and box are finite.
    fn is_finite(&self) -> bool {
        self.score.is_finite() && self.bounds.is_finite()
    }
}

/// Up to `N` detections, in a list without an allocator; it is a slice of what it holds.
#[derive(Clone, Copy, Debug)]
pub struct Detections<const N: usize> {
    items: [Detection; N],
    len: usize,
}

impl<const N: usize> Detections<N> {
    /// None.
    #[must_use]
    pub const fn new() -> Detections<N> {
        const NONE: Detection = Detection { bounds: BoundingBox::new(0.0, 0.0, 0.0, 0.0), class: 0, score: 0.0 };
        Detections { items: [NONE; N], len: 0 }
    }

    /// Adds a detection, unless it is not finite. When the list is full, the one with the lowest score gives way.
    pub fn push(&mut self, detection: Detection) {
        if !detection.is_finite() {
            return;
        }
        if let Some(free) = self.items.get_mut(self.len) {
            *free = detection;
            self.len += 1;
        } else if let Some(worst) = self.items.iter_mut().max_by(|a, b| a.order(b))
            && detection.order(worst).is_lt()
        {
            *worst = detection;
        }
    }

    /// Leaves one detection of each object, best first: see [`suppress`].
    #[must_use]
    pub fn suppressed(mut self, overlap: f32) -> Self {
        let kept = suppress(self.as_mut_slice(), overlap).len();
        self.len = kept;
        self
    }

    /// The detections.
    #[must_use]
    pub fn as_slice(&self) -> &[Detection] {
        self.items.get(..self.len).unwrap_or(&self.items)
    }

    /// The detections, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [Detection] {
        let len = self.len.min(N);
        self.items.split_at_mut(len).0
    }
}

impl<const N: usize> Default for Detections<N> {
    fn default() -> Self {
        Detections::new()
    }
}

impl<const N: usize> Deref for Detections<N> {
    type Target = [Detection];

    fn deref(&self) -> &[Detection] {
        self.as_slice()
    }
}

impl<'a, const N: usize> IntoIterator for &'a Detections<N> {
    type Item = &'a Detection;
    type IntoIter = core::slice::Iter<'a, Detection>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

/// Non-maximum suppression: keeps the detection with the highest score, drops those of the same class whose intersection
/// over union with it is above `overlap`, and goes on with what is left. Returns those kept, best first; they are at the
/// front of the slice, and what is behind them is of no use.
///
/// The result does not depend on the order of the slice: between equal scores the lower class, then the box further left,
/// further up, narrower and lower goes first. Detections that are not finite are dropped. Takes time in proportion to the
/// detections times those kept, and no memory.
pub fn suppress(detections: &mut [Detection], overlap: f32) -> &mut [Detection] {
    let mut left = retain(detections, Detection::is_finite);
    let mut kept = 0;
    while let Some(best) = take_best(detections, kept, left) {
        kept += 1;
        let rest = detections.split_at_mut_checked(kept).map(|(_, rest)| first_mut(rest, left - kept));
        let rest = rest.unwrap_or_default();
        let same = |other: &Detection| other.class == best.class && other.bounds.iou(&best.bounds) > overlap;
        left = kept + retain(rest, |other| !same(other));
    }
    first_mut(detections, kept)
}

/// Brings the best of those from `from` to `to` to their front.
fn take_best(detections: &mut [Detection], from: usize, to: usize) -> Option<Detection> {
    let (front, rest) = detections.get_mut(from..to)?.split_first_mut()?;
    if let Some(best) = rest.iter_mut().min_by(|a, b| a.order(b))
        && best.order(front).is_lt()
    {
        core::mem::swap(front, best);
    }
    Some(*front)
}

/// Moves those to be kept to the front, in their order, and counts them.
fn retain(detections: &mut [Detection], keep: impl Fn(&Detection) -> bool) -> usize {
    let mut count = 0;
    for i in 0..detections.len() {
        if let Some(detection) = detections.get(i).copied().filter(&keep)
            && let Some(place) = detections.get_mut(count)
        {
            *place = detection;
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detection(x: f32, class: usize, score: f32) -> Detection {
        Detection { bounds: BoundingBox::new(x, 0.5, 0.2, 0.2), class, score }
    }

    #[test]
    fn the_best_of_each_class_stay() {
        let mut all = [
            detection(0.50, 0, 0.6),
            detection(0.52, 0, 0.9),
            detection(0.54, 0, 0.7),
            detection(0.52, 1, 0.8),
            detection(0.80, 0, 0.3),
        ];
        let kept = suppress(&mut all, 0.5);
        assert_eq!(kept, [detection(0.52, 0, 0.9), detection(0.52, 1, 0.8), detection(0.80, 0, 0.3)]);
    }

    /// One that is dropped drops nothing itself.
    #[test]
    fn a_chain_keeps_its_ends() {
        let mut all = [detection(0.40, 0, 0.9), detection(0.48, 0, 0.8), detection(0.56, 0, 0.7)];
        assert_eq!(suppress(&mut all, 0.3), [detection(0.40, 0, 0.9), detection(0.56, 0, 0.7)]);
    }

    #[test]
    fn ties_do_not_depend_on_the_order() {
        let all = [detection(0.50, 0, 0.5), detection(0.54, 0, 0.5), detection(0.58, 0, 0.5), detection(0.50, 2, 0.5)];
        let expected = [detection(0.50, 0, 0.5), detection(0.58, 0, 0.5), detection(0.50, 2, 0.5)];
        for turn in 0..4 {
            let mut turned = all;
            turned.rotate_left(turn);
            assert_eq!(suppress(&mut turned, 0.5), expected);
            turned.reverse();
            assert_eq!(suppress(&mut turned, 0.5), expected);
        }
    }

    #[test]
    fn what_is_not_finite_is_dropped() {
        let mut all = [
            detection(0.5, 0, f32::NAN),
            detection(f32::NAN, 0, 0.9),
            detection(0.5, 0, 0.4),
            detection(0.5, 0, f32::INFINITY),
            detection(0.5, 0, -f32::NAN),
        ];
        assert_eq!(suppress(&mut all, 0.5), [detection(0.5, 0, 0.4)]);
        assert!(suppress(&mut [], 0.5).is_empty());
        // NaN overlaps with nothing
        assert_eq!(suppress(&mut [detection(0.5, 0, 0.4); 3], f32::NAN).len(), 3);
    }

    #[test]
    fn a_full_list_keeps_the_best() {
        let mut list = Detections::<3>::new();
        assert!(list.is_empty());
        for score in [0.3, 0.1, 0.4, 0.2, 0.5, f32::NAN] {
            list.push(detection(score, 0, score));
        }
        let list = list.suppressed(0.9);
        assert_eq!(list.as_slice(), [0.5, 0.4, 0.3].map(|score| detection(score, 0, score)));
        let mut none = Detections::<0>::new();
        none.push(detection(0.5, 0, 0.5));
        assert!(none.suppressed(0.5).is_empty());
    }
}

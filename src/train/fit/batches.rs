//! Which samples a step sees: the batches of an epoch, and the samples that are held back for validation.

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

use crate::data::{DataError, Dataset};

/// The batches of an epoch: of `size` samples each, then one of those that are left over; see [`Fit::batch`] where these are fewer than
/// `least`.
pub(super) fn batches(order: &[usize], size: usize, least: usize, drop_last: bool) -> impl Iterator<Item = &[usize]> {
    let left_over = order.len() % size;
    let full = order.len() - left_over;
    let (order, shared) = if left_over == 0 || full == 0 {
        (order, &[][..])
    } else if drop_last {
        (&order[..full], &[][..])
    } else if left_over < least {
        match order.split_at(full - size) {
            (before, last_two) if last_two.len() / 2 >= least => (before, last_two),
            _ => (&order[..full], &[][..]),
        }
    } else {
        (order, &[][..])
    };
    order.chunks(size).chain(shared.chunks(shared.len().div_ceil(2).max(1)))
}

/// Takes a random share of the samples out of `order`, as a data set of its own.
pub(super) fn hold_back<I: Copy, T: Clone>(
    data: &Dataset<I, T>,
    share: f64,
    order: &mut Vec<usize>,
    rng: &mut Xoshiro256PlusPlus,
) -> Result<Dataset<I, T>, DataError> {
    let count = (share * order.len() as f64).round();
    if !(count >= 1.0 && count < order.len() as f64) {
        let expected = format!("a share for validation that leaves some of the {} samples on both sides", data.len());
        return Err(DataError::Split { expected, found: share.to_string() });
    }
    order.shuffle(rng);
    let held = order.split_off(order.len() - count as usize);
    let (mut inputs, mut targets) = (Vec::with_capacity(held.len()), Vec::with_capacity(held.len()));
    copy_chosen(data.inputs(), &held, &mut inputs);
    copy_chosen(data.targets(), &held, &mut targets);
    Dataset::new(inputs, targets)
}

/// Appends the chosen values, which are never on the stack if they are `Copy`.
pub(super) fn copy_chosen<V: Clone>(from: &[V], chosen: &[usize], to: &mut Vec<V>) {
    for &i in chosen {
        to.extend_from_slice(core::slice::from_ref(&from[i]));
    }
}

#[cfg(test)]
mod tests {
    use super::batches;

    fn sizes(samples: usize, size: usize, least: usize, drop_last: bool) -> Vec<usize> {
        let order: Vec<usize> = (0..samples).collect();
        let all: Vec<&[usize]> = batches(&order, size, least, drop_last).collect();
        // in order, none twice, and only the last may be missing
        let seen = all.concat();
        assert_eq!(seen, order[..seen.len()]);
        all.iter().map(|batch| batch.len()).collect()
    }

    #[test]
    fn the_last_batch_has_what_is_left_over() {
        assert_eq!(sizes(33, 32, 1, false), [32, 1]);
        assert_eq!(sizes(64, 32, 1, false), [32, 32]);
        assert_eq!(sizes(5, 32, 1, false), [5]);
    }

    #[test]
    fn or_it_is_left_out() {
        assert_eq!(sizes(33, 32, 1, true), [32]);
        assert_eq!(sizes(64, 32, 2, true), [32, 32]);
        assert_eq!(sizes(5, 32, 1, true), [5]);
    }

    #[test]
    fn where_too_few_are_left_over_the_last_two_share() {
        assert_eq!(sizes(33, 32, 2, false), [17, 16]);
        assert_eq!(sizes(65, 32, 2, false), [32, 17, 16]);
        assert_eq!(sizes(66, 32, 2, false), [32, 32, 2]);
        assert_eq!(sizes(7, 3, 2, false), [3, 2, 2]);
        // neither of the two would have enough
        assert_eq!(sizes(5, 2, 2, false), [2, 2]);
        // the step refuses it
        assert_eq!(sizes(1, 32, 2, false), [1]);
    }
}

//! Samples in memory.

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus, seq::SliceRandom};

use super::DataError;

/// Inputs and the target of each, at least one of them.
///
/// Inputs are nested arrays of `f32` (`[f32; 64]`, `[[[f32; 28]; 28]; 1]`); a target is what the loss compares with: a class
/// (`usize`, `u8`) or an array of numbers (`[f32; 1]`). Everything random takes a seed, and the same seed gives the same order
/// on every platform.
///
/// ```
/// # use congruent::data::Dataset;
/// let xor = Dataset::new(vec![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], vec![0, 1, 1, 0])?;
/// let (train, held_out) = xor.split(0.25, 7)?;
/// assert_eq!((train.len(), held_out.len()), (3, 1));
/// # Ok::<(), congruent::data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<I, T> {
    inputs: Vec<I>,
    targets: Vec<T>,
}

impl<I, T> Dataset<I, T> {
    /// Pairs `inputs[i]` with `targets[i]`.
    ///
    /// # Errors
    ///
    /// [`DataError::Unpaired`] where the lengths differ, [`DataError::Empty`] where both are 0.
    pub fn new(inputs: Vec<I>, targets: Vec<T>) -> Result<Self, DataError> {
        if inputs.len() != targets.len() {
            return Err(DataError::Unpaired { inputs: inputs.len(), targets: targets.len() });
        }
        if inputs.is_empty() {
            return Err(DataError::Empty);
        }
        Ok(Dataset { inputs, targets })
    }

    /// The number of samples, at least 1.
    #[allow(clippy::len_without_is_empty, reason = "a dataset is never empty, so the question makes no sense")]
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// The inputs, in the order of the targets.
    pub fn inputs(&self) -> &[I] {
        &self.inputs
    }

    /// The inputs, to be changed in place.
    pub fn inputs_mut(&mut self) -> &mut [I] {
        &mut self.inputs
    }

    /// The targets, in the order of the inputs.
    pub fn targets(&self) -> &[T] {
        &self.targets
    }

    /// The targets, to be changed in place.
    pub fn targets_mut(&mut self) -> &mut [T] {
        &mut self.targets
    }

    /// The inputs and the targets, in the same order.
    pub fn into_parts(self) -> (Vec<I>, Vec<T>) {
        (self.inputs, self.targets)
    }

    /// The same targets with each input passed through `map`, by value; large ones are changed in place by
    /// [`inputs_mut`](Self::inputs_mut).
    pub fn map_inputs<J>(self, map: impl FnMut(I) -> J) -> Dataset<J, T> {
        Dataset { inputs: self.inputs.into_iter().map(map).collect(), targets: self.targets }
    }

    /// The same inputs with each target passed through `map`.
    pub fn map_targets<U>(self, map: impl FnMut(T) -> U) -> Dataset<I, U> {
        Dataset { inputs: self.inputs, targets: self.targets.into_iter().map(map).collect() }
    }

    /// Puts the samples into a random order, each input with its target.
    pub fn shuffle(&mut self, seed: u64) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(&mut generator(seed));
        self.reorder(order);
    }

    /// Splits off a random share of the samples and returns `(train, held_out)`.
    ///
    /// `fraction` is the share that is held out, above 0 and below 1; it is rounded to whole samples, at least one in each part.
    ///
    /// # Errors
    ///
    /// [`DataError::Split`] where the fraction is out of range or there is only one sample.
    pub fn split(mut self, fraction: f64, seed: u64) -> Result<(Self, Self), DataError> {
        let held_out = self.share(fraction)?;
        self.shuffle(seed);
        let train = self.len() - held_out;
        self.split_at(train)
    }

    /// As [`split`](Self::split), with each class held out in proportion to how often it occurs.
    ///
    /// The number held out of each class differs from its exact share by less than 1.
    ///
    /// # Errors
    ///
    /// As [`split`](Self::split).
    pub fn split_stratified(mut self, fraction: f64, seed: u64) -> Result<(Self, Self), DataError>
    where
        T: Ord,
    {
        let (held_out, total) = (self.share(fraction)? as u128, self.len() as u128);
        self.shuffle(seed);
        let mut by_class: Vec<usize> = (0..self.len()).collect();
        by_class.sort_by(|a, b| self.targets[*a].cmp(&self.targets[*b]));

        // In the order of classes, every (total / held_out)-th sample is held out.
        let (mut order, mut rest) = (Vec::new(), Vec::new());
        for (i, sample) in (0_u128..).zip(by_class) {
            let chosen = i * held_out / total != (i + 1) * held_out / total;
            if chosen { &mut rest } else { &mut order }.push(sample);
        }
        let train = order.len();
        order.append(&mut rest);
        self.reorder(order);
        let (mut train, mut held_out) = self.split_at(train)?;
        train.shuffle(seed);
        held_out.shuffle(seed);
        Ok((train, held_out))
    }

    /// Splits without shuffling: the first `n` samples, and the others.
    ///
    /// # Errors
    ///
    /// [`DataError::Split`] where one part would be empty.
    pub fn split_at(mut self, n: usize) -> Result<(Self, Self), DataError> {
        if n == 0 || n >= self.len() {
            return Err(DataError::Split {
                expected: format!("a split above 0 and below the {} samples", self.len()),
                found: n.to_string(),
            });
        }
        let rest = Dataset { inputs: self.inputs.split_off(n), targets: self.targets.split_off(n) };
        Ok((self, rest))
    }

    /// Puts the sample that is at `order[i]` to `i`, for each `i`.
    fn reorder(&mut self, order: Vec<usize>) {
        reorder(&mut self.inputs, order.clone());
        reorder(&mut self.targets, order);
    }

    /// The number of samples that a fraction of them is, with at least one on either side.
    fn share(&self, fraction: f64) -> Result<usize, DataError> {
        if !(fraction > 0.0 && fraction < 1.0) {
            return Err(DataError::Split {
                expected: "a fraction to hold out above 0 and below 1".into(),
                found: fraction.to_string(),
            });
        }
        if self.len() < 2 {
            return Err(DataError::Split {
                expected: "at least 2 samples to split".into(),
                found: self.len().to_string(),
            });
        }
        let share = (self.len() as f64 * fraction).round() as usize;
        Ok(share.clamp(1, self.len() - 1))
    }
}

/// Puts the value that is at `order[i]` to `i`, for each `i`, cycle by cycle. Values are swapped in place: each may be larger than the
/// stack.
fn reorder<T>(values: &mut [T], mut order: Vec<usize>) {
    for start in 0..order.len() {
        let mut to = start;
        loop {
            let from = core::mem::replace(&mut order[to], to);
            if from == start {
                break;
            }
            swap(values, to, from);
            to = from;
        }
    }
}

/// Swaps two values without a copy of one on the stack, which `slice::swap` makes.
fn swap<T>(values: &mut [T], a: usize, b: usize) {
    let (low, high) = (a.min(b), a.max(b));
    if low < high {
        let (front, back) = values.split_at_mut(high);
        front[low..=low].swap_with_slice(&mut back[..1]);
    }
}

/// A named generator, whose numbers do not depend on the platform.
fn generator(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(n: usize) -> Dataset<[f32; 1], usize> {
        Dataset::new((0..n).map(|i| [i as f32]).collect(), (0..n).collect()).unwrap()
    }

    fn paired(data: &Dataset<[f32; 1], usize>) -> bool {
        let mut pairs = data.inputs().iter().zip(data.targets());
        pairs.all(|(input, &target)| input[0] == target as f32)
    }

    #[test]
    fn lengths_are_checked() {
        let error = Dataset::new(vec![[0.0]; 3], vec![0; 2]).unwrap_err();
        assert_eq!(error.to_string(), "expected a target for each input, found 3 inputs and 2 targets");
        let error = Dataset::<[f32; 1], u8>::new(vec![], vec![]).unwrap_err();
        assert_eq!(error.to_string(), "expected at least one sample, found none");
    }

    #[test]
    fn any_order_is_taken() {
        for order in [vec![], vec![0], vec![1, 0], vec![2, 0, 1], vec![1, 2, 0], vec![3, 1, 0, 2], vec![0, 2, 1, 4, 3]]
        {
            let mut values: Vec<usize> = (0..order.len()).map(|i| 10 * i).collect();
            reorder(&mut values, order.clone());
            assert_eq!(values, order.iter().map(|i| 10 * i).collect::<Vec<_>>());
        }
    }

    /// As the shuffle of `rand` does with the samples themselves, and a sort of pairs.
    #[test]
    fn orders_are_those_of_moving_the_samples() {
        for (n, seed) in [(2, 1), (7, 2), (50, 3)] {
            let mut expected: Vec<usize> = (0..n).collect();
            expected.shuffle(&mut generator(seed));
            let mut data = numbered(n).map_targets(|t| t % 3);
            data.shuffle(seed);
            assert_eq!(data.inputs(), expected.iter().map(|i| [*i as f32]).collect::<Vec<_>>());

            expected.sort_by_key(|i| i % 3);
            let (held_out, total) = ((n as f64 * 0.4).round() as usize, n);
            let chosen = |i: usize| i * held_out / total != (i + 1) * held_out / total;
            let (_, mut parted) = numbered(n).map_targets(|t| t % 3).split_stratified(0.4, seed).unwrap();
            let mut rest: Vec<usize> = (0..n).filter(|i| chosen(*i)).map(|i| expected[i]).collect();
            rest.shuffle(&mut generator(seed));
            let found: Vec<usize> = parted.inputs_mut().iter().map(|[x]| *x as usize).collect();
            assert_eq!(found, rest);
        }
    }

    #[test]
    fn shuffling_is_pinned_and_keeps_pairs() {
        let mut data = numbered(10);
        data.shuffle(1);
        assert!(paired(&data));
        assert_eq!(data.targets(), SHUFFLED_WITH_SEED_1);
        let mut other = numbered(1000);
        other.shuffle(2);
        assert!(paired(&other));
        assert_ne!(other, numbered(1000));
    }

    const SHUFFLED_WITH_SEED_1: &[usize] = &[4, 9, 8, 1, 6, 0, 3, 7, 5, 2];

    #[test]
    fn split_holds_out_the_fraction_and_loses_nothing() {
        let (train, held_out) = numbered(1797).split(0.25, 3).unwrap();
        assert_eq!((train.len(), held_out.len()), (1348, 449));
        assert!(paired(&train) && paired(&held_out));
        let mut all = [train.targets(), held_out.targets()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..1797).collect::<Vec<_>>());
        assert_eq!(numbered(1797).split(0.25, 3).unwrap().0.targets(), train.targets());
        assert_ne!(numbered(1797).split(0.25, 4).unwrap().0.targets(), train.targets());
    }

    #[test]
    fn neither_part_of_a_split_is_empty() {
        let (train, held_out) = numbered(3).split(0.01, 0).unwrap();
        assert_eq!((train.len(), held_out.len()), (2, 1));
        let (train, held_out) = numbered(3).split(0.99, 0).unwrap();
        assert_eq!((train.len(), held_out.len()), (1, 2));
        for fraction in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
            let error = numbered(3).split(fraction, 0).unwrap_err().to_string();
            assert!(error.starts_with("expected a fraction"), "{error}");
        }
        assert!(numbered(1).split(0.5, 0).is_err());
        let error = numbered(3).split_at(3).unwrap_err().to_string();
        assert_eq!(error, "expected a split above 0 and below the 3 samples, found 3");
        assert!(numbered(3).split_at(0).is_err());
        assert_eq!(numbered(3).split_at(1).unwrap().1.targets(), [1, 2]);
    }

    #[test]
    fn a_stratified_split_keeps_proportions() {
        let ones = |part: &Dataset<[f32; 1], usize>| part.targets().iter().filter(|&&t| t == 1).count();
        for seed in 0..10 {
            let classes: Vec<usize> = (0..1000).map(|i| usize::from(i % 10 == 0)).collect();
            let data = Dataset::new(vec![[0.0]; 1000], classes).unwrap();
            let (train, held_out) = data.split_stratified(0.2, seed).unwrap();
            assert_eq!((train.len(), held_out.len()), (800, 200));
            assert_eq!((ones(&train), ones(&held_out)), (80, 20));
            assert!(!train.targets().is_sorted() && !held_out.targets().is_sorted());
        }
        let (train, held_out) = numbered(101).split_stratified(0.3, 1).unwrap();
        assert!(paired(&train) && paired(&held_out));
        let mut all = [train.targets(), held_out.targets()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..101).collect::<Vec<_>>());
    }

    #[test]
    fn mapping_changes_types() {
        let data = numbered(2).map_inputs(|[x]| [[x, -x]]).map_targets(|t| t as u8);
        assert_eq!(data.inputs(), [[[0.0, -0.0]], [[1.0, -1.0]]]);
        assert_eq!(data.into_parts().1, vec![0_u8, 1]);
    }
}

//! Inputs of comparable size.
//!
//! A scaler is fitted to the training inputs, and then applied to every input that the network gets. Once fitted it is plain
//! numbers; they are as many as in an input or two, and live in a `Box`, since inputs may be larger than the stack.

use super::DataError;
use crate::memory::aligned_box::zeroed_box;
use crate::memory::plain::Parameters;
use crate::shape::Tensor;

/// Shifts and scales each feature to mean 0 and standard deviation 1: `(x − mean) / scale`.
///
/// `S` is the shape of one input. The standard deviation is that of the whole training set (division by n). A feature that is
/// always the same gets scale 1.
///
/// ```
/// # use congruent::data::Standardizer;
/// let mut inputs = [[1.0, 5.0], [3.0, 5.0]];
/// let standardizer = Standardizer::fit(&inputs)?;
/// standardizer.apply_all(&mut inputs);
/// assert_eq!(inputs, [[-1.0, 0.0], [1.0, 0.0]]);
/// # Ok::<(), congruent::data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Standardizer<S> {
    /// The mean of each feature, in the feature's own unit.
    pub mean: S,
    /// The standard deviation of each feature, in the feature's own unit; never 0.
    pub scale: S,
}

impl<S: Tensor> Standardizer<S> {
    /// Measures mean and standard deviation of each feature, summed in `f64`.
    ///
    /// # Errors
    ///
    /// [`DataError::Empty`] without inputs, [`DataError::NotFinite`] at the first NaN or infinity.
    pub fn fit(inputs: &[S]) -> Result<Box<Self>, DataError> {
        check(inputs)?;
        let count = inputs.len() as f64;
        let mut means = vec![0.0_f64; S::COUNT];
        for input in inputs {
            for (mean, &x) in means.iter_mut().zip(input.as_flat()) {
                *mean += f64::from(x) / count;
            }
        }
        let mut variances = vec![0.0_f64; S::COUNT];
        for input in inputs {
            for ((variance, mean), &x) in variances.iter_mut().zip(&means).zip(input.as_flat()) {
                *variance += (f64::from(x) - mean).powi(2) / count;
            }
        }
        let mut fitted = zeroed_box::<Self>();
        let Standardizer { mean, scale } = &mut *fitted;
        // the range first, which tells whether a feature is always the same
        range(inputs, mean, scale);
        let numbers = mean.as_flat_mut().iter_mut().zip(scale.as_flat_mut());
        for ((low, high), (mean, variance)) in numbers.zip(means.iter().zip(&variances)) {
            let constant = *low == *high;
            // The mean of equal numbers is that number, which their rounded sum may miss.
            *low = if constant { *low } else { *mean as f32 };
            *high = divisor(variance.sqrt() as f32, constant);
        }
        Ok(fitted)
    }

    /// Standardises one input in place.
    pub fn apply(&self, input: &mut S) {
        shrink(input, &self.mean, &self.scale);
    }

    /// Standardises many inputs in place.
    pub fn apply_all(&self, inputs: &mut [S]) {
        inputs.iter_mut().for_each(|input| self.apply(input));
    }

    /// Turns a standardised input back into its own units, in place.
    pub fn invert(&self, input: &mut S) {
        stretch(input, &self.mean, &self.scale);
    }
}

/// Shifts and scales each feature so that the training inputs fill 0..=1: `(x − low) / span`.
///
/// `S` is the shape of one input. A feature that is always the same gets span 1. Later inputs may fall outside 0..=1.
#[derive(Clone, Debug, PartialEq, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MinMax<S> {
    /// The least value of each feature, in the feature's own unit.
    pub low: S,
    /// The greatest minus the least value of each feature, in the feature's own unit; never 0.
    pub span: S,
}

impl<S: Tensor> MinMax<S> {
    /// Measures the range of each feature.
    ///
    /// # Errors
    ///
    /// [`DataError::Empty`] without inputs, [`DataError::NotFinite`] at the first NaN or infinity.
    pub fn fit(inputs: &[S]) -> Result<Box<Self>, DataError> {
        check(inputs)?;
        let mut fitted = zeroed_box::<Self>();
        let MinMax { low, span } = &mut *fitted;
        range(inputs, low, span);
        for (span, &low) in span.as_flat_mut().iter_mut().zip(low.as_flat()) {
            *span = divisor(*span - low, *span == low);
        }
        Ok(fitted)
    }

    /// Scales one input in place.
    pub fn apply(&self, input: &mut S) {
        shrink(input, &self.low, &self.span);
    }

    /// Scales many inputs in place.
    pub fn apply_all(&self, inputs: &mut [S]) {
        inputs.iter_mut().for_each(|input| self.apply(input));
    }

    /// Turns a scaled input back into its own units, in place.
    pub fn invert(&self, input: &mut S) {
        stretch(input, &self.low, &self.span);
    }
}

/// `(x − offset) / divisor`, feature by feature.
fn shrink<S: Tensor>(input: &mut S, offset: &S, divisor: &S) {
    let parameters = offset.as_flat().iter().zip(divisor.as_flat());
    for (x, (offset, divisor)) in input.as_flat_mut().iter_mut().zip(parameters) {
        *x = (*x - offset) / divisor;
    }
}

/// `x · divisor + offset`, feature by feature.
fn stretch<S: Tensor>(input: &mut S, offset: &S, divisor: &S) {
    let parameters = offset.as_flat().iter().zip(divisor.as_flat());
    for (x, (offset, divisor)) in input.as_flat_mut().iter_mut().zip(parameters) {
        *x = *x * divisor + offset;
    }
}

/// A measured spread as something to divide by: 1 for a constant, and never 0 or infinite.
fn divisor(spread: f32, constant: bool) -> f32 {
    match spread {
        _ if constant => 1.0,
        spread if spread.is_infinite() => f32::MAX,
        spread => spread.max(f32::MIN_POSITIVE),
    }
}

/// The least and the greatest value of each feature of at least one input.
fn range<S: Tensor>(inputs: &[S], low: &mut S, high: &mut S) {
    low.as_flat_mut().fill(f32::INFINITY);
    high.as_flat_mut().fill(f32::NEG_INFINITY);
    for input in inputs {
        let bounds = low.as_flat_mut().iter_mut().zip(high.as_flat_mut());
        for ((low, high), &x) in bounds.zip(input.as_flat()) {
            *low = low.min(x);
            *high = high.max(x);
        }
    }
}

/// Every input is finite, and there is one.
fn check<S: Tensor>(inputs: &[S]) -> Result<(), DataError> {
    if inputs.is_empty() {
        return Err(DataError::Empty);
    }
    for (sample, input) in inputs.iter().enumerate() {
        if let Some(feature) = input.as_flat().iter().position(|x| !x.is_finite()) {
            return Err(DataError::NotFinite { sample, feature, found: input.as_flat()[feature] });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standardised_inputs_have_mean_0_and_deviation_1() {
        let mut inputs: Vec<[[f32; 2]; 2]> = (0..100).map(|i| i as f32).map(|x| [[x, 1e6 + x], [0.1, x * x]]).collect();
        let original = inputs.clone();
        let standardizer = Standardizer::fit(&inputs).unwrap();
        assert_eq!(standardizer.mean[0][0], 49.5);
        // √((100² − 1) / 12)
        assert!((standardizer.scale[0][0] - 28.866_07).abs() < 1e-5);
        assert_eq!((standardizer.mean[1][0], standardizer.scale[1][0]), (0.1, 1.0));
        standardizer.apply_all(&mut inputs);
        for (row, column) in [(0, 0), (0, 1), (1, 1)] {
            let values = || inputs.iter().map(|x| f64::from(x[row][column]));
            let mean = values().sum::<f64>() / 100.0;
            let variance = values().map(|x| (x - mean).powi(2)).sum::<f64>() / 100.0;
            assert!(mean.abs() < 1e-5, "{mean}");
            assert!((variance - 1.0).abs() < 1e-5, "{variance}");
        }
        assert!(inputs.iter().all(|x| x[1][0] == 0.0));
        for (mut input, original) in inputs.into_iter().zip(original) {
            standardizer.invert(&mut input);
            for (i, (back, x)) in input.as_flat().iter().zip(original.as_flat()).enumerate() {
                let size = standardizer.mean.as_flat()[i] + standardizer.scale.as_flat()[i];
                assert!((back - x).abs() <= 1e-6 * size, "{back} {x}");
            }
        }
    }

    #[test]
    fn min_max_fills_0_to_1() {
        let mut inputs = [[-2.0, 7.0], [0.0, 7.0], [6.0, 7.0]];
        let scale = MinMax::fit(&inputs).unwrap();
        scale.apply_all(&mut inputs);
        assert_eq!(inputs, [[0.0, 0.0], [0.25, 0.0], [1.0, 0.0]]);
        scale.invert(&mut inputs[2]);
        assert_eq!(inputs[2], [6.0, 7.0]);
    }

    #[test]
    fn extreme_ranges_stay_finite() {
        let extremes = [[f32::MAX, 1e-45], [f32::MIN, 0.0]];
        let mut inputs = extremes;
        Standardizer::fit(&inputs).unwrap().apply_all(&mut inputs);
        assert!(inputs.as_flattened().iter().all(|x| x.is_finite()), "{inputs:?}");
        let scale = MinMax::fit(&extremes).unwrap();
        assert!(scale.span.iter().all(|x| x.is_finite() && *x > 0.0));
    }

    #[test]
    fn what_is_not_finite_is_found() {
        let error = Standardizer::fit(&[[1.0, 2.0], [3.0, f32::NAN]]).unwrap_err();
        assert_eq!(error.to_string(), "sample 1, feature 1: expected a finite number, found NaN");
        assert!(MinMax::fit(&[[f32::INFINITY]]).is_err());
        assert!(Standardizer::<[f32; 2]>::fit(&[]).is_err());
    }
}

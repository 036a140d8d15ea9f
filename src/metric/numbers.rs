//! How far numbers are from those wanted.

use core::slice::from_ref;

use super::{Metric, MetricError};
use crate::shape::Tensor;
use crate::train::loss::Outputs;

/// The mean of `|output − target|` over all numbers of all samples, in the target's unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeanAbsoluteError {
    sum: f64,
    count: u64,
}

super::value_by_name!(MeanAbsoluteError);

impl MeanAbsoluteError {
    /// Nothing measured yet.
    pub const fn new() -> Self {
        MeanAbsoluteError { sum: 0.0, count: 0 }
    }
}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Metric<S, S> for MeanAbsoluteError {
    fn name(&self) -> &str {
        "mean absolute error"
    }

    fn reset(&mut self) {
        *self = MeanAbsoluteError::new();
    }

    fn prepare(&mut self, outputs: Outputs, _targets: &[S]) -> Result<(), MetricError> {
        not_logits("mean absolute error", outputs)
    }

    fn update(&mut self, outputs: &[S], targets: &[S]) {
        for (y, t) in pairs(outputs, targets) {
            self.sum += (y - t).abs();
            self.count += 1;
        }
    }

    fn value(&self) -> f64 {
        self.sum / self.count as f64
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}

/// `√ mean (output − target)²` over all numbers of all samples, in the target's unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RootMeanSquaredError {
    sum: f64,
    count: u64,
}

super::value_by_name!(RootMeanSquaredError);

impl RootMeanSquaredError {
    /// Nothing measured yet.
    pub const fn new() -> Self {
        RootMeanSquaredError { sum: 0.0, count: 0 }
    }
}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Metric<S, S> for RootMeanSquaredError {
    fn name(&self) -> &str {
        "root mean squared error"
    }

    fn reset(&mut self) {
        *self = RootMeanSquaredError::new();
    }

    fn prepare(&mut self, outputs: Outputs, _targets: &[S]) -> Result<(), MetricError> {
        not_logits("root mean squared error", outputs)
    }

    fn update(&mut self, outputs: &[S], targets: &[S]) {
        for (y, t) in pairs(outputs, targets) {
            self.sum += (y - t).powi(2);
            self.count += 1;
        }
    }

    fn value(&self) -> f64 {
        (self.sum / self.count as f64).sqrt()
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}

/// The coefficient of determination `R² = 1 − Σ (output − target)² / Σ (target − mean target)²`, averaged over the numbers of an
/// output: 1 is perfect, 0 no better than the mean.
///
/// Where all targets are the same it is 1 for a perfect answer and 0 for any other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct R2 {
    count: u64,
    columns: Vec<Deviations>,
}

/// The sums for one number of an output, kept up to date sample by sample (Welford's method).
#[derive(Clone, Debug, Default, PartialEq)]
struct Deviations {
    residual: f64,
    mean: f64,
    total: f64,
}

super::value_by_name!(R2);

impl R2 {
    /// Nothing measured yet.
    pub const fn new() -> Self {
        R2 { count: 0, columns: Vec::new() }
    }
}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Metric<S, S> for R2 {
    fn name(&self) -> &str {
        "R²"
    }

    fn reset(&mut self) {
        *self = R2::new();
    }

    fn prepare(&mut self, outputs: Outputs, _targets: &[S]) -> Result<(), MetricError> {
        not_logits("R²", outputs)
    }

    fn update(&mut self, outputs: &[S], targets: &[S]) {
        self.columns.resize(S::COUNT, Deviations::default());
        for (output, target) in outputs.iter().zip(targets) {
            self.count += 1;
            let columns = self.columns.iter_mut();
            for (column, (y, t)) in columns.zip(pairs(from_ref(output), from_ref(target))) {
                column.residual += (y - t).powi(2);
                let from_old_mean = t - column.mean;
                column.mean += from_old_mean / self.count as f64;
                column.total += from_old_mean * (t - column.mean);
            }
        }
    }

    fn value(&self) -> f64 {
        if self.count == 0 {
            return f64::NAN;
        }
        let score = |column: &Deviations| match (column.residual, column.total) {
            (0.0, 0.0) => 1.0,
            (residual, 0.0) if !residual.is_nan() => 0.0,
            (residual, total) => 1.0 - residual / total,
        };
        self.columns.iter().map(score).sum::<f64>() / self.columns.len() as f64
    }
}

/// Logits are no numbers to be compared with targets.
fn not_logits(metric: &str, outputs: Outputs) -> Result<(), MetricError> {
    let head = match outputs {
        Outputs::Classes { logits: true } => "Softmax",
        Outputs::Labels { logits: true } => "Sigmoid",
        _ => return Ok(()),
    };
    Err(MetricError::Logits { metric: metric.into(), head })
}

/// The numbers of outputs and targets, side by side.
fn pairs<'a, S: Tensor>(outputs: &'a [S], targets: &'a [S]) -> impl Iterator<Item = (f64, f64)> + 'a {
    let samples = outputs.iter().zip(targets);
    samples.flat_map(|(output, target)| {
        let numbers = output.as_flat().iter().zip(target.as_flat());
        numbers.map(|(&y, &t)| (f64::from(y), f64::from(t)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scikit-learn` 1.9: `mean_absolute_error`, `root_mean_squared_error` (of all numbers) and `r2_score`.
    const OUTPUTS: [[f32; 2]; 4] = [[2.5, 0.0], [0.0, 2.0], [2.0, 8.0], [8.0, -1.0]];
    const TARGETS: [[f32; 2]; 4] = [[3.0, 1.0], [-0.5, 2.0], [2.0, 7.0], [7.0, -2.0]];

    const MAE: f64 = 0.625;
    const RMSE: f64 = 0.75;
    const R_SQUARED: f64 = 0.9385897828081983;

    fn value<S: Tensor>(mut metric: impl Metric<S, S>, outputs: &[S], targets: &[S]) -> f64 {
        assert!(metric.value().is_nan());
        metric.update(&outputs[..1], &targets[..1]);
        metric.reset();
        metric.update(&outputs[..1], &targets[..1]);
        metric.update(&outputs[1..], &targets[1..]);
        metric.value()
    }

    #[test]
    fn values_are_those_of_scikit_learn() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(value(MeanAbsoluteError::new(), &OUTPUTS, &TARGETS), MAE);
        close(value(RootMeanSquaredError::new(), &OUTPUTS, &TARGETS), RMSE);
        close(value(R2::new(), &OUTPUTS, &TARGETS), R_SQUARED);
    }

    #[test]
    fn any_shape_is_measured() {
        let (outputs, targets) = ([[[1.0_f32; 2]; 3]; 2], [[[3.0_f32; 2]; 3]; 2]);
        assert_eq!(value(MeanAbsoluteError::new(), &outputs, &targets), 2.0);
        assert_eq!(value(RootMeanSquaredError::new(), &outputs, &targets), 2.0);
    }

    #[test]
    fn constant_targets_have_a_defined_r2() {
        assert_eq!(value(R2::new(), &[[1.0], [1.0]], &[[1.0], [1.0]]), 1.0);
        assert_eq!(value(R2::new(), &[[1.0], [2.0]], &[[1.0], [1.0]]), 0.0);
        assert!(value(R2::new(), &[[f32::NAN], [2.0]], &[[1.0], [1.0]]).is_nan());
    }

    #[test]
    fn lower_is_better_for_errors_only() {
        let better = |metric: &dyn Metric<[f32; 1], [f32; 1]>| metric.higher_is_better();
        assert!(!better(&MeanAbsoluteError::new()));
        assert!(!better(&RootMeanSquaredError::new()));
        assert!(better(&R2::new()));
    }
}

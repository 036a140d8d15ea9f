//! The loss of a grid detector: the sum of three, over the cells of one image with `n` objects, divided by `max(n, 1)`.
//!
//! `loss = (w₁·Σ_cells objectness + w₂·Σ_objects box + w₃·Σ_objects class) / max(n, 1)`
//!
//! - Objectness. With `q = 1 − p`, the probability of the wrong answer, `q = σ(−z)` for an object and `σ(z)` for none,
//!   cross-entropy is `−ln(1 − q)`, and the focal loss `−α·q^γ·ln(1 − q)` weakens what is easily answered, so that the many
//!   empty cells do not drown the few others (Lin et al., "Focal loss for dense object detection", 2017); `α` weighs
//!   objects, `1 − α` the others. By the logit towards the right answer its derivative is
//!   `−α·q^γ·(q − γ·(1 − q)·ln(1 − q))`.
//! - Box. `1 − GIoU`, generalised intersection over union (Rezatofighi et al. 2019), or smooth L1 (Girshick, "Fast R-CNN",
//!   2015): of the differences `d` of the four coordinates, in cells, `Σ d²/(2β)` where `|d| < β`, else `|d| − β/2`.
//! - Class. Softmax cross-entropy: see [`CrossEntropy`](crate::CrossEntropy).

use core::fmt::{self, Formatter};

use super::BoundingBox;
use super::grid::{Grid, bounds, cells, check_channels, column, parts, set_column};
use crate::kernel::math;
use crate::layer::activation::{Activation, Linear, softmax};
use crate::memory::plain::Parameters;
use crate::shape::Tensor;
use crate::train::loss::{CompatibleWith, Loss, TargetError};

/// How boxes are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BoxLoss {
    /// `1 − GIoU`: the same for large and small boxes.
    GeneralizedIou,
    /// Quadratic up to a difference of `beta` cells, linear from there.
    SmoothL1 {
        /// `β`, above 0
        beta: f32,
    },
}

/// How the answers to "is there an object?" are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ObjectnessLoss {
    /// Every cell counts as much.
    BinaryCrossEntropy,
    /// What is easy counts less.
    Focal {
        /// `α`: the weight of cells with an object, from 0 to 1; `1 − α` is that of the others
        alpha: f32,
        /// `γ`: from 0, as cross-entropy, up; 2 in the paper
        gamma: f32,
    },
}

/// The loss of a grid detector, whose output are logits `[[[f32; W]; H]; 5 + CLASSES]` (a [`Linear`] head); targets are made
/// by [`encode`](super::encode).
///
/// The formulas are at the head of this file.
#[derive(Clone, Copy, Debug)]
pub struct DetectionLoss {
    objectness: ObjectnessLoss,
    boxes: BoxLoss,
    weights: [f32; 3],
}

impl DetectionLoss {
    /// Focal loss (`α = 0.25`, `γ = 2`), generalised intersection over union, and classes, all with weight 1.
    #[must_use]
    pub const fn new() -> DetectionLoss {
        let objectness = ObjectnessLoss::Focal { alpha: 0.25, gamma: 2.0 };
        DetectionLoss { objectness, boxes: BoxLoss::GeneralizedIou, weights: [1.0; 3] }
    }

    /// With this loss of the objectness.
    #[must_use]
    pub const fn objectness(mut self, loss: ObjectnessLoss) -> DetectionLoss {
        self.objectness = loss;
        self
    }

    /// With this loss of the boxes.
    #[must_use]
    pub const fn boxes(mut self, loss: BoxLoss) -> DetectionLoss {
        self.boxes = loss;
        self
    }

    /// How much objectness, boxes and classes weigh.
    #[must_use]
    pub const fn weights(mut self, objectness: f32, boxes: f32, classes: f32) -> DetectionLoss {
        self.weights = [objectness, boxes, classes];
        self
    }

    /// The loss of a cell, whose logits are replaced by their derivatives.
    fn cell<const W: usize, const H: usize>(&self, cell: [usize; 2], numbers: &mut [f32], truth: &CellTruth) -> f32 {
        let [objectness, x, y, width, height, classes @ ..] = numbers else { return 0.0 };
        let [by_objectness, by_boxes, by_classes] = self.weights;
        let (value, slope) = self.objectness.evaluate(*objectness, truth.object);
        let mut loss = by_objectness * value;
        *objectness = by_objectness * slope;
        if !truth.object {
            (*x, *y, *width, *height) = (0.0, 0.0, 0.0, 0.0);
            classes.fill(0.0);
            return loss;
        }

        let found = bounds::<W, H>(cell, [*x, *y, *width, *height]);
        let grid = [W as f32, H as f32];
        let (value, gradient) = self.boxes.evaluate(&found, &truth.bounds, grid);
        loss += by_boxes * value;
        let [in_column, in_row] = [found.x * grid[0] - cell[1] as f32, found.y * grid[1] - cell[0] as f32];
        let slope = |s: f32| s * (1.0 - s);
        *x = by_boxes * gradient[0] * slope(in_column) / grid[0];
        *y = by_boxes * gradient[1] * slope(in_row) / grid[1];
        *width = by_boxes * gradient[2] * slope(found.width);
        *height = by_boxes * gradient[3] * slope(found.height);

        if !classes.is_empty() {
            let of_target: f32 = truth.classes.iter().zip(&*classes).map(|(t, z)| t * z).sum();
            let total: f32 = truth.classes.iter().sum();
            let log_sum = softmax(classes);
            loss += by_classes * (total * log_sum - of_target);
            for (p, t) in classes.iter_mut().zip(truth.classes) {
                *p = by_classes * (*p * total - t);
            }
        }
        loss
    }
}

impl Default for DetectionLoss {
    fn default() -> Self {
        DetectionLoss::new()
    }
}

/// What a target says of a cell.
struct CellTruth<'a> {
    object: bool,
    bounds: BoundingBox,
    classes: &'a [f32],
}

impl ObjectnessLoss {
    /// The loss and its derivative by the logit `z`.
    fn evaluate(self, z: f32, object: bool) -> (f32, f32) {
        // towards the right answer
        let sign = if object { 1.0 } else { -1.0 };
        let right = sign * z;
        let wrong = math::sigmoid(-right);
        let cross_entropy = (-right).max(0.0) + libm::log1pf(math::exp(-z.abs()));
        match self {
            ObjectnessLoss::BinaryCrossEntropy => (cross_entropy, -sign * wrong),
            ObjectnessLoss::Focal { alpha, gamma } => {
                let weight = if object { alpha } else { 1.0 - alpha } * libm::powf(wrong, gamma);
                let slope = wrong + gamma * (1.0 - wrong) * cross_entropy;
                (weight * cross_entropy, -sign * weight * slope)
            }
        }
    }
}

impl BoxLoss {
    /// The loss and its derivatives by `x`, `y`, width and height of the box found, in a grid of `[columns, rows]`.
    fn evaluate(self, found: &BoundingBox, truth: &BoundingBox, [columns, rows]: [f32; 2]) -> (f32, [f32; 4]) {
        match self {
            BoxLoss::GeneralizedIou => {
                let (value, gradient) = found.generalized_iou_gradient(truth);
                (1.0 - value, gradient.map(|g| -g))
            }
            BoxLoss::SmoothL1 { beta } => {
                let smooth = |found: f32, truth: f32, cells: f32| {
                    let d = (found - truth) * cells;
                    if d.abs() < beta {
                        (0.5 * d * d / beta, cells * d / beta)
                    } else {
                        (d.abs() - 0.5 * beta, (cells).copysign(d))
                    }
                };
                let (x, by_x) = smooth(found.x, truth.x, columns);
                let (y, by_y) = smooth(found.y, truth.y, rows);
                let (width, by_width) = smooth(found.width, truth.width, columns);
                let (height, by_height) = smooth(found.height, truth.height, rows);
                (x + y + width + height, [by_x, by_y, by_width, by_height])
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl CompatibleWith<Linear> for DetectionLoss {}

#[diagnostic::do_not_recommend]
impl<const W: usize, const H: usize, const CHANNELS: usize> Loss<Grid<W, H, CHANNELS>, Grid<W, H, CHANNELS>>
    for DetectionLoss
{
    fn evaluate<A: Activation>(
        &self,
        output: &mut Grid<W, H, CHANNELS>,
        target: &Grid<W, H, CHANNELS>,
        gradient: &mut Grid<W, H, CHANNELS>,
    ) -> Result<f32, TargetError> {
        const { check_channels::<CHANNELS>() };
        let objects = check_target(target)?;
        let mut loss = 0.0;
        for cell in cells::<W, H>() {
            let target = column(target, cell);
            let (object, [x, y, width, height], classes) = parts(&target);
            let truth = CellTruth { object: object > 0.5, bounds: BoundingBox::new(x, y, width, height), classes };
            let mut numbers = column(output, cell);
            loss += self.cell::<W, H>(cell, &mut numbers, &truth);
            set_column(gradient, cell, &numbers);
        }
        let scale = 1.0 / objects.max(1) as f32;
        for g in gradient.as_flat_mut() {
            *g *= scale;
        }
        A::apply(output.as_flat_mut(), Grid::<W, H, CHANNELS>::ROW);
        Ok(loss * scale)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }

    fn fingerprint(&self, target: &Grid<W, H, CHANNELS>, show: &mut dyn FnMut(u32)) {
        target.as_flat().iter().for_each(|number| show(number.to_bits()));
    }
}

/// The number of objects in a target, if it is one.
fn check_target<const W: usize, const H: usize, const CHANNELS: usize>(
    target: &Grid<W, H, CHANNELS>,
) -> Result<usize, TargetError> {
    let numbers = target.as_flat();
    let wrong = |position: usize, expected| {
        let value = numbers.get(position).copied().unwrap_or(f32::NAN);
        Err(TargetError::Value { value, position, expected })
    };
    let mut objects = 0;
    for cell in cells::<W, H>() {
        let numbers = column(target, cell);
        // the position in the target of channel `channel` of this cell
        let position = |channel: usize| (channel * H + cell[0]) * W + cell[1];
        let (object, bounds, classes) = parts(&numbers);
        if object == 0.0 {
            continue;
        }
        if object != 1.0 {
            return wrong(position(0), "1 for an object or 0 for none");
        }
        if let Some(i) = bounds.iter().position(|number| !(0.0..).contains(number) || number.is_infinite()) {
            return wrong(position(1 + i), "a coordinate or size, which is finite and not negative,");
        }
        if let Some(i) = classes.iter().position(|t| !(0.0..=1.0).contains(t)) {
            return wrong(position(5 + i), "a probability from 0 to 1");
        }
        objects += 1;
    }
    Ok(objects)
}

#[cfg(test)]
#[path = "loss_tests.rs"]
mod tests;

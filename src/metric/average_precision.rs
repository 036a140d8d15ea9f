//! Mean average precision, the measure of object detection.
//!
//! A detection is right when its box overlaps that of an object of its class, intersection over union (IoU) at least `t`,
//! which no better detection has taken. Going down the detections of a class by score, precision is the share of the
//! detections so far that are right, recall the share of the objects that are found. Average precision is the area under
//! precision over recall, read at recall 0, 0.01, … 1, where the precision at a recall is the best at that recall or any
//! higher; 0 where the recall is never reached. The mean runs over the classes that have objects, and over the `t`s: 0.5
//! alone (mAP@0.5), or 0.5, 0.55, … 0.95 (mAP@0.5:0.95).
//!
//! Everything is done as the evaluation of COCO does it (Lin et al., "Microsoft COCO", 2014; `pycocotools`), but for two
//! things: no object is marked as a crowd, and the detections of an image are not cut off at 100.

use super::Metric;
use crate::detection::{Detection, Truth, decode, truths};

/// The thresholds of IoU: 0.5, 0.55, … 0.95.
const THRESHOLDS: usize = 10;

/// Mean average precision of a detector, for images added one by one or as a [`Metric`] of grids.
///
/// ```
/// use congruent::detection::{BoundingBox, Detection, Truth};
/// use congruent::metric::AveragePrecision;
///
/// let bounds = BoundingBox::new(0.3, 0.4, 0.2, 0.2);
/// let near = BoundingBox::new(0.31, 0.4, 0.2, 0.2);
/// let mut precision = AveragePrecision::new();
/// precision.add(&[Detection { bounds: near, class: 0, score: 0.9 }], &[Truth { bounds, class: 0 }]);
/// assert_eq!(precision.at(0.5), 1.0);
/// // good enough up to an IoU of 0.9
/// assert!((precision.mean() - 0.9).abs() < 1e-9);
/// ```
#[derive(Clone, Debug)]
pub struct AveragePrecision {
    classes: Vec<Class>,
    at: Option<f64>,
    score: f32,
    overlap: f32,
}

/// The objects and detections of one class, over all images.
#[derive(Clone, Debug, Default)]
struct Class {
    objects: usize,
    detections: Vec<Judged>,
}

/// A detection, and for which thresholds it is right.
#[derive(Clone, Copy, Debug)]
struct Judged {
    score: f32,
    right: [bool; THRESHOLDS],
}

super::value_by_name!(AveragePrecision);

impl AveragePrecision {
    /// Over IoU 0.5, 0.55, … 0.95.
    #[must_use]
    pub const fn new() -> Self {
        AveragePrecision { classes: Vec::new(), at: None, score: 0.01, overlap: 0.5 }
    }

    /// With the value at one of these IoUs alone as the value of the [`Metric`].
    #[must_use]
    pub const fn reporting_at(mut self, iou: f64) -> Self {
        self.at = Some(iou);
        self
    }

    /// How a [`Metric`] reads the grids of a network: detections with at least this `score`, 0.01 where nothing is said,
    /// of which non-maximum suppression drops those that overlap by an IoU above `overlap`, 0.5.
    ///
    /// A low score costs time only: a detection with a low score never makes the others worse.
    #[must_use]
    pub const fn reading(mut self, score: f32, overlap: f32) -> Self {
        (self.score, self.overlap) = (score, overlap);
        self
    }

    /// Adds an image: what was found in it, and what is there. A detection whose score is NaN is not counted.
    pub fn add(&mut self, found: &[Detection], objects: &[Truth]) {
        let numbers = found.iter().map(|d| d.class).chain(objects.iter().map(|t| t.class));
        let classes = numbers.max().map_or(0, |class| class + 1).max(self.classes.len());
        self.classes.resize_with(classes, Class::default);
        for (number, class) in self.classes.iter_mut().enumerate() {
            let objects: Vec<&Truth> = objects.iter().filter(|object| object.class == number).collect();
            let mut found: Vec<&Detection> = found.iter().filter(|d| d.class == number && !d.score.is_nan()).collect();
            found.sort_by(|a, b| b.score.total_cmp(&a.score));
            class.objects += objects.len();
            class.add(&found, &objects);
        }
    }

    /// Mean average precision at the one of 0.5, 0.55, … 0.95 that is nearest to `iou`; NaN where there are no objects.
    #[must_use]
    pub fn at(&self, iou: f64) -> f64 {
        let nearest = ((iou - 0.5) * 20.0).round().clamp(0.0, (THRESHOLDS - 1) as f64);
        self.over_classes(nearest as usize)
    }

    /// Mean average precision over IoU 0.5, 0.55, … 0.95; NaN where there are no objects.
    #[must_use]
    pub fn mean(&self) -> f64 {
        (0..THRESHOLDS).map(|t| self.over_classes(t)).sum::<f64>() / THRESHOLDS as f64
    }

    fn over_classes(&self, threshold: usize) -> f64 {
        let classes = self.classes.iter().filter(|class| class.objects > 0);
        let (sum, count) =
            classes.fold((0.0, 0.0), |(sum, count), c| (sum + c.average_precision(threshold), count + 1.0));
        sum / count
    }
}

impl Default for AveragePrecision {
    fn default() -> Self {
        AveragePrecision::new()
    }
}

impl Class {
    /// Judges the detections of one image, given best first.
    fn add(&mut self, found: &[&Detection], objects: &[&Truth]) {
        let mut taken = vec![[false; THRESHOLDS]; objects.len()];
        for detection in found {
            let mut right = [false; THRESHOLDS];
            for (t, right) in right.iter_mut().enumerate() {
                let mut least = threshold(t);
                let mut best = None;
                for (object, taken) in objects.iter().zip(&mut taken) {
                    let iou = f64::from(detection.bounds.iou(&object.bounds));
                    // of equals the last, as in `pycocotools`
                    if !taken[t] && iou >= least {
                        (least, best) = (iou, Some(taken));
                    }
                }
                if let Some(taken) = best {
                    (taken[t], *right) = (true, true);
                }
            }
            self.detections.push(Judged { score: detection.score, right });
        }
    }

    /// The area under precision over recall.
    fn average_precision(&self, threshold: usize) -> f64 {
        let mut ranked: Vec<&Judged> = self.detections.iter().collect();
        // stable, as in `pycocotools`: equals stay in the order of their images
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut curve: Vec<(f64, f64)> = Vec::with_capacity(ranked.len());
        let mut right = 0;
        for (i, judged) in ranked.iter().enumerate() {
            right += usize::from(judged.right[threshold]);
            curve.push((right as f64 / self.objects as f64, right as f64 / (i + 1) as f64));
        }
        let mut best = 0.0;
        for (_, precision) in curve.iter_mut().rev() {
            best = f64::max(best, *precision);
            *precision = best;
        }
        let precision_at = |recall: f64| {
            let reached = curve.partition_point(|(at, _)| *at < recall);
            curve.get(reached).map_or(0.0, |(_, precision)| *precision)
        };
        (0..=100).map(|i| precision_at(f64::from(i) / 100.0)).sum::<f64>() / 101.0
    }
}

/// The `t`-th threshold.
fn threshold(t: usize) -> f64 {
    0.5 + 0.05 * t as f64
}

/// Grids of outputs and targets, as [`detection`](crate::detection) has them.
#[diagnostic::do_not_recommend]
impl<const W: usize, const H: usize, const CHANNELS: usize> Metric<[[[f32; W]; H]; CHANNELS], [[[f32; W]; H]; CHANNELS]>
    for AveragePrecision
{
    fn name(&self) -> &str {
        match self.at {
            None => "mAP@0.5:0.95",
            Some(0.5) => "mAP@0.5",
            Some(_) => "mAP",
        }
    }

    fn reset(&mut self) {
        self.classes.clear();
    }

    fn update(&mut self, outputs: &[[[[f32; W]; H]; CHANNELS]], targets: &[[[[f32; W]; H]; CHANNELS]]) {
        /// As many as the evaluation of COCO looks at.
        const MOST: usize = 100;
        for (output, target) in outputs.iter().zip(targets) {
            let found = decode::<MOST, W, H, CHANNELS>(output, self.score).suppressed(self.overlap);
            self.add(&found, &truths(target).collect::<Vec<_>>());
        }
    }

    fn value(&self) -> f64 {
        self.at.map_or_else(|| self.mean(), |iou| self.at(iou))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::{BoundingBox, encode};

    /// `tests/golden/average_precision.py` draws images with objects and detections, and evaluates them with `pycocotools`.
    #[test]
    fn values_are_those_of_pycocotools() {
        let golden = include_str!("../../tests/golden/average_precision.txt");
        let mut precision = AveragePrecision::new();
        let (mut found, mut objects): (Vec<Detection>, Vec<Truth>) = Default::default();
        let mut checked = 0;
        for line in golden.lines().filter(|line| !line.starts_with('#')) {
            let (kind, numbers) = line.split_once(' ').unwrap_or((line, ""));
            let numbers: Vec<f64> = numbers.split_whitespace().map(|n| n.parse().unwrap()).collect();
            let bounds = |n: &[f64]| {
                let corner = |i: usize, size: usize| (n[i] + n[size] / 2.0) as f32;
                BoundingBox::new(corner(0, 2), corner(1, 3), n[2] as f32, n[3] as f32)
            };
            let close = |value: f64| assert!((value - numbers[0]).abs() < 1e-9, "{kind}: {value} {}", numbers[0]);
            match kind {
                "object" => objects.push(Truth { bounds: bounds(&numbers[1..]), class: numbers[0] as usize }),
                "found" => found.push(Detection {
                    bounds: bounds(&numbers[2..]),
                    class: numbers[0] as usize,
                    score: numbers[1] as f32,
                }),
                "image" => {
                    precision.add(&found, &objects);
                    found.clear();
                    objects.clear();
                }
                "mAP@0.5:0.95" => close(precision.mean()),
                "mAP@0.5" => close(precision.at(0.5)),
                "mAP@0.75" => close(precision.at(0.75)),
                other => panic!("{other}"),
            }
            checked += usize::from(kind.starts_with("mAP"));
        }
        assert_eq!(checked, 3);
    }

    const BOUNDS: BoundingBox = BoundingBox::new(0.5, 0.5, 0.2, 0.2);

    fn at_score(score: f32) -> Detection {
        Detection { bounds: BOUNDS, class: 0, score }
    }

    #[test]
    fn each_object_is_found_once() {
        let mut precision = AveragePrecision::new();
        precision.add(&[at_score(0.9), at_score(0.8)], &[Truth { bounds: BOUNDS, class: 0 }]);
        assert_eq!(precision.at(0.5), 1.0);
        precision.add(&[at_score(0.7)], &[Truth { bounds: BOUNDS, class: 0 }]);
        // recall 0.5 at precision 1, recall 1 at precision 2/3
        assert!((precision.at(0.5) - (51.0 + 50.0 * 2.0 / 3.0) / 101.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_to_find_is_no_value() {
        let mut precision = AveragePrecision::new();
        assert!(precision.mean().is_nan());
        precision.add(&[at_score(0.9)], &[]);
        assert!(precision.mean().is_nan());
        precision.add(&[at_score(f32::NAN)], &[Truth { bounds: BOUNDS, class: 2 }]);
        assert_eq!(precision.mean(), 0.0);
    }

    #[test]
    fn grids_are_read() {
        type Grid = [[[f32; 3]; 3]; 7];
        let mut target: Grid = [[[0.0; 3]; 3]; 7];
        encode(&[Truth { bounds: BOUNDS, class: 1 }], &mut target);
        let mut output: Grid = [[[-9.0; 3]; 3]; 7];
        for (channel, logit) in output.iter_mut().zip([5.0, 0.0, 0.0, -1.3863, -1.3863, 0.0, 5.0]) {
            channel[1][1] = logit;
        }
        let mut precision = AveragePrecision::new().reporting_at(0.5);
        assert_eq!(Metric::<Grid, Grid>::name(&precision), "mAP@0.5");
        assert_eq!(precision.measure(&[output], &[target]), 1.0);
        output[0][1][1] = -9.0;
        assert_eq!(precision.measure(&[output], &[target]), 0.0);
    }
}

//! From objects to the grid, and from the grid to objects.

use super::{BoundingBox, Detection, Detections};
use crate::kernel::math::sigmoid;
use crate::layer::activation::softmax;

/// An object that is in an image.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Truth {
    /// where
    pub bounds: BoundingBox,
    /// what, counted from 0
    pub class: usize,
}

/// The channels before those of the classes: objectness, `x`, `y`, width, height.
pub(super) const BEFORE_CLASSES: usize = 5;

/// A grid of outputs or targets, seen cell by cell.
pub(super) type Grid<const W: usize, const H: usize, const CHANNELS: usize> = [[[f32; W]; H]; CHANNELS];

/// Fails while compiling when there is no room for objectness and box.
pub(super) const fn check_channels<const CHANNELS: usize>() {
    assert!(
        CHANNELS >= BEFORE_CLASSES,
        "a detector's output has 5 channels for objectness and box, and one more for each class"
    );
}

/// The numbers of a cell, one of each channel.
pub(super) fn column<const W: usize, const H: usize, const CHANNELS: usize>(
    grid: &Grid<W, H, CHANNELS>,
    [row, column]: [usize; 2],
) -> [f32; CHANNELS] {
    let mut numbers = [0.0; CHANNELS];
    for (number, channel) in numbers.iter_mut().zip(grid) {
        *number = channel.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0.0);
    }
    numbers
}

/// Writes the numbers of a cell.
pub(super) fn set_column<const W: usize, const H: usize, const CHANNELS: usize>(
    grid: &mut Grid<W, H, CHANNELS>,
    [row, column]: [usize; 2],
    numbers: &[f32; CHANNELS],
) {
    for (number, channel) in numbers.iter().zip(grid) {
        if let Some(place) = channel.get_mut(row).and_then(|row| row.get_mut(column)) {
            *place = *number;
        }
    }
}

/// The rows and columns of all cells, row by row.
pub(super) fn cells<const W: usize, const H: usize>() -> impl Iterator<Item = [usize; 2]> {
    (0..H).flat_map(|row| (0..W).map(move |column| [row, column]))
}

/// A cell's numbers apart: objectness, box, classes.
pub(super) fn parts<const CHANNELS: usize>(numbers: &[f32; CHANNELS]) -> (f32, [f32; 4], &[f32]) {
    match numbers.as_slice() {
        [objectness, x, y, width, height, classes @ ..] => (*objectness, [*x, *y, *width, *height], classes),
        _ => (0.0, [0.0; 4], &[]),
    }
}

/// The box that a cell's logits stand for.
pub(super) fn bounds<const W: usize, const H: usize>([row, column]: [usize; 2], logits: [f32; 4]) -> BoundingBox {
    let [x, y, width, height] = logits.map(sigmoid);
    BoundingBox::new((column as f32 + x) / W as f32, (row as f32 + y) / H as f32, width, height)
}

/// Writes the objects of an image as the target of a [`DetectionLoss`](super::DetectionLoss).
///
/// In the cell where an object's centre is, channel 0 is 1, channels 1 to 4 are its box and the channel of its class is 1;
/// all else is 0.
///
/// A cell has room for one object. Of several with their centres in one cell the first is written; objects with a class
/// that does not exist, without an area, or with their centre outside the image are not written either. Returns how many
/// were not.
pub fn encode<const W: usize, const H: usize, const CHANNELS: usize>(
    objects: &[Truth],
    target: &mut [[[f32; W]; H]; CHANNELS],
) -> usize {
    const { check_channels::<CHANNELS>() };
    *target = [[[0.0; W]; H]; CHANNELS];
    objects.iter().filter(|object| !write(object, target)).count()
}

/// Writes one object; says whether there was room.
fn write<const W: usize, const H: usize, const CHANNELS: usize>(
    Truth { bounds, class }: &Truth,
    target: &mut Grid<W, H, CHANNELS>,
) -> bool {
    let inside = (0.0..=1.0).contains(&bounds.x) && (0.0..=1.0).contains(&bounds.y);
    if W == 0 || H == 0 || !inside || !bounds.is_finite() || bounds.area() <= 0.0 {
        return false;
    }
    // the right and the lower edge of the image belong to the last cells
    let cell = [((bounds.y * H as f32) as usize).min(H - 1), ((bounds.x * W as f32) as usize).min(W - 1)];
    let mut numbers = column(target, cell);
    if parts(&numbers).0 > 0.0 {
        return false;
    }
    let [objectness, x, y, width, height, classes @ ..] = numbers.as_mut_slice() else { return false };
    if *class >= classes.len().max(1) {
        return false;
    }
    // a detector of one class may have no channel for it
    if let Some(place) = classes.get_mut(*class) {
        *place = 1.0;
    }
    *objectness = 1.0;
    (*x, *y, *width, *height) = (bounds.x, bounds.y, bounds.width, bounds.height);
    set_column(target, cell, &numbers);
    true
}

/// Reads an [`encode`]d target: the objects in it, row by row.
pub fn truths<const W: usize, const H: usize, const CHANNELS: usize>(
    target: &[[[f32; W]; H]; CHANNELS],
) -> impl Iterator<Item = Truth> {
    const { check_channels::<CHANNELS>() };
    cells::<W, H>().filter_map(|cell| {
        let numbers = column(target, cell);
        let (objectness, [x, y, width, height], classes) = parts(&numbers);
        let (class, _) = greatest(classes);
        (objectness > 0.5).then_some(Truth { bounds: BoundingBox::new(x, y, width, height), class })
    })
}

/// Reads a network's output, its logits: a detection for each cell whose score is at least `threshold`.
///
/// The score is the objectness times the probability of the likeliest class, which is the detection's. Where more than `N`
/// cells have something to say, those with the highest scores are heard. Neighbouring cells tend to see the same object;
/// [`Detections::suppressed`] leaves one of them.
#[must_use]
pub fn decode<const N: usize, const W: usize, const H: usize, const CHANNELS: usize>(
    output: &[[[f32; W]; H]; CHANNELS],
    threshold: f32,
) -> Detections<N> {
    const { check_channels::<CHANNELS>() };
    let mut found = Detections::new();
    for cell in cells::<W, H>() {
        let mut numbers = column(output, cell);
        let (objectness, box_logits, _) = parts(&numbers);
        let objectness = sigmoid(objectness);
        // no score is above the objectness: most cells are done here
        if objectness < threshold {
            continue;
        }
        let (class, probability) = match numbers.get_mut(BEFORE_CLASSES..) {
            Some(classes) if !classes.is_empty() => {
                softmax(classes);
                greatest(classes)
            }
            _ => (0, 1.0),
        };
        let score = objectness * probability;
        if score >= threshold {
            found.push(Detection { bounds: bounds::<W, H>(cell, box_logits), class, score });
        }
    }
    found
}

/// The greatest number and its position, the first of equals; NaN counts for nothing.
fn greatest(numbers: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::NEG_INFINITY);
    for (i, number) in numbers.iter().enumerate() {
        if *number > best.1 {
            best = (i, *number);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn logit(p: f32) -> f32 {
        (p / (1.0 - p)).ln()
    }

    fn object(x: f32, y: f32, class: usize) -> Truth {
        Truth { bounds: BoundingBox::new(x, y, 0.2, 0.3), class }
    }

    #[test]
    fn what_is_encoded_is_read_again() {
        let objects = [object(0.1, 0.1, 2), object(0.9, 0.1, 0), object(0.5, 0.8, 1), object(1.0, 1.0, 1)];
        let mut target = [[[7.0; 4]; 3]; 8];
        assert_eq!(encode(&objects, &mut target), 0);
        assert_eq!(truths(&target).collect::<Vec<_>>(), objects);
        assert_eq!(target[0].as_flattened().iter().sum::<f32>(), 4.0);
        assert_eq!((target[0][2][3], target[5 + 1][2][3], target[1][2][3]), (1.0, 1.0, 1.0));
    }

    #[test]
    fn what_has_no_buffer_is_counted() {
        let flat = Truth { bounds: BoundingBox::new(0.5, 0.5, 0.2, 0.0), class: 0 };
        let objects = [object(0.1, 0.1, 1), object(0.12, 0.1, 0), object(0.5, 0.5, 2), object(1.2, 0.5, 0)];
        let mut target = [[[0.0; 4]; 4]; 7];
        assert_eq!(encode(&objects, &mut target), 3);
        assert_eq!(truths(&target).collect::<Vec<_>>(), objects[..1]);
        assert_eq!(encode(&[flat, object(f32::NAN, 0.5, 0)], &mut target), 2);
        assert_eq!(target, [[[0.0; 4]; 4]; 7]);
        assert_eq!(encode(&objects, &mut [[[0.0; 0]; 0]; 7]), 4);
    }

    #[test]
    fn one_class_needs_no_channel() {
        let mut target = [[[0.0; 2]; 2]; 5];
        assert_eq!(encode(&[object(0.2, 0.2, 0), object(0.7, 0.2, 1)], &mut target), 1);
        assert_eq!(truths(&target).collect::<Vec<_>>(), [object(0.2, 0.2, 0)]);
        let mut output = [[[-9.0; 2]; 2]; 5];
        output[0][0][1] = logit(0.75);
        let found = decode::<4, 2, 2, 5>(&output, 0.5);
        assert_eq!(found.len(), 1);
        assert!((found[0].score - 0.75).abs() < 1e-6);
    }

    #[test]
    fn logits_become_boxes() {
        let mut output = [[[-20.0; 4]; 2]; 8];
        let numbers = [logit(0.9), logit(0.25), logit(0.5), logit(0.3), logit(0.6), 1.0, 3.0, 1.0];
        for (channel, number) in output.iter_mut().zip(numbers) {
            channel[1][2] = number;
        }
        let found = decode::<4, 4, 2, 8>(&output, 0.1);
        assert_eq!(found.len(), 1);
        let expected = BoundingBox::new(2.25 / 4.0, 1.5 / 2.0, 0.3, 0.6);
        assert!(found[0].bounds.iou(&expected) > 0.9999);
        let probability = 1.0 / (1.0 + 2.0 * (-2.0f32).exp());
        assert_eq!(found[0].class, 1);
        assert!((found[0].score - 0.9 * probability).abs() < 1e-5);
    }

    #[test]
    fn a_broken_output_finds_nothing() {
        assert!(decode::<4, 3, 3, 7>(&[[[f32::NAN; 3]; 3]; 7], 0.0).is_empty());
        assert_eq!(decode::<4, 3, 3, 7>(&[[[0.0; 3]; 3]; 7], 0.1).len(), 4);
    }
}

//! Boxes around objects.
//!
//! With `I` the area of the intersection of two boxes, `U` that of their union and `C` that of the smallest box around both:
//!
//! - intersection over union: `IoU = I / U`, 1 for equal boxes, 0 for boxes apart;
//! - generalised intersection over union: `GIoU = I / U − (C − U) / C`, from 1 down to −1. It falls on with the distance of
//!   boxes that are apart, so that there is something to learn from them (Rezatofighi et al., "Generalized intersection
//!   over union", 2019).

/// A box with sides along the axes, in units relative to the image: `x` from 0 at the left edge to 1 at the right, `y` from 0
/// at the top to 1 at the bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BoundingBox {
    /// the centre, from the left
    pub x: f32,
    /// the centre, from the top
    pub y: f32,
    /// the size from left to right
    pub width: f32,
    /// the size from top to bottom
    pub height: f32,
}

impl BoundingBox {
    /// A box by its centre and size.
    #[must_use]
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> BoundingBox {
        BoundingBox { x, y, width, height }
    }

    /// A box by its left, top, right and bottom edges.
    #[must_use]
    pub const fn from_corners([left, top, right, bottom]: [f32; 4]) -> BoundingBox {
        BoundingBox { x: 0.5 * (left + right), y: 0.5 * (top + bottom), width: right - left, height: bottom - top }
    }

    /// Its left, top, right and bottom edges.
    #[must_use]
    pub const fn corners(&self) -> [f32; 4] {
        let (w, h) = (0.5 * self.width, 0.5 * self.height);
        [self.x - w, self.y - h, self.x + w, self.y + h]
    }

    /// Width times height, 0 for a box with a side that is not positive.
    #[must_use]
    pub fn area(&self) -> f32 {
        self.width.max(0.0) * self.height.max(0.0)
    }

    /// The part of it inside the image; of no size where there is none.
    #[must_use]
    pub fn clipped(&self) -> BoundingBox {
        BoundingBox::from_corners(self.corners().map(|edge| edge.clamp(0.0, 1.0)))
    }

    /// Whether all four numbers are finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        [self.x, self.y, self.width, self.height].iter().all(|number| number.is_finite())
    }

    /// Intersection over union; 0 where both boxes have no area, and where one is not finite.
    #[must_use]
    pub fn iou(&self, other: &BoundingBox) -> f32 {
        if !(self.is_finite() && other.is_finite()) {
            return 0.0;
        }
        let (_, [intersection, union, _]) = self.overlap(other);
        ratio(intersection, union)
    }

    /// Generalised intersection over union: at least −1, at most 1, and at most the [`iou`](Self::iou). NaN where a box is
    /// not finite.
    #[must_use]
    pub fn generalized_iou(&self, other: &BoundingBox) -> f32 {
        self.generalized_iou_gradient(other).0
    }

    /// Generalised intersection over union, and its derivatives by this box's `x`, `y`, `width` and `height`.
    ///
    /// `∂GIoU = ∂I/U − I·∂U/U² + ∂U/C − U·∂C/C²`, with `∂U = ∂A − ∂I` for the area `A` of this box. `I`, `A` and `C` are each
    /// a width times a height, so their derivative by an edge is the other side's length where the edge is theirs, 0 where
    /// it is not. Where edges of the two boxes meet it is the mean of both, which makes it 0 for equal boxes.
    #[must_use]
    pub fn generalized_iou_gradient(&self, other: &BoundingBox) -> (f32, [f32; 4]) {
        if !(self.is_finite() && other.is_finite()) {
            return (f32::NAN, [f32::NAN; 4]);
        }
        let ([x, y], [intersection, union, around]) = self.overlap(other);
        let value = ratio(intersection, union) + ratio(union, around) - 1.0;
        let gradient = |along: &Axis, across: &Axis| {
            let edge = |d: &Edge| {
                let inner = if across.inner > 0.0 { d.inner * across.inner } else { 0.0 };
                let union_slope = d.own * across.own - inner;
                let outer = d.outer * across.outer;
                ratio(inner, union) - ratio(ratio(intersection, union) * union_slope, union)
                    + ratio(union_slope, around)
                    - ratio(ratio(union, around) * outer, around)
            };
            let (low, high) = (edge(&along.low), edge(&along.high));
            // the edges are centre ∓ size / 2
            (low + high, 0.5 * (high - low))
        };
        let ((by_x, by_width), (by_y, by_height)) = (gradient(&x, &y), gradient(&y, &x));
        (value, [by_x, by_y, by_width, by_height])
    }

    /// Both axes, and the areas of intersection, union and surrounding box.
    fn overlap(&self, other: &BoundingBox) -> ([Axis; 2], [f32; 3]) {
        let ([left, top, right, bottom], [left2, top2, right2, bottom2]) = (self.corners(), other.corners());
        let x = Axis::new([left, right], [left2, right2]);
        let y = Axis::new([top, bottom], [top2, bottom2]);
        let intersection = x.inner * y.inner;
        let union = self.area() + other.area() - intersection;
        let around = x.outer * y.outer;
        ([x, y], [intersection, union, around])
    }
}

/// Two boxes seen along one axis: the lengths of the first, of what both have in common, and of what is around both.
struct Axis {
    own: f32,
    inner: f32,
    outer: f32,
    low: Edge,
    high: Edge,
}

/// The derivatives of those lengths by one of the first box's edges.
struct Edge {
    own: f32,
    inner: f32,
    outer: f32,
}

impl Axis {
    fn new([low, high]: [f32; 2], [low2, high2]: [f32; 2]) -> Axis {
        let length = high.min(high2) - low.max(low2);
        let apart = length <= 0.0;
        let edge = |mine: f32, other: f32, sign: f32| {
            // the further in, the more of the intersection is mine
            let inside = if mine == other { 0.5 } else { f32::from(u8::from((mine > other) == (sign < 0.0))) };
            Edge { own: sign, inner: if apart { 0.0 } else { sign * inside }, outer: sign * (1.0 - inside) }
        };
        let (own, outer) = ((high - low).max(0.0), high.max(high2) - low.min(low2));
        let inner = length.max(0.0);
        Axis { own, inner, outer, low: edge(low, low2, -1.0), high: edge(high, high2, 1.0) }
    }
}

/// `part / whole`, 0 where the whole is not positive.
fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: BoundingBox = BoundingBox::new(0.5, 0.5, 0.4, 0.2);

    #[test]
    fn corners_and_back() {
        let corners = A.corners();
        assert!((corners[0] - 0.3).abs() < 1e-6 && (corners[3] - 0.6).abs() < 1e-6);
        let back = BoundingBox::from_corners(corners);
        assert!((back.x - A.x).abs() < 1e-6 && (back.width - A.width).abs() < 1e-6);
        assert!((A.area() - 0.08).abs() < 1e-6);
        let clipped = BoundingBox::new(0.0, 1.0, 0.5, 0.5).clipped();
        assert_eq!(clipped, BoundingBox::new(0.125, 0.875, 0.25, 0.25));
        assert_eq!(BoundingBox::new(2.0, 2.0, 0.5, 0.5).clipped().area(), 0.0);
    }

    #[test]
    fn overlaps_that_can_be_counted() {
        let whole = BoundingBox::new(0.5, 0.5, 1.0, 1.0);
        let left = BoundingBox::new(0.25, 0.5, 0.5, 1.0);
        let right = BoundingBox::new(0.75, 0.5, 0.5, 1.0);
        assert_eq!(whole.iou(&whole), 1.0);
        assert_eq!(whole.iou(&left), 0.5);
        assert_eq!(left.iou(&right), 0.0);
        assert_eq!(whole.generalized_iou(&whole), 1.0);
        assert_eq!(left.generalized_iou(&right), 0.0);
        let near = BoundingBox::new(0.1, 0.5, 0.2, 1.0);
        let far = BoundingBox::new(0.9, 0.5, 0.2, 1.0);
        assert!((near.generalized_iou(&far) + 0.6).abs() < 1e-6);
    }

    #[test]
    fn degenerate_boxes_give_numbers() {
        let point = BoundingBox::new(0.5, 0.5, 0.0, 0.0);
        let inverted = BoundingBox::new(0.5, 0.5, -0.2, 0.2);
        let broken = BoundingBox::new(f32::NAN, 0.5, 0.2, 0.2);
        let endless = BoundingBox::new(0.5, 0.5, f32::INFINITY, 0.2);
        for a in [A, point, inverted, broken, endless] {
            for b in [A, point, inverted, broken, endless] {
                assert!((0.0..=1.0).contains(&a.iou(&b)), "{a:?} {b:?}");
            }
        }
        for a in [A, point] {
            let (value, gradient) = a.generalized_iou_gradient(&point);
            assert!(value.is_finite() && gradient.iter().all(|g| g.is_finite()));
        }
    }

    #[test]
    fn equal_boxes_pull_nowhere() {
        let (value, gradient) = A.generalized_iou_gradient(&A);
        assert!((value - 1.0).abs() < 1e-6);
        assert!(gradient.iter().all(|g| g.abs() < 1e-5), "{gradient:?}");
    }

    /// Finite differences, for boxes that cross, contain each other and lie apart.
    #[test]
    fn the_gradient_is_that_of_the_value() {
        let others = [
            (0.46, 0.55, 0.3, 0.3),
            (0.5, 0.49, 0.1, 0.1),
            (0.52, 0.5, 0.9, 0.8),
            (0.1, 0.9, 0.1, 0.1),
            (0.5, 0.9, 0.3, 0.1),
        ];
        for (x, y, width, height) in others {
            let other = BoundingBox::new(x, y, width, height);
            let (_, gradient) = A.generalized_iou_gradient(&other);
            for (i, g) in gradient.iter().enumerate() {
                let moved = |by: f32| {
                    let mut numbers = [A.x, A.y, A.width, A.height];
                    numbers[i] += by;
                    let [x, y, width, height] = numbers;
                    BoundingBox::new(x, y, width, height).generalized_iou(&other)
                };
                let difference = (moved(1e-3) - moved(-1e-3)) / 2e-3;
                assert!((g - difference).abs() < 2e-3 * (1.0 + g.abs()), "{other:?} {i}: {g} {difference}");
            }
        }
    }
}

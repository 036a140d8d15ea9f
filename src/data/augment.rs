//! Augmentation: from each image many, moved, turned, resized, mirrored and noisy, so that a network learns what does not
//! matter.
//!
//! A variant of an image takes each of its pixels from where it was. With the image's middle `c`, a turn `R`, a scale `s`,
//! a mirror `F` and a shift `d`, what was at `p` is at `q = c + d + s·R·F·(p − c)`, so the pixel at `q` is read at
//! `p = c + F·Rᵀ·(q − c − d) / s`, between the four pixels around it (bilinear), with zeros around the image. Noise is added
//! last.

use core::f32::consts::TAU;
use core::ops::RangeInclusive;

use rand::{Rng, RngExt};

use crate::detection::BoundingBox;
use crate::kernel::math;
use crate::memory::aligned_box::zeroed_box;
use crate::shape::Tensor;

/// How much the variants of an image may differ from it; without settings they do not.
///
/// The same generator gives the same variants, bit for bit, on every platform.
///
/// ```
/// use congruent::prelude::*;
///
/// let variants = Augment::new().shift(2.0).rotate(10.0).scale(0.9..=1.1).noise(0.05).flip();
/// let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
/// let mut image = [[[0.5; 28]; 28]; 3];
/// variants.apply(&mut image, &mut rng);
/// ```
///
/// In training, [`Fit::augment`](crate::train::fit::Fit::augment) makes new variants in each epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Augment {
    shift: f32,
    degrees: f32,
    scale: RangeInclusive<f32>,
    noise: f32,
    flip: bool,
}

impl Augment {
    /// Variants that do not differ.
    #[must_use]
    pub const fn new() -> Self {
        Augment { shift: 0.0, degrees: 0.0, scale: 1.0..=1.0, noise: 0.0, flip: false }
    }

    /// Shifted by up to this many pixels along each axis.
    ///
    /// # Panics
    ///
    /// When that is negative or not finite.
    #[must_use]
    #[track_caller]
    pub const fn shift(mut self, pixels: f32) -> Self {
        assert!(pixels >= 0.0 && pixels.is_finite(), "a shift is finite and not negative: it is one either way");
        self.shift = pixels;
        self
    }

    /// Turned about the middle by up to this many degrees either way.
    ///
    /// # Panics
    ///
    /// When that is negative or not finite.
    #[must_use]
    #[track_caller]
    pub const fn rotate(mut self, degrees: f32) -> Self {
        assert!(degrees >= 0.0 && degrees.is_finite(), "a rotation is finite and not negative: it is one either way");
        self.degrees = degrees;
        self
    }

    /// Resized about the middle by a factor from this range, above 0.
    ///
    /// # Panics
    ///
    /// When the range is empty, not finite, or not above 0.
    #[must_use]
    #[track_caller]
    pub const fn scale(mut self, factors: RangeInclusive<f32>) -> Self {
        assert!(
            *factors.start() > 0.0 && *factors.start() <= *factors.end() && factors.end().is_finite(),
            "factors of a scale are above 0, the least first"
        );
        self.scale = factors;
        self
    }

    /// With normal noise of this standard deviation added to each number.
    ///
    /// # Panics
    ///
    /// When that is negative or not finite.
    #[must_use]
    #[track_caller]
    pub const fn noise(mut self, deviation: f32) -> Self {
        assert!(deviation >= 0.0 && deviation.is_finite(), "a standard deviation is finite and not negative");
        self.noise = deviation;
        self
    }

    /// Every other one mirrored, left to right.
    #[must_use]
    pub const fn flip(mut self) -> Self {
        self.flip = true;
        self
    }

    /// Makes `image` a variant of itself, the same for all channels but for the noise. What it returns tells where things
    /// have gone.
    pub fn apply<I: Augmentable>(&self, image: &mut I, rng: &mut impl Rng) -> Transform {
        let transform = self.draw(I::SIZE, rng);
        if transform.moves() {
            image.transform(&transform);
        }
        if self.noise > 0.0 {
            for pair in image.as_flat_mut().chunks_mut(2) {
                for (number, noise) in pair.iter_mut().zip(normal(rng)) {
                    *number += self.noise * noise;
                }
            }
        }
        transform
    }

    /// Draws a variant. Each setting takes its numbers from the generator, used or not, so that one does not change another.
    fn draw(&self, size: [f32; 2], rng: &mut impl Rng) -> Transform {
        let mut either_way = |most: f32| most * (2.0 * rng.random::<f32>() - 1.0);
        let shift = [either_way(self.shift), either_way(self.shift)];
        let angle = either_way(self.degrees) * (TAU / 360.0);
        let (least, most) = (*self.scale.start(), *self.scale.end());
        let scale = least + (most - least) * rng.random::<f32>();
        let mirror = if self.flip && rng.random::<f32>() < 0.5 { -1.0 } else { 1.0 };
        let (cos, sin) = (scale * libm::cosf(angle), scale * libm::sinf(angle));
        Transform { size, shift, matrix: [[cos * mirror, -sin], [sin * mirror, cos]] }
    }
}

impl Default for Augment {
    fn default() -> Self {
        Augment::new()
    }
}

/// An image that can be augmented: `[[f32; W]; H]`, and `[[[f32; W]; H]; C]` with its `C` channels together.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an image",
    label = "an image is `[[f32; W]; H]` or `[[[f32; W]; H]; C]`"
)]
pub trait Augmentable: Tensor {
    /// `[W, H]`
    const SIZE: [f32; 2];

    /// Transforms all channels.
    #[doc(hidden)]
    fn transform(&mut self, transform: &Transform);
}

impl<const W: usize, const H: usize> Augmentable for [[f32; W]; H] {
    const SIZE: [f32; 2] = [W as f32, H as f32];

    fn transform(&mut self, transform: &Transform) {
        transform.apply(self);
    }
}

impl<const W: usize, const H: usize, const C: usize> Augmentable for [[[f32; W]; H]; C] {
    const SIZE: [f32; 2] = [W as f32, H as f32];

    fn transform(&mut self, transform: &Transform) {
        self.iter_mut().for_each(|channel| transform.apply(channel));
    }
}

/// Two numbers of the normal distribution, by the transform of Box and Muller (1958).
fn normal(rng: &mut impl Rng) -> [f32; 2] {
    // 1 − u is in (0, 1], so its logarithm is finite
    let radius = math::sqrt(-2.0 * math::ln(1.0 - rng.random::<f32>()));
    let angle = TAU * rng.random::<f32>();
    [radius * libm::cosf(angle), radius * libm::sinf(angle)]
}

/// Where things in an image went when [`Augment`] made a variant of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    /// of the image, `[W, H]`
    size: [f32; 2],
    shift: [f32; 2],
    /// `s·R·F`
    matrix: [[f32; 2]; 2],
}

impl Transform {
    /// Where the box around an object is now: the smallest around its four moved corners, cut off at the edges of the image.
    /// Turning makes it larger than the object, the more the further it is turned. `None` when nothing of it is left.
    #[must_use]
    pub fn bounds(&self, bounds: &BoundingBox) -> Option<BoundingBox> {
        let [width, height] = self.size;
        let [[a, b], [c, d]] = self.matrix;
        let (x, y) = ((bounds.x - 0.5) * width, (bounds.y - 0.5) * height);
        let (half_width, half_height) = (0.5 * bounds.width * width, 0.5 * bounds.height * height);
        let (x, y) = (a * x + b * y + self.shift[0], c * x + d * y + self.shift[1]);
        let reach_x = a.abs() * half_width + b.abs() * half_height;
        let reach_y = c.abs() * half_width + d.abs() * half_height;
        let (x, y) = (x / width + 0.5, y / height + 0.5);
        let moved = BoundingBox::new(x, y, 2.0 * reach_x / width, 2.0 * reach_y / height).clipped();
        (moved.area() > 0.0).then_some(moved)
    }

    fn moves(&self) -> bool {
        self.shift != [0.0; 2] || self.matrix != [[1.0, 0.0], [0.0, 1.0]]
    }

    /// Moves one channel.
    fn apply<const W: usize, const H: usize>(&self, channel: &mut [[f32; W]; H]) {
        let [[a, b], [c, d]] = self.matrix;
        let inverse = 1.0 / (a * d - b * c);
        let mut before = zeroed_box::<[[f32; W]; H]>();
        before.copy_from_slice(channel);
        for (row, pixels) in channel.iter_mut().enumerate() {
            let y = row as f32 + 0.5 - 0.5 * H as f32 - self.shift[1];
            for (column, pixel) in pixels.iter_mut().enumerate() {
                let x = column as f32 + 0.5 - 0.5 * W as f32 - self.shift[0];
                let from_x = inverse * (d * x - b * y) + 0.5 * W as f32 - 0.5;
                let from_y = inverse * (a * y - c * x) + 0.5 * H as f32 - 0.5;
                *pixel = sample(&before, from_x, from_y);
            }
        }
    }
}

/// The image between its pixels, whose middles are at whole numbers; 0 outside.
fn sample<const W: usize, const H: usize>(channel: &[[f32; W]; H], x: f32, y: f32) -> f32 {
    if !(x > -1.0 && x < W as f32 && y > -1.0 && y < H as f32) {
        return 0.0;
    }
    let (left, top) = (x.floor(), y.floor());
    let (right_part, lower_part) = (x - left, y - top);
    let (left, top) = (left as isize, top as isize);
    let at = |row: isize, column: isize| {
        let row = usize::try_from(row).ok().and_then(|row| channel.get(row));
        let pixel = row.and_then(|row| row.get(usize::try_from(column).ok()?));
        pixel.copied().unwrap_or(0.0)
    };
    let along = |row: isize| (1.0 - right_part) * at(row, left) + right_part * at(row, left + 1);
    (1.0 - lower_part) * along(top) + lower_part * along(top + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;

    type Image = [[[f32; 6]; 5]; 2];

    fn image() -> Image {
        core::array::from_fn(|c| core::array::from_fn(|y| core::array::from_fn(|x| (100 * c + 10 * y + x + 1) as f32)))
    }

    fn rng(seed: u64) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(seed)
    }

    fn moved(size: [f32; 2], shift: [f32; 2], matrix: [[f32; 2]; 2]) -> Transform {
        Transform { size, shift, matrix }
    }

    const STILL: [[f32; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

    #[test]
    fn settings_that_make_no_variant_are_refused() {
        let made: [fn() -> Augment; 7] = [
            || Augment::new().shift(-1.0),
            || Augment::new().rotate(f32::NAN),
            || Augment::new().scale(2.0..=1.0),
            || Augment::new().scale(0.0..=1.0),
            || Augment::new().scale(1.0..=f32::INFINITY),
            || Augment::new().noise(-1.0),
            || Augment::new().noise(f32::NAN),
        ];
        assert!(made.iter().all(|make| std::panic::catch_unwind(make).is_err()));
    }

    #[test]
    fn without_settings_nothing_changes() {
        let mut same = image();
        Augment::new().apply(&mut same, &mut rng(1));
        assert_eq!(same, image());
        moved([6.0, 5.0], [0.0; 2], STILL).apply(&mut same[1]);
        assert_eq!(same, image());
    }

    #[test]
    fn whole_shifts_move_pixels_and_leave_zeros() {
        let [mut channel, _] = image();
        moved([6.0, 5.0], [2.0, -1.0], STILL).apply(&mut channel);
        assert_eq!(channel[0], [0.0, 0.0, 11.0, 12.0, 13.0, 14.0]);
        assert_eq!(channel[4], [0.0; 6]);
    }

    #[test]
    fn half_shifts_mix_neighbours() {
        let [mut channel, _] = image();
        moved([6.0, 5.0], [0.5, 0.0], STILL).apply(&mut channel);
        assert_eq!(channel[0], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
    }

    #[test]
    fn a_mirror_reverses_rows() {
        let [mut channel, _] = image();
        moved([6.0, 5.0], [0.0; 2], [[-1.0, 0.0], [0.0, 1.0]]).apply(&mut channel);
        assert_eq!(channel[1], [16.0, 15.0, 14.0, 13.0, 12.0, 11.0]);
    }

    #[test]
    fn a_quarter_turn_carries_the_right_edge_to_the_bottom() {
        let mut square = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0_f32]];
        moved([3.0, 3.0], [0.0; 2], [[0.0, -1.0], [1.0, 0.0]]).apply(&mut square);
        assert_eq!(square, [[7.0, 4.0, 1.0], [8.0, 5.0, 2.0], [9.0, 6.0, 3.0]]);
    }

    #[test]
    fn the_same_seed_gives_these_very_bits() {
        let variants = Augment::new().shift(2.0).rotate(20.0).scale(0.8..=1.2).noise(0.1).flip();
        let mut image = image();
        variants.apply(&mut image, &mut rng(7));
        let bits = [image[0][2][3].to_bits(), image[1][0][0].to_bits(), image[1][4][2].to_bits()];
        assert_eq!(bits, PINNED, "{:?}", [image[0][2][3], image[1][0][0], image[1][4][2]]);
    }

    const PINNED: [u32; 3] = [1108023778, 1122601600, 1041288288];

    #[test]
    fn channels_move_together_and_one_is_an_image_too() {
        let variants = Augment::new().shift(2.0).rotate(20.0).scale(0.8..=1.2).flip();
        let [mut first, mut second] = image();
        let mut both = image();
        let moved = variants.apply(&mut both, &mut rng(8));
        assert_eq!(variants.apply(&mut first, &mut rng(8)), moved);
        assert_eq!(variants.apply(&mut second, &mut rng(8)), moved);
        assert_eq!(both, [first, second]);
        assert_ne!(both, image());
    }

    #[test]
    fn variants_stay_within_their_settings() {
        let (mut mirrored, mut rng) = (0, rng(2));
        let variants = Augment::new().shift(2.0).rotate(10.0).scale(0.5..=2.0).flip();
        for _ in 0..1000 {
            let Transform { shift, matrix: [[a, b], [c, d]], .. } = variants.draw([6.0, 5.0], &mut rng);
            let area = (a * d - b * c).abs();
            assert!(shift.iter().all(|s| s.abs() <= 2.0) && (0.25 - 1e-5..=4.0 + 1e-5).contains(&area));
            assert!((b / d).abs() <= 10.0_f32.to_radians().tan() + 1e-5);
            mirrored += usize::from(a < 0.0);
        }
        assert!((450..550).contains(&mirrored), "{mirrored}");
    }

    #[test]
    fn noise_has_its_deviation() {
        let mut image = [[[3.0_f32; 101]; 100]; 1];
        Augment::new().noise(0.5).apply(&mut image, &mut rng(3));
        let numbers = image.as_flattened().as_flattened();
        let mean = numbers.iter().sum::<f32>() / numbers.len() as f32;
        let variance = numbers.iter().map(|n| (n - mean).powi(2)).sum::<f32>() / numbers.len() as f32;
        assert!((mean - 3.0).abs() < 0.02 && (variance.sqrt() - 0.5).abs() < 0.02, "{mean} {variance}");
    }

    /// A bright block moves as its box says.
    #[test]
    fn boxes_go_with_their_objects() {
        let variants = Augment::new().shift(5.0).scale(0.8..=1.2).flip();
        let mut rng = rng(4);
        for _ in 0..50 {
            let mut image = [[[0.0_f32; 40]; 30]; 1];
            image[0][10..18].iter_mut().for_each(|row| row[20..32].fill(1.0));
            let bounds = BoundingBox::from_corners([20.0 / 40.0, 10.0 / 30.0, 32.0 / 40.0, 18.0 / 30.0]);
            let moved = variants.apply(&mut image, &mut rng).bounds(&bounds).unwrap();
            let bright = |x: usize, y: usize| image[0][y][x] > 0.5;
            let columns = (0..40).filter(|x| (0..30).any(|y| bright(*x, y)));
            let rows = (0..30).filter(|y| (0..40).any(|x| bright(x, *y)));
            let ((left, right), (top, bottom)) = (ends(columns), ends(rows));
            let seen = BoundingBox::from_corners([left / 40.0, top / 30.0, right / 40.0, bottom / 30.0]);
            assert!(moved.iou(&seen) > 0.8, "{moved:?} {seen:?}");
        }
    }

    fn ends(positions: impl Iterator<Item = usize>) -> (f32, f32) {
        positions.fold((f32::MAX, 0.0), |(low, high), at| (low.min(at as f32), high.max(at as f32 + 1.0)))
    }

    #[test]
    fn boxes_that_leave_the_image_are_gone() {
        let right = moved([10.0, 10.0], [5.0, 0.0], STILL);
        assert_eq!(right.bounds(&BoundingBox::new(0.8, 0.5, 0.2, 0.2)), None);
        let half = right.bounds(&BoundingBox::new(0.5, 0.5, 0.2, 0.2)).unwrap();
        assert!((half.x - 0.95).abs() < 1e-6 && (half.width - 0.1).abs() < 1e-6);
        let turned = moved([10.0, 10.0], [0.0; 2], [[0.0, -1.0], [1.0, 0.0]]);
        let turned = turned.bounds(&BoundingBox::new(0.7, 0.5, 0.4, 0.2)).unwrap();
        assert!((turned.y - 0.7).abs() < 1e-6 && (turned.width - 0.2).abs() < 1e-6);
    }
}

//! Convolutions over planes so small that a vector holds more than a line of them, and those of single channels.
//!
//! A plane is laid out once, with its padding ([`Planes`](super::geometry::Planes)). There its lines lie in a row, and vectors go on from line to
//! line: the few numbers that are no column of the output are left out when the sums are written. Where not all channels have room at a
//! time, the sums of the first are taken up again. The terms of each number are added in the order of [`slide`](super::slide), to the same bits.

use super::super::dispatch::{Task, dispatch};
use super::super::parts::{parts, parts_mut};
use super::super::vector::Vector;
use super::geometry::{BUFFER, MOST_TAPS, Planes};
use super::lay::lay_planes;
use super::share::with_buffer;
use super::slide::{Flat, Slide, copy_few};
use super::{Geometry, Weights};

/// How many lanes the vectors of this processor have.
pub(super) fn lanes() -> usize {
    struct Lanes;
    impl Task for Lanes {
        type Output = usize;

        #[inline(always)]
        unsafe fn run<V: Vector>(self) -> usize {
            V::LANES
        }
    }
    dispatch(Lanes)
}

/// Whether a convolution takes fewer vectors this way, or less time.
pub(super) fn pays(g: &Geometry) -> bool {
    // elsewhere nothing is laid out but in memory that constants tell of
    if !cfg!(feature = "std") || g.is_direct() || g.taps() > MOST_TAPS {
        return false;
    }
    let lanes = lanes();
    let vectors = |columns: usize| columns.div_ceil(lanes.max(1));
    lanes > 1
        && g.planes(g.output[0]).channel + lanes <= BUFFER
        && (g.is_depthwise() || vectors(flat_columns(g)) < g.output[0] * vectors(g.output[1]))
}

/// Columns of all lines in a row, the last without what comes after it.
pub(super) fn flat_columns(g: &Geometry) -> usize {
    (g.output[0] - 1) * g.pitch() + g.output[1]
}

/// The convolution of a geometry for which it [`pays`]; the slices have its sizes. `turned` counts the numbers of the window from the last.
pub(super) fn over_flat(
    g: &Geometry,
    turned: bool,
    x: &[f32],
    weight: &[f32],
    weights: Weights,
    start: &[f32],
    y: &mut [f32],
) {
    with_buffer(BUFFER, |buffer| dispatch(OverFlat { g, turned, x, weight, weights, start, y, buffer }));
}

/// `buffer` has [`BUFFER`] zeros.
struct OverFlat<'a> {
    g: &'a Geometry,
    turned: bool,
    x: &'a [f32],
    weight: &'a [f32],
    weights: Weights,
    start: &'a [f32],
    y: &'a mut [f32],
    buffer: &'a mut [f32],
}

impl Task for OverFlat<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let planes = self.g.planes(self.g.output[0]);
        let mut table = [0; MOST_TAPS];
        let Some(taps) = planes.taps(self.g, self.turned, &mut table) else { return };
        // SAFETY: the caller vouches for the vectors.
        unsafe {
            if self.g.is_depthwise() {
                self.single::<V>(planes, taps);
            } else {
                self.several::<V>(planes, taps);
            }
        }
    }
}

/// Vectors of a plane that are computed before they are written.
const VECTORS: usize = 8;

impl OverFlat<'_> {
    /// Filters that see several channels, or one that others see too.
    #[inline(always)]
    unsafe fn several<V: Vector>(self, planes: Planes, taps: &[u32]) {
        let OverFlat { g, x, weight, weights, start, y, buffer, .. } = self;
        let filters = g.filters_in_group();
        let at_a_time = ((buffer.len() - V::LANES) / planes.channel.max(1)).clamp(1, g.depth());
        let groups = parts(x, g.depth() * g.plane()).zip(parts_mut(y, filters * g.out_plane()));
        for (group, (x, y)) in (0..g.groups).cycle().zip(groups) {
            let mut channel = 0;
            while channel < g.depth() {
                let channels = at_a_time.min(g.depth() - channel);
                let x = x.get(channel * g.plane()..(channel + channels) * g.plane()).unwrap_or_default();
                // SAFETY: the caller vouches for the vectors.
                unsafe { lay_planes::<V>(g, &planes, x, 0, buffer, true) };
                let slide = Slide {
                    rows: filters,
                    channels,
                    taps,
                    lines: 1,
                    columns: flat_columns(g),
                    a: weight.as_ptr().wrapping_add(group * weights.group + channel * weights.channel),
                    a_row: weights.row,
                    a_channel: weights.channel,
                    a_tap: 1,
                    b: buffer.as_ptr(),
                    b_channel: planes.channel,
                    b_line: 0,
                    b_len: buffer.len(),
                    start: if start.is_empty() {
                        core::ptr::null()
                    } else {
                        start.as_ptr().wrapping_add(group * filters)
                    },
                    c: y.as_mut_ptr(),
                    c_row: g.out_plane(),
                    c_line: g.output[1],
                    flat: Some(Flat { pitch: g.pitch(), width: g.output[1], resumes: channel > 0 }),
                };
                // SAFETY: the slices have the sizes of the geometry, by the caller and the division into groups; windows stay within the
                // planes; the caller vouches for the vectors.
                unsafe { V::apart(slide) };
                channel += channels;
            }
        }
    }

    /// Each filter sees one channel that no other sees.
    #[inline(always)]
    unsafe fn single<V: Vector>(self, planes: Planes, taps: &[u32]) {
        let OverFlat { g, x, weight, weights, start, y, buffer, .. } = self;
        let (flat, pitch, width) = (flat_columns(g), g.pitch(), g.output[1]);
        for (group, (x, y)) in (0..g.groups).cycle().zip(parts(x, g.plane()).zip(parts_mut(y, g.out_plane()))) {
            // SAFETY: vectors are read no further than a vector's lanes beyond the planes, which `pays` leaves room for, and written to
            // `done`; pieces lie within the plane of the output; the caller vouches for the vectors.
            unsafe {
                lay_planes::<V>(g, &planes, x, 0, buffer, true);
                let first = start.get(group).copied().unwrap_or(0.0);
                let weight = weight.get(group * weights.group..).unwrap_or_default();
                let (mut at, mut column, mut to) = (0, 0, y.as_mut_ptr());
                while at < flat {
                    let mut done = [[0.0_f32; 16]; VECTORS];
                    let done = done.as_mut_ptr().cast::<f32>();
                    let count = (VECTORS * V::LANES).min(flat - at);
                    let mut i = 0;
                    while i < count {
                        let (from, to) = (buffer.as_ptr().add(at + i), done.add(i));
                        if count - i > 2 * V::LANES {
                            window::<V, 4>(from, taps, weight, first, to);
                            i += 4 * V::LANES;
                        } else if count - i > V::LANES {
                            window::<V, 2>(from, taps, weight, first, to);
                            i += 2 * V::LANES;
                        } else {
                            window::<V, 1>(from, taps, weight, first, to);
                            i += V::LANES;
                        }
                    }
                    let mut i = 0;
                    while i < count {
                        let piece = width.saturating_sub(column).min(count - i);
                        copy_few::<V>(done.add(i), to, piece);
                        to = to.wrapping_add(piece);
                        let step = (pitch - column).min(count - i);
                        i += step;
                        column = if column + step == pitch { 0 } else { column + step };
                    }
                    at += count;
                }
            }
        }
    }
}

/// `C` vectors of sums of one channel.
///
/// # Safety
///
/// `to` must have room for them, there must be a vector at each tap from each of them on, and the processor must have the vectors.
#[inline(always)]
unsafe fn window<V: Vector, const C: usize>(from: *const f32, taps: &[u32], weight: &[f32], start: f32, to: *mut f32) {
    // SAFETY: by the caller.
    unsafe {
        let mut sums = [V::splat(start); C];
        for (tap, weight) in taps.iter().zip(weight) {
            let (from, weight) = (from.add(*tap as usize), V::splat(*weight));
            for (c, sum) in sums.iter_mut().enumerate() {
                *sum = V::load(from.add(c * V::LANES)).mul_add(weight, *sum);
            }
        }
        for (c, sum) in sums.into_iter().enumerate() {
            sum.store(to.add(c * V::LANES));
        }
    }
}

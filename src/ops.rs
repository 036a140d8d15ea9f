//! What custom layers, losses and optimizers compute with: products and element-wise loops over the vector instructions of the processor.
//!
//! The built-in layers use the same kernels, so that a custom layer written with them is as fast, and gives the same bits.
//!
//! | function | formula | in a layer |
//! |---|---|---|
//! | [`affine`] | `y = x · Wᵀ + b` | forward |
//! | [`affine_map`] | `y = f(x · Wᵀ + b)` | forward, with an activation |
//! | [`matmul_transposed`] | `y = x · Wᵀ` | forward, without a bias |
//! | [`matmul`], [`add_matmul`] | `y = x · W`, `y += x · W` | `∂loss/∂x = δ · W` |
//! | [`add_transposed_matmul`] | `W += yᵀ · x` | `∂loss/∂W += δᵀ · x` |
//! | [`add_rows`] | `b += Σ y[n]` | `∂loss/∂b += Σ δ[n]` |
//! | [`map()`], [`zip()`], [`zip3`] | `y = f(y)`, `f(y, a)`, `f(y, a, b)` for each number | activations, gates, scales |
//! | [`update`], [`update_with`], [`update_with_two`] | `f(w, g)`, with one or two numbers of state | optimizers |
//! | [`sum_of_squares`], [`all_finite`] | `Σ v²`, whether no `v` is NaN or infinite | norms, checks |
//! | [`wide()`] | anything, compiled for wide vectors | softmax, sums along a row |
//! | [`math`] | `exp`, `tanh`, `sigmoid`, `erf`, … of one number | in all of these |
//!
//! `x` is a batch of rows, `[n][IN]`, `y` is `[n][OUT]`, a weight matrix `[OUT][IN]`, as PyTorch stores it. A vector is a batch of one:
//! [`core::slice::from_ref`]. Sizes are types: a matrix that does not fit does not compile. Where two batches have different numbers of
//! rows, those that both have are computed, so that there is nothing to fail: nothing here allocates or panics.
//!
//! ```compile_fail,E0308
//! use congruent::ops;
//!
//! let (weight, bias) = ([[0.5; 3]; 2], [0.0; 2]);
//! ops::affine(&[[1.0; 4]], &weight, &bias, &mut [[0.0; 2]]); // rows of 4 numbers, weights for 3
//! ```
//!
//! # Bits and threads
//!
//! A row's result does not depend on the rows beside it, and gradients are added in the order of the samples, so that a batch gives the bits
//! of its samples. With the feature `threads` large calls are divided among threads, with the bits of one. Element-wise functions give the
//! same bits on every processor; products of more than 512 weights may round differently on different processors, since a fused
//! multiply-add rounds once.
//!
//! # Example
//!
//! The passes of a dense layer with the activation `tanh`; `examples/custom_layer.rs` is a whole layer.
//!
//! ```
//! use congruent::ops::{self, math};
//!
//! let (weight, bias) = ([[0.5, -1.0, 0.0], [0.25, 0.5, 1.0]], [0.1, -0.1]);
//! let x = [[1.0, 0.5, -0.5], [0.0, 1.0, 2.0]];
//!
//! let mut y = [[0.0; 2]; 2];
//! ops::affine_map(&x, &weight, &bias, &mut y, math::tanh);
//!
//! // δ = ∂loss/∂z from ∂loss/∂y, with tanh'(z) = 1 − y²
//! let mut delta = [[1.0, 0.0], [0.0, 1.0]];
//! ops::zip(&mut delta, &y, |dy, y| dy * (1.0 - y * y));
//!
//! let (mut dw, mut db, mut dx) = ([[0.0; 3]; 2], [0.0; 2], [[0.0; 3]; 2]);
//! ops::add_transposed_matmul(&delta, &x, &mut dw);
//! ops::add_rows(&delta, &mut db);
//! ops::matmul(&delta, &weight, &mut dx);
//! assert_eq!(db, [delta[0][0], delta[1][1]]);
//! assert_eq!(dx[1], weight[1].map(|w| w * delta[1][1]));
//! ```

use crate::kernel::{self, Epilogue, NoEpilogue};
use crate::memory::plain::{flatten, flatten_mut};
use crate::shape::Tensor;

pub use crate::kernel::{Wide, all_finite, sum_of_squares, wide};

/// Elementary functions of one `f32`: the same bits on every platform, with and without `std`. Those without branches become vector code in
/// the loops of [`ops`](crate::ops).
pub mod math {
    pub use crate::kernel::math::{erf, exp, exp_m1, ln, sigmoid, sqrt, tanh};
}

/// `y[n][o] = Σ_i x[n][i]·weight[o][i] + bias[o]`, that is `y = x · Wᵀ + b`: the forward pass of a dense layer.
///
/// | | shape |
/// |---|---|
/// | `x` | `[n][IN]` |
/// | `weight` | `[OUT][IN]` |
/// | `bias` | `[OUT]` |
/// | `y` | `[n][OUT]`, set |
///
/// ```
/// let mut y = [[0.0; 2]];
/// congruent::ops::affine(&[[1.0, 2.0, 3.0]], &[[1.0, 1.0, 1.0], [0.0, 0.0, 2.0]], &[0.5, -1.0], &mut y);
/// assert_eq!(y, [[6.5, 5.0]]);
/// ```
#[inline]
pub fn affine<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [[f32; OUT]],
) {
    kernel::affine(x, weight, bias, y, NoEpilogue);
}

/// `y[n][o] = f(Σ_i x[n][i]·weight[o][i] + bias[o])`: [`affine`], and `f` of each number while it is in the nearest cache.
///
/// `f` is plain arithmetic, or one of [`math`], and so becomes vector code; where it is large, a function marked `#[inline(always)]`.
///
/// ```
/// let mut y = [[0.0; 2]];
/// congruent::ops::affine_map(&[[1.0, -2.0]], &[[1.0, 1.0], [1.0, -1.0]], &[0.0, 0.5], &mut y, |z| z.max(0.0));
/// assert_eq!(y, [[0.0, 3.5]]);
/// ```
#[inline]
pub fn affine_map<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [[f32; OUT]],
    f: impl Fn(f32) -> f32 + Copy + Send + Sync,
) {
    kernel::affine(x, weight, bias, y, Mapped(f));
}

/// A function of each number of finished rows.
struct Mapped<F>(F);

impl<F: Fn(f32) -> f32 + Copy + Sync, const OUT: usize> Epilogue<[f32; OUT]> for Mapped<F> {
    #[inline(always)]
    fn finish(&self, rows: &mut [[f32; OUT]]) {
        rows.as_flattened_mut().iter_mut().for_each(|value| *value = (self.0)(*value));
    }
}

/// `y[n][o] = Σ_i x[n][i]·weight[o][i]`, that is `y = x · Wᵀ`: [`affine`] without a bias. Shapes as there.
///
/// ```
/// let mut y = [[0.0; 2]; 2];
/// congruent::ops::matmul_transposed(&[[1.0, 2.0], [3.0, 4.0]], &[[1.0, 0.0], [1.0, 1.0]], &mut y);
/// assert_eq!(y, [[1.0, 3.0], [3.0, 7.0]]);
/// ```
#[inline]
pub fn matmul_transposed<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    y: &mut [[f32; OUT]],
) {
    kernel::affine(x, weight, const { &[0.0; OUT] }, y, NoEpilogue);
}

/// `y[n][i] = Σ_o x[n][o]·weight[o][i]`, that is `y = x · W`: with `x` the derivative `δ = ∂loss/∂z` of `z = x · Wᵀ + b`, the derivative by
/// the input.
///
/// | | shape |
/// |---|---|
/// | `x` | `[n][OUT]` |
/// | `weight` | `[OUT][IN]` |
/// | `y` | `[n][IN]`, set |
///
/// ```
/// let mut y = [[0.0; 2]; 2];
/// congruent::ops::matmul(&[[1.0, 2.0], [3.0, 4.0]], &[[1.0, 0.0], [1.0, 1.0]], &mut y);
/// assert_eq!(y, [[3.0, 2.0], [7.0, 4.0]]);
/// ```
#[inline]
pub fn matmul<const IN: usize, const OUT: usize>(x: &[[f32; OUT]], weight: &[[f32; IN]; OUT], y: &mut [[f32; IN]]) {
    kernel::input_gradient(x, weight, y);
}

/// `y[n][i] += Σ_o x[n][o]·weight[o][i]`, that is `y += x · W`: [`matmul`] added to what `y` holds, for a second product. Shapes as there.
///
/// ```
/// let mut y = [[10.0, 20.0]];
/// congruent::ops::add_matmul(&[[1.0, 2.0]], &[[1.0, 0.0], [1.0, 1.0]], &mut y);
/// assert_eq!(y, [[13.0, 22.0]]);
/// ```
#[inline]
pub fn add_matmul<const IN: usize, const OUT: usize>(x: &[[f32; OUT]], weight: &[[f32; IN]; OUT], y: &mut [[f32; IN]]) {
    kernel::add_input_gradient(x, weight, y);
}

/// `weight[o][i] += Σ_n y[n][o]·x[n][i]`, that is `W += yᵀ · x`: with `y` the derivative `δ = ∂loss/∂z` of `z = x · Wᵀ + b`, what the samples
/// add to the derivative by the weights.
///
/// | | shape |
/// |---|---|
/// | `y` | `[n][OUT]` |
/// | `x` | `[n][IN]` |
/// | `weight` | `[OUT][IN]`, added to |
///
/// ```
/// let mut weight = [[1.0; 3]; 2];
/// congruent::ops::add_transposed_matmul(&[[1.0, 2.0], [0.0, 1.0]], &[[1.0, 0.0, 1.0], [5.0, 0.0, 0.0]], &mut weight);
/// assert_eq!(weight, [[2.0, 1.0, 2.0], [8.0, 1.0, 3.0]]);
/// ```
#[inline]
pub fn add_transposed_matmul<const IN: usize, const OUT: usize>(
    y: &[[f32; OUT]],
    x: &[[f32; IN]],
    weight: &mut [[f32; IN]; OUT],
) {
    kernel::weight_gradient(y, x, weight);
}

/// `sum[o] += Σ_n rows[n][o]`: with `δ = ∂loss/∂z` of `z = x · Wᵀ + b` as the rows, `[n][OUT]`, what the samples add to the derivative by the
/// bias, `[OUT]`.
///
/// ```
/// let mut sum = [10.0, 0.0];
/// congruent::ops::add_rows(&[[1.0, 2.0], [3.0, 4.0]], &mut sum);
/// assert_eq!(sum, [14.0, 6.0]);
/// ```
#[inline]
pub fn add_rows<const OUT: usize>(rows: &[[f32; OUT]], sum: &mut [f32; OUT]) {
    kernel::bias_gradient(rows, sum);
}

/// `values[i] = f(values[i])` for each number of a batch, whatever its shape.
///
/// `f` is plain arithmetic, or one of [`math`], and so becomes vector code; where it is large, a function marked `#[inline(always)]`.
///
/// ```
/// let mut image = [[[1.0, -2.0], [-3.0, 4.0]]; 3];
/// congruent::ops::map(&mut image, |x| x * x);
/// assert_eq!(image, [[[1.0, 4.0], [9.0, 16.0]]; 3]);
/// ```
#[inline]
pub fn map<S: Tensor>(values: &mut [S], f: impl Fn(f32) -> f32 + Copy + Send) {
    kernel::map(flatten_mut(values), f);
}

/// `values[i] = f(values[i], a[i])` for each number of two batches of one shape.
///
/// ```
/// let mut dy = [[1.0, 2.0], [3.0, 4.0]];
/// congruent::ops::zip(&mut dy, &[[0.5, 0.0], [1.0, 0.0]], |dy, y| if y > 0.0 { dy } else { 0.0 });
/// assert_eq!(dy, [[1.0, 0.0], [3.0, 0.0]]);
/// ```
#[inline]
pub fn zip<S: Tensor>(values: &mut [S], a: &[S], f: impl Fn(f32, f32) -> f32 + Copy + Send) {
    kernel::zip(flatten_mut(values), flatten(a), f);
}

/// `values[i] = f(values[i], a[i], b[i])` for each number of three batches of one shape.
///
/// ```
/// let mut y = [[0.0; 2]];
/// congruent::ops::zip3(&mut y, &[[1.0, 2.0]], &[[10.0, 100.0]], |_, a, b| a * b);
/// assert_eq!(y, [[10.0, 200.0]]);
/// ```
#[inline]
pub fn zip3<S: Tensor>(values: &mut [S], a: &[S], b: &[S], f: impl Fn(f32, f32, f32) -> f32 + Copy + Send) {
    kernel::zip3(flatten_mut(values), flatten(a), flatten(b), f);
}

/// `f(&mut parameters[i], &mut gradients[i])` for each parameter: a step of an [`Optimizer`](crate::Optimizer) without state.
///
/// Slices of different lengths are worked through up to the shortest.
///
/// ```
/// let (mut w, mut g) = ([1.0, 2.0], [0.5, -0.5]);
/// congruent::ops::update(&mut w, &mut g, |w, g| *w -= 0.1 * core::mem::take(g));
/// assert_eq!((w, g), ([0.95, 2.05], [0.0, 0.0]));
/// ```
#[inline]
pub fn update(parameters: &mut [f32], gradients: &mut [f32], f: impl Fn(&mut f32, &mut f32) + Copy + Send) {
    kernel::update0(parameters, gradients, f);
}

/// [`update`] with one number of state for each parameter, such as a momentum: `f(&mut parameters[i], &mut gradients[i], &mut first[i])`.
///
/// ```
/// let (mut w, mut g, mut momentum) = ([1.0], [0.5], [1.0]);
/// congruent::ops::update_with(&mut w, &mut g, &mut momentum, |w, g, m| {
///     *m = 0.5 * *m + core::mem::take(g);
///     *w -= 0.25 * *m;
/// });
/// assert_eq!((w, g, momentum), ([0.75], [0.0], [1.0]));
/// ```
#[inline]
pub fn update_with(
    parameters: &mut [f32],
    gradients: &mut [f32],
    first: &mut [f32],
    f: impl Fn(&mut f32, &mut f32, &mut f32) + Copy + Send,
) {
    kernel::update1(parameters, gradients, first, f);
}

/// [`update`] with two numbers of state for each parameter, such as two moments:
/// `f(&mut parameters[i], &mut gradients[i], &mut first[i], &mut second[i])`.
///
/// ```
/// let (mut w, mut g, mut m, mut v) = ([1.0], [2.0], [0.0], [0.0]);
/// congruent::ops::update_with_two(&mut w, &mut g, &mut m, &mut v, |w, g, m, v| {
///     (*m, *v) = (*g, *g * *g);
///     *w -= 0.5 * *m / congruent::ops::math::sqrt(*v);
///     *g = 0.0;
/// });
/// assert_eq!((w, g, m, v), ([0.5], [0.0], [2.0], [4.0]));
/// ```
#[inline]
pub fn update_with_two(
    parameters: &mut [f32],
    gradients: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    f: impl Fn(&mut f32, &mut f32, &mut f32, &mut f32) + Copy + Send,
) {
    kernel::update2(parameters, gradients, first, second, f);
}

//! Several values made one, in a network whose layers name what they take: sums, products, and values side by side.
//!
//! | | forward | backward |
//! |---|---|---|
//! | `Add(a, b)` | `y = a + b` | `∂loss/∂a = ∂loss/∂b = ∂loss/∂y` |
//! | `Multiply(a, b)` | `y = a · b`, element by element, or with one number of `b` for each channel of `a` | `∂loss/∂a = ∂loss/∂y · b`, `∂loss/∂b = ∂loss/∂y · a`, summed over what a number of `b` is multiplied with |
//! | `Concat(a, b)` | `y = [a, b]` along an axis | each gets its part of `∂loss/∂y` |

use core::marker::PhantomData;

use rand::Rng;

use super::activation::Activation;
use super::graph::{Attribute, Graph, Refusal, Value};
use super::init::Init;
use super::{Layer, Pass};
use crate::kernel::{self, norm};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Shape, Tensor};

/// `to = from`
pub fn set<Y: Parameters, X: Parameters>(to: &mut [Y], from: &[X]) {
    for (to, from) in flatten_mut(to).iter_mut().zip(flatten(from)) {
        *to = *from;
    }
}

/// `to += from`
pub fn add<Y: Parameters, X: Parameters>(to: &mut [Y], from: &[X]) {
    kernel::zip(flatten_mut(to), flatten(from), |a, b| a + b);
}

/// How many numbers of an `X` are multiplied with each number of a `G`.
#[must_use]
pub const fn numbers<X: Tensor, G: Tensor>() -> usize {
    let fits = X::DIMS.multiplies(&G::DIMS) && X::DIMS.count() > 0;
    assert!(fits, "what is multiplied with a value has its shape, or a number for each of its channels");
    X::DIMS.count() / G::DIMS.count()
}

/// `y = x · g`
pub fn multiply<Y: Tensor, X: Tensor, G: Tensor>(y: &mut [Y], x: &[X], g: &[G]) {
    let numbers = const { numbers::<X, G>() };
    if numbers == 1 {
        set(y, x);
        return kernel::zip(flatten_mut(y), flatten(g), |x, g| x * g);
    }
    let planes = flatten(x).chunks_exact(numbers).zip(flatten_mut(y).chunks_exact_mut(numbers));
    for ((x, y), g) in planes.zip(flatten(g)) {
        let g = *g;
        kernel::zip(y, x, |_, x| x * g);
    }
}

/// `∂loss/∂g = ∂loss/∂y · x`, summed over what a number of `g` is multiplied with.
pub fn gate_gradient<G: Tensor, X: Tensor, Y: Tensor>(gradient: &mut [G], x: &[X], dy: &[Y]) {
    let numbers = const { numbers::<X, G>() };
    if numbers == 1 {
        set(gradient, dy);
        return kernel::zip(flatten_mut(gradient), flatten(x), |dy, x| dy * x);
    }
    let planes = flatten(x).chunks_exact(numbers).zip(flatten(dy).chunks_exact(numbers));
    for ((x, dy), gradient) in planes.zip(flatten_mut(gradient)) {
        *gradient = norm::sum_of_products([1, numbers, 0], dy, x, 0.0);
    }
}

/// How many numbers of a `P` lie next to each other in a value that was joined along an axis.
#[must_use]
pub const fn block<P: Tensor, const AXIS: usize>() -> usize {
    let (sizes, mut outer, mut i) = (P::DIMS.as_slice(), 1, 0);
    assert!(AXIS < sizes.len(), "values are joined along an axis that they have");
    while i < AXIS {
        outer *= sizes[i];
        i += 1;
    }
    P::DIMS.count() / outer
}

/// Copies each part to where it lies in the whole: `at` numbers behind the first.
pub fn put<Y: Tensor, P: Tensor, const AXIS: usize>(whole: &mut [Y], part: &[P], at: usize) {
    let (all, some) = const { blocks::<Y, P, AXIS>() };
    for (to, from) in flatten_mut(whole).chunks_exact_mut(all).zip(flatten(part).chunks_exact(some)) {
        for (to, from) in to.iter_mut().skip(at).zip(from) {
            *to = *from;
        }
    }
}

/// The way back of [`put`].
pub fn take<P: Tensor, Y: Tensor, const AXIS: usize>(part: &mut [P], whole: &[Y], at: usize) {
    let (all, some) = const { blocks::<Y, P, AXIS>() };
    for (to, from) in flatten_mut(part).chunks_exact_mut(some).zip(flatten(whole).chunks_exact(all)) {
        for (to, from) in to.iter_mut().zip(from.iter().skip(at)) {
            *to = *from;
        }
    }
}

/// The numbers next to each other in the whole and in a part.
const fn blocks<Y: Tensor, P: Tensor, const AXIS: usize>() -> (usize, usize) {
    let blocks = (block::<Y, AXIS>(), block::<P, AXIS>());
    assert!(0 < blocks.1 && blocks.1 <= blocks.0, "a part is no larger than the whole");
    blocks
}

/// Adds the sum of values to a graph for other tools.
pub fn export_add(graph: &mut dyn Graph, values: &[Value]) -> Value {
    match values {
        [first, second] => graph.node("Add", &[*first, *second], &[]),
        values => graph.node("Sum", values, &[]),
    }
}

/// Adds values side by side to a graph for other tools.
pub fn export_concat(graph: &mut dyn Graph, values: &[Value], axis: usize) -> Value {
    // behind the batch
    graph.node("Concat", values, &[("axis", Attribute::Int(axis as i64 + 1))])
}

/// Adds the product of an `X` and a `G` to a graph for other tools.
pub fn export_multiply<X: Tensor, G: Tensor>(graph: &mut dyn Graph, [input, mut given]: [Value; 2]) -> Value {
    let (rank, inner) = (X::DIMS.as_slice().len(), G::DIMS.as_slice().len());
    if rank != inner {
        let mut shape = [1; 7];
        shape[0] = 0;
        shape[1] = -1;
        let shape = shape.get(..=rank).unwrap_or_default();
        let shape = graph.whole_numbers("shape", Dims::SCALAR.within(shape.len()), shape);
        given = graph.node("Reshape", &[given, shape], &[]);
    }
    graph.node("Mul", &[input, given], &[])
}

/// A value that was made of several, as a layer: lets it through. It stands for the join where types of layers are asked for, and for all
/// that a network with several outputs gives, `H` being the activations that end them.
#[derive(Clone, Copy, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Joined<Y, const PRODUCT: bool = false, H = crate::Linear> {
    what: PhantomData<(Y, fn() -> H)>,
}

#[diagnostic::do_not_recommend]
impl<Y: Shape, const PRODUCT: bool, H: Activation> Layer for Joined<Y, PRODUCT, H> {
    type Input = Y;
    type Output = Y;
    type Head = H;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = if PRODUCT { Y::DIMS.count() as u64 } else { 0 };

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[Y], y: &mut [Y], _scratch: &mut ()) {
        let_through(x, y);
    }

    fn forward<const B: usize>(&self, x: &[Y], y: &mut [Y], _tape: &mut (), _pass: &mut Pass) {
        let_through(x, y);
    }

    fn backward<const B: usize>(
        &self,
        _x: &[Y],
        _y: &[Y],
        _tape: &mut (),
        dy: &mut [Y],
        dx: Option<&mut [Y]>,
        _gradient: &mut Self,
    ) {
        if let Some(dx) = dx {
            let_through(dy, dx);
        }
    }

    fn export(&self, _graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(input)
    }
}

fn let_through<Y: Copy>(x: &[Y], y: &mut [Y]) {
    for (x, y) in x.iter().zip(y) {
        *y = *x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_side_by_side_along_an_axis() {
        let (a, b) = ([[[1.0], [2.0]]], [[[3.0, 4.0], [5.0, 6.0]]]);
        let mut whole = [[[0.0; 3]; 2]];
        put::<_, [[f32; 1]; 2], 1>(&mut whole, &a, 0);
        put::<_, [[f32; 2]; 2], 1>(&mut whole, &b, 1);
        assert_eq!(whole, [[[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]]);
        let mut back = [[[0.0; 2]; 2]];
        take::<_, [[f32; 3]; 2], 1>(&mut back, &whole, 1);
        assert_eq!(back, b);
        let mut rows = [[[0.0; 1]; 3]];
        put::<_, [[f32; 1]; 2], 0>(&mut rows, &a, 1);
        assert_eq!(rows, [[[0.0], [1.0], [2.0]]]);
    }

    #[test]
    fn a_number_for_each_channel_is_multiplied_with_the_channel() {
        let (x, g) = ([[[1.0_f32, 2.0], [3.0, 4.0]]], [[10.0_f32, -1.0]]);
        let mut y = [[[0.0_f32; 2]; 2]];
        multiply(&mut y, &x, &g);
        assert_eq!(y, [[[10.0, 20.0], [-3.0, -4.0]]]);
        let mut dg = [[0.0_f32; 2]];
        gate_gradient(&mut dg, &x, &[[[1.0_f32, 1.0], [0.5, 2.0]]]);
        assert_eq!(dg, [[3.0, 9.5]]);
    }
}

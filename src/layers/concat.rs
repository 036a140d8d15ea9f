//! Branches side by side: `y = [A(x), B(x)]`, the channels of one after those of the other (Szegedy et al. 2015).
//!
//! Backward: each branch gets its part of `∂loss/∂y`, and what comes back is added: `∂loss/∂x = A'(x)ᵀ·∂loss/∂y_A + B'(x)ᵀ·∂loss/∂y_B`.

use core::fmt::Display;
use core::marker::PhantomData;

use rand::Rng;

use super::chain::Composed;
use super::chain::export_listed;
use crate::kernel;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::join::{put, take};
use crate::layer::{GradientOf, Layer, Pass, largest};
use crate::memory::overlay::{Overlay, front};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, cast, cast_mut, flatten, flatten_mut};
use crate::shape::{Shape, Tensor, first, first_mut};

/// The layers or chains of layers `A` and `B` side by side, whose outputs make one of the shape `Y`; `B` may be such a pair again.
///
/// In `network!`: `Concat<Conv2d<8, 4, 1, Relu>, Conv2d<8, 4, 3, Relu, padding = same>>`, a list of branches. A branch of several layers
/// stands in brackets: `[Conv2d<8, 4, 1, Relu>, Conv2d<4, 8, 3, padding = same>]`. The branch `Linear` lets through what comes in. Files
/// of weights know the branches by position, as `both.0.weight`, and the layers in brackets too, as `both.1.0.weight`.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate, layout = Chain)]
#[repr(C)]
pub struct Concat<A, B, Y> {
    /// `A`
    pub first: A,
    /// `B`
    pub second: B,
    shape: PhantomData<Y>,
}

/// What backward needs: what both branches remember and give, and room for gradients.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct ConcatTape<TA, TB, YA, YB, X> {
    first: TA,
    second: TB,
    /// What the branches give, and the gradients of that.
    given: Pair<YA, YB>,
    gradients: Pair<YA, YB>,
    back: X,
}

crate::memory::plain::opaque_debug! { [TA, TB, YA, YB, X] ConcatTape, ConcatTape<TA, TB, YA, YB, X> }

impl<A, B, Y> Composed for Concat<A, B, Y> {
    type First = A;
    type Second = B;
}

#[diagnostic::do_not_recommend]
impl<A, B, Y> Layer for Concat<A, B, Y>
where
    A: Layer<Input: Tensor, Output: Tensor> + Parameters,
    B: Layer<Input: Tensor, Output: Tensor> + Parameters,
    Y: Tensor,
{
    type Input = A::Input;
    type Output = Y;
    type Head = crate::Linear;
    type Gradient = ConcatGradient<A::Gradient, B::Gradient>;
    type Scratch<const N: usize> = Overlay<Pair<[A::Output; N], A::Scratch<N>>, Pair<[B::Output; N], B::Scratch<N>>>;
    type Tape<const N: usize> = ConcatTape<A::Tape<N>, B::Tape<N>, [A::Output; N], [B::Output; N], [A::Input; N]>;

    const MACS: u64 = A::MACS + B::MACS;
    const REACHES_INPUT: bool = A::REACHES_INPUT && B::REACHES_INPUT;
    const LEAST_SAMPLES: usize = largest(&[A::LEAST_SAMPLES, B::LEAST_SAMPLES]);

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.first.initialize(init, rng);
        self.second.initialize(init, rng);
    }

    fn infer<const N: usize>(&self, x: &[A::Input], y: &mut [Y], scratch: &mut Self::Scratch<N>) {
        const {
            assert!(
                <A::Input as Shape>::DIMS.same(&<B::Input as Shape>::DIMS)
                    && <A::Output as Parameters>::COUNT + <B::Output as Parameters>::COUNT == Y::COUNT,
                "the branches of a `Concat` take the same shape, and give shapes that differ in their channels only"
            );
        };
        let Pair(given, inner) = front::<_, Pair<[A::Output; N], A::Scratch<N>>>(scratch);
        let given = first_mut(given, x.len());
        self.first.infer::<N>(x, given, inner);
        put::<_, _, 0>(y, given, 0);
        let Pair(given, inner) = front::<_, Pair<[B::Output; N], B::Scratch<N>>>(scratch);
        let given = first_mut(given, x.len());
        self.second.infer::<N>(cast(x), given, inner);
        put::<_, _, 0>(y, given, <A::Output as Parameters>::COUNT);
    }

    fn forward<const N: usize>(&self, x: &[A::Input], y: &mut [Y], tape: &mut Self::Tape<N>, pass: &mut Pass) {
        let given = first_mut(&mut tape.given.0, x.len());
        self.first.forward::<N>(x, given, &mut tape.first, pass);
        put::<_, _, 0>(y, given, 0);
        let given = first_mut(&mut tape.given.1, x.len());
        self.second.forward::<N>(cast(x), given, &mut tape.second, pass);
        put::<_, _, 0>(y, given, <A::Output as Parameters>::COUNT);
    }

    fn backward<const N: usize>(
        &self,
        x: &[A::Input],
        _y: &[Y],
        tape: &mut Self::Tape<N>,
        dy: &mut [Y],
        mut dx: Option<&mut [A::Input]>,
        gradient: &mut Self::Gradient,
    ) {
        let (given, above) = (first(&tape.given.0, x.len()), first_mut(&mut tape.gradients.0, x.len()));
        take::<_, _, 0>(above, dy, 0);
        self.first.backward::<N>(x, given, &mut tape.first, above, dx.as_deref_mut(), &mut gradient.first);
        let (given, above) = (first(&tape.given.1, x.len()), first_mut(&mut tape.gradients.1, x.len()));
        take::<_, _, 0>(above, dy, <A::Output as Parameters>::COUNT);
        let back = first_mut(&mut tape.back, x.len());
        let below = dx.is_some().then(|| cast_mut(&mut *back));
        self.second.backward::<N>(cast(x), given, &mut tape.second, above, below, &mut gradient.second);
        if let Some(dx) = dx {
            kernel::zip(flatten_mut(dx), flatten(back), |a, b| a + b);
        }
    }

    fn inspect<const N: usize>(tape: &Self::Tape<N>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        A::inspect::<N>(&tape.first, samples, tell);
        B::inspect::<N>(&tape.second, samples, tell);
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let branches = [export_listed(&self.first, graph, input)?, export_listed(&self.second, graph, input)?];
        Ok(graph.node("Concat", &branches, &[("axis", Attribute::Int(1))]))
    }
}

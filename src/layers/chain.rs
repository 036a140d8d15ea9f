//! Two layers, one after the other: `y = second(first(x))`, of which the type form of `network!` makes its lists.
//!
//! Backward is the chain rule in its plainest form: the second layer gives the derivative by what lies between the two,
//! and the first goes on from there.

use core::fmt::Display;

use rand::Rng;

use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, GradientOf, InputError, Layer, Pass, largest};
use crate::memory::layout::Layout;
use crate::memory::overlay::{Overlay, front};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain};
use crate::network::junction::{feed, feed_back};
use crate::shape::{Shape, first, first_mut};

/// The composition of two layers.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate, layout = Chain)]
#[repr(C)]
pub struct Chain<A, B> {
    /// What comes first.
    pub first: A,
    /// What maps the output of the first.
    pub second: B,
}

/// A layer made of two, by whose types `network!` checks what is within: for its code alone.
pub trait Composed {
    /// The type of the first.
    type First;
    /// The type of the second.
    type Second;
}

impl<A, B> Composed for Chain<A, B> {
    type First = A;
    type Second = B;
}

/// The tape of a chain: what both remember, the values between them, and room for the gradients of those values.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct ChainTape<A, M, G, B> {
    first: A,
    between: M,
    gradients: G,
    second: B,
}

crate::memory::plain::opaque_debug! { [A, M, G, B] ChainTape, ChainTape<A, M, G, B> }

impl<F: Layer, S: Layer> Chain<F, S> {
    /// Whether the first layer has parameters that are trained, for which it must be told the derivative by its output.
    const LEARNS_BEFORE: bool = {
        let learns = <F::Gradient as GradientOf<F>>::TRAINED > 0;
        assert!(!learns || S::REACHES_INPUT, "what begins with frozen layers comes after a layer that learns");
        learns
    };
}

#[diagnostic::do_not_recommend]
impl<F: Layer + Parameters, S: Layer + Parameters> Layer for Chain<F, S> {
    type Input = F::Input;
    type Output = S::Output;
    type Head = S::Head;
    type Gradient = ChainGradient<F::Gradient, S::Gradient>;
    type Scratch<const B: usize> = Pair<[F::Output; B], Overlay<F::Scratch<B>, S::Scratch<B>>>;
    type Tape<const B: usize> = ChainTape<F::Tape<B>, [F::Output; B], [Gradient<F::Output>; B], S::Tape<B>>;

    const MACS: u64 = F::MACS + S::MACS;
    const REACHES_INPUT: bool = F::REACHES_INPUT && S::REACHES_INPUT;
    const LEAST_SAMPLES: usize = largest(&[F::LEAST_SAMPLES, S::LEAST_SAMPLES]);

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.first.initialize(init, rng);
        self.second.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[F::Input], y: &mut [S::Output], scratch: &mut Self::Scratch<B>) {
        let between = first_mut(&mut scratch.0, x.len());
        let buffer = &mut scratch.1;
        self.first.infer::<B>(x, between, front(buffer));
        self.second.infer::<B>(feed::<F::Output, S::Input>(between), y, front(buffer));
    }

    fn infer_logits<const B: usize>(&self, x: &[F::Input], z: &mut [S::Output], scratch: &mut Self::Scratch<B>) {
        let between = first_mut(&mut scratch.0, x.len());
        let buffer = &mut scratch.1;
        self.first.infer::<B>(x, between, front(buffer));
        self.second.infer_logits::<B>(feed::<F::Output, S::Input>(between), z, front(buffer));
    }

    fn forward<const B: usize>(&self, x: &[F::Input], y: &mut [S::Output], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        let between = first_mut(&mut tape.between, x.len());
        self.first.forward::<B>(x, between, &mut tape.first, pass);
        self.second.forward::<B>(feed::<F::Output, S::Input>(between), y, &mut tape.second, pass);
    }

    fn backward<const B: usize>(
        &self,
        x: &[F::Input],
        y: &[S::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Gradient<S::Output>],
        dx: Option<&mut [Gradient<F::Input>]>,
        gradient: &mut Self::Gradient,
    ) {
        let between = first(&tape.between, x.len());
        let d_between = first_mut(&mut tape.gradients, x.len());
        let wanted = Self::LEARNS_BEFORE || dx.is_some();
        let fed = wanted.then(|| feed_back::<F::Output, S::Input>(d_between));
        self.second.backward::<B>(
            feed::<F::Output, S::Input>(between),
            y,
            &mut tape.second,
            dy,
            fed,
            &mut gradient.second,
        );
        if wanted {
            self.first.backward::<B>(x, between, &mut tape.first, d_between, dx, &mut gradient.first);
        }
    }

    fn forward_logits<const B: usize>(
        &self,
        x: &[F::Input],
        z: &mut [S::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    ) {
        let between = first_mut(&mut tape.between, x.len());
        self.first.forward::<B>(x, between, &mut tape.first, pass);
        self.second.forward_logits::<B>(feed::<F::Output, S::Input>(between), z, &mut tape.second, pass);
    }

    fn backward_logits<const B: usize>(
        &self,
        x: &[F::Input],
        y: &[S::Output],
        tape: &mut Self::Tape<B>,
        dz: &mut [Gradient<S::Output>],
        dx: Option<&mut [Gradient<F::Input>]>,
        gradient: &mut Self::Gradient,
    ) {
        let between = first(&tape.between, x.len());
        let d_between = first_mut(&mut tape.gradients, x.len());
        let wanted = Self::LEARNS_BEFORE || dx.is_some();
        let fed = wanted.then(|| feed_back::<F::Output, S::Input>(d_between));
        self.second.backward_logits::<B>(
            feed::<F::Output, S::Input>(between),
            y,
            &mut tape.second,
            dz,
            fed,
            &mut gradient.second,
        );
        if wanted {
            self.first.backward::<B>(x, between, &mut tape.first, d_between, dx, &mut gradient.first);
        }
    }

    fn check_input(input: &F::Input) -> Result<(), InputError> {
        F::check_input(input)
    }

    fn inspect<const B: usize>(tape: &Self::Tape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        F::inspect::<B>(&tape.first, samples, tell);
        tell(&"first", first(&tape.between, samples).iter().all(Shape::is_finite));
        S::inspect::<B>(&tape.second, samples, tell);
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let between = export_listed(&self.first, graph, input)?;
        export_listed(&self.second, graph, between)
    }
}

/// Exports a layer in a list of layers, or a part of the list.
pub(super) fn export_listed<L: Layer + Parameters>(
    layer: &L,
    graph: &mut dyn Graph,
    input: Value,
) -> Result<Value, Refusal> {
    if matches!(L::LAYOUT, Layout::Chain(..)) {
        return layer.export(graph, input);
    }
    graph.scope(None, |graph| layer.export(graph, input))
}

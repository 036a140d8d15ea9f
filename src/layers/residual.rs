//! A way around some layers: `y = F(x) + x` (He et al. 2016), or with a shortcut of its own `y = F(x) + S(x)`, where `F` changes the shape.
//!
//! Backward: `∂loss/∂y` goes both ways unchanged, and what comes back is added: `∂loss/∂x = F'(x)ᵀ·∂loss/∂y + ∂loss/∂y`. So there is always a
//! short way for the derivative, however deep a network is.

use core::fmt::Display;

use rand::Rng;

use super::chain::Composed;
use crate::kernel;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{GradientOf, Layer, Pass, largest};
use crate::memory::overlay::{Overlay, front};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, cast, cast_mut, flatten, flatten_mut};
use crate::sealed::Sealed;
use crate::shape::{Tensor, first, first_mut};

/// The layer or list of layers `F`, with the shortcut `S` around it: [`Identity`] in most cases. Files of weights have them as
/// `block.layers.0.weight` and `block.shortcut.weight`.
///
/// In `network!`: `Residual<Conv2d<16, 16, 3, Relu, padding = same>, Conv2d<16, 16, 3, padding = same>>`, a list of layers. Where they
/// change the shape, `shortcut = Conv2d<16, 32, 1, stride = 2>` makes the other way fit. An activation of the sum comes after it.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Residual<F, S> {
    /// `F`
    pub layers: F,
    /// `S`
    pub shortcut: S,
}

impl<F, S> Composed for Residual<F, S> {
    type First = F;
    type Second = S;
}

impl<L> Composed for ShortcutLayer<L> {
    type First = L;
    type Second = ();
}

/// What backward needs: what both ways remember and give, and room for gradients.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct ResidualTape<TF, TS, YF, YS, X> {
    layers: TF,
    shortcut: TS,
    /// What the layers give.
    given: YF,
    copy: YF,
    shortcut_given: YS,
    back: X,
}

crate::memory::plain::opaque_debug! { [TF, TS, YF, YS, X] ResidualTape, ResidualTape<TF, TS, YF, YS, X> }

/// A way around layers that carries `X` to where `Y` comes out.
pub trait Shortcut<X: Tensor, Y: Tensor>: Parameters + Sealed {
    /// Where the derivatives by its parameters are gathered.
    type Gradient: GradientOf<Self>;
    /// Memory for inference.
    type Scratch<const B: usize>: Plain;
    /// What it remembers for backward.
    type Tape<const B: usize>: Plain;
    /// What it gives, kept for backward; nothing for [`Identity`].
    type Given<const B: usize>: Plain;
    /// Its multiply-accumulate operations.
    const MACS: u64;
    /// See [`Layer::LEAST_SAMPLES`].
    const LEAST_SAMPLES: usize = 1;

    /// Draws the parameters anew.
    #[doc(hidden)]
    fn initialize(&mut self, init: Init, rng: &mut dyn Rng);
    /// Adds what it gives to `y`, in inference.
    #[doc(hidden)]
    fn add<const B: usize>(&self, x: &[X], y: &mut [Y], buffer: &mut [Y], scratch: &mut Self::Scratch<B>);
    /// Adds what it gives to `y`, in training.
    #[doc(hidden)]
    fn add_forward<const B: usize>(
        &self,
        x: &[X],
        y: &mut [Y],
        given: &mut Self::Given<B>,
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    );
    /// Adds what comes back to `dx`. `back` is room for it.
    #[allow(clippy::too_many_arguments)] // what backward is made of
    #[doc(hidden)]
    fn add_backward<const B: usize>(
        &self,
        x: &[X],
        dy: &mut [Y],
        dx: Option<&mut [X]>,
        back: &mut [X],
        given: &mut Self::Given<B>,
        tape: &mut Self::Tape<B>,
        gradient: &mut Self::Gradient,
    );

    /// As [`Layer::export`].
    #[doc(hidden)]
    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal>;
}

/// No layer at all: what comes in goes out.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Identity;

/// A layer as a shortcut.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate, layout = L::LAYOUT)]
#[repr(C)]
pub struct ShortcutLayer<L>(pub L);

/// `to += from`
fn add(to: &mut [f32], from: &[f32]) {
    kernel::zip(to, from, |a, b| a + b);
}

impl Sealed for Identity {}

impl<X: Tensor, Y: Tensor> Shortcut<X, Y> for Identity {
    type Gradient = Identity;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    type Given<const B: usize> = ();
    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn add<const B: usize>(&self, x: &[X], y: &mut [Y], _buffer: &mut [Y], _scratch: &mut ()) {
        const {
            assert!(
                X::DIMS.same(&Y::DIMS),
                "the layers of a `Residual` give another shape than they take\n\
                 help: give them a `shortcut`, for example `shortcut = Conv2d<16, 32, 1, stride = 2>`"
            );
        };
        add(flatten_mut(y), flatten(x));
    }

    fn add_forward<const B: usize>(&self, x: &[X], y: &mut [Y], _: &mut (), _: &mut (), _: &mut Pass) {
        <Self as Shortcut<X, Y>>::add::<B>(self, x, y, &mut [], &mut ());
    }

    fn add_backward<const B: usize>(
        &self,
        _x: &[X],
        dy: &mut [Y],
        dx: Option<&mut [X]>,
        _back: &mut [X],
        _: &mut (),
        _: &mut (),
        _: &mut Identity,
    ) {
        if let Some(dx) = dx {
            add(flatten_mut(dx), flatten(dy));
        }
    }

    fn export(&self, _graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(input)
    }
}

impl<L> Sealed for ShortcutLayer<L> {}

impl<X: Tensor, Y: Tensor, L: Layer<Input: Tensor, Output: Tensor> + Parameters> Shortcut<X, Y> for ShortcutLayer<L> {
    type Gradient = ShortcutLayerGradient<L::Gradient>;
    type Scratch<const B: usize> = L::Scratch<B>;
    type Tape<const B: usize> = L::Tape<B>;
    type Given<const B: usize> = [Y; B];
    const MACS: u64 = L::MACS;
    const LEAST_SAMPLES: usize = L::LEAST_SAMPLES;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.0.initialize(init, rng);
    }

    fn add<const B: usize>(&self, x: &[X], y: &mut [Y], buffer: &mut [Y], scratch: &mut L::Scratch<B>) {
        const {
            assert!(
                X::DIMS.same(&<L::Input as crate::Shape>::DIMS) && Y::DIMS.same(&<L::Output as crate::Shape>::DIMS),
                "the shortcut of a `Residual` maps other shapes than its layers"
            );
        };
        self.0.infer::<B>(cast(x), cast_mut(buffer), scratch);
        add(flatten_mut(y), flatten(buffer));
    }

    fn add_forward<const B: usize>(
        &self,
        x: &[X],
        y: &mut [Y],
        given: &mut [Y; B],
        tape: &mut L::Tape<B>,
        pass: &mut Pass,
    ) {
        let given = first_mut(given, x.len());
        self.0.forward::<B>(cast(x), cast_mut(given), tape, pass);
        add(flatten_mut(y), flatten(given));
    }

    fn add_backward<const B: usize>(
        &self,
        x: &[X],
        dy: &mut [Y],
        dx: Option<&mut [X]>,
        back: &mut [X],
        given: &mut [Y; B],
        tape: &mut L::Tape<B>,
        gradient: &mut ShortcutLayerGradient<L::Gradient>,
    ) {
        let given = first_mut(given, x.len());
        let wanted = dx.is_some();
        let buffer = cast_mut::<X, L::Input>(first_mut(back, x.len()));
        let (dy, given) = (cast_mut::<Y, L::Output>(dy), cast::<Y, L::Output>(given));
        self.0.backward::<B>(cast(x), given, tape, dy, wanted.then_some(buffer), &mut gradient.0);
        if let Some(dx) = dx {
            add(flatten_mut(dx), flatten(first(back, x.len())));
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        graph.scope("shortcut", |graph| self.0.export(graph, input))
    }
}

#[diagnostic::do_not_recommend]
impl<F: Layer<Input: Tensor, Output: Tensor>, S: Shortcut<F::Input, F::Output>> Layer for Residual<F, S> {
    type Input = F::Input;
    type Output = F::Output;
    type Head = crate::Linear;
    type Gradient = ResidualGradient<F::Gradient, S::Gradient>;
    type Scratch<const B: usize> = Overlay<F::Scratch<B>, Pair<[F::Output; B], S::Scratch<B>>>;
    type Tape<const B: usize> = ResidualTape<F::Tape<B>, S::Tape<B>, [F::Output; B], S::Given<B>, [F::Input; B]>;

    const MACS: u64 = F::MACS + S::MACS;
    const REACHES_INPUT: bool = F::REACHES_INPUT;
    const LEAST_SAMPLES: usize = largest(&[F::LEAST_SAMPLES, S::LEAST_SAMPLES]);

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.layers.initialize(init, rng);
        self.shortcut.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[F::Input], y: &mut [F::Output], scratch: &mut Self::Scratch<B>) {
        self.layers.infer::<B>(x, y, front(scratch));
        let Pair(buffer, inner) = front::<_, Pair<[F::Output; B], S::Scratch<B>>>(scratch);
        self.shortcut.add::<B>(x, y, first_mut(buffer, x.len()), inner);
    }

    fn forward<const B: usize>(&self, x: &[F::Input], y: &mut [F::Output], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        let given = first_mut(&mut tape.given, x.len());
        self.layers.forward::<B>(x, given, &mut tape.layers, pass);
        super::activate::copy(given, y);
        self.shortcut.add_forward::<B>(x, y, &mut tape.shortcut_given, &mut tape.shortcut, pass);
    }

    fn backward<const B: usize>(
        &self,
        x: &[F::Input],
        _y: &[F::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [F::Output],
        mut dx: Option<&mut [F::Input]>,
        gradient: &mut Self::Gradient,
    ) {
        // the layers may overwrite what they are given, so they get a copy
        let copy_of_dy = first_mut(&mut tape.copy, x.len());
        super::activate::copy(dy, copy_of_dy);
        let given = first(&tape.given, x.len());
        self.layers.backward::<B>(x, given, &mut tape.layers, copy_of_dy, dx.as_deref_mut(), &mut gradient.layers);
        let (back, given) = (&mut tape.back, &mut tape.shortcut_given);
        self.shortcut.add_backward::<B>(x, dy, dx, back, given, &mut tape.shortcut, &mut gradient.shortcut);
    }

    fn inspect<const B: usize>(tape: &Self::Tape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        F::inspect::<B>(&tape.layers, samples, tell);
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let given = graph.scope("layers", |graph| self.layers.export(graph, input))?;
        let around = self.shortcut.export(graph, input)?;
        Ok(graph.node("Add", &[given, around], &[]))
    }
}

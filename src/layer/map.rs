//! Layers that are a function and nothing else: no parameters, and nothing to remember for the backward pass.

use super::Gradient;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::memory::plain::Parameters;
use crate::shape::Shape;

/// A layer without parameters and without memory between forward and backward: [`map_layer!`](crate::map_layer) makes a [`Layer`](crate::Layer) of it.
///
/// ```
/// use congruent::{Map, Parameters, map_layer, prelude::*};
///
/// /// `y[i] = x[N − 1 − i]`
/// #[derive(Parameters)]
/// #[repr(C)]
/// pub struct Reverse<const N: usize>;
///
/// map_layer! { [const N: usize] Reverse<N> }
///
/// impl<const N: usize> Map for Reverse<N> {
///     type Input = [f32; N];
///     type Output = [f32; N];
///
///     fn map(inputs: &[[f32; N]], outputs: &mut [[f32; N]]) {
///         for (x, y) in inputs.iter().zip(outputs) {
///             *y = *x;
///             y.reverse();
///         }
///     }
///
///     fn map_back(_: &[[f32; N]], _: &[[f32; N]], output_gradients: &mut [[f32; N]], input_gradients: &mut [[f32; N]]) {
///         Self::map(output_gradients, input_gradients);
///     }
/// }
///
/// network! { struct Reversed { reverse: Reverse<4>, dense: Dense<4, 2> } }
/// assert_eq!(Reversed::PARAMETERS, 10);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer without parameters",
    label = "it implements the trait `congruent::Map`"
)]
pub trait Map: Parameters {
    /// The input of one sample.
    type Input: Shape;
    /// The output of one sample.
    type Output: Shape;

    /// Multiply-accumulate operations for one sample.
    const MACS: u64 = 0;

    /// Sets the outputs of as many inputs.
    fn map(inputs: &[Self::Input], outputs: &mut [Self::Output]);

    /// The chain rule: from `∂loss/∂output`, which it may overwrite, sets `∂loss/∂input`.
    fn map_back(
        inputs: &[Self::Input],
        outputs: &[Self::Output],
        output_gradients: &mut [Gradient<Self::Output>],
        input_gradients: &mut [Gradient<Self::Input>],
    );

    /// As [`Layer::export`](crate::Layer::export).
    ///
    /// # Errors
    ///
    /// When the layer has no such description, as by default.
    fn export(_graph: &mut dyn Graph, _input: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("it has no `export`"))
    }
}

/// Implements [`Layer`](crate::Layer) for a [`Map`](crate::Map), given with its generic parameters: `map_layer! { [const N: usize] Reverse<N> }`.
///
/// (It is no `impl<M: Map> Layer for M`, since rustc would then have to know of each layer whether it is a `Map`, before it can say what
/// is wrong with a network.)
#[macro_export]
macro_rules! map_layer {
    ([$($generics:tt)*] $Map:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $crate::Layer for $Map {
            type Input = <$Map as $crate::Map>::Input;
            type Output = <$Map as $crate::Map>::Output;
            type Head = $crate::Linear;
            type Gradient = Self;
            type Scratch<const B: ::core::primitive::usize> = ();
            type Tape<const B: ::core::primitive::usize> = ();

            const MACS: ::core::primitive::u64 = <$Map as $crate::Map>::MACS;

            fn initialize(&mut self, _init: $crate::Init, _rng: &mut dyn $crate::rand::Rng) {
                const {
                    ::core::assert!(
                        ::core::mem::size_of::<Self>() == 0,
                        "a `Map` has no parameters: a layer that has some implements `Layer`"
                    );
                }
            }

            fn infer<const B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &mut [Self::Output],
                _scratch: &mut (),
            ) {
                <$Map as $crate::Map>::map(inputs, outputs);
            }

            fn forward<const B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &mut [Self::Output],
                _tape: &mut (),
                _pass: &mut $crate::Pass,
            ) {
                <$Map as $crate::Map>::map(inputs, outputs);
            }

            fn backward<const B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &[Self::Output],
                _tape: &mut (),
                output_gradients: &mut [Self::Output],
                input_gradients: ::core::option::Option<&mut [Self::Input]>,
                _gradient: &mut Self,
            ) {
                if let ::core::option::Option::Some(input_gradients) = input_gradients {
                    <$Map as $crate::Map>::map_back(inputs, outputs, output_gradients, input_gradients);
                }
            }

            fn export(
                &self,
                graph: &mut dyn $crate::graph::Graph,
                input: $crate::graph::Value,
            ) -> ::core::result::Result<$crate::graph::Value, $crate::graph::Refusal> {
                <$Map as $crate::Map>::export(graph, input)
            }
        }
    };
}

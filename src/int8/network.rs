//! Int8 networks: what `network!` writes for one, and the methods that all of them have.

use super::arithmetic::Quantization;
use super::calibration::{Fused, Quantizable};
use super::in_place::InPlace;
use super::memory::{Int8Shape, Int8s};
use crate::layer::Layer;
use crate::network::Network;

/// A network whose declaration has `#[int8]`. Only `network!` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no int8 form",
    label = "a network has one by `#[int8]` above it, within `network!`"
)]
pub trait HasInt8: Network<Input: Int8Shape, Output: Int8Shape> {
    /// The int8 form.
    type Int8: Int8Network<Float = Self>;
}

/// An int8 network: [`network!`](crate::network!) declares it beside one of `f32` with `#[int8]`. Only `network!` implements it.
///
/// What it takes and gives are arrays of `i8` of the shapes of the network of `f32`; [`input_quantization`](Int8Network::input_quantization) and
/// [`output_quantization`](Int8Network::output_quantization) say what they stand for.
pub trait Int8Network: InPlace + Send + Sync {
    /// The network of `f32`.
    type Float: HasInt8<Int8 = Self>;

    /// A network of zeros.
    const ZERO: Self;
    /// Bytes of memory for one inference, beyond input and output.
    const INFERENCE_BYTES: usize;

    /// How the input is quantised.
    fn input_quantization(&self) -> Quantization;

    /// How the output is quantised.
    fn output_quantization(&self) -> Quantization;

    /// Sets both.
    #[doc(hidden)]
    fn set_ends(&mut self, input: Quantization, output: Quantization);

    /// Maps one sample, in memory of at least [`INFERENCE_BYTES`](Int8Network::INFERENCE_BYTES).
    #[doc(hidden)]
    fn infer(
        &self,
        input: &<<Self::Float as Layer>::Input as Int8Shape>::Int8,
        output: &mut <<Self::Float as Layer>::Output as Int8Shape>::Int8,
        memory: &mut [i8],
    );

    /// Shows each layer that is run, with the one of `f32`.
    #[doc(hidden)]
    fn visit<V: LayerVisitor>(float: &Self::Float, int8: &mut Self, visitor: &mut V);
}

/// Looks at the layers of a network and of its int8 form, in the order in which they are run.
#[doc(hidden)]
pub trait LayerVisitor {
    /// A layer, and what is folded into it.
    fn layer<L: Quantizable>(
        &mut self,
        name: &'static str,
        layer: &L,
        norm: &dyn Fused,
        clamp: &dyn Fused,
        int8: &mut L::Int8,
    );
}

/// The integers nearest to the numbers of an input.
#[doc(hidden)]
pub fn quantize<S: Int8Shape>(quantization: Quantization, values: &S) -> S::Int8 {
    let mut integers = S::Int8::ZERO;
    for (q, x) in integers.as_flat_mut().iter_mut().zip(values.as_flat()) {
        *q = quantization.quantize(*x);
    }
    integers
}

/// The numbers that the integers of an output stand for.
#[doc(hidden)]
pub fn dequantize<S: Int8Shape>(quantization: Quantization, integers: &S::Int8) -> S {
    let mut values: S = crate::memory::plain::zeroed();
    for (x, q) in values.as_flat_mut().iter_mut().zip(integers.as_flat()) {
        *x = quantization.dequantize(*q);
    }
    values
}

/// The methods and constants that every int8 network has of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! int8_network_methods {
    ($Network:ident, $Float:ident, $Input:ty, $Output:ty) => {
        impl $Network {
            /// The bytes of its parameters: integer weights, biases and scales.
            pub const PARAMETER_BYTES: ::core::primitive::usize = ::core::mem::size_of::<Self>();
            /// Multiply-accumulate operations of the inference of one sample.
            pub const MACS: ::core::primitive::u64 = <$Float as $crate::Layer>::MACS;
            /// The bytes of memory for the inference of one sample, beyond its input and output.
            pub const INFERENCE_BYTES: ::core::primitive::usize = <Self as $crate::int8::Int8Network>::INFERENCE_BYTES;

            /// The same with input and output, as integers.
            pub const RAM_BYTES: ::core::primitive::usize = Self::INFERENCE_BYTES
                + ::core::mem::size_of::<<$Input as $crate::int8::Int8Shape>::Int8>()
                + ::core::mem::size_of::<<$Output as $crate::int8::Int8Shape>::Int8>();

            /// A network of zeros, for the initialiser of a `static`.
            #[must_use]
            pub const fn zeroed() -> Self {
                <Self as $crate::int8::Int8Network>::ZERO
            }

            /// The output for one input, both of `f32`, which are quantised and turned back at the ends, with all memory on the stack.
            #[must_use]
            pub fn forward(&self, input: &$Input) -> $Output {
                self.dequantize(&self.forward_int8(&self.quantize(input)))
            }

            /// The output for one input, with all memory on the stack.
            #[must_use]
            pub fn forward_int8(
                &self,
                input: &<$Input as $crate::int8::Int8Shape>::Int8,
            ) -> <$Output as $crate::int8::Int8Shape>::Int8 {
                let mut output = <<$Output as $crate::int8::Int8Shape>::Int8 as $crate::int8::Int8s>::ZERO;
                let mut memory = [0; <$Network as $crate::int8::Int8Network>::INFERENCE_BYTES];
                $crate::int8::Int8Network::infer(self, input, &mut output, &mut memory);
                output
            }

            /// Sets the output for one input, in memory of the caller's, which may be a `static`.
            pub fn infer(
                &self,
                input: &<$Input as $crate::int8::Int8Shape>::Int8,
                output: &mut <$Output as $crate::int8::Int8Shape>::Int8,
                memory: &mut [::core::primitive::i8; <$Network as $crate::int8::Int8Network>::INFERENCE_BYTES],
            ) {
                $crate::int8::Int8Network::infer(self, input, output, memory);
            }

            /// How the input is quantised.
            #[must_use]
            pub fn input_quantization(&self) -> $crate::int8::Quantization {
                $crate::int8::Int8Network::input_quantization(self)
            }

            /// How the output is quantised.
            #[must_use]
            pub fn output_quantization(&self) -> $crate::int8::Quantization {
                $crate::int8::Int8Network::output_quantization(self)
            }

            /// The integers nearest to the numbers of an input.
            #[must_use]
            pub fn quantize(&self, input: &$Input) -> <$Input as $crate::int8::Int8Shape>::Int8 {
                $crate::__private::int8::quantize::<$Input>(self.input_quantization(), input)
            }

            /// The numbers that the integers of an output stand for.
            #[must_use]
            pub fn dequantize(&self, output: &<$Output as $crate::int8::Int8Shape>::Int8) -> $Output {
                $crate::__private::int8::dequantize::<$Output>(self.output_quantization(), output)
            }
        }
    };
}

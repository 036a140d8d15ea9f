//! Pools: the largest, MAX_POOL_2D, or the mean, AVERAGE_POOL_2D of TensorFlow Lite, under each window, or of whole channels. What goes out
//! has the scale of what comes in.
//!
//! A mean is rounded to the nearest integer, halves away from zero. What lies outside the image is never the largest, and counts as 0 in a
//! mean, as in the layer of `f32`. (TensorFlow Lite leaves it out of the mean: of windows without padding the two are the same.)

use core::marker::PhantomData;

use crate::int8::arithmetic::{Quantization, rounded_mean};
use crate::int8::calibration::{Calibration, Quantizable};
use crate::int8::{Int8Layer, Int8Shape, kernel, planes};
use crate::kernel::conv::Geometry;
use crate::layers::{self as float, Window, window};
use crate::memory::plain::Marker;

struct Largest;

impl kernel::Pool for Largest {
    const START: i32 = i8::MIN as i32;

    #[inline(always)]
    fn gather(so_far: i32, x: i32) -> i32 {
        so_far.max(x)
    }

    #[inline(always)]
    fn finish(gathered: i32, _count: i32, _outside: i32, _padding: i8) -> i8 {
        gathered as i8
    }
}

struct Mean;

impl kernel::Pool for Mean {
    const START: i32 = 0;

    #[inline(always)]
    fn gather(so_far: i32, x: i32) -> i32 {
        so_far + x
    }

    #[inline(always)]
    fn finish(gathered: i32, count: i32, outside: i32, padding: i8) -> i8 {
        rounded_mean(gathered + outside * i32::from(padding), count) as i8
    }
}

/// A window as large as the plane.
const fn whole(places: usize) -> Geometry {
    Geometry {
        channels: 1,
        filters: 1,
        groups: 1,
        input: [1, places],
        output: [1, 1],
        kernel: [1, places],
        stride: [1, 1],
        padding: [0, 0],
        dilation: [1, 1],
    }
}

/// A pool under the windows `G` of each of `C` channels.
macro_rules! window_pool {
    ($Float:ident, $Name:ident, $Pool:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug)]
        #[repr(C)]
        pub struct $Name<const C: usize, G> {
            /// The integer that stands for 0.
            padding: i8,
            window: Marker<G>,
        }

        impl<const C: usize, G: Window> Int8Layer for $Name<C, G> {
            type Input = [G::Plane; C];
            type Output = [G::Stops; C];

            const ZERO: Self = $Name { padding: 0, window: PhantomData };

            fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
                let g = const { &window::geometry::<G>(stringify!($Float), 1, 1, 1) };
                kernel::pool::<$Pool>(g, C, x, self.padding, y);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<const C: usize, G: Window> Quantizable for float::$Float<C, G> {
            type Int8 = $Name<C, G>;

            fn quantize(&self, at: &Calibration, to: &mut Self::Int8) -> Quantization {
                to.padding = at.input.zero_point as i8;
                at.input
            }
        }
    };
}

window_pool! { MaxPool2d, MaxPool2dInt8, Largest, "The largest under each window `G` of each of `C` channels." }
window_pool! { AvgPool2d, AvgPool2dInt8, Mean, "The mean under each window `G` of each of `C` channels." }

/// A pool of whole channels, from the shape `S` to the vector `T`.
macro_rules! global_pool {
    ($Float:ident, $Name:ident, $Pool:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug)]
        #[repr(C)]
        pub struct $Name<S, T> {
            what: Marker<(S, T)>,
        }

        impl<S: Int8Shape, T: Int8Shape> Int8Layer for $Name<S, T> {
            type Input = S;
            type Output = T;

            const ZERO: Self = $Name { what: PhantomData };

            fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
                let [channels, _] = const { planes(&S::DIMS) };
                let g = const { &whole(planes(&S::DIMS)[1]) };
                kernel::pool::<$Pool>(g, channels, x, 0, y);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S: Int8Shape, T: Int8Shape> Quantizable for float::$Float<S, T> {
            type Int8 = $Name<S, T>;

            fn quantize(&self, at: &Calibration, _to: &mut Self::Int8) -> Quantization {
                at.input
            }
        }
    };
}

global_pool! { GlobalMaxPool, GlobalMaxPoolInt8, Largest, "The largest of each channel." }
global_pool! { GlobalAvgPool, GlobalAvgPoolInt8, Mean, "The mean of each channel." }

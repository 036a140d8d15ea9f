//! Zeros around each plane, PAD of TensorFlow Lite: the integer that stands for 0.

use core::marker::PhantomData;

use crate::int8::arithmetic::Quantization;
use crate::int8::calibration::{Calibration, Quantizable};
use crate::int8::{Int8Layer, Int8Shape};
use crate::layers::{self as float, window};
use crate::memory::plain::Marker;

/// `TOP` rows above and `LEFT` columns before the image `S`, and as many below and behind as `T` is larger.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct ZeroPad2dInt8<S, T, const TOP: usize, const LEFT: usize> {
    zero: i8,
    what: Marker<(S, T)>,
}

impl<S: Int8Shape, T: Int8Shape, const TOP: usize, const LEFT: usize> Int8Layer for ZeroPad2dInt8<S, T, TOP, LEFT> {
    type Input = S;
    type Output = T;

    const ZERO: Self = ZeroPad2dInt8 { zero: 0, what: PhantomData };

    fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
        let [_, width, _, to_width] = const { window::planes::<S, T>("ZeroPad2d", [TOP, LEFT]) };
        let channels = const { crate::int8::planes(&S::DIMS)[0] };
        y.fill(self.zero);
        let mut rows = x;
        let mut rest = y.get_mut(TOP * to_width * channels..).unwrap_or_default();
        while let Some((row, more)) = rows.split_at_checked((width * channels).max(1)) {
            let to = rest.get_mut(LEFT * channels..).unwrap_or_default();
            super::copy(row, to);
            rows = more;
            rest = rest.split_at_mut_checked(to_width * channels).unwrap_or_default().1;
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S: Int8Shape, T: Int8Shape, const TOP: usize, const LEFT: usize> Quantizable
    for float::ZeroPad2d<S, T, TOP, LEFT>
{
    type Int8 = ZeroPad2dInt8<S, T, TOP, LEFT>;

    fn quantize(&self, at: &Calibration, to: &mut Self::Int8) -> Quantization {
        to.zero = at.input.zero_point as i8;
        at.input
    }
}

//! The same numbers in another shape, or in another order: `Flatten` and `Reshape`, and what lies at the ends of a network, whose input and
//! output are in the order in which they are declared.
//!
//! Where images have one channel, or one place, nothing is to be done, and the network leaves it out.

use core::marker::PhantomData;

use crate::int8::arithmetic::Quantization;
use crate::int8::calibration::{Calibration, Quantizable};
use crate::int8::{Int8Layer, Int8Shape, planes};
use crate::layers as float;
use crate::memory::plain::Marker;

/// In what order the numbers of a shape lie.
pub trait Order: 'static {
    /// The shape.
    type Shape: Int8Shape;
    /// How many channels there are, which lie side by side, and places of each.
    const PLANES: [usize; 2];
}

/// A shape as it lies between int8 layers: with its channels last.
impl<S: Int8Shape> Order for S {
    type Shape = S;
    const PLANES: [usize; 2] = planes(&S::DIMS);
}

/// A shape as it is declared: with its channels first.
#[derive(Clone, Debug)]
pub struct AsDeclared<S>(PhantomData<S>);

impl<S: Int8Shape> Order for AsDeclared<S> {
    type Shape = S;
    const PLANES: [usize; 2] = [1, S::COUNT];
}

/// From one order to another.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Reorder<F, T> {
    what: Marker<(F, T)>,
}

/// Whether the order is that of memory.
const fn is_flat([channels, places]: [usize; 2]) -> bool {
    channels <= 1 || places <= 1
}

impl<F: Order, T: Order> Int8Layer for Reorder<F, T> {
    type Input = F::Shape;
    type Output = T::Shape;

    const ZERO: Self = {
        assert!(<F::Shape as crate::Parameters>::COUNT == <T::Shape as crate::Parameters>::COUNT);
        Reorder { what: PhantomData }
    };
    const IS_IDENTITY: bool =
        is_flat(F::PLANES) && is_flat(T::PLANES) || F::PLANES[0] == T::PLANES[0] && F::PLANES[1] == T::PLANES[1];

    fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
        if Self::IS_IDENTITY {
            super::copy(x, y);
            return;
        }
        let [[channels, places], [to_channels, to_places]] = const { [F::PLANES, T::PLANES] };
        let (mut channel, mut place) = (0, 0); // in the order that goes out
        for c in 0..channels {
            for p in 0..places {
                if let (Some(x), Some(y)) = (x.get(p * channels + c), y.get_mut(place * to_channels + channel)) {
                    *y = *x;
                }
                place += 1;
                if place == to_places {
                    (channel, place) = (channel + 1, 0);
                }
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, S: Int8Shape> Quantizable for float::Flatten<N, S> {
    type Int8 = Reorder<S, [f32; N]>;

    fn quantize(&self, at: &Calibration, _to: &mut Self::Int8) -> Quantization {
        at.input
    }
}

#[diagnostic::do_not_recommend]
impl<S: Int8Shape, T: Int8Shape> Quantizable for float::Reshape<S, T> {
    type Int8 = Reorder<S, T>;

    fn quantize(&self, at: &Calibration, _to: &mut Self::Int8) -> Quantization {
        at.input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reordered<F: Order, T: Order>(x: &[i8]) -> Vec<i8> {
        let mut y = vec![0; x.len()];
        Reorder::<F, T>::ZERO.infer(x, &mut y, &mut []);
        y
    }

    #[test]
    fn images_are_turned_and_turned_back() {
        type Image = [[[f32; 2]; 2]; 3];
        let declared: Vec<i8> = (0..12).collect();
        let inside = reordered::<AsDeclared<Image>, Image>(&declared);
        assert_eq!(inside, [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
        assert_eq!(reordered::<Image, AsDeclared<Image>>(&inside), declared);
        assert_eq!(reordered::<Image, [f32; 12]>(&inside), declared, "`Flatten`");
        let other = reordered::<Image, [[f32; 6]; 2]>(&inside);
        assert_eq!(reordered::<[[f32; 6]; 2], [f32; 12]>(&other), declared, "`Reshape`");
    }

    #[test]
    fn what_has_one_channel_or_one_place_stays() {
        const { assert!(<Reorder<AsDeclared<[[[f32; 9]; 8]; 1]>, [[[f32; 9]; 8]; 1]>>::IS_IDENTITY) };
        const { assert!(<Reorder<[[[f32; 1]; 1]; 7], [f32; 7]>>::IS_IDENTITY) };
        const { assert!(!<Reorder<[[f32; 2]; 2], [f32; 4]>>::IS_IDENTITY) };
    }
}

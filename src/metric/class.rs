//! From outputs and targets to classes.

use crate::shape::sequence::Token;

/// A target that names one of the classes an output of `N` numbers can tell apart.
///
/// With `N` of 2 or more, number i belongs to class i. With `N` = 1, the number is that of class 1, against class 0.
///
/// Implemented by class indices (`usize`, `u8`, `u16`, `u32`, [`Token`]), distributions over the classes (`[f32; N]`) and, for a single output, `bool`.
pub trait ClassOf<const N: usize> {
    /// The class, or `None` where there is no such class.
    fn class(&self) -> Option<usize>;
}

impl<const N: usize> ClassOf<N> for usize {
    fn class(&self) -> Option<usize> {
        (*self < classes(N)).then_some(*self)
    }
}

macro_rules! class_of {
    ($($number:ty)*) => { $(
        impl<const N: usize> ClassOf<N> for $number {
            fn class(&self) -> Option<usize> {
                ClassOf::<N>::class(&(*self as usize))
            }
        }
    )* };
}
class_of!(u8 u16 u32);

impl<const N: usize> ClassOf<N> for Token {
    fn class(&self) -> Option<usize> {
        ClassOf::<N>::class(&self.index())
    }
}

impl<const N: usize> ClassOf<N> for [f32; N] {
    fn class(&self) -> Option<usize> {
        predicted(self, 0.5)
    }
}

impl ClassOf<1> for bool {
    fn class(&self) -> Option<usize> {
        Some(usize::from(*self))
    }
}

/// How many classes an output of `n` numbers tells apart.
pub(super) const fn classes(n: usize) -> usize {
    if n < 2 { 2 } else { n }
}

/// The class an output stands for: the first greatest number, or whether a single number is above the threshold. `None` where
/// a number is NaN or there is none.
pub(super) fn predicted(output: &[f32], threshold: f32) -> Option<usize> {
    if output.iter().any(|x| x.is_nan()) {
        return None;
    }
    if let [single] = output {
        return Some(usize::from(*single > threshold));
    }
    let first_greatest = |best, i| if output[i] > output[best] { i } else { best };
    (0..output.len()).reduce(first_greatest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_greatest_number_wins() {
        assert_eq!(predicted(&[0.1, 0.7, 0.2], 0.5), Some(1));
        assert_eq!(predicted(&[0.4, 0.4, 0.2], 0.5), Some(0));
        assert_eq!(predicted(&[f32::NEG_INFINITY; 3], 0.5), Some(0));
        assert_eq!(predicted(&[0.1, f32::INFINITY], 0.5), Some(1));
        assert_eq!(predicted(&[0.1, 0.7, f32::NAN], 0.5), None);
        assert_eq!(predicted(&[], 0.5), None);
    }

    #[test]
    fn one_number_is_compared_with_the_threshold() {
        assert_eq!(predicted(&[0.5], 0.5), Some(0));
        assert_eq!(predicted(&[0.51], 0.5), Some(1));
        assert_eq!(predicted(&[0.51], 0.6), Some(0));
        assert_eq!(predicted(&[f32::NAN], 0.5), None);
    }

    #[test]
    fn targets_name_classes() {
        assert_eq!(ClassOf::<3>::class(&2_usize), Some(2));
        assert_eq!(ClassOf::<3>::class(&3_usize), None);
        assert_eq!(ClassOf::<3>::class(&255_u8), None);
        assert_eq!(ClassOf::<1>::class(&1_u8), Some(1));
        assert_eq!(ClassOf::<1>::class(&2_u8), None);
        assert_eq!([0.0, 1.0].class(), Some(1));
        assert_eq!([1.0].class(), Some(1));
        assert_eq!([0.0, f32::NAN].class(), None);
        assert_eq!(true.class(), Some(1));
    }
}

//! The number of parameters as a type, so that generic code can own storage of that size.

use generic_array::ArrayLength;
use typenum::{B0, B1, Const, IsLess, Le, Prod, Shleft, Shright, Sum, ToUInt, U, U4, U15, U1000, U4096, U1000000};

use crate::memory::text::Text;

/// The number `MILLIONS·10⁶ + THOUSANDS·10³ + ONES` as a type, written as people write it: `Params<1, 234, 567>`.
///
/// Stable Rust turns only some constants into a typenum number, all below 1000 among them; three of those make the rest.
#[derive(Clone, Copy, Debug)]
pub struct Params<const MILLIONS: usize, const THOUSANDS: usize, const ONES: usize>;

/// Fails, while compiling, when there are more parameters than [`Params`] can say.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn countable(parameters: usize) {
    if parameters >= 1_000_000_000 {
        let text = Text::<256>::new().number(parameters as u64);
        panic!(
            "{}",
            text.str(" parameters are too many\nhelp: make the layers smaller: a network has less than 1,000,000,000")
                .as_str()
        );
    }
}

/// A number that is the length of an array.
pub trait Count {
    /// The number as a typenum type.
    type Length: ArrayLength;
    /// The same, from 4096 on, where nobody counts single numbers, rounded up to a multiple of 16, a line of the cache: so long are the
    /// slots of an optimizer's state for so many parameters, so that each slot begins at a line. (An update of Adam goes through four
    /// arrays; where some of them straddle lines it takes a fifth longer.)
    type Slot: ArrayLength;
}

/// `MILLIONS·10⁶ + THOUSANDS·10³ + ONES`
type Number<const M: usize, const K: usize, const N: usize> = Sum<Sum<Prod<U<M>, U1000000>, Prod<U<K>, U1000>>, U<N>>;
/// Lines of 16 numbers that hold `C` of them.
type Lines<C> = Shright<Sum<C, U15>, U4>;

/// One of two types.
pub trait Choose<Yes, No> {
    /// The first if this is [`B1`], the second if it is [`B0`].
    type Chosen;
}

impl<Yes, No> Choose<Yes, No> for B1 {
    type Chosen = Yes;
}

impl<Yes, No> Choose<Yes, No> for B0 {
    type Chosen = No;
}

impl<const M: usize, const K: usize, const N: usize> Count for Params<M, K, N>
where
    Const<M>: ToUInt,
    Const<K>: ToUInt,
    Const<N>: ToUInt,
    U<M>: core::ops::Mul<U1000000>,
    U<K>: core::ops::Mul<U1000>,
    Prod<U<M>, U1000000>: core::ops::Add<Prod<U<K>, U1000>>,
    Sum<Prod<U<M>, U1000000>, Prod<U<K>, U1000>>: core::ops::Add<U<N>>,
    Number<M, K, N>: ArrayLength + IsLess<U4096> + core::ops::Add<U15>,
    Sum<Number<M, K, N>, U15>: core::ops::Shr<U4>,
    Lines<Number<M, K, N>>: core::ops::Shl<U4>,
    Le<Number<M, K, N>, U4096>: Choose<Number<M, K, N>, Shleft<Lines<Number<M, K, N>>, U4>, Chosen: ArrayLength>,
{
    type Length = Number<M, K, N>;
    type Slot = <Le<Number<M, K, N>, U4096> as Choose<Number<M, K, N>, Shleft<Lines<Number<M, K, N>>, U4>>>::Chosen;
}

#[cfg(test)]
mod tests {
    use generic_array::typenum::Unsigned;

    use super::*;

    #[test]
    fn slots_of_many_numbers_take_whole_lines() {
        fn lengths<C: Count>() -> (usize, usize) {
            (C::Length::USIZE, C::Slot::USIZE)
        }
        assert_eq!(lengths::<Params<0, 0, 0>>(), (0, 0));
        assert_eq!(lengths::<Params<0, 4, 95>>(), (4095, 4095));
        assert_eq!(lengths::<Params<0, 4, 96>>(), (4096, 4096));
        assert_eq!(lengths::<Params<0, 4, 97>>(), (4097, 4112));
        assert_eq!(lengths::<Params<0, 669, 706>>(), (669_706, 669_712));
        assert_eq!(lengths::<Params<999, 999, 999>>(), (999_999_999, 1_000_000_000));
    }
}

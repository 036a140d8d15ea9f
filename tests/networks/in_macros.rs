//! Declarations passed on by a `macro_rules!`, whose fragments arrive in invisible groups.

#![deny(
    warnings,
    elided_lifetimes_in_paths,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    unused_results
)] // what many crates ask for: a declaration offends none of it
#![allow(dead_code)]

use congruent::prelude::*;

const A: usize = 3;
const B: usize = 4;
mod sizes {
    pub(crate) const C: usize = 4;
}
const fn twice(size: usize) -> usize {
    2 * size
}

macro_rules! named {
    ($(#[$meta:meta])* $vis:vis struct $name:ident: [$($input:expr),*] -> [$($output:expr),*] {
        $($(#[$of_layer:meta])* $field_vis:vis $field:ident: $layer:ty),* $(,)?
    }) => {
        network! {
            $(#[$meta])*
            $vis struct $name: [$($input),*] -> [$($output),*] {
                $($(#[$of_layer])* $field_vis $field: $layer,)*
            }
        }
    };
}

/// Passes everything on once more.
macro_rules! through {
    ($(#[$meta:meta])* $vis:vis struct $($rest:tt)*) => { named! { $(#[$meta])* $vis struct $($rest)* } };
}

named! {
    /// A network with documentation.
    #[derive(Clone, Debug)]
    #[doc = concat!("of ", "pieces")]
    #[doc(alias = "other")]
    #[budget(flash = 4 * 1024, macs = 1_000)]
    #[cfg(all())]
    #[must_use]
    #[allow(non_camel_case_types)]
    pub(crate) struct Documented: [A + 1] -> [twice(A)] {
        /// The first.
        #[frozen]
        pub(crate) first: Dense<4, 5, Relu>,
        #[allow(unused)]
        last: Dense<5, 6>,
    }
}

through! {
    /// Passed on twice.
    #[derive(Debug)]
    struct Twice: [(A)] -> [{ 2 * B }] { only: Dense<3, 8> }
}

macro_rules! arguments {
    ($name:ident, $size:expr, $literal:literal, $block:block, $path:path, $activation:ident, $rate:literal) => {
        network! {
            struct $name: [$literal] -> [$size] {
                a: Dense<$literal, $size, $activation>,
                b: Dense<$size, $block>,
                r#drop: Dropout<$rate>,
                c: Dense<$block, $path, Sigmoid>,
                d: Dense<$path, $size>,
            }
        }
    };
}
arguments!(Sum, A + B, 2, { 5 }, A, Relu, 0.5);
arguments!(Product, A * B, 2, { A + B }, sizes::C, Tanh, 0.25);
arguments!(Call, twice(A), 2, { twice(2) }, sizes::C, Tanh, 0.25);
arguments!(Paren, (A + B), 2, { 1 }, sizes::C, Tanh, 0.25);
arguments!(Single, (A), 2, { 1 }, B, Tanh, 0.25);
arguments!(Number, (7), 2, { 1 }, B, Tanh, 0.25);
arguments!(Cast, 7u8 as usize, 2, { 1 }, B, Tanh, 0.25);
arguments!(Size, size_of::<u32>(), 2, { 1 }, B, Tanh, 0.25);

macro_rules! settings {
    ($name:ident, $side:expr, $kernel:expr, $stride:literal, $padding:expr, $pair:expr, $sizes:expr, $same:ident) => {
        network! {
            struct $name: [1, $side, $side] -> [8] {
                a: Conv2d<1, 2, $kernel, Relu, stride = $stride, padding = $padding>,
                b: Conv2d<2, 2, $pair, padding = $same>,
                c: Reshape<$sizes>,
                d: Flatten,
                e: Dense<_, 8>,
            }
        }
    };
}
settings!(Settings, 8, 3, 1, 1, (3, 3), [4, 32], same);
settings!(Summed, A + 5, A, 1, A - 2, (3, A), [{ A + 1 }, 32], same);

macro_rules! by_position {
    ($item:item) => {
        network! { $item }
    };
}
by_position! { #[derive(Clone)] pub(crate) struct ByPosition(Dense<3, 4, Relu>, Dense<4, 2>); }

macro_rules! layers {
    ($($layer:path),*) => { network![$($layer),*] };
}
macro_rules! with_mapping {
    ([$input:expr] -> [$output:expr]; $($layer:ty),*) => { network![[$input] -> [$output]; $($layer),*] };
}
type Listed = layers!(Dense<3, 4, Relu>, ByPosition2);
type Mapped = with_mapping!([A] -> [A + B]; Dense<_, 4, Relu>, Dense<4, 7>);
network! { pub(crate) struct ByPosition2(Dense<4, 4, Relu>, Dense<4, 2>); }

macro_rules! budget {
    ($name:ident, $limit:expr, $macs:literal, $key:ident) => {
        network! {
            #[budget(flash = $limit, $key = $macs)]
            struct $name: [3] -> [4] { only: Dense<3, 4> }
        }
    };
}
const LIMIT: u64 = 8 * A as u64;
budget!(Limited, LIMIT * 4, 100, macs);
budget!(LimitedByConstant, LIMIT * 4, 100, ram);

macro_rules! doc {
    ($name:ident, $text:expr, $literal:literal) => {
        network! {
            #[doc = $text]
            #[doc = $literal]
            struct $name: [3] -> [4] {
                #[doc = $text]
                #[doc = $literal]
                only: Dense<3, 4>
            }
        }
    };
}
doc!(Described, concat!("from ", "pieces"), "a literal");
doc!(DescribedByText, "text", "a literal");

#[test]
fn what_is_passed_on_is_as_if_written() {
    assert_eq!(Documented::zeroed().forward(&[1.0; 4]), [0.0; 6]);
    assert_eq!(Twice::zeroed().forward(&[1.0; 3]), [0.0; 8]);
    assert_eq!(Sum::zeroed().forward(&[1.0; 2]), [0.0; 7]);
    assert_eq!(Product::zeroed().forward(&[1.0; 2]), [0.0; 12]);
    assert_eq!(Call::zeroed().forward(&[1.0; 2]), [0.0; 6]);
    assert_eq!(Paren::zeroed().forward(&[1.0; 2]), [0.0; 7]);
    assert_eq!(Single::zeroed().forward(&[1.0; 2]), [0.0; 3]);
    assert_eq!(Size::zeroed().forward(&[1.0; 2]), [0.0; 4]);
    assert_eq!((Settings::PARAMETERS, Summed::PARAMETERS), (20 + 38 + 1032, 20 + 38 + 1032));
    assert_eq!((Listed::PARAMETERS, Mapped::PARAMETERS), (16 + 30, 16 + 35));
    assert_eq!(Documented::PARAMETERS, 25 + 36);
    fn trained<N: Layer>() -> usize {
        size_of::<N::Gradient>() / 4
    }
    use congruent::Layer;
    assert_eq!(trained::<Documented>(), 36, "`#[frozen]` counts");
}

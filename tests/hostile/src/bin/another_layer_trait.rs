//! The hidden macro is given another path for the crate, where `Layer` is a trait whose tapes may be anything.
#![allow(unused)]

pub mod other {
    use core::num::NonZeroU32;

    pub use congruent::*;

    pub mod __private {
        pub use congruent::__private::*;

        pub use crate::other as krate;

        pub trait Count {
            type Length;
            type Slot;
        }
        impl<T> Count for T {
            type Length = ();
            type Slot = ();
        }
        pub const fn plain_layout<N>() {}
        pub const fn countable(_: usize) -> usize {
            1
        }
        pub fn infer_one<N, I, O>(_: &N, _: &I) -> O {
            loop {}
        }
        pub fn feed<A, B>(_: &[A]) -> &[B] {
            &[]
        }
    }

    #[macro_export]
    macro_rules! nothing {
        ($($tokens:tt)*) => {};
    }
    pub use nothing as network_methods;

    pub trait Network {
        type ParamCount;
        type SlotCount;
        const SUMMARY: __private::Summary;
    }

    pub trait GradientOf<L> {
        const TRAINED: usize = 0;
        fn pairs(&mut self, _: &mut L, _: &mut dyn FnMut(&mut [f32], &mut [f32])) {}
        fn finish(&mut self, _: &mut L) {}
    }
    impl<L> GradientOf<L> for f32 {}

    type Tell<'a> = &'a mut dyn FnMut(&dyn core::fmt::Display, bool);
    type Exported = Result<graph::Value, graph::Refusal>;

    pub trait Layer: Sized {
        type Input;
        type Output;
        type Head;
        type Gradient;
        type Scratch<const B: usize>;
        type Tape<const B: usize>;
        const MACS: u64 = 0;
        const REACHES_INPUT: bool = true;
        const LEAST_SAMPLES: usize = 1;
        fn initialize(&mut self, _: Init, _: &mut dyn rand::Rng) {}
        fn infer<const B: usize>(&self, _: &[Self::Input], _: &mut [Self::Output], _: &mut Self::Scratch<B>) {}
        fn infer_logits<const B: usize>(&self, _: &[Self::Input], _: &mut [Self::Output], _: &mut Self::Scratch<B>) {}
        fn forward<const B: usize>(
            &self,
            _: &[Self::Input],
            _: &mut [Self::Output],
            _: &mut Self::Tape<B>,
            _: &mut Pass,
        ) {
        }
        fn forward_logits<const B: usize>(
            &self,
            _: &[Self::Input],
            _: &mut [Self::Output],
            _: &mut Self::Tape<B>,
            _: &mut Pass,
        ) {
        }
        fn backward<const B: usize>(
            &self,
            _: &[Self::Input],
            _: &[Self::Output],
            _: &mut Self::Tape<B>,
            _: &mut [Self::Output],
            _: Option<&mut [Self::Input]>,
            _: &mut Self::Gradient,
        ) {
        }
        fn backward_logits<const B: usize>(
            &self,
            _: &[Self::Input],
            _: &[Self::Output],
            _: &mut Self::Tape<B>,
            _: &mut [Self::Output],
            _: Option<&mut [Self::Input]>,
            _: &mut Self::Gradient,
        ) {
        }
        fn export(&self, _: &mut dyn graph::Graph, _: graph::Value) -> Exported {
            loop {}
        }
        fn check_input(_: &Self::Input) -> Result<(), InputError> {
            Ok(())
        }
        fn inspect<const B: usize>(_: &Self::Tape<B>, _: usize, _: Tell) {}
    }

    pub struct Linear;

    #[derive(congruent::Parameters)]
    #[repr(C)]
    pub struct Dense<const IN: usize, const OUT: usize, A: Send + Sync>(f32, core::marker::PhantomData<A>);

    impl<const IN: usize, const OUT: usize, A: Send + Sync> Layer for Dense<IN, OUT, A> {
        type Input = [f32; IN];
        type Output = [f32; OUT];
        type Head = ();
        type Gradient = f32;
        type Scratch<const B: usize> = ();
        type Tape<const B: usize> = NonZeroU32;
    }
}

congruent::declare_network! { other struct Network: [1] -> [1] { only: Dense<1, 1> } }

fn main() {
    let tape: <Network as other::Layer>::Tape<1> = congruent::plain::zeroed();
    println!("{}, which is not 0", tape.layer0);
}

//! A custom layer that panics in the middle of a step, which its caller survives.

#![cfg(feature = "std")]

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use congruent::prelude::*;
use congruent::{Layer, Parameters, Pass};

/// `y = x`, which cannot go back from a derivative that is exactly 0.
#[derive(Parameters)]
#[repr(C)]
struct Panics;

impl Layer for Panics {
    type Input = [f32; 2];
    type Output = [f32; 2];
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    const MACS: u64 = 0;

    fn initialize(&mut self, _: Init, _: &mut dyn congruent::rand::Rng) {}

    fn infer<const B: usize>(&self, x: &[[f32; 2]], y: &mut [[f32; 2]], _: &mut ()) {
        y.copy_from_slice(x);
    }

    fn forward<const B: usize>(&self, x: &[[f32; 2]], y: &mut [[f32; 2]], _: &mut (), _: &mut Pass) {
        y.copy_from_slice(x);
    }

    fn backward<const B: usize>(
        &self,
        _: &[[f32; 2]],
        _: &[[f32; 2]],
        _: &mut (),
        dy: &mut [[f32; 2]],
        dx: Option<&mut [[f32; 2]]>,
        _: &mut Self,
    ) {
        assert!(dy.iter().flatten().all(|dy| *dy != 0.0), "a derivative of 0");
        dx.expect("what learns before it").copy_from_slice(dy);
    }
}

network! { struct Net: [2] -> [1] { first: Dense<2, 2>, panics: Panics, last: Dense<2, 1> } }

/// The layer behind it has added to its gradient by then: it counts in no later step, be it after `step`, `accumulate` or before `apply`.
#[test]
fn a_step_that_panics_leaves_nothing_behind() {
    let trainer = Trainer::new(MeanSquaredError, Adam::new(0.01));
    let (good, bad) = ([[0.5, -1.0], [2.0, 1.0]], [[1.0]]);
    let mut untouched = Net::seeded(1);
    let mut network = untouched.clone();
    let mut workspaces = [Workspace::<Net, Adam, 2>::boxed(), Workspace::<Net, Adam, 2>::boxed()];
    let [workspace, fresh] = &mut workspaces;
    for accumulated in [0, 1, 2] {
        for _ in 0..accumulated {
            trainer.accumulate(&*network, workspace, &good, &[[1.0], [2.0]]).unwrap();
        }
        let weight = core::mem::replace(&mut network.last.weight, [[0.0; 2]]);
        let step = AssertUnwindSafe(|| trainer.accumulate(&*network, workspace, &good[..1], &bad));
        assert!(catch_unwind(step).is_err());
        network.last.weight = weight;
        if accumulated == 2 {
            assert_eq!(trainer.apply(&mut *network, workspace), Ok(()), "there is nothing to apply");
            assert_eq!(network.as_flat(), untouched.as_flat());
        }
        trainer.step(&mut *network, workspace, &good, &[[0.0], [1.0]]).unwrap();
        trainer.step(&mut *untouched, fresh, &good, &[[0.0], [1.0]]).unwrap();
        assert_eq!(network.as_flat(), untouched.as_flat());
        assert_eq!((workspace.steps(), workspace.gradient().as_flat()), (fresh.steps(), &[0.0; 9][..]));
    }
}

/// Closures that panic on one thread of several, while the others work: the panic comes to the caller when all is done.
#[test]
#[cfg(feature = "threads")]
fn a_panic_within_a_pool_comes_to_who_asked() {
    let mut numbers = vec![1.0_f32; 4_000_000];
    numbers[3_999_999] = 7.0;
    for threads in [1, 3, 8] {
        let all = &mut *numbers;
        let panics = AssertUnwindSafe(|| {
            congruent::with_threads(threads, || {
                congruent::ops::map(all, |x| if x == 7.0 { panic!("seven") } else { x })
            });
        });
        assert_eq!(catch_unwind(panics).unwrap_err().downcast_ref(), Some(&"seven"));
        congruent::with_threads(threads, || congruent::ops::map(&mut numbers[..3_000_000], |x| x + 1.0));
    }
    assert!(numbers[..3_000_000].iter().all(|x| *x == 4.0) && numbers[3_000_000..3_999_999].iter().all(|x| *x == 1.0));
}

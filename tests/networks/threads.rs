//! However many threads there are, training and prediction give the same bits.

#![cfg(feature = "threads")]

use core::time::Duration;
use std::sync::{Mutex, mpsc};
use std::thread;

use congruent::{Parameters, prelude::*, with_threads};
use rayon::{ThreadPool, ThreadPoolBuilder};

// large enough that products, updates and predictions are all split
network! {
    struct Wide: [400] -> [10] {
        first: Dense<400, 601, Gelu>,
        second: Dense<601, 200, Relu>,
        output: Dense<200, 10, Softmax>,
    }
}

// every kind of convolution: with padding, in groups, of single channels, with a stride, turned around
network! {
    struct Photos: [400] -> [10] {
        shape: Reshape<[4, 10, 10]>,
        first: Conv2d<4, 24, 3, Gelu, padding = same>,
        groups: Conv2d<24, 36, 3, Relu, groups = 2>,
        depthwise: DepthwiseConv2d<36, 3, Relu, padding = same>,
        larger: ConvTranspose2d<36, 16, 2, Relu, stride = 2>,
        strided: Conv2d<16, 32, 3, Relu, stride = 2, remainder = drop>,
        flat: Flatten,
        output: Dense<1568, 10, Softmax>,
    }
}

// planes so small that several samples are worked on at a time
network! {
    struct Thumbnails: [400] -> [10] {
        wide: Dense<400, 576, Relu>,
        shape: Reshape<[64, 3, 3]>,
        first: Conv2d<64, 64, 3, Relu, padding = same>,
        flat: Flatten,
        output: Dense<576, 10, Softmax>,
    }
}

// products of few rows
network! { struct Reader: [8, 50] -> [10] { read: Gru<50, 256, return = last>, output: Dense<256, 10, Softmax> } }

/// The bits of parameters and outputs after some training with batches of so many samples.
fn train<N, const B: usize>() -> (Vec<u32>, Vec<u32>)
where
    N: Network<Input: Parameters, Output = [f32; 10], Head = Softmax>,
{
    let mut inputs: Vec<N::Input> = (0..3 * B - 2).map(|_| congruent::plain::zeroed()).collect();
    for (n, input) in inputs.iter_mut().enumerate() {
        for (i, number) in input.as_flat_mut().iter_mut().enumerate() {
            *number = ((n * 31 + i * 17) % 101) as f32 / 101.0;
        }
    }
    let targets: Vec<usize> = (0..inputs.len()).map(|n| n % 10).collect();
    let mut network = N::seeded(3);
    let mut workspace = Workspace::<N, Adam, B>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001)).clip_norm(1.0);
    for _ in 0..2 {
        for (inputs, targets) in inputs.chunks(B).zip(targets.chunks(B)) {
            trainer.step(&mut *network, &mut workspace, inputs, targets).unwrap();
        }
    }
    let outputs = network.predict(&inputs);
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect();
    (bits(network.as_flat()), bits(outputs.as_flattened()))
}

/// Trains with one thread and with several.
fn check<N, const B: usize>()
where
    N: Network<Input: Parameters, Output = [f32; 10], Head = Softmax>,
{
    let alone = with_threads(1, train::<N, B>);
    for threads in [2, 3, 5, 8] {
        assert!(with_threads(threads, train::<N, B>) == alone, "{threads} threads give other bits than one");
    }
}

#[test]
fn threads_change_no_bit() {
    check::<Wide, 101>();
}

#[test]
fn threads_change_no_bit_of_a_convolution() {
    check::<Photos, 21>();
    check::<Thumbnails, 9>();
    check::<Thumbnails, 12>();
    check::<Thumbnails, 32>();
}

#[test]
fn threads_change_no_bit_of_a_sequence() {
    check::<Reader, 5>();
    check::<Reader, 20>();
    check::<Reader, 32>();
}

/// Fails if so many rounds of `work` take longer than any machine needs: it hangs.
fn within_minutes(rounds: usize, work: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    assert!(
        is_done.recv_timeout(Duration::from_secs(240 + rounds as u64 / 10)) != Err(mpsc::RecvTimeoutError::Timeout),
        "it hangs"
    );
    worker.join().expect("no panic");
}

/// A pool of the program's, whose threads have little stack.
fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).stack_size(512 << 10).build().expect("threads")
}

network! { struct Locked: [400] -> [10] { hidden: Dense<400, 300, Relu>, output: Dense<300, 10, Softmax> } }

struct Shared {
    network: Box<Locked>,
    workspace: Box<Workspace<Locked, Sgd, 128>>,
}

/// Tasks of a pool that lock a network and ask it, or train it, while they hold the lock, `rounds` times; `own` threads compute.
fn ask_under_a_lock(threads: usize, own: usize, rounds: usize) {
    let mut network = congruent::zeroed_box::<Locked>();
    network.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(1));
    let inputs: Vec<[f32; 400]> = (0..128).map(|n| [n as f32 / 128.0; 400]).collect();
    let expected = with_threads(1, || network.predict(&inputs));
    let shared = Mutex::new(Shared { network, workspace: congruent::zeroed_box() });
    let still = Trainer::new(CrossEntropy::new(), Sgd::new(0.0));
    pool(threads).scope(|scope| {
        for round in 0..rounds {
            let (inputs, expected, shared, still) = (&inputs, &expected, &shared, &still);
            scope.spawn(move |_| {
                let Shared { network, workspace } = &mut *shared.lock().expect("no panic");
                with_threads(own, || {
                    if round % 2 == 0 {
                        assert_eq!(network.predict(inputs), *expected);
                    } else {
                        still.step(&mut **network, workspace, inputs, &[3_usize; 128]).expect("a batch");
                    }
                });
            });
        }
    });
}

#[test]
fn locks_may_be_held_around_any_call() {
    // to be had as a long run: `ROUNDS=10000 cargo test --release --test networks locks_may`
    let rounds = std::env::var("ROUNDS").map_or(60, |rounds| rounds.parse().expect("a number"));
    for threads in [1, 2, 3, 8, 64] {
        for own in [2, 5] {
            within_minutes(rounds, move || ask_under_a_lock(threads, own, rounds));
        }
    }
}

#[test]
fn pools_within_pools_and_beside_each_other_wait_for_nothing() {
    within_minutes(0, || {
        thread::scope(|scope| {
            for threads in [2, 3, 8] {
                scope.spawn(move || pool(threads).install(|| pool(2).install(|| ask_under_a_lock(threads, 3, 20))));
            }
        });
    });
}

/// A layer that takes a lock itself, and asks another network while it holds it.
mod locking {
    use congruent::Layer;
    use congruent::prelude::*;
    use std::sync::{LazyLock, Mutex};

    network! { pub struct Inner: [400] -> [400] { only: Dense<400, 400> } }
    pub static INNER: LazyLock<Mutex<Vec<f32>>> = LazyLock::new(|| Mutex::new(vec![0.0; Inner::PARAMETERS]));

    #[derive(congruent::Parameters)]
    #[repr(C)]
    pub struct Asks;

    impl Layer for Asks {
        type Input = [f32; 400];
        type Output = [f32; 400];
        type Head = Linear;
        type Gradient = Self;
        type Scratch<const B: usize> = ();
        type Tape<const B: usize> = ();
        const MACS: u64 = 400 * 400;

        fn initialize(&mut self, _: Init, _: &mut dyn congruent::rand::Rng) {}
        fn infer<const B: usize>(&self, x: &[[f32; 400]], y: &mut [[f32; 400]], _: &mut ()) {
            let _guard = INNER.lock().expect("no panic");
            let mut inner = congruent::zeroed_box::<Inner>();
            inner.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(2));
            // more than comes in, so that it is shared out
            let outputs = inner.predict(&x.repeat(3));
            y.copy_from_slice(&outputs[..y.len()]);
        }
        fn forward<const B: usize>(&self, x: &[[f32; 400]], y: &mut [[f32; 400]], _: &mut (), _: &mut congruent::Pass) {
            self.infer::<B>(x, y, &mut ());
        }
        fn backward<const B: usize>(
            &self,
            _: &[[f32; 400]],
            _: &[[f32; 400]],
            _: &mut (),
            _: &mut [[f32; 400]],
            _: Option<&mut [[f32; 400]]>,
            _: &mut Self,
        ) {
        }
    }

    network! { pub struct Outer: [400] -> [10] { first: Dense<400, 400, Relu>, asks: Asks, output: Dense<400, 10, Softmax> } }
}

#[test]
fn layers_may_take_locks_themselves() {
    within_minutes(0, || {
        let network = locking::Outer::seeded(1);
        let inputs = vec![[0.5; 400]; 480];
        let expected = with_threads(1, || network.predict(&inputs));
        for threads in [2, 3, 8] {
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| with_threads(threads, || assert!(network.predict(&inputs) == expected)));
                }
            });
        }
    });
}

/// From a thread of another pool, work goes to the crate's own threads and comes back.
#[test]
fn neither_does_the_thread_that_asks() {
    let alone = with_threads(1, train::<Wide, 101>);
    assert!(train::<Wide, 101>() == alone, "as many threads as there are give other bits");
    assert!(pool(3).install(train::<Wide, 101>) == alone, "from another pool the bits are others");
    assert!(pool(1).install(|| with_threads(4, train::<Wide, 101>)) == alone, "from a pool of one thread");
}

//! Every layer, activation, loss and optimizer, in inference and in training, in a program that has no way to panic: the
//! panic handler calls a function that does not exist, so the program links only if the handler is never called.

#![no_std]
#![no_main]

use core::hint::black_box;
use core::panic::PanicInfo;

use congruent::prelude::*;
use congruent::{GoesWith, Loss, Optimizer, network::infer_one};

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe extern "C" {
        fn something_can_panic() -> !;
    }
    // SAFETY: never linked.
    unsafe { something_can_panic() }
}

/// What the standard library's own unwinding tables may ask for on a desktop.
#[cfg(not(target_os = "none"))]
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

network! {
    /// Layers of all kinds, with sizes that are no multiples of anything.
    struct Classes: [3, 7] -> [5] {
        norm: LayerNorm,
        flat: Flatten,
        a: Dense<_, 33, Relu>,
        drop: Dropout<0.25>,
        b: Dense<_, 18, Gelu>,
        c: Dense<_, 35, Silu>,
        squash: Tanh,
        #[frozen]
        d: Dense<_, 19, LeakyRelu>,
        e: Dense<_, 5, Softmax>,
    }
}
network! { struct Chances(Dense<4, 3, Tanh>, Dense<3, 2, Sigmoid>); }
network! { struct Numbers: [4] -> [2] { #[frozen] a: Dense<4, 700, Sigmoid>, b: Dense<_, 2> } }
type List = congruent::network![Dense<4, 9, Silu>, LayerNorm, Dropout<0.1>, Dense<9, 2, Gelu>];

/// Trains and infers, with as many samples as somebody likes.
fn run<N, L, O, T, const B: usize>(
    memory: &'static Place<(N, Workspace<N, O, B>)>,
    trainer: Trainer<L, O>,
    inputs: &[N::Input; B],
    targets: &[T; B],
) where
    N: Network<Output: congruent::Tensor>,
    L: Loss<N::Output, T> + GoesWith<N::Head>,
    O: Optimizer + 'static,
{
    let Some((network, workspace)) = memory.take() else { return };
    // not even its kind of schedule is known to the compiler any more
    let trainer = black_box(trainer);
    for init in [Init::Auto, Init::GlorotNormal, Init::HeNormal, Init::LecunUniform, Init::Constant(0.1)] {
        network.initialize(init, &mut Xoshiro256PlusPlus::seed_from_u64(black_box(1)));
    }
    let samples = black_box(B);
    let (inputs, targets) = (inputs.get(..samples).unwrap_or(inputs), targets.get(..samples).unwrap_or(targets));
    let _ = black_box(trainer.step(network, workspace, inputs, targets));
    let _ = black_box(trainer.accumulate(network, workspace, inputs, targets));
    trainer.apply(network, workspace);
    let mut scratch = congruent::plain::zeroed();
    let _ = black_box(trainer.evaluate(network, workspace, &mut scratch, inputs, targets));
    if let Some(input) = inputs.first() {
        black_box(infer_one(network, input));
    }
    workspace.reset();
}

macro_rules! runs {
    ($($N:ty, $O:ty, $B:literal, $loss:expr, $optimizer:expr, $input:expr, $target:expr;)*) => { $( {
        static MEMORY: Place<($N, Workspace<$N, $O, $B>)> = Place::new((congruent::plain::zeroed(), Workspace::zeroed()));
        let trainer = Trainer::new($loss, $optimizer).schedule(Schedule::cosine(9).warm_up(2)).clip_norm(1.0);
        run(&MEMORY, trainer, black_box(&[$input; $B]), black_box(&[$target; $B]));
    } )* };
}

#[unsafe(no_mangle)]
pub extern "C" fn main() -> i32 {
    runs! {
            Classes, Sgd, 3, CrossEntropy::new(), Sgd::new(0.1), [[0.5; 7]; 3], 2_u8;
            Classes, Adam, 11, CrossEntropy::new().label_smoothing(0.1), Adam::new(0.1), [[0.5; 7]; 3], [0.2; 5];
            Chances, AdamW, 2, BinaryCrossEntropy, AdamW::new(0.1), [0.5; 4], [0.0, 1.0];
            Numbers, RmsProp, 5, MeanSquaredError, RmsProp::new(0.1), [0.5; 4], [0.0, 1.0];
            Chances, congruent::optimizer::Sgd<congruent::optimizer::Momentum>, 2, Huber::new(0.3),
                Sgd::new(0.1).momentum(0.9).nesterov(), [0.5; 4], [0.0, 1.0];
            List, Sgd, 6, MeanSquaredError, Sgd::new(0.1), [0.5; 4], [0.0, 1.0];
    }
    #[cfg(feature = "panics")]
    black_box([1, 2, 3][black_box(2)]);
    0
}

//! The programs.

use core::hint::black_box;
use core::ops::Range;
use core::slice;

use congruent::optimizer::Momentum;
use congruent::prelude::*;
use congruent::{Layer, Parameters, Tensor};

use crate::data::{Row, digit, inverted, test, train as digits_to_learn};
use crate::{Adapting, Board, Digits, DigitsCnn};

/// The trained network: it stays in flash, and is used where it is.
static TRAINED: Digits = include_weights!("../digits.safetensors");
static SCRATCH: StaticCell<<Digits as Layer>::Scratch<1>> = StaticCell::new(congruent::plain::zeroed());

/// Tells all digits of the held-out set, by a network in flash.
pub fn infer(board: &mut impl Board) {
    let Some(scratch) = SCRATCH.take() else { return };
    tell(board, &TRAINED, scratch);
    board.line(format_args!("constant PARAMETER_BYTES {}", Digits::PARAMETER_BYTES));
    board.line(format_args!("constant INFERENCE_BYTES {}", Digits::INFERENCE_BYTES));
}

static TRAINED_CNN: DigitsCnn = include_weights!("../digits_cnn.safetensors");
static SCRATCH_CNN: StaticCell<<DigitsCnn as Layer>::Scratch<1>> = StaticCell::new(congruent::plain::zeroed());

/// The same, by a network that sees which pixels are neighbours.
pub fn infer_cnn(board: &mut impl Board) {
    let Some(scratch) = SCRATCH_CNN.take() else { return };
    tell(board, &TRAINED_CNN, scratch);
    board.line(format_args!("constant PARAMETER_BYTES {}", DigitsCnn::PARAMETER_BYTES));
    board.line(format_args!("constant INFERENCE_BYTES {}", DigitsCnn::INFERENCE_BYTES));
}

/// Tells all digits of the held-out set, and what that takes.
fn tell<N>(board: &mut impl Board, network: &N, scratch: &mut N::Scratch<1>)
where
    N: Layer<Input: Tensor, Output = [f32; 10]>,
{
    let mut infer = |image: &N::Input| {
        let mut output = [0.0; 10];
        network.infer::<1>(slice::from_ref(image), slice::from_mut(&mut output), scratch);
        output
    };
    let mut right = 0;
    for row in test() {
        let (image, label) = digit(row);
        let output = infer(&image);
        show(board, &output);
        right += u32::from(class(&output) == label);
    }
    board.line(format_args!("right {right} of {}", test().len()));

    // whatever comes in, it takes the same: no loop depends on the numbers
    let (mut least, mut most) = (u32::MAX, 0);
    let mut stack = 0;
    for row in [&[0; 65], &[16; 65]].into_iter().chain(test().iter().take(8)) {
        let image = black_box(digit(row).0);
        let cost = board.measure(&mut || {
            black_box(infer(&image));
        });
        (least, most) = (least.min(cost.instructions), most.max(cost.instructions));
        stack = stack.max(cost.stack);
    }
    board.line(format_args!("inference instructions {most} stack {stack}"));
    board.line(format_args!("whatever comes in, at least {least}"));
    // the short way: the workspace is on the stack, for as long as it takes
    let image = black_box(congruent::plain::zeroed());
    let own = board.measure(&mut || {
        black_box(congruent::network::infer_one(network, &image));
    });
    board.line(format_args!("with a workspace of its own stack {}", own.stack));
}

/// How many digits a step of training learns from.
const BATCH: usize = 4;
const STEPS: usize = 10_000;

type Training = Workspace<Digits, Sgd<Momentum>, BATCH>;
static NETWORK: StaticCell<Digits> = StaticCell::new(Digits::zeroed());
static WORKSPACE: StaticCell<Training> = StaticCell::new(Training::zeroed());
const TRAINER: Trainer<CrossEntropy, Sgd<Momentum>> = Trainer::new(CrossEntropy::new(), Sgd::new(0.02).momentum(0.9));

/// Learns the digits from random parameters, in ten thousand steps.
pub fn train(board: &mut impl Board) {
    let (Some(network), Some(workspace)) = (NETWORK.take(), WORKSPACE.take()) else { return };
    network.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(1));
    board.line(format_args!("right {} of {} before", right(network, digit), test().len()));

    let mut images = [[0.0; 64]; BATCH];
    let mut labels = [0; BATCH];
    // one step to learn what it takes
    let cost = board.measure(&mut || {
        black_box(learn(network, workspace, &mut images, &mut labels, 0..black_box(1)));
    });
    board.line(format_args!("step instructions {} stack {}", cost.instructions, cost.stack));

    network.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(1));
    workspace.reset();
    let mut losses = [0.0; 10];
    let all = board.deepest(&mut || {
        for (part, mean) in losses.iter_mut().enumerate() {
            *mean = learn(network, workspace, &mut images, &mut labels, part * STEPS / 10..(part + 1) * STEPS / 10);
        }
    });
    for (part, loss) in losses.iter().enumerate() {
        let millionths = (loss * 1e6) as u32;
        board.line(format_args!(
            "loss {millionths} millionths, bits {:08x}, to step {}",
            loss.to_bits(),
            (part + 1) * STEPS / 10
        ));
    }
    board.line(format_args!("all {STEPS} steps changed memory down to {all} bytes of stack"));
    for row in test() {
        show(board, &network.forward(&digit(row).0));
    }
    board.line(format_args!("right {} of {}", right(network, digit), test().len()));
    board.line(format_args!("constant PARAMETER_BYTES {}", Digits::PARAMETER_BYTES));
    board.line(format_args!("constant WORKSPACE_BYTES {}", Training::BYTES));
}

/// Learns in some steps, and gives the mean of their losses. Never inlined, so that one step and many are the same code with the
/// same stack.
#[inline(never)]
fn learn(
    network: &mut Digits,
    workspace: &mut Training,
    images: &mut [[f32; 64]; BATCH],
    labels: &mut [u8; BATCH],
    steps: Range<usize>,
) -> f32 {
    let (mut sum, count) = (0.0, steps.len() as f32);
    for step in steps {
        batch(step, digit, images, labels);
        sum += TRAINER.step(network, workspace, images, labels).unwrap_or(f32::NAN);
    }
    sum / count
}

type Retraining = Workspace<Adapting, Sgd<Momentum>, BATCH>;
static ADAPTING: StaticCell<Adapting> = StaticCell::new(Adapting::zeroed());
static ADAPTING_WORKSPACE: StaticCell<Retraining> = StaticCell::new(Retraining::zeroed());

/// Gets a trained network used to digits in white on black, by its last layer alone.
pub fn adapt(board: &mut impl Board) {
    let (Some(network), Some(workspace)) = (ADAPTING.take(), ADAPTING_WORKSPACE.take()) else { return };
    network.as_flat_mut().copy_from_slice(TRAINED.as_flat());
    board.line(format_args!("right {} of {} before", right(network, inverted), test().len()));
    let (mut images, mut labels) = ([[0.0; 64]; BATCH], [0; BATCH]);
    let cost = board.measure(&mut || {
        batch(0, inverted, &mut images, &mut labels);
        let _ = black_box(TRAINER.step(network, workspace, &images, &labels));
    });
    board.line(format_args!("step instructions {} stack {}", cost.instructions, cost.stack));

    network.as_flat_mut().copy_from_slice(TRAINED.as_flat());
    workspace.reset();
    for step in 0..3000 {
        batch(step, inverted, &mut images, &mut labels);
        let _ = TRAINER.step(network, workspace, &images, &labels);
    }
    for row in test() {
        show(board, &network.forward(&inverted(row).0));
    }
    board.line(format_args!("right {} of {}", right(network, inverted), test().len()));
    board.line(format_args!("constant PARAMETER_BYTES {}", Adapting::PARAMETER_BYTES));
    board.line(format_args!("constant WORKSPACE_BYTES {}", Retraining::BYTES));
    board.line(format_args!(
        "saved {} bytes of {} that training all layers takes",
        Training::BYTES - Retraining::BYTES,
        Training::BYTES
    ));
}

/// How a digit looks.
type Look = fn(&Row) -> ([f32; 64], u8);

/// The `step`th batch of the digits to learn from.
fn batch(step: usize, look: Look, images: &mut [[f32; 64]; BATCH], labels: &mut [u8; BATCH]) {
    let rows = digits_to_learn();
    for (i, (image, label)) in images.iter_mut().zip(labels).enumerate() {
        if let Some(row) = rows.get((step * BATCH + i) % rows.len()) {
            (*image, *label) = look(row);
        }
    }
}

/// How many digits of the held-out set the network tells.
fn right<N: Layer<Input = [f32; 64], Output = [f32; 10]>>(network: &N, look: Look) -> usize {
    let tells = |row: &&Row| {
        let (image, label) = look(row);
        class(&congruent::network::infer_one(network, &image)) == label
    };
    test().iter().filter(tells).count()
}

/// The class with the largest probability.
fn class(output: &[f32; 10]) -> u8 {
    let (mut best, mut class) = (f32::NEG_INFINITY, 0);
    for (i, p) in output.iter().enumerate() {
        if *p > best {
            (best, class) = (*p, i as u8);
        }
    }
    class
}

/// A line with the bits of an output, to be held against those of other machines.
fn show(board: &mut impl Board, output: &[f32; 10]) {
    let [a, b, c, d, e, f, g, h, i, j] = output.map(f32::to_bits);
    board.line(format_args!("output {a:08x} {b:08x} {c:08x} {d:08x} {e:08x} {f:08x} {g:08x} {h:08x} {i:08x} {j:08x}"));
}

//! Parity with PyTorch: values, gradients, steps of optimizers and schedules, against the files that `golden/make.py` writes. How close
//! they must be is stated once, in `golden/mod.rs`.

use congruent::activation::*;
use congruent::plain::{Parameters, zeroed};
use congruent::shape::{Shape, Tensor};
use congruent::{
    CompatibleWith, GlobalMaxPool, GroupNorm, InstanceNorm2d, Layer, Loss, Optimizer, Pass, Prelu, RmsNorm, prelude::*,
};

use crate::golden::Golden;

/// Checks inference, forward, and the derivatives by the inputs; returns those by the parameters.
fn check_layer<L>(golden: &Golden, name: &str, layer: &L) -> L::Gradient
where
    L: Layer<Input: Tensor, Output: Tensor> + Parameters,
{
    let x = golden.samples(&format!("{name}/x"));
    let mut y = vec![zeroed(); x.len()];
    layer.infer::<8>(&x, &mut y, &mut zeroed());
    golden.check(&format!("{name}/y"), &y);

    let mut tape = zeroed::<L::Tape<8>>();
    y.fill(zeroed());
    layer.forward::<8>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    golden.check(&format!("{name}/y"), &y);

    let mut dy = golden.samples(&format!("{name}/dy"));
    let mut dx = vec![zeroed(); x.len()];
    let mut gradient = zeroed();
    layer.backward::<8>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    golden.check(&format!("{name}/dx"), &dx);
    gradient
}

// --------------------------------------------------------------------------------------------------------------------
// Activations, each as a layer of its own, at the end of a dense layer, and before a loss

/// How the values of an activation are compared: in the tails too, where they are tiny, or not (`Gelu`: `1 + erf` leaves an absolute
/// error, in PyTorch too).
type Compare = fn(&Golden, &str, &[f32]);
const TINY_TOO: Compare = |golden, name, values| golden.check_relatively(name, values);
const NOT_TINY: Compare = |golden, name, values| golden.check(name, values);

fn check_values<A: Activation>(row: usize, compare: Compare) {
    let golden = Golden::read("activations.txt");
    let mut values: Vec<f32> = golden.values(&format!("{}/x", A::NAME)).to_vec();
    A::apply(&mut values, row);
    compare(&golden, &format!("{}/y", A::NAME), &values);
}

fn check_squared_error<A: Activation>() {
    let golden = Golden::read("losses.txt");
    let name = format!("mean_squared_error/{}", A::NAME);
    check_regression::<A, [f32; 3]>(&golden, &name, MeanSquaredError);
    check_regression::<A, [f32; 3]>(&golden, &format!("{name}/far"), MeanSquaredError);
}

macro_rules! activations {
    ($($test:ident: $Activation:ident over $size:literal, $compare:ident;)*) => { $(
        mod $test {
            use super::*;

            #[test]
            fn alone() {
                network! { struct Alone: [$size] -> [$size] { activation: $Activation } }
                check_layer(&Golden::read("activations.txt"), stringify!($Activation), &Alone::zeroed());
            }

            #[test]
            fn values() {
                check_values::<$Activation>($size, $compare);
            }

            #[test]
            fn squared_error() {
                check_squared_error::<$Activation>();
            }

            #[test]
            fn of_a_dense_layer() {
                network! { struct Single: [5] -> [4] { dense: Dense<5, 4, $Activation> } }
                let golden = Golden::read("layers.txt");
                let name = concat!("dense/", stringify!($Activation));
                let mut network = Single::zeroed();
                network.dense.weight = golden.get(&format!("{name}/weight"));
                network.dense.bias = golden.get(&format!("{name}/bias"));
                let gradient = check_layer(&golden, name, &network);
                golden.check(&format!("{name}/weight/gradient"), &gradient.dense.weight);
                golden.check(&format!("{name}/bias/gradient"), &gradient.dense.bias);
            }
        }
    )* };
}

activations! {
    linear: Linear over 9, TINY_TOO;
    relu: Relu over 9, TINY_TOO;
    leaky_relu: LeakyRelu over 9, TINY_TOO;
    sigmoid: Sigmoid over 9, TINY_TOO;
    tanh: Tanh over 9, TINY_TOO;
    gelu: Gelu over 9, NOT_TINY;
    silu: Silu over 9, TINY_TOO;
    softmax: Softmax over 6, TINY_TOO;
    elu: Elu over 9, TINY_TOO;
    selu: Selu over 9, TINY_TOO;
    softplus: Softplus over 9, TINY_TOO;
    mish: Mish over 9, TINY_TOO;
    hard_sigmoid: HardSigmoid over 9, TINY_TOO;
    hard_swish: HardSwish over 9, TINY_TOO;
    relu6: Relu6 over 9, TINY_TOO;
    hardtanh: Hardtanh over 9, TINY_TOO;
    log_softmax: LogSoftmax over 6, TINY_TOO;
}

// --------------------------------------------------------------------------------------------------------------------
// Layers

fn check_layer_norm<const N: usize, S: Tensor>(name: &str) {
    let golden = Golden::read("layers.txt");
    let mut layer = zeroed::<LayerNorm<N, S>>();
    layer.weight = golden.get(&format!("{name}/weight"));
    layer.bias = golden.get(&format!("{name}/bias"));
    let gradient = check_layer(&golden, name, &layer);
    golden.check(&format!("{name}/weight/gradient"), &gradient.weight);
    golden.check(&format!("{name}/bias/gradient"), &gradient.bias);
}

#[test]
fn layer_norm_of_vectors() {
    check_layer_norm::<6, [f32; 6]>("layer_norm/vector");
}

#[test]
fn layer_norm_of_sequences() {
    check_layer_norm::<5, [[f32; 5]; 4]>("layer_norm/sequence");
}

#[test]
fn layer_norm_of_rows_with_hardly_any_variance_and_far_from_zero() {
    check_layer_norm::<5, [f32; 5]>("layer_norm/edges");
}

/// Checks a layer whose parameters are these, in this order.
fn check_with<L>(name: &str, parameters: &[&str])
where
    L: Layer<Input: Tensor, Output: Tensor, Gradient = L> + Parameters,
{
    let golden = Golden::read("layers.txt");
    let mut layer = zeroed::<L>();
    let values: Vec<f32> =
        parameters.iter().flat_map(|parameter| golden.values(&format!("{name}/{parameter}")).to_vec()).collect();
    layer.as_flat_mut().copy_from_slice(&values);
    let gradient = check_layer(&golden, name, &layer);
    let mut rest = gradient.as_flat();
    for parameter in parameters {
        let count = golden.values(&format!("{name}/{parameter}")).len();
        golden.check(&format!("{name}/{parameter}/gradient"), &rest[..count]);
        rest = &rest[count..];
    }
}

const WEIGHT: &[&str] = &["weight"];
const WEIGHT_AND_BIAS: &[&str] = &["weight", "bias"];

#[test]
fn rms_norm() {
    check_with::<RmsNorm<6>>("rms_norm/vector", WEIGHT);
    check_with::<RmsNorm<5, [[f32; 5]; 4]>>("rms_norm/sequence", WEIGHT);
    check_with::<RmsNorm<5>>("rms_norm/edges", WEIGHT);
}

#[test]
fn group_norm() {
    check_with::<GroupNorm<4, 2, [[[f32; 3]; 2]; 4]>>("group_norm/image", WEIGHT_AND_BIAS);
    check_with::<GroupNorm<6, 3, [[f32; 5]; 6]>>("group_norm/signal", WEIGHT_AND_BIAS);
    check_with::<GroupNorm<3, 1, [[[f32; 2]; 3]; 3]>>("group_norm/one", WEIGHT_AND_BIAS);
}

#[test]
fn instance_norm() {
    check_with::<InstanceNorm2d<3, 3, [[[f32; 4]; 2]; 3]>>("instance_norm/affine", WEIGHT_AND_BIAS);
    check_with::<InstanceNorm2d<3, 0, [[[f32; 4]; 2]; 3]>>("instance_norm/plain", &[]);
}

#[test]
fn prelu() {
    check_with::<Prelu<1, [f32; 7]>>("prelu/one", WEIGHT);
    check_with::<Prelu<1, [f32; 9]>>("prelu/edges", WEIGHT);
    check_with::<Prelu<3, [[[f32; 4]; 2]; 3]>>("prelu/channels", WEIGHT);
}

#[test]
fn global_max_pool() {
    check_with::<GlobalMaxPool<[[[f32; 4]; 3]; 2], [f32; 2]>>("global_max_pool/random", &[]);
    check_with::<GlobalMaxPool<[[[f32; 3]; 2]; 2], [f32; 2]>>("global_max_pool/ties", &[]);
}

#[test]
fn multiply() {
    network! {
        struct Channels: [4, 2, 3] -> [4, 2, 3] { gate: Multiply<GlobalAvgPool, Dense<4, 3, Relu>, Dense<3, 4, Sigmoid>> }
    }
    network! { struct Each: [5] -> [5] { gate: Multiply<Dense<5, 5, Sigmoid>> } }
    check_network::<Channels>("multiply/channels");
    check_network::<Each>("multiply/each");
}

// --------------------------------------------------------------------------------------------------------------------
// Networks

network! {
    /// Three dense layers.
    struct Deep: [6] -> [4] {
        first: Dense<6, 8, Gelu>,
        second: Dense<8, 7, Tanh>,
        third: Dense<7, 4, Softmax>,
    }
}

network! {
    /// The same with logits for outputs.
    struct DeepLogits(Dense<6, 8, Gelu>, Dense<8, 7, Tanh>, Dense<7, 4>);
}

network! {
    /// A layer normalisation between two dense layers.
    struct Normalized: [6] -> [3] {
        first: Dense<6, 8, Silu>,
        norm: LayerNorm,
        last: Dense<8, 3, Sigmoid>,
    }
}

/// A network whose parameters, in order, are the numbers of an array.
fn network<N: Network>(golden: &Golden, name: &str) -> N {
    let mut network = zeroed::<N>();
    network.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    network
}

fn check_network<N: Network<Input: Tensor, Output: Tensor>>(name: &str) {
    let golden = Golden::read("layers.txt");
    let gradient = check_layer(&golden, name, &network::<N>(&golden, name));
    golden.check(&format!("{name}/gradient"), gradient.as_flat());
}

#[test]
fn deep_network() {
    check_network::<Deep>("network/deep");
}

#[test]
fn deep_network_in_type_form() {
    check_network::<network![Dense<6, 8, Gelu>, Dense<8, 7, Tanh>, Dense<7, 4, Softmax>]>("network/deep");
}

#[test]
fn normalized_network() {
    check_network::<Normalized>("network/normalized");
}

// --------------------------------------------------------------------------------------------------------------------
// Losses, which PyTorch averages over samples and, but for cross-entropy, elements: here the loss of a sample is a mean
// over its elements, and the loss of a batch the mean over its samples, which is the same.

/// Checks loss and derivative by the logits of a batch after the head `A`.
fn check_loss<A: Activation, S: Tensor, T>(golden: &Golden, name: &str, loss: impl Loss<S, T>, targets: &[T]) {
    let mut outputs = golden.samples::<S>(&format!("{name}/logits"));
    let mut gradients = outputs.clone();
    let samples = targets.len() as f32;
    assert_eq!(outputs.len(), targets.len());
    let mut sum = 0.0;
    for ((output, target), gradient) in outputs.iter_mut().zip(targets).zip(&mut gradients) {
        sum += loss.evaluate::<A>(output, target, gradient).unwrap();
        for gradient in gradient.as_flat_mut() {
            *gradient /= samples;
        }
    }
    golden.check(&format!("{name}/loss"), &[sum / samples]);
    golden.check(&format!("{name}/gradient"), &gradients);
}

/// Checks a loss whose targets have the shape of the outputs.
fn check_regression<A: Activation, S: Tensor>(golden: &Golden, name: &str, loss: impl Loss<S, S>) {
    let targets = golden.samples(&format!("{name}/targets"));
    check_loss::<A, S, S>(golden, name, loss, &targets);
}

#[test]
fn cross_entropy_of_classes() {
    let golden = Golden::read("losses.txt");
    for (smoothing, loss) in [("0.0", CrossEntropy::new()), ("0.1", CrossEntropy::new().label_smoothing(0.1))] {
        for name in [format!("cross_entropy/{smoothing}/class"), format!("cross_entropy/{smoothing}/class/far")] {
            let targets = golden.classes(&format!("{name}/targets"));
            check_loss::<Softmax, [f32; 4], usize>(&golden, &name, loss, &targets);
            check_loss::<Linear, [f32; 4], usize>(&golden, &name, loss, &targets);
        }
    }
}

#[test]
fn cross_entropy_of_distributions() {
    let golden = Golden::read("losses.txt");
    for (smoothing, loss) in [("0.0", CrossEntropy::new()), ("0.1", CrossEntropy::new().label_smoothing(0.1))] {
        let name = format!("cross_entropy/{smoothing}/distribution");
        for name in [name.clone(), name + "/far"] {
            check_regression::<Softmax, [f32; 4]>(&golden, &name, loss);
            check_regression::<Linear, [f32; 4]>(&golden, &name, loss);
        }
    }
}

#[test]
fn binary_cross_entropy() {
    let golden = Golden::read("losses.txt");
    for name in ["binary_cross_entropy", "binary_cross_entropy/far"] {
        check_regression::<Sigmoid, [f32; 3]>(&golden, name, BinaryCrossEntropy);
        check_regression::<Linear, [f32; 3]>(&golden, name, BinaryCrossEntropy);
    }
}

#[test]
fn huber() {
    let golden = Golden::read("losses.txt");
    for (name, loss) in [("huber/1.0", Huber::default()), ("huber/0.5", Huber::new(0.5))] {
        check_regression::<Linear, [f32; 3]>(&golden, &format!("{name}/Linear"), loss);
        check_regression::<Linear, [f32; 3]>(&golden, &format!("{name}/edges"), loss);
        check_regression::<Tanh, [f32; 3]>(&golden, &format!("{name}/Tanh"), loss);
    }
}

#[test]
fn mean_squared_error_of_sequences() {
    let golden = Golden::read("losses.txt");
    check_regression::<Softmax, [[f32; 4]; 2]>(&golden, "mean_squared_error/sequence", MeanSquaredError);
}

/// Checks loss and gradient of a network as [`Trainer::accumulate`] finds them, all samples at once and in two parts.
fn check_accumulate<N, T, L>(name: &str, loss: L, targets: impl Fn(&Golden, &str) -> Vec<T>)
where
    N: Network<Input: Tensor, Output: Tensor>,
    L: Loss<N::Output, T> + CompatibleWith<N::Head>,
{
    let golden = Golden::read("losses.txt");
    let network = network::<N>(&golden, name);
    let x = golden.samples(&format!("{name}/x"));
    let targets = targets(&golden, &format!("{name}/targets"));
    let trainer = Trainer::new(loss, Sgd::new(0.1));
    let mut workspace = Workspace::<N, Sgd, 8>::zeroed();
    let mean = |sum: &[f32]| -> Vec<f32> { sum.iter().map(|g| g / x.len() as f32).collect() };

    let loss = trainer.accumulate(&network, &mut workspace, &x, &targets).unwrap();
    golden.check(&format!("{name}/loss"), &[loss]);
    golden.check(&format!("{name}/gradient"), &mean(workspace.gradient().as_flat()));

    workspace.reset();
    let mut sum = 0.0;
    for part in [0..2, 2..x.len()] {
        let samples = part.len() as f32;
        sum += samples * trainer.accumulate(&network, &mut workspace, &x[part.clone()], &targets[part]).unwrap();
    }
    golden.check(&format!("{name}/loss"), &[sum / x.len() as f32]);
    golden.check(&format!("{name}/gradient"), &mean(workspace.gradient().as_flat()));
}

#[test]
fn gradient_of_a_classifier() {
    check_accumulate::<Deep, _, _>("network/deep", CrossEntropy::new(), Golden::classes);
    check_accumulate::<DeepLogits, _, _>("network/deep", CrossEntropy::new(), Golden::classes);
}

#[test]
fn gradient_of_a_regression() {
    check_accumulate::<Normalized, _, _>("network/normalized", MeanSquaredError, Golden::samples);
}

/// Softmax and cross-entropy, from the inputs of a network to its gradient, with logits of ±10⁴.
#[test]
fn cross_entropy_is_finite_for_logits_of_ten_thousand() {
    network! { struct Far: [1] -> [4] { dense: Dense<1, 4, Softmax> } }
    network! { struct FarLogits: [1] -> [4] { dense: Dense<1, 4> } }

    fn check<N, T, const SAMPLES: usize>(network: &N, loss: CrossEntropy, targets: [T; SAMPLES])
    where
        N: Network<Input = [f32; 1], Output = [f32; 4]>,
        CrossEntropy: Loss<[f32; 4], T> + CompatibleWith<N::Head>,
    {
        let mut workspace = Workspace::<N, Sgd, SAMPLES>::zeroed();
        let trainer = Trainer::new(loss, Sgd::new(0.1));
        let loss = trainer.accumulate(network, &mut workspace, &[[1.0]; SAMPLES], &targets).unwrap();
        assert!(loss.is_finite() && loss > 0.0, "loss {loss}");
        assert!(workspace.outputs().iter().all(Shape::is_finite), "outputs {:?}", workspace.outputs());
        let gradient = workspace.gradient().as_flat();
        assert!(gradient.iter().all(|g| g.is_finite()), "gradient {gradient:?}");
        assert!(gradient.iter().any(|g| *g != 0.0), "gradient {gradient:?}");
    }

    let weight = [[1e4], [-1e4], [0.0], [1e4]];
    let (mut far, mut logits) = (Far::zeroed(), FarLogits::zeroed());
    (far.dense.weight, logits.dense.weight) = (weight, weight);
    assert_eq!(far.forward(&[1.0]), [0.5, 0.0, 0.0, 0.5]);
    for loss in [CrossEntropy::new(), CrossEntropy::new().label_smoothing(0.1)] {
        check(&far, loss, [0usize, 1, 2, 3]);
        check(&logits, loss, [0usize, 1, 2, 3]);
        check(&far, loss, [[0.0, 1.0, 0.0, 0.0], [0.25; 4]]);
        check(&logits, loss, [[0.0, 1.0, 0.0, 0.0], [0.25; 4]]);
    }
}

// --------------------------------------------------------------------------------------------------------------------
// Optimizers: losses and parameters of ten steps

network! { struct Small: [4] -> [3] { hidden: Dense<4, 6, Tanh>, output: Dense<6, 3, Softmax> } }

fn check_steps<O: Optimizer + 'static>(name: &str, trainer: Trainer<CrossEntropy, O>) {
    let golden = Golden::read("optimizers.txt");
    let mut small = network::<Small>(&golden, "data");
    let x = golden.samples("data/x");
    let targets = golden.classes("data/targets");
    let mut workspace = Workspace::<Small, O, 8>::zeroed();
    // a workspace that is reset is as new
    for _ in 0..2 {
        small.as_flat_mut().copy_from_slice(golden.values("data/parameters"));
        workspace.reset();
        let mut losses = Vec::new();
        for step in 1..=10 {
            losses.push(trainer.step(&mut small, &mut workspace, &x, &targets).unwrap());
            if [1, 2, 5, 10].contains(&step) {
                golden.check(&format!("{name}/step/{step}"), small.as_flat());
            }
        }
        golden.check(&format!("{name}/losses"), &losses);
    }
}

/// Ten steps with the optimizer alone.
fn check_optimizer<O: Optimizer + 'static>(name: &str, optimizer: O) {
    check_steps(name, Trainer::new(CrossEntropy::new(), optimizer));
}

#[test]
fn sgd() {
    check_optimizer("sgd", Sgd::new(0.1));
    check_optimizer("sgd/weight_decay", Sgd::new(0.1).weight_decay(0.05));
}

#[test]
fn sgd_with_momentum() {
    check_optimizer("sgd/momentum", Sgd::new(0.1).momentum(0.9));
    check_optimizer("sgd/momentum/weight_decay", Sgd::new(0.1).momentum(0.9).weight_decay(0.05));
}

#[test]
fn sgd_with_nesterov_momentum() {
    check_optimizer("sgd/nesterov", Sgd::new(0.1).momentum(0.9).nesterov());
    check_optimizer("sgd/nesterov/weight_decay", Sgd::new(0.1).momentum(0.8).nesterov().weight_decay(0.05));
}

#[test]
fn adam() {
    check_optimizer("adam", Adam::new(0.01));
    check_optimizer("adam/settings", Adam::new(0.02).betas(0.8, 0.95).epsilon(1e-3));
    check_optimizer("adam/weight_decay", Adam::new(0.01).weight_decay(0.05));
}

#[test]
fn adam_w() {
    check_optimizer("adam_w", AdamW::new(0.01));
    check_optimizer("adam_w/settings", AdamW::new(0.02).betas(0.8, 0.95).epsilon(1e-3).weight_decay(0.5));
}

#[test]
fn rms_prop() {
    check_optimizer("rms_prop", RmsProp::new(0.01));
    check_optimizer("rms_prop/settings", RmsProp::new(0.02).alpha(0.9).epsilon(1e-3));
    check_optimizer("rms_prop/weight_decay", RmsProp::new(0.01).weight_decay(0.05));
}

#[test]
fn clipping() {
    let momentum = Trainer::new(CrossEntropy::new(), Sgd::new(0.1).momentum(0.9));
    let adam = Trainer::new(CrossEntropy::new(), Adam::new(0.02).betas(0.8, 0.95).epsilon(1e-3));
    check_steps("clip/norm", momentum.clip_norm(0.1));
    check_steps("clip/norm/some", momentum.clip_norm(0.4));
    check_steps("clip/norm/adam", adam.clip_norm(0.1));
    check_steps("clip/value", momentum.clip_value(0.05));
    check_steps("clip/value/adam", adam.clip_value(0.05));
    check_steps("clip/both", momentum.clip_norm(0.3).clip_value(0.05));
}

#[test]
fn learning_rate_that_falls_while_training() {
    let momentum = Trainer::new(CrossEntropy::new(), Sgd::new(0.1).momentum(0.9));
    let adam_w = AdamW::new(0.02).betas(0.8, 0.95).epsilon(1e-3).weight_decay(0.5);
    check_steps("schedule/cosine", momentum.schedule(Schedule::cosine(10)));
    check_steps("schedule/cosine/adam_w", Trainer::new(CrossEntropy::new(), adam_w).schedule(Schedule::cosine(10)));
}

#[test]
fn schedules() {
    let golden = Golden::read("schedules.txt");
    let check = |name: &str, schedule: Schedule| {
        let factors: Vec<f32> = (1..=20).map(|step| schedule.factor(step)).collect();
        golden.check(name, &factors);
    };
    check("step", Schedule::step(3, 0.5));
    check("step/tenth", Schedule::step(7, 0.1));
    check("exponential", Schedule::exponential(0.9));
    check("cosine", Schedule::cosine(20));
    check("cosine/short", Schedule::cosine(12));
    check("warm_up", Schedule::constant().warm_up(5));
    check("warm_up/long", Schedule::constant().warm_up(30));
    check("warm_up/step", Schedule::step(4, 0.5).warm_up(6));
    check("warm_up/exponential", Schedule::exponential(0.9).warm_up(6));
    check("warm_up/cosine", Schedule::cosine(16).warm_up(6));
}

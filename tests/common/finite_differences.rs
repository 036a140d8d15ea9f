//! Every backward pass against finite differences.
//!
//! The scalar that is differentiated is `S = Σ cᵢ·yᵢ` with random coefficients, summed in `f64`, so that `∂S/∂y = c` is what
//! backward starts from. Each derivative is held against `(S(v + h) − S(v − h)) / 2h`, and compared in the norm of its tensor: `‖a − n‖ / max(‖a‖, ‖n‖)` must be below 1e-3, which is what single
//! precision leaves of a difference of nearly equal numbers.
//!
//! Where a kink (of a ReLU) lies within the step the difference says nothing: such entries, recognised by differences for `h`
//! and `h/2` that disagree, for a large and for a small `h`, are left out, and no more than one in ten may be.

use congruent::plain::zeroed_box;
use congruent::rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use congruent::{Init, Layer, Parameters, Pass, Tensor};

const BOUND: f64 = 1e-3;
const SAMPLES: usize = 3;

/// Checks the derivatives of `L` by its parameters and by its inputs, for some seeds and batches of 1 to 3 samples.
pub fn check<L>()
where
    L: Layer<Input: Tensor, Output: Tensor>,
{
    for seed in 0..4 {
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut layer = zeroed_box::<L>();
        layer.initialize(Init::Auto, rng);
        // biases and scales away from their neat first values
        layer.as_flat_mut().iter_mut().for_each(|w| *w += uniform(rng, 0.1));
        check_batch(&mut *layer, 1 + seed as usize % SAMPLES, rng);
    }
}

fn check_batch<L: Layer<Input: Tensor, Output: Tensor>>(layer: &mut L, samples: usize, rng: &mut impl Rng) {
    let name = core::any::type_name::<L>();
    let mut inputs: Vec<L::Input> = random(samples, rng);
    let coefficients: Vec<L::Output> = random(samples, rng);

    let mut outputs: Vec<L::Output> = random(samples, rng);
    let mut tape = zeroed_box::<L::Tape<SAMPLES>>();
    let mut gradient = zeroed_box::<L::Gradient>();
    layer.forward(&inputs, &mut outputs, &mut tape, &mut pass());
    let mut output_gradients = coefficients.clone();
    let mut input_gradients: Vec<L::Input> = random(samples, rng); // must be set, not added to
    let into = Some(&mut input_gradients[..]);
    layer.backward(&inputs, &outputs, &mut tape, &mut output_gradients, into, &mut gradient);

    let mut found = Vec::new();
    for i in 0..L::COUNT {
        let before = layer.as_flat()[i];
        found.push(difference(
            |v| {
                layer.as_flat_mut()[i] = v;
                value(layer, &inputs, &coefficients)
            },
            before,
        ));
        layer.as_flat_mut()[i] = before;
    }
    compare(&format!("{name}: parameters"), gradient.as_flat(), &found);

    let mut found = Vec::new();
    for i in 0..samples * L::Input::COUNT {
        let (sample, position) = (i / L::Input::COUNT, i % L::Input::COUNT);
        let before = inputs[sample].as_flat()[position];
        found.push(difference(
            |v| {
                inputs[sample].as_flat_mut()[position] = v;
                value(layer, &inputs, &coefficients)
            },
            before,
        ));
        inputs[sample].as_flat_mut()[position] = before;
    }
    let computed: Vec<f32> = input_gradients.iter().flat_map(|g| g.as_flat().to_vec()).collect();
    compare(&format!("{name}: inputs"), &computed, &found);
}

/// The same dropout in every pass.
fn pass() -> Pass {
    Pass::new(5, 1, 0)
}

/// `S`, as training sees it.
fn value<L: Layer<Input: Tensor, Output: Tensor>>(layer: &L, inputs: &[L::Input], coefficients: &[L::Output]) -> f64 {
    let mut outputs = coefficients.to_vec();
    layer.forward(inputs, &mut outputs, &mut zeroed_box::<L::Tape<SAMPLES>>(), &mut pass());
    let products = outputs.iter().zip(coefficients).flat_map(|(y, c)| y.as_flat().iter().zip(c.as_flat()));
    products.map(|(y, c)| f64::from(*y) * f64::from(*c)).sum()
}

/// The derivative at `v`, or nothing at a kink.
pub fn difference(mut value: impl FnMut(f32) -> f64, v: f32) -> Option<f64> {
    let mut slope = |h: f32| {
        let (up, down) = (v + h, v - h);
        (value(up) - value(down)) / (f64::from(up) - f64::from(down))
    };
    // a large step drowns roundoff, a small one stays on one side of a kink
    [5e-2, 5e-3].into_iter().find_map(|step| {
        let step = step * v.abs().max(0.5);
        let (coarse, fine) = (slope(step), slope(step / 2.0));
        // the error of a central difference falls with the square of the step, so two of them give a better one
        let better = (4.0 * fine - coarse) / 3.0;
        ((coarse - fine).abs() <= 1e-3 * (0.1 + better.abs())).then_some(better)
    })
}

/// Compares derivatives in the norm.
pub fn compare(what: &str, computed: &[f32], found: &[Option<f64>]) {
    let kinks = found.iter().filter(|f| f.is_none()).count();
    assert!(kinks * 10 <= found.len() + 19, "{what}: {kinks} of {} at a kink", found.len());
    let pairs: Vec<(f64, f64)> = computed.iter().zip(found).filter_map(|(c, f)| Some((f64::from(*c), (*f)?))).collect();
    let norm = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(|p| of(p).powi(2)).sum::<f64>().sqrt();
    let (size, error) = (norm(&|p| p.0).max(norm(&|p| p.1)), norm(&|p| p.0 - p.1));
    // what single precision leaves where all derivatives are about zero
    let floor = 1e-2 * (pairs.len() as f64).sqrt();
    assert!(error <= BOUND * size.max(floor), "{what}: relative error {:.2e}", error / size);
}

fn uniform(rng: &mut impl Rng, bound: f32) -> f32 {
    bound * (2.0 * rng.random::<f32>() - 1.0)
}

fn random<S: Tensor>(count: usize, rng: &mut impl Rng) -> Vec<S> {
    let mut values = vec![congruent::plain::zeroed::<S>(); count];
    values.iter_mut().for_each(|v| v.as_flat_mut().iter_mut().for_each(|x| *x = uniform(rng, 1.5)));
    values
}

//! Backward held against finite differences of forward, for any layer from tensors to tensors.
//!
//! What is differentiated is `Σ c·y`, with a random coefficient `c` for each output `y`, summed in `f64`. Its derivative by
//! each trained parameter and each input is measured from forward alone, and compared with what backward gives.
//!
//! A difference over `±h` is off by the curvature of the function, and by the rounding of `y` divided by `h`, which in
//! `f32` leaves three digits at best. So the function is computed at eight points on either side, and polynomials of degree
//! 1, 3 and 5 are fitted; the slope at 0 of the one that comes out most exactly, of all degrees and all `h`, is what is
//! measured. How exactly is told by what the fit leaves over, six standard deviations of it. All that is varied lies on a
//! grid of 2⁻¹², so that `x ± h` is exact.
//!
//! Across a kink, as `Relu` has at 0, no polynomial fits, so only distances count that do not reach it. Inputs are kept
//! 1/8 away from 0, so that a layer that starts with a kink is measured well on either side of it. Where a kink
//! inside a network is so near that the slope cannot be told to within the tolerance, the number is left out; more
//! than one in ten left out is a failure.

use congruent::layer::{Gradient, GradientOf, Layer, Pass};
use congruent::plain::{Parameters, flatten, flatten_mut, zeroed};
use congruent::shape::Tensor;
use congruent::{Activation, Init};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// How far a derivative may be off: this share of itself…
const TOLERANCE: f64 = 1e-3;
/// …or of this share of the root mean square of all derivatives in the comparison…
const FLOOR: f64 = 0.1;
/// …or of this share of the terms of the sum. What is so much smaller than what it is summed from is lost in the rounding
/// of the terms: it is the difference of numbers with seven digits.
const NOTHING: f64 = 0.01;
/// One number in so many may be too near a kink to be measured.
const NEAR_A_KINK: usize = 10;
/// The capacity of the memory that the layers are given.
const CAPACITY: usize = 5;
/// How many samples are in the batches: also fewer than fit.
const BATCHES: [usize; 3] = [1, 2, CAPACITY];
/// The distances tried are these powers of two.
const DISTANCES: core::ops::RangeInclusive<i32> = -11..=-3;

/// Holds a layer against finite differences, in batches of several sizes, once for each seed.
///
/// # Panics
///
/// When a derivative of backward is wrong.
pub fn check<L: Layer<Input: Tensor, Output: Tensor> + Parameters>(seeds: core::ops::Range<u64>) {
    let mut tally = Tally::default();
    for seed in seeds {
        for samples in BATCHES {
            for to_logits in [false, true] {
                Run::<L>::new(seed, samples, to_logits).check(&mut tally);
            }
        }
    }
    tally.close();
}

/// A number from -1 to 1.
pub fn signed(rng: &mut dyn Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / 8_388_608.0 - 1.0
}

/// The nearest number of the grid.
pub fn on_grid(x: f32) -> f32 {
    (x * 4096.0).round() / 4096.0
}

/// A number that an input may be: from 1/8 to 1.5 in size, of either sign.
pub fn input(rng: &mut dyn Rng) -> f32 {
    let x = signed(rng);
    on_grid(x * 1.375 + 0.125_f32.copysign(x))
}

/// `count` tensors of numbers drawn by `draw`.
pub fn tensors<T: Tensor>(count: usize, draw: impl FnMut() -> f32) -> Vec<T> {
    let mut tensors = vec![zeroed::<T>(); count];
    flatten_mut(&mut tensors).fill_with(draw);
    tensors
}

/// A layer whose parameters are all away from where they start: no bias is 0, no scale is 1.
pub fn drawn<L: Layer + Parameters>(rng: &mut Xoshiro256PlusPlus) -> Box<L> {
    let mut layer = Box::new(zeroed::<L>());
    layer.initialize(Init::Auto, rng);
    let mut gradient = Box::new(zeroed::<L::Gradient>());
    let mut trained = 0;
    gradient.pairs(&mut layer, &mut |parameters, _| {
        trained += parameters.len();
        for parameter in parameters {
            *parameter = on_grid(*parameter + 0.25 * signed(rng));
        }
    });
    assert_eq!(trained, <L::Gradient as GradientOf<L>>::TRAINED, "the number of trained parameters");
    layer
}

/// The derivatives by the trained parameters, in one row.
pub fn derivatives<L: Layer>(layer: &mut L, gradient: &mut L::Gradient) -> Vec<f32> {
    let mut all = Vec::new();
    gradient.pairs(layer, &mut |_, derivatives| all.extend_from_slice(derivatives));
    all
}

/// Moves the trained parameter at a position of that row. The gradient is not used.
pub fn move_parameter<L: Layer>(layer: &mut L, gradient: &mut L::Gradient, mut position: usize, distance: f32) {
    gradient.pairs(layer, &mut |parameters, _| {
        if let Some(parameter) = parameters.get_mut(position) {
            *parameter += distance;
        }
        position = position.wrapping_sub(parameters.len());
    });
}

/// The size of the errors of rounding in a sum of terms of the size `terms`, at least.
pub fn noise_of(terms: f64) -> f64 {
    f64::from(f32::EPSILON) / 2.0 * terms
}

/// A derivative as it is measured.
#[derive(Clone, Copy)]
pub struct Measured {
    value: f64,
    /// How far off it may be.
    error: f64,
}

/// Measures the derivative at 0 of a function that is computed with errors of the size of `noise`.
pub fn measure(noise: f64, mut value_at: impl FnMut(f32) -> f64) -> Measured {
    let powers = Powers::new();
    let mut best = Measured { value: 0.0, error: f64::INFINITY };
    for power in DISTANCES.rev() {
        let h = 2_f32.powi(power);
        if 3.0 * noise / dot(Powers::POINTS, Powers::POINTS).sqrt() / f64::from(h) > best.error {
            break; // with distances so small, rounding alone is more
        }
        let [ahead, behind] = [h, -h].map(|h| Powers::POINTS.map(|t| value_at(t as f32 * h)));
        // what polynomials leave of the odd part of the function, and of its even part
        let mut odd: Points = core::array::from_fn(|j| (ahead[j] - behind[j]) / 2.0);
        let mut even: Points = core::array::from_fn(|j| (ahead[j] + behind[j]) / 2.0);
        even = less(even, powers.even[0]);
        for (degree, slope) in powers.slopes.iter().enumerate() {
            if degree > 0 {
                odd = less(odd, powers.odd[degree - 1]);
                even = less(even, powers.even[degree]);
            }
            let length = dot(*slope, *slope).sqrt();
            let value = dot(odd, *slope) / (length * length);
            let rest = less(odd, slope.map(|t| t / length));
            let freedom = 2 * Powers::POINTS.len() - 2 * (degree + 1);
            let spread = ((dot(rest, rest) + dot(even, even)) / freedom as f64).sqrt();
            let error = f64::max(6.0 * spread, 3.0 * noise) / length / f64::from(h);
            if error < best.error {
                best = Measured { value: value / f64::from(h), error };
            }
        }
    }
    best
}

type Points = [f64; 8];

/// Powers of t at the points on one side of 0, each made orthogonal to those before it, and of length 1.
struct Powers {
    /// 1, t², t⁴
    even: [Points; 3],
    /// t³, t⁵
    odd: [Points; 2],
    /// t alone; less t³; less t³ and t⁵: along these, a polynomial of degree 1, 3 or 5 shows its slope at 0
    slopes: [Points; 3],
}

impl Powers {
    const POINTS: Points = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

    fn new() -> Powers {
        let power = |power| Self::POINTS.map(|t| t.powi(power));
        let unit = |a: Points| a.map(|t| t / dot(a, a).sqrt());
        let constant = unit(power(0));
        let square = unit(less(power(2), constant));
        let fourth = unit(less(less(power(4), constant), square));
        let cube = unit(power(3));
        let fifth = unit(less(power(5), cube));
        let slopes = [power(1), less(power(1), cube), less(less(power(1), cube), fifth)];
        Powers { even: [constant, square, fourth], odd: [cube, fifth], slopes }
    }
}

fn dot(a: Points, b: Points) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `a` less its part along `unit`.
fn less(a: Points, unit: Points) -> Points {
    let along = dot(a, unit);
    core::array::from_fn(|j| a[j] - along * unit[j])
}

/// How many numbers have been compared.
#[derive(Default)]
pub struct Tally {
    compared: usize,
    left_out: usize,
}

impl Tally {
    /// Compares what backward gives with what is measured of a sum whose terms are of the size `terms`.
    ///
    /// # Panics
    ///
    /// When they differ.
    pub fn compare(&mut self, title: &str, terms: f64, given: &[f32], measured: &[Measured]) {
        assert_eq!(given.len(), measured.len());
        let root_mean = |squares: f64| (squares / given.len().max(1) as f64).sqrt();
        let size = root_mean(measured.iter().map(|m| m.value * m.value).sum());
        let floor = f64::max(FLOOR * size, NOTHING * terms);
        let mut squares = 0.0;
        for (i, (given, Measured { value, error })) in given.iter().zip(measured).enumerate() {
            let given = f64::from(*given);
            let allowed = TOLERANCE * given.abs().max(value.abs()).max(floor);
            if *error > allowed {
                self.left_out += 1;
                continue;
            }
            self.compared += 1;
            let off = (given - value).abs();
            // written so that NaN fails
            assert!(off <= allowed, "{title}, number {i}: {given} where {value} is measured");
            squares += off * off;
        }
        let off = root_mean(squares);
        assert!(off <= TOLERANCE * size.max(NOTHING * terms), "{title}: off by {off} in the mean of {size}");
    }

    /// The end.
    ///
    /// # Panics
    ///
    /// When too many have been left out.
    pub fn close(self) {
        let Tally { compared, left_out } = self;
        let all = compared + left_out;
        assert!(left_out * NEAR_A_KINK <= all, "{left_out} of {all} numbers could not be measured");
    }
}

/// A layer with its inputs, and what of it is differentiated.
struct Run<L: Layer<Input: Tensor, Output: Tensor> + Parameters> {
    layer: Box<L>,
    inputs: Vec<L::Input>,
    outputs: Vec<L::Output>,
    tape: Box<L::Tape<CAPACITY>>,
    coefficients: Vec<L::Output>,
    to_logits: bool,
    seed: u64,
}

impl<L: Layer<Input: Tensor, Output: Tensor> + Parameters> Run<L> {
    fn new(seed: u64, samples: usize, to_logits: bool) -> Self {
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        Run {
            layer: drawn(rng),
            inputs: tensors(samples, || input(rng)),
            outputs: tensors(samples, || f32::NAN),
            tape: Box::new(zeroed()),
            coefficients: tensors(samples, || signed(rng)),
            to_logits,
            seed,
        }
    }

    fn title(&self, of: &str) -> String {
        let layer = core::any::type_name::<L>();
        let end = if self.to_logits { "logits" } else { "outputs" };
        format!("{layer}, seed {}, {} samples, {end} by {of}", self.seed, self.inputs.len())
    }

    fn forward(&mut self) {
        let Run { layer, inputs, outputs, tape, .. } = self;
        let pass = &mut Pass::new(self.seed, 1, 0);
        if self.to_logits {
            layer.forward_logits::<CAPACITY>(inputs, outputs, tape, pass);
        } else {
            layer.forward::<CAPACITY>(inputs, outputs, tape, pass);
        }
    }

    /// `Σ c·y`
    fn value(&mut self) -> f64 {
        self.forward();
        let terms = flatten(&self.outputs).iter().zip(flatten(&self.coefficients));
        terms.map(|(y, c)| f64::from(*y) * f64::from(*c)).sum()
    }

    /// The size of the terms of `Σ c·y`: the root of the sum of their squares.
    fn terms(&mut self) -> f64 {
        self.forward();
        let terms = flatten(&self.outputs).iter().zip(flatten(&self.coefficients));
        let squares: f64 = terms.map(|(y, c)| (f64::from(*y) * f64::from(*c)).powi(2)).sum();
        squares.sqrt()
    }

    /// Adds the derivatives by the parameters to `gradient`, sets those by the inputs.
    fn backward(&mut self, gradient: &mut L::Gradient, input_gradients: Option<&mut [L::Input]>) {
        self.forward();
        let mut given: Vec<Gradient<L::Output>> = self.coefficients.clone();
        let Run { layer, inputs, outputs, tape, .. } = self;
        if self.to_logits {
            // what the loss leaves there
            L::Head::apply(flatten_mut(outputs), <L::Output as Tensor>::ROW);
            layer.backward_logits::<CAPACITY>(inputs, outputs, tape, &mut given, input_gradients, gradient);
        } else {
            layer.backward::<CAPACITY>(inputs, outputs, tape, &mut given, input_gradients, gradient);
        }
    }

    fn check(&mut self, tally: &mut Tally) {
        let mut gradient = Box::new(zeroed::<L::Gradient>());
        let mut by_inputs = tensors::<L::Input>(self.inputs.len(), || f32::NAN);
        self.backward(&mut gradient, Some(&mut by_inputs));

        let mut again = Box::new(zeroed::<L::Gradient>());
        self.backward(&mut again, None);
        assert_eq!(again.as_flat(), gradient.as_flat(), "{}, if no more is asked for", self.title("parameters"));
        self.backward(&mut again, None);
        for (twice, once) in again.as_flat().iter().zip(gradient.as_flat()) {
            assert!((twice - 2.0 * once).abs() <= 1e-4 * once.abs() + 1e-5, "{}: are added", self.title("parameters"));
        }

        let by_parameters = derivatives(&mut *self.layer, &mut *gradient);
        let terms = self.terms();
        let noise = noise_of(terms);
        let measured: Vec<Measured> = (0..by_parameters.len())
            .map(|i| {
                measure(noise, |distance| {
                    move_parameter(&mut *self.layer, &mut *again, i, distance);
                    let value = self.value();
                    move_parameter(&mut *self.layer, &mut *again, i, -distance);
                    value
                })
            })
            .collect();
        tally.compare(&self.title("parameters"), terms, &by_parameters, &measured);

        let by_inputs = flatten(&by_inputs);
        let measured: Vec<Measured> = (0..by_inputs.len())
            .map(|i| {
                measure(noise, |distance| {
                    flatten_mut(&mut self.inputs)[i] += distance;
                    let value = self.value();
                    flatten_mut(&mut self.inputs)[i] -= distance;
                    value
                })
            })
            .collect();
        tally.compare(&self.title("inputs"), terms, by_inputs, &measured);
    }
}

//! A layer with its inputs, and the sum of its outputs that is differentiated.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::CAPACITY;
use super::compare::{Subject, Tally};
use super::error::GradientError;
use super::sample::{draw, each, on_grid, positions, set, set_lengths, signed};
use crate::layer::init::Init;
use crate::layer::{Gradient, GradientOf, Layer, Pass};
use crate::memory::aligned_box::{zeroed_box, zeroed_vec};
use crate::memory::plain::Parameters;
use crate::shape::finite;

/// A layer whose parameters are all away from where they start, so that no bias is 0 and no scale is 1; with the places of those that are
/// trained, in the order in which they are visited.
pub(super) struct Drawn<L: Layer> {
    pub(super) layer: Box<L>,
    pub(super) trained: Vec<usize>,
}

impl<L: Layer + Parameters> Drawn<L> {
    pub(super) fn new(rng: &mut Xoshiro256PlusPlus) -> Result<Self, GradientError> {
        let mut layer = zeroed_box::<L>();
        layer.initialize(Init::Auto, rng);
        let mut gradient = zeroed_box::<L::Gradient>();
        let start = layer.as_flat().as_ptr().addr();
        let mut trained = Vec::new();
        gradient.pairs(&mut layer, &mut |parameters, _| {
            // the address of no parameters may be any
            let first = parameters.as_ptr().addr().wrapping_sub(start) / size_of::<f32>();
            trained.extend((first..L::COUNT).take(parameters.len()));
            for parameter in parameters {
                *parameter = on_grid(*parameter + 0.25 * signed(rng));
            }
        });
        let stated = <L::Gradient as GradientOf<L>>::TRAINED;
        if trained.len() != stated {
            return Err(GradientError::Trained { layer: type_name::<L>(), visited: trained.len(), stated });
        }
        Ok(Drawn { layer, trained })
    }

    /// The derivatives by the trained parameters.
    fn derivatives(&mut self, gradient: &mut L::Gradient) -> Vec<f32> {
        let mut all = Vec::with_capacity(self.trained.len());
        gradient.pairs(&mut self.layer, &mut |_, derivatives| all.extend_from_slice(derivatives));
        all
    }

    /// Up to `most` trained parameters of each tensor: their places, with the derivatives by them.
    pub(super) fn some(&mut self, gradient: &mut L::Gradient, most: usize, rng: &mut dyn Rng) -> Vec<(usize, f32)> {
        let derivatives = self.derivatives(gradient);
        let mut some = Vec::new();
        for tensor in L::LAYOUT.tensors() {
            let places = tensor.offset()..tensor.offset() + tensor.count();
            let pairs = self.trained.iter().copied().zip(derivatives.iter().copied());
            let of_tensor: Vec<(usize, f32)> = pairs.filter(|(place, _)| places.contains(place)).collect();
            some.extend(positions(of_tensor.len(), most, rng).into_iter().map(|i| of_tensor[i]));
        }
        some
    }
}

/// The name of a parameter: its tensor, and its position in that.
pub(super) fn name<L: Parameters>(place: usize) -> String {
    let holds = |tensor: &crate::memory::layout::NamedTensor| place < tensor.offset() + tensor.count();
    match L::LAYOUT.tensors().find(holds) {
        Some(tensor) if tensor.name().is_empty() => format!("parameter {place}"),
        Some(tensor) => format!("`{}[{}]`", tensor.name(), place - tensor.offset()),
        None => format!("parameter {place}"),
    }
}

struct Run<L: Layer> {
    drawn: Drawn<L>,
    inputs: Vec<L::Input>,
    outputs: Vec<L::Output>,
    tape: Box<L::Tape<CAPACITY>>,
    coefficients: Vec<f32>,
    to_logits: bool,
    seed: u64,
}

/// Compares the derivatives of one layer, drawn by the seed.
pub(super) fn check<L: Layer + Parameters>(
    tally: &mut Tally,
    most: usize,
    seed: u64,
    samples: usize,
    to_logits: bool,
) -> Result<(), GradientError> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut run = Run::<L> {
        drawn: Drawn::new(rng)?,
        inputs: inputs::<L>(samples, rng)?,
        outputs: zeroed_vec(samples),
        tape: zeroed_box(),
        coefficients: Vec::new(),
        to_logits,
        seed,
    };
    run.forward();
    if !finite(&run.outputs) {
        return Err(GradientError::NotFinite { of: run.title() });
    }
    let Run { outputs, coefficients, .. } = &mut run;
    each(outputs, &mut |_| coefficients.push(signed(rng)));

    let (mut gradient, mut by_inputs) = (zeroed_box::<L::Gradient>(), run.inputs.clone());
    run.backward(&mut gradient, L::REACHES_INPUT.then_some(&mut by_inputs[..]));
    let terms = run.terms();
    let given = run.drawn.some(&mut gradient, most, rng);
    tally.compare(&mut run, terms, &given)?;
    run.is_added(&gradient)?;
    if !L::REACHES_INPUT {
        return Ok(());
    }
    // the inputs count on from the parameters
    set_lengths(&mut by_inputs, &mut run.inputs);
    let mut derivatives = Vec::new();
    each(&mut by_inputs, &mut |derivative| derivatives.push(*derivative));
    let some = positions(derivatives.len(), most, rng).into_iter();
    let given: Vec<_> = some.map(|i| (L::COUNT + i, derivatives[i])).collect();
    tally.compare(&mut run, terms, &given)
}

/// Inputs that the layer takes. Nothing says how many tokens an `Embedding` knows, but it refuses others.
pub(super) fn inputs<L: Layer>(samples: usize, rng: &mut dyn Rng) -> Result<Vec<L::Input>, GradientError> {
    let mut vocabulary = 64;
    loop {
        let drawn = draw::<L::Input>(samples, vocabulary, rng);
        match drawn.iter().try_for_each(L::check_input) {
            Ok(()) => return Ok(drawn),
            Err(error) if vocabulary == 1 => return Err(GradientError::Input { layer: type_name::<L>(), error }),
            Err(_) => vocabulary -= 1,
        }
    }
}

impl<L: Layer + Parameters> Run<L> {
    fn forward(&mut self) {
        self.forward_to(self.to_logits);
    }

    fn forward_to(&mut self, logits: bool) {
        let Run { drawn: Drawn { layer, .. }, inputs, outputs, tape, .. } = self;
        let pass = &mut Pass::new(self.seed, 1, 0);
        if logits {
            layer.forward_logits::<CAPACITY>(inputs, outputs, tape, pass);
        } else {
            layer.forward::<CAPACITY>(inputs, outputs, tape, pass);
        }
    }

    /// Visits the terms of `Σ c·y`.
    fn each_term(&mut self, visit: &mut dyn FnMut(f64)) {
        self.forward();
        let mut coefficients = self.coefficients.iter();
        each(&mut self.outputs, &mut |y| {
            visit(f64::from(*y) * f64::from(coefficients.next().copied().unwrap_or(f32::NAN)));
        });
    }

    /// The size of the terms: the root of the sum of their squares.
    fn terms(&mut self) -> f64 {
        let mut squares = 0.0;
        self.each_term(&mut |term| squares += term * term);
        libm::sqrt(squares)
    }

    /// Adds the derivatives by the parameters to `gradient`, sets those by the inputs.
    fn backward(&mut self, gradient: &mut L::Gradient, by_inputs: Option<&mut [Gradient<L::Input>]>) {
        let mut activated = None;
        if self.to_logits {
            self.forward_to(false);
            activated = Some(self.outputs.clone());
        }
        self.forward();
        let mut given: Vec<Gradient<L::Output>> = self.outputs.clone();
        let mut coefficients = self.coefficients.iter();
        set(&mut given, &mut || coefficients.next().copied().unwrap_or(f32::NAN));
        let Run { drawn: Drawn { layer, .. }, inputs, outputs, tape, .. } = self;
        match activated {
            Some(outputs) => {
                layer.backward_logits::<CAPACITY>(inputs, &outputs, tape, &mut given, by_inputs, gradient);
            }
            None => layer.backward::<CAPACITY>(inputs, outputs, tape, &mut given, by_inputs, gradient),
        }
    }

    /// Whether a second pass doubles the gradient, and neither depends on whether the derivatives by the inputs are asked for.
    fn is_added(&mut self, gradient: &L::Gradient) -> Result<(), GradientError> {
        let mut again = zeroed_box::<L::Gradient>();
        self.backward(&mut again, None);
        let name = |number: usize| format!("number {number} of the gradient");
        let pairs = || gradient.as_flat().iter().zip(again.as_flat());
        if let Some(number) = pairs().position(|(with, without)| with != without) {
            return Err(GradientError::WithoutInputs { of: self.title(), by: name(number) });
        }
        self.backward(&mut again, None);
        for (number, (once, twice)) in gradient.as_flat().iter().zip(again.as_flat()).enumerate() {
            let off = (twice - 2.0 * once).abs();
            if off.is_nan() || off > 1e-4 * once.abs() + 1e-5 {
                let (of, by) = (self.title(), name(number));
                return Err(GradientError::NotAdded { of, by, twice: *twice, once: *once });
            }
        }
        Ok(())
    }
}

impl<L: Layer + Parameters> Subject for Run<L> {
    fn shift(&mut self, number: usize, distance: f32) {
        if let Some(parameter) = self.drawn.layer.as_flat_mut().get_mut(number) {
            *parameter += distance;
            return;
        }
        let mut position = L::COUNT;
        each(&mut self.inputs, &mut |input| {
            if position == number {
                *input += distance;
            }
            position += 1;
        });
    }

    fn value(&mut self) -> f64 {
        let mut sum = 0.0;
        self.each_term(&mut |term| sum += term);
        sum
    }

    fn title(&self) -> String {
        let end = if self.to_logits { "logits" } else { "outputs" };
        format!("{}, seed {}, batch of {}, {end}", type_name::<L>(), self.seed, self.inputs.len())
    }

    fn name(&self, number: usize) -> String {
        match number.checked_sub(L::COUNT) {
            Some(input) => format!("input number {input} of the batch"),
            None => name::<L>(number),
        }
    }
}

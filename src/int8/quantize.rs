//! From a trained network to its int8 form: what flows through it for some samples gives the scales.

use super::arithmetic::Quantization;
use super::calibration::{Calibration, Fused, Quantizable};
use super::in_place::zeroed;
use super::network::{HasInt8, Int8Network, LayerVisitor};
use super::report::{Report, compare};
use crate::memory::aligned_box::{Boxed, zeroed_vec};
use crate::memory::plain::{flatten, flatten_mut};
use crate::{Activation, Network, activation};

/// Why a network cannot be quantised.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantizeError {
    /// No sample was observed.
    #[error("no samples were observed, so nothing is known of the numbers that flow: call `observe` with some inputs")]
    NoSamples,
    /// A sample holds NaN or infinity.
    #[error("sample {sample} holds a number that is not finite")]
    InputNotFinite {
        /// which of those observed, from 0
        sample: usize,
    },
    /// A layer gives NaN or infinity.
    #[error("`{layer}` gives a number that is not finite for one of the samples that were observed")]
    NotFinite {
        /// the name of the layer
        layer: &'static str,
    },
}

/// The smallest and the largest number of each layer, before and after its activation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    logits: [f32; 2],
    output: [f32; 2],
}

/// Nothing yet.
const EMPTY: [f32; 2] = [f32::INFINITY, f32::NEG_INFINITY];

/// Stretches a range to hold the values. NaN makes it infinite, so that it is found.
fn stretch([low, high]: &mut [f32; 2], values: &[f32]) {
    for value in values {
        let value = if value.is_nan() { f32::INFINITY } else { *value };
        (*low, *high) = (low.min(value), high.max(value));
    }
}

/// Calibrates a network: [`observe`](Quantize::observe) inputs such as it will see, then [`finish`](Quantize::finish).
///
/// A scale spans from the smallest to the largest number that was seen, and 0 ([`Quantization::of_range`]). Weights have a scale for each
/// output, from the largest of its weights; a `BatchNorm` behind a layer is folded into them.
///
/// Some hundred samples, of all kinds that there are, are usually enough; one that is out of the ordinary widens the scale of all others.
#[derive(Debug)]
pub struct Quantize<'a, N: Network> {
    network: &'a N,
    input: [f32; 2],
    ranges: Vec<Range>,
    samples: usize,
    kept: Vec<N::Input>,
    error: Option<QuantizeError>,
}

impl<'a, N: HasInt8> Quantize<'a, N> {
    /// How many samples are kept, to compare the two networks in the end.
    const KEPT: usize = 256;

    /// To quantise this network.
    pub fn new(network: &'a N) -> Self {
        Quantize { network, input: EMPTY, ranges: Vec::new(), samples: 0, kept: Vec::new(), error: None }
    }

    /// Looks at what flows through the network for these inputs.
    pub fn observe(&mut self, inputs: &[N::Input]) -> &mut Self {
        let mut int8 = zeroed::<N::Int8>();
        for input in inputs {
            let values = flatten(core::slice::from_ref(input));
            if self.error.is_none() && !values.iter().all(|value| value.is_finite()) {
                self.error = Some(QuantizeError::InputNotFinite { sample: self.samples });
            }
            self.samples += 1;
            stretch(&mut self.input, values);
            let mut observer = Observer { values: values.to_vec(), ranges: &mut self.ranges, next: 0 };
            N::Int8::visit(self.network, &mut int8, &mut observer);
            if self.kept.len() < Self::KEPT {
                self.kept.extend_from_slice(core::slice::from_ref(input)); // not by way of the stack, as `push` is
            }
        }
        self
    }

    /// The int8 network, and how far it is from the network of `f32` on the first 256 of the samples that were observed.
    ///
    /// # Errors
    ///
    /// When no sample was observed, or when a number was not finite.
    pub fn finish(&self) -> Result<(Box<N::Int8>, Report), QuantizeError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        if self.samples == 0 {
            return Err(QuantizeError::NoSamples);
        }
        let [low, high] = self.input;
        let input = Quantization::of_range(low, high);
        let mut int8 = zeroed::<N::Int8>();
        let mut setter = Setter { ranges: &self.ranges, at: input, quantizations: Vec::new(), error: None };
        N::Int8::visit(self.network, &mut int8, &mut setter);
        if let Some(error) = setter.error {
            return Err(error);
        }
        let (output, quantizations) = (setter.at, setter.quantizations);
        int8.set_ends(input, output);
        let report = compare(self.network, &mut int8, &quantizations, &self.kept);
        Ok((int8, report))
    }
}

/// What a layer gives for one sample, with and without the activation that ends it.
pub(super) fn run<L: Quantizable>(layer: &L, values: &[f32], logits: bool) -> Vec<f32> {
    let mut input = zeroed_vec::<L::Input>(1);
    flatten_mut(&mut input).copy_from_slice(values);
    let mut output = zeroed_vec::<L::Output>(1);
    let mut scratch = Boxed::<L::Scratch<1>>::zeroed();
    match logits {
        true => layer.infer_logits::<1>(&input, &mut output, &mut scratch),
        false => layer.infer::<1>(&input, &mut output, &mut scratch),
    }
    flatten(&output).to_vec()
}

struct Observer<'r> {
    values: Vec<f32>,
    ranges: &'r mut Vec<Range>,
    next: usize,
}

impl LayerVisitor for Observer<'_> {
    fn layer<L: Quantizable>(
        &mut self,
        _name: &'static str,
        layer: &L,
        norm: &dyn Fused,
        clamp: &dyn Fused,
        _int8: &mut L::Int8,
    ) {
        if self.ranges.len() == self.next {
            self.ranges.push(Range { logits: EMPTY, output: EMPTY });
        }
        let range = &mut self.ranges[self.next];
        self.next += 1;
        // a layer without an activation has no logits
        if <L::Head as Activation>::NAME != <activation::Linear as Activation>::NAME {
            stretch(&mut range.logits, &run(layer, &self.values, true));
        }
        self.values = run(layer, &self.values, false);
        norm.apply(&mut self.values);
        clamp.apply(&mut self.values);
        stretch(&mut range.output, &self.values);
    }
}

struct Setter<'r> {
    ranges: &'r [Range],
    at: Quantization,
    /// Of what each layer gives.
    quantizations: Vec<Quantization>,
    error: Option<QuantizeError>,
}

impl LayerVisitor for Setter<'_> {
    fn layer<L: Quantizable>(
        &mut self,
        name: &'static str,
        layer: &L,
        norm: &dyn Fused,
        clamp: &dyn Fused,
        int8: &mut L::Int8,
    ) {
        let Range { logits, output } = self.ranges[self.quantizations.len()];
        if self.error.is_none() && !output.iter().all(|end| end.is_finite()) {
            self.error = Some(QuantizeError::NotFinite { layer: name });
        }
        self.at = layer.quantize(&Calibration { input: self.at, logits, output, norm, clamp }, int8);
        self.quantizations.push(self.at);
    }
}

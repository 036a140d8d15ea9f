//! How far an int8 network is from its network of `f32`, layer by layer.

use core::fmt;

use super::Int8Layer;
use super::arithmetic::Quantization;
use super::calibration::{Fused, Quantizable};
use super::layers::{AsDeclared, Order, Reorder};
use super::network::{HasInt8, Int8Network, LayerVisitor};
use super::quantize::run;
use crate::memory::plain::flatten;

/// How far each layer is from that of `f32`, on the samples that were compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// In the order in which they are run.
    pub layers: Vec<LayerReport>,
    /// How many samples were compared.
    pub samples: usize,
}

/// A row of a [`Report`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LayerReport {
    /// The layer's name.
    pub name: &'static str,
    /// How its output is quantised.
    pub quantization: Quantization,
    /// `Σ y²` over all numbers that the layer of `f32` gives.
    pub signal: f64,
    /// `Σ (y − ŷ)²`, where `ŷ` is what the int8 network has there, with the errors of all layers before.
    pub noise: f64,
    /// The largest `|y − ŷ|`.
    pub largest_error: f32,
    /// The share of numbers that lie beyond what the integers reach.
    pub saturated: f64,
    numbers: u64,
}

impl LayerReport {
    /// The signal-to-noise ratio in decibels, `10·log₁₀(signal / noise)`: infinite without noise.
    #[must_use]
    pub fn signal_to_noise(&self) -> f64 {
        if self.noise == 0.0 { f64::INFINITY } else { 10.0 * (self.signal / self.noise).log10() }
    }

    fn see(&mut self, expected: &[f32], found: &[i8]) {
        let Quantization { scale, .. } = self.quantization;
        let [low, high] = [i8::MIN, i8::MAX].map(|end| self.quantization.dequantize(end));
        let mut beyond = 0_u64;
        for (y, q) in expected.iter().zip(found) {
            let error = y - self.quantization.dequantize(*q);
            self.signal += f64::from(*y) * f64::from(*y);
            self.noise += f64::from(error) * f64::from(error);
            self.largest_error = self.largest_error.max(error.abs());
            beyond += u64::from(*y < low - scale / 2.0 || *y > high + scale / 2.0);
        }
        let before = self.saturated * self.numbers as f64;
        self.numbers += expected.len() as u64;
        self.saturated = (before + beyond as f64) / self.numbers.max(1) as f64;
    }
}

impl fmt::Display for Report {
    /// A table: layer, scale, zero point, signal to noise, largest error, saturated numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.layers.iter().map(|layer| layer.name.chars().count()).max().unwrap_or(0).max(5);
        writeln!(
            f,
            "{:width$}  {:>10}  {:>10}  {:>15}  {:>13}  {:>9}",
            "layer", "scale", "zero point", "signal to noise", "largest error", "saturated"
        )?;
        for layer in &self.layers {
            let Quantization { scale, zero_point } = layer.quantization;
            let (ratio, error, saturated) = (layer.signal_to_noise(), layer.largest_error, 100.0 * layer.saturated);
            let name = layer.name;
            writeln!(
                f,
                "{name:width$}  {scale:>10.6}  {zero_point:>10}  {ratio:>12.1} dB  {error:>13.6}  {saturated:>7.2} %"
            )?;
        }
        write!(f, "over {} samples", self.samples)
    }
}

/// Runs both networks on the samples, layer beside layer.
pub(super) fn compare<N: HasInt8>(
    network: &N,
    int8: &mut N::Int8,
    quantizations: &[Quantization],
    samples: &[N::Input],
) -> Report {
    let mut report = Report { layers: Vec::new(), samples: samples.len() };
    for sample in samples {
        let values = flatten(core::slice::from_ref(sample)).to_vec();
        let quantization = int8.input_quantization();
        let declared: Vec<i8> = values.iter().map(|value| quantization.quantize(*value)).collect();
        let integers = reordered::<AsDeclared<N::Input>, N::Input>(&declared);
        let mut comparison = Comparison { values, integers, quantizations, layers: &mut report.layers, next: 0 };
        N::Int8::visit(network, int8, &mut comparison);
    }
    report
}

/// The same numbers in another order.
fn reordered<F: Order, T: Order>(integers: &[i8]) -> Vec<i8> {
    let mut reordered = vec![0; integers.len()];
    Reorder::<F, T>::ZERO.infer(integers, &mut reordered, &mut []);
    reordered
}

struct Comparison<'r> {
    values: Vec<f32>,
    integers: Vec<i8>,
    quantizations: &'r [Quantization],
    layers: &'r mut Vec<LayerReport>,
    next: usize,
}

impl LayerVisitor for Comparison<'_> {
    fn layer<L: Quantizable>(
        &mut self,
        name: &'static str,
        layer: &L,
        norm: &dyn Fused,
        clamp: &dyn Fused,
        int8: &mut L::Int8,
    ) {
        self.values = run(layer, &self.values, false);
        norm.apply(&mut self.values);
        clamp.apply(&mut self.values);
        let mut integers = vec![0; self.values.len()];
        int8.infer(&self.integers, &mut integers, &mut vec![0; L::Int8::SCRATCH]);
        self.integers = integers;
        if self.layers.len() == self.next {
            self.layers.push(LayerReport {
                name,
                quantization: self.quantizations[self.next],
                signal: 0.0,
                noise: 0.0,
                largest_error: 0.0,
                saturated: 0.0,
                numbers: 0,
            });
        }
        let found = reordered::<L::Output, AsDeclared<L::Output>>(&self.integers);
        self.layers[self.next].see(&self.values, &found);
        self.next += 1;
    }
}

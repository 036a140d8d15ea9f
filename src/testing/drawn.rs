//! Parameters and inputs drawn at random, and which of the parameters are compared.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use rand::Rng;

use super::error::GradientError;
use super::sample::{Draw, on_grid, positions, signed};
use super::subject::{Inputs, Model};
use crate::memory::layout::{Layout, NamedTensor};

/// Draws parameters that are all away from where they start, so that no bias is 0 and no scale is 1. Returns the places of those that are
/// trained, in the order in which they are visited.
pub(super) fn parameters(model: &mut dyn Model, rng: &mut dyn Rng) -> Result<Vec<usize>, GradientError> {
    model.initialize(rng);
    let parameters = model.parameters();
    let (start, count) = (parameters.as_ptr().addr(), parameters.len());
    let mut trained = Vec::new();
    model.pairs(&mut |parameters, _| {
        // the address of no parameters may be any
        let first = parameters.as_ptr().addr().wrapping_sub(start) / size_of::<f32>();
        trained.extend((first..count).take(parameters.len()));
        for parameter in parameters {
            *parameter = on_grid(*parameter + 0.25 * signed(rng));
        }
    });
    if trained.len() != model.trained() {
        let (layer, stated) = (model.name(), model.trained());
        return Err(GradientError::Trained { layer, visited: trained.len(), stated });
    }
    Ok(trained)
}

/// Up to `most` trained parameters of each tensor: their places, with the derivatives by them.
pub(super) fn some(model: &mut dyn Model, trained: &[usize], most: usize, rng: &mut dyn Rng) -> Vec<(usize, f32)> {
    let mut derivatives = Vec::with_capacity(trained.len());
    model.pairs(&mut |_, run| derivatives.extend_from_slice(run));
    let mut some = Vec::new();
    for tensor in model.layout().tensors() {
        let places = tensor.offset()..tensor.offset() + tensor.count();
        let pairs = trained.iter().copied().zip(derivatives.iter().copied());
        let of_tensor: Vec<(usize, f32)> = pairs.filter(|(place, _)| places.contains(place)).collect();
        some.extend(positions(of_tensor.len(), most, rng).into_iter().map(|i| of_tensor[i]));
    }
    some
}

/// The name of a parameter: its tensor, and its position in that.
pub(super) fn name(layout: &Layout, place: usize) -> String {
    let holds = |tensor: &NamedTensor| place < tensor.offset() + tensor.count();
    match layout.tensors().find(holds) {
        Some(tensor) if tensor.name().is_empty() => format!("parameter {place}"),
        Some(tensor) => format!("`{}[{}]`", tensor.name(), place - tensor.offset()),
        None => format!("parameter {place}"),
    }
}

/// Draws inputs that the layer takes. Nothing says how many tokens an `Embedding` knows, but it refuses others.
pub(super) fn inputs(inputs: &mut dyn Inputs, layer: &'static str, rng: &mut dyn Rng) -> Result<(), GradientError> {
    let mut vocabulary = 64;
    loop {
        inputs.visit(&mut Draw { rng: &mut *rng, vocabulary });
        match inputs.check() {
            Ok(()) => return Ok(()),
            Err(error) if vocabulary == 1 => return Err(GradientError::Input { layer, error }),
            Err(_) => vocabulary -= 1,
        }
    }
}

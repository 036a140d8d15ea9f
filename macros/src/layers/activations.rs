//! The built-in activations, a row each: what a layer can have as its last argument, and what is a layer over any shape by itself.
//!
//! To add one whose file is in `src/layer/activation`: a row here.

use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, builtin, layer};
use crate::ast::Spec;
use crate::context::{Activation, Context};
use crate::model::Layer;

/// What most rows have in common.
const EACH: Activation =
    Activation { word: "", by_output: true, normalizes: false, parameter: None, clamps: false, instead_in_int8: None };

pub const ACTIVATIONS: &[Activation] = &[
    Activation { word: "Linear", clamps: true, ..EACH },
    Activation { word: "Relu", clamps: true, ..EACH },
    Activation { word: "LeakyRelu", parameter: Some(("slope", 0.01)), ..EACH },
    Activation { word: "Sigmoid", ..EACH },
    Activation { word: "Tanh", ..EACH },
    Activation { word: "Gelu", by_output: false, ..EACH },
    Activation { word: "Silu", by_output: false, ..EACH },
    Activation { word: "Softmax", by_output: false, normalizes: true, ..EACH },
    Activation { word: "Elu", parameter: Some(("alpha", 1.0)), ..EACH },
    Activation { word: "HardSigmoid", ..EACH },
    Activation { word: "HardSwish", by_output: false, ..EACH },
    Activation { word: "Hardtanh", clamps: true, ..EACH },
    Activation { word: "LogSoftmax", by_output: false, normalizes: true, instead_in_int8: Some("Softmax"), ..EACH },
    Activation { word: "Mish", by_output: false, ..EACH },
    Activation { word: "Relu6", clamps: true, ..EACH },
    Activation { word: "Selu", ..EACH },
    Activation { word: "Softplus", ..EACH },
];

/// An activation as a layer: `Relu`.
pub fn activation_layer(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let word = spec.word().unwrap_or_default();
    let takes = context.activation(&word).map_or_else(String::new, Activation::arguments);
    positional(spec, 0..=0, &takes, &word, context)?;
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, &flow.ty);
    let activation = builtin(spec, context);
    let ty = quote!(#krate::Activate<#activation, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer(spec, ty, flow, context) })
}

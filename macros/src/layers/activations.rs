//! The built-in activations, a row each: what a layer can have as its last argument, and what is a layer over any shape by itself.
//!
//! To add one whose file is in `src/layer/activation`: a row here.

use quote::quote;

use super::arguments::positional;
use super::common::{any_shape, builtin, layer};
use crate::ast::Spec;
use crate::context::{Activation, Context};
use crate::model::Layer;

pub const ACTIVATIONS: &[Activation] = &[
    Activation { word: "Linear", by_output: true },
    Activation { word: "Relu", by_output: true },
    Activation { word: "LeakyRelu", by_output: true },
    Activation { word: "Sigmoid", by_output: true },
    Activation { word: "Tanh", by_output: true },
    Activation { word: "Gelu", by_output: false },
    Activation { word: "Silu", by_output: false },
    Activation { word: "Softmax", by_output: false },
    Activation { word: "Elu", by_output: true },
    Activation { word: "HardSigmoid", by_output: true },
    Activation { word: "HardSwish", by_output: false },
    Activation { word: "Hardtanh", by_output: true },
    Activation { word: "LogSoftmax", by_output: false },
    Activation { word: "Mish", by_output: false },
    Activation { word: "Relu6", by_output: true },
    Activation { word: "Selu", by_output: true },
    Activation { word: "Softplus", by_output: true },
];

/// An activation as a layer: `Relu`.
pub fn activation_layer(spec: &Spec, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", &spec.word().unwrap_or_default(), context)?;
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, &flow.ty);
    let activation = builtin(spec, context);
    let ty = quote!(#krate::Activate<#activation, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer(spec, ty, flow, context) })
}

//! The built-in activations.

/// What can stand as the activation of a layer, and as a layer of its own.
pub const ACTIVATIONS: &[&str] = &["Linear", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Gelu", "Silu", "Softmax"];

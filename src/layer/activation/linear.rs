//! No activation.

use super::Activation;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// No activation: `y = x`, `f' = 1`.
#[derive(Clone, Copy, Debug)]
pub struct Linear;

#[diagnostic::do_not_recommend]
impl Activation for Linear {
    const NAME: &'static str = "Linear";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn apply(_values: &mut [f32], _row: usize) {}
    fn backward(_inputs: &[f32], _outputs: &[f32], _gradients: &mut [f32], _row: usize) {}

    fn export(_graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(input)
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Reader};

    pub const READERS: &[Reader] = &[("Identity", |_| Found::same())];
}

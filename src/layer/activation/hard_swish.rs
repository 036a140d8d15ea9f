//! Swish of three pieces.

use super::{Elementwise, HardSigmoid};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Hard swish (Howard et al. 2019), of MobileNetV3: `y = x·min(max(x + 3, 0), 6) / 6`; the slope is 0 up to −3, 1 from 3 on, and `x / 3 + 1/2` in
/// between.
#[derive(Clone, Copy, Debug)]
pub struct HardSwish;

#[diagnostic::do_not_recommend]
impl Elementwise for HardSwish {
    const NAME: &'static str = "HardSwish";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = T;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * HardSigmoid::value(x)
    }
    #[inline(always)]
    fn slope(x: f32, _y: f32) -> f32 {
        if x <= -3.0 {
            0.0
        } else if x >= 3.0 {
            1.0
        } else {
            x * (1.0 / 3.0) + 0.5
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("HardSwish", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, with};

    use crate::layer::activation::silu::reading::product;

    use crate::layer::activation::relu6::reading::limits;

    pub const READERS: &[Reader] =
        &[("HardSwish", |_| Found::activation("HardSwish")), ("HardSigmoid", spelt_out), ("Add", of_clip)];

    /// `x·clip(x + 3, 0, 6) / 6`, the quotient before the product or behind it.
    fn of_clip(node: &dyn Node) -> Reading {
        whole(node).unwrap_or(Ok(None))
    }

    fn whole(node: &dyn Node) -> Option<Reading> {
        let x = node.inputs().iter().find(|name| node.constant(name).is_none())?;
        node.inputs().iter().find_map(|name| node.number(name)).filter(|three| *three == 3.0)?;
        let clip = node.next("Clip").filter(|clip| limits(&**clip) == Ok([0.0, 6.0]))?;
        let by_six = |quotient: &dyn Node| quotient.inputs().get(1).and_then(|name| quotient.number(name)) == Some(6.0);
        let of_x = |product: &dyn Node| product.inputs().contains(x);
        if let Some(product) = clip.next("Mul").filter(|product| of_x(&**product)) {
            let quotient = product.next("Div").filter(|quotient| by_six(&**quotient))?;
            return Some(with(Found::activation("HardSwish"), &[&*clip, &*product, &*quotient]));
        }
        let quotient = clip.next("Div").filter(|quotient| by_six(&**quotient))?;
        let product = quotient.next("Mul").filter(|product| of_x(&**product))?;
        Some(with(Found::activation("HardSwish"), &[&*clip, &*quotient, &*product]))
    }

    /// `x` times its hard sigmoid, which `HardSigmoid` has found to be the usual one.
    fn spelt_out(node: &dyn Node) -> Reading {
        match product(node) {
            Some(product) => with(Found::activation("HardSwish"), &[&*product]),
            None => Ok(None),
        }
    }
}

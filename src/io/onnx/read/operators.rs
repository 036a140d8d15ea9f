//! An operator as the layers see it, and what they make of it.

use super::chain::Chain;
use super::known::{Weight, float, floats, int, ints, text};
use super::layer::{Layer, Numbers};
use crate::io::onnx::proto;
use crate::layer::activation;
use crate::layer::import::{self, Found, Node, Reader, Size, Tensor, What};
use crate::layers;

/// The reason why an operator is not read; completes "`X` (Op) …".
pub type Refused = Result<(), String>;

/// An operator of a chain, which is at what comes before it.
struct At<'c, 'a> {
    chain: &'c Chain<'a>,
    node: &'a proto::Node,
    position: usize,
}

impl Node for At<'_, '_> {
    fn operator(&self) -> &str {
        &self.node.op_type
    }
    fn opset(&self) -> i64 {
        self.chain.version
    }
    fn position(&self) -> usize {
        self.position
    }
    fn inputs(&self) -> &[String] {
        &self.node.input
    }
    fn shape(&self) -> &[usize] {
        &self.chain.at.sizes
    }
    fn batch(&self) -> Option<i64> {
        self.chain.batch
    }
    fn int(&self, name: &str) -> Option<i64> {
        int(self.node, name)
    }
    fn float(&self, name: &str) -> Option<f32> {
        float(self.node, name)
    }
    fn ints(&self, name: &str) -> Option<&[i64]> {
        ints(self.node, name)
    }
    fn floats(&self, name: &str) -> Option<&[f32]> {
        floats(self.node, name)
    }
    fn text(&self, name: &str) -> Option<&str> {
        text(self.node, name)
    }
    fn constant(&self, name: &str) -> Option<Tensor> {
        let weight = self.chain.known.weight(name)?;
        Some(Tensor { name: name.into(), dims: weight.dims().ok()?, transposed: weight.turned })
    }
    fn numbers(&self, name: &str) -> Option<Vec<f32>> {
        self.chain.known.floats(name)
    }
    fn is_all(&self, name: &str, number: f32) -> bool {
        self.chain.known.is_all(name, number)
    }
    fn sizes(&self, name: &str) -> Option<Vec<Size>> {
        self.chain.known.sizes(name)
    }
    fn whole_numbers(&self, name: &str) -> Option<Vec<i64>> {
        self.chain.known.whole_numbers(name)
    }
    fn next(&self, operator: &str) -> Option<Box<dyn Node + '_>> {
        let (position, node) = self.chain.next(self.node, operator)?;
        Some(Box::new(At { chain: self.chain, node, position }))
    }
}

impl<'a> Chain<'a> {
    /// Adds what an operator is.
    pub fn operator(&mut self, node: &'a proto::Node, position: usize) -> Refused {
        if !matches!(node.domain.as_str(), "" | "ai.onnx") {
            return Err(format!("is an operator of `{}`, and no layer here", node.domain));
        }
        let Found { what, behind } = self.find(node, position)?.ok_or("is no layer here")?;
        match what {
            What::Layer { layer, output, shape } => {
                let layer = self.layer(layer)?;
                self.add(node, layer, output);
                self.reshape(shape);
            }
            What::Activation { name, over_rows } => self.activate(node, name, over_rows),
            What::Shape(shape) => self.reshape(shape),
            What::Same => {}
        }
        self.take(&behind);
        Ok(())
    }

    /// What the first layer, or else activation, makes of an operator that reads it.
    pub fn find(&self, node: &'a proto::Node, position: usize) -> import::Reading {
        let readers = layers::READERS.iter().chain(activation::READERS).copied().flatten();
        for (_, read) in readers.filter(|(operator, _): &&Reader| *operator == node.op_type) {
            if let Some(found) = read(&At { chain: self, node, position })? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A declared layer, with the tensors of the file.
    fn layer(&self, declared: import::Declared) -> Result<Layer<'a>, String> {
        let weight = |tensor: &Tensor| {
            let weight = self.known.weight(&tensor.name).ok_or_else(|| format!("takes `{}`", tensor.name))?;
            Ok::<_, String>(Weight { turned: tensor.transposed, ..weight })
        };
        let mut tensors = Vec::new();
        for (field, numbers) in &declared.tensors {
            let numbers = match numbers {
                import::Numbers::Of(tensor) => Numbers::Of(weight(tensor)?),
                import::Numbers::Row(tensor) => Numbers::Row(weight(tensor)?),
                import::Numbers::Shifted(tensor, by) => Numbers::Shifted(weight(tensor)?, *by),
                import::Numbers::Zeros(count) => Numbers::Zeros(*count),
            };
            tensors.push((*field, numbers));
        }
        let import::Declared { word, arguments, activates, settings, at_each_step, .. } = declared;
        Ok(Layer { word, arguments, activates, settings, at_each_step, tensors, ..Layer::default() })
    }
}

//! An operator as the layers see it, and what they make of it.

use super::arithmetic::Affine;
use super::chain::Chain;
use super::known::{Weight, float, floats, int, ints, text};
use super::layer::Layer;
use crate::io::onnx::proto;
use crate::layer::activation;
use crate::layer::import::{self, Found, Node, Reader, Size, Tensor, What, other_order};
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
    fn order(&self) -> &[usize] {
        &self.chain.at.order
    }
    fn is_taken(&self, output: usize) -> bool {
        self.node.output.get(output).is_some_and(|name| self.chain.is_taken(name))
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
    fn texts(&self, name: &str) -> Vec<String> {
        let texts = super::known::attribute(self.node, name).map_or(&[][..], |attribute| &attribute.strings);
        texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect()
    }
    fn constant(&self, name: &str) -> Option<Tensor> {
        let weight = self.chain.known.weight(name)?;
        Some(Tensor { name: name.into(), dims: weight.dims().ok()?, transposed: weight.turned })
    }
    fn values(&self, name: &str) -> Option<Vec<f32>> {
        self.chain.known.values(name)
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
        if let Some(rearranged) = self.rearranged(node) {
            return rearranged;
        }
        let Some(Found { what, behind, gives, order }) = self.find(node, position)? else {
            return self.arithmetic(node);
        };
        if order.is_none() {
            self.check_order(&what)?;
        }
        match what {
            What::Layer { layer, output, shape } => {
                if layer.word == "Embedding" && !self.at.layers.is_empty() {
                    return Err("looks up what is computed".into());
                }
                let layer = self.layer(layer)?;
                self.add(node, layer, output);
                self.reshape(shape);
            }
            What::Activation { name, over_rows } => self.activate(node, name, over_rows),
            What::Scaled { before, name, after } => {
                self.affine(node, &Affine::of_numbers(before, self.at.sizes.len()))?;
                self.activate(node, name, false);
                self.affine(node, &Affine::of_numbers(after, self.at.sizes.len()))?;
            }
            What::Shape(shape) => self.reshape(shape),
            What::Same => {}
        }
        if let Some(order) = order {
            self.set_order(order);
        }
        if behind.is_empty() {
            self.at.value = node.output.get(gives).ok_or("lacks an output")?;
        }
        self.take(&behind);
        Ok(())
    }

    /// Whether what was found can be where the file has the dimensions in another order than the layers.
    fn check_order(&self, what: &What) -> Refused {
        let by_row = match what {
            _ if self.at.is_in_order() => return Ok(()),
            What::Activation { over_rows, .. } => *over_rows,
            What::Scaled { .. } | What::Same => false,
            What::Layer { layer, .. } if layer.word == "Prelu" && layer.arguments.is_empty() => false,
            What::Layer { layer, .. } if ["Dense", "LayerNorm", "RmsNorm"].contains(&layer.word) => true,
            What::Layer { .. } | What::Shape(_) => return Err(other_order(&self.at.order)),
        };
        if !by_row || self.at.ends_in_order() { Ok(()) } else { Err(other_order(&self.at.order)) }
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
        let import::Declared { word, arguments, activates, settings, at_each_step, tensors } = declared;
        let weight = |tensor: Tensor| match self.known.weight(&tensor.name) {
            Some(weight) => Ok(Weight { turned: tensor.transposed, ..weight }),
            None => Err(format!("takes `{}`", tensor.name)),
        };
        let tensors = tensors.into_iter().map(|(field, numbers)| Ok((field, numbers.try_map(weight)?)));
        let tensors = tensors.collect::<Result<_, String>>()?;
        Ok(Layer { word, arguments, activates, settings, at_each_step, tensors, ..Layer::default() })
    }
}

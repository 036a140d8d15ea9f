//! The layers that operators are, but for those over images.

use super::chain::Chain;
use super::known::{Weight, float, int, text};
use super::layer::{Layer, Numbers};
use crate::io::onnx::proto::Node;
use crate::layers::{BatchNorm, LayerNorm};
use crate::{Gelu, LeakyRelu};

/// What an operator is not: the end of a sentence about it.
pub type Refused = Result<(), String>;

/// Half a unit in the last place of a number that a file gives for one of ours.
const NEAR: f32 = 1e-6;

impl<'a> Chain<'a> {
    /// Adds what an operator is.
    pub fn operator(&mut self, node: &'a Node) -> Refused {
        if !matches!(node.domain.as_str(), "" | "ai.onnx") {
            return Err(format!("is an operator of `{}`, and no layer here", node.domain));
        }
        match node.op_type.as_str() {
            "Gemm" => return self.gemm(node),
            "MatMul" => return self.product(node),
            "Conv" => return self.convolution(node),
            "ConvTranspose" => return self.transposed_convolution(node),
            "MaxPool" | "AveragePool" => return self.pool(node),
            "GlobalAveragePool" | "ReduceMean" => return self.mean(node),
            "BatchNormalization" => return self.batch_norm(node),
            "LayerNormalization" => return self.layer_norm(node),
            "Pad" => return self.pad(node),
            "Resize" | "Upsample" => return self.upsample(node),
            "Flatten" => return self.flatten(node),
            "Reshape" => return self.reshaped(node),
            "Squeeze" => return self.squeeze(node),
            "Unsqueeze" => return self.unsqueeze(node),
            "Softmax" => {
                let axis = int(node, "axis").unwrap_or(if self.version < 13 { 1 } else { -1 });
                if axis != -1 && axis != self.at.sizes.len() as i64 {
                    return Err("is over another dimension than the last".into());
                }
                self.activate(node, "Softmax", true);
            }
            "LeakyRelu" => {
                let alpha = float(node, "alpha").unwrap_or(0.01);
                if (alpha - LeakyRelu::LEAK).abs() > NEAR {
                    return Err(format!("has a slope of {alpha}, where `LeakyRelu` has {}", LeakyRelu::LEAK));
                }
                self.activate(node, "LeakyRelu", false);
            }
            "Sigmoid" => self.sigmoid(node),
            "Relu" => self.activate(node, "Relu", false),
            "Tanh" => self.activate(node, "Tanh", false),
            "Gelu" if text(node, "approximate").is_some_and(|by| by != "none") => {
                return Err("is an approximation, where `Gelu` is exact".into());
            }
            "Gelu" => self.activate(node, <Gelu as crate::Activation>::NAME, false),
            "Div" => return self.gelu(node),
            "Dropout" | "Identity" => {}
            _ => return Err("is no layer here".into()),
        }
        Ok(())
    }

    /// `σ(x)`, or with a product behind it, `Silu`.
    fn sigmoid(&mut self, node: &'a Node) {
        let silu = self.next(node, "Mul").filter(|(_, next)| node.input.iter().any(|x| next.input.contains(x)));
        match silu {
            Some(product) => {
                self.activate(node, "Silu", false);
                self.take(&[product]);
            }
            None => self.activate(node, "Sigmoid", false),
        }
    }

    /// `Gelu` as it was before there was an operator for it: `0.5·(x·(1 + erf(x / √2)))`.
    fn gelu(&mut self, node: &'a Node) -> Refused {
        let near = |node: &Node, number: f32| {
            node.input.iter().any(|name| {
                let constant = self.known.floats(name);
                constant.is_some_and(|constant| matches!(constant[..], [found] if (found - number).abs() < NEAR))
            })
        };
        let parts = || {
            let erf = self.next(node, "Erf")?;
            let sum = self.next(erf.1, "Add").filter(|(_, sum)| near(sum, 1.0))?;
            let product = self.next(sum.1, "Mul").filter(|(_, product)| product.input.contains(&node.input[0]))?;
            let half = self.next(product.1, "Mul").filter(|(_, half)| near(half, 0.5))?;
            Some([erf, sum, product, half])
        };
        let parts = parts().filter(|_| near(node, core::f32::consts::SQRT_2)).ok_or("is no layer here")?;
        self.activate(node, "Gelu", false);
        self.take(&parts);
        Ok(())
    }

    /// `x·W + b`, or `x·Wᵀ + b`.
    fn gemm(&mut self, node: &'a Node) -> Refused {
        let one = |name: &str| float(node, name).unwrap_or(1.0) == 1.0;
        if !one("alpha") || !one("beta") || int(node, "transA").unwrap_or(0) != 0 || self.at.sizes.len() != 1 {
            return Err("scales or transposes what comes in".into());
        }
        let weight = self.weight(node, 1)?;
        let turned = weight.turned != (int(node, "transB").unwrap_or(0) == 0);
        let bias = self.weight_if_any(node, 2)?;
        self.dense(node, Weight { turned, ..weight }, bias)
    }

    /// `x·W`, and `+ b` behind it.
    fn product(&mut self, node: &'a Node) -> Refused {
        let weight = self.weight(node, 1)?;
        let sum = self.next(node, "Add");
        let bias = sum.and_then(|(_, sum)| sum.input.iter().find_map(|name| self.known.weight(name)));
        self.dense(node, Weight { turned: !weight.turned, ..weight }, bias)?;
        if let (Some(sum), Some(_)) = (sum, bias) {
            self.take(&[sum]);
        }
        Ok(())
    }

    /// A dense layer with weights `[gives][takes]`, over a vector or at each step of a sequence.
    fn dense(&mut self, node: &'a Node, weight: Weight<'a>, bias: Option<Weight<'a>>) -> Refused {
        let [gives, takes] = weight.dims()?[..] else { return Err("has no matrix of weights".into()) };
        let biases = bias.map(|bias| bias.dims()).transpose()?.unwrap_or(vec![gives]);
        if biases != [gives] {
            return Err(format!("adds what has the shape {biases:?} to {gives} numbers"));
        }
        let Some((last, steps @ ([] | [_]))) = self.at.sizes.split_last() else {
            return Err(format!("takes what has the shape {:?}", self.at.sizes));
        };
        if *last != takes {
            return Err(format!("takes {takes} numbers, but {last} come in"));
        }
        let sizes = [steps, &[gives]].concat();
        let layer = Layer {
            word: "Dense",
            arguments: vec![takes.to_string(), gives.to_string()],
            activates: true,
            at_each_step: !steps.is_empty(),
            tensors: vec![("weight", Numbers::Of(weight)), ("bias", bias.map_or(Numbers::Zeros(gives), Numbers::Of))],
            ..Layer::default()
        };
        self.add(node, layer, sizes);
        Ok(())
    }

    fn batch_norm(&mut self, node: &'a Node) -> Refused {
        if int(node, "training_mode").unwrap_or(0) != 0 {
            return Err("is for training".into());
        }
        let channels = *self.at.sizes.first().ok_or("takes nothing")?;
        let word = match self.at.sizes.len() {
            1 | 2 => "BatchNorm1d",
            3 => "BatchNorm2d",
            _ => return Err(format!("takes what has the shape {:?}", self.at.sizes)),
        };
        let [weight, bias, mean, variance] = self.row_of_weights(node, channels)?;
        // the layer adds its own epsilon
        let more = float(node, "epsilon").unwrap_or(1e-5) - BatchNorm::<1, [f32; 1]>::EPSILON;
        let variance = if more == 0.0 { Numbers::Of(variance) } else { Numbers::More(variance, more) };
        let tensors = vec![
            ("weight", Numbers::Of(weight)),
            ("bias", Numbers::Of(bias)),
            ("running_mean", Numbers::Of(mean)),
            ("running_var", variance),
        ];
        let sizes = self.at.sizes.clone();
        self.add(node, Layer { word, tensors, ..Layer::default() }, sizes);
        Ok(())
    }

    /// Weights, all of so many numbers.
    fn row_of_weights<const N: usize>(&self, node: &Node, count: usize) -> Result<[Weight<'a>; N], String> {
        let mut weights = Vec::new();
        for number in 1..=N {
            let weight = self.weight(node, number)?;
            let dims = weight.dims()?;
            if dims != [count] {
                return Err(format!("has `{}` of the shape {dims:?} for {count} numbers", weight.tensor.name));
            }
            weights.push(weight);
        }
        weights.try_into().map_err(|_| "lacks an input".into())
    }

    fn layer_norm(&mut self, node: &'a Node) -> Refused {
        let (size, axis) = (*self.at.sizes.last().ok_or("takes nothing")?, int(node, "axis").unwrap_or(-1));
        if axis != -1 && axis != self.at.sizes.len() as i64 {
            return Err("normalises over several dimensions".into());
        }
        let epsilon = float(node, "epsilon").unwrap_or(1e-5);
        if (epsilon - LayerNorm::<1, [f32; 1]>::EPSILON).abs() > 1e-9 {
            return Err(format!("has an epsilon of {epsilon}, where `LayerNorm` has 1e-5"));
        }
        let [weight] = self.row_of_weights(node, size)?;
        let bias = self.weight_if_any(node, 2)?.map_or(Numbers::Zeros(size), Numbers::Of);
        let layer = Layer {
            word: "LayerNorm",
            arguments: vec![size.to_string()],
            tensors: vec![("weight", Numbers::Of(weight)), ("bias", bias)],
            ..Layer::default()
        };
        let sizes = self.at.sizes.clone();
        self.add(node, layer, sizes);
        Ok(())
    }
}

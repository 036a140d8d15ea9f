//! Operators over images and signals.

use super::chain::Chain;
use super::known::{Size, Weight, float, int, ints, text};
use super::layer::{Layer, Numbers};
use super::operators::Refused;
use super::window::{Window, each, numbers, setting};
use crate::io::onnx::proto::Node;

impl<'a> Chain<'a> {
    /// What comes in as channels and the sides of an image or a signal.
    fn planes(&self) -> Result<(usize, Vec<usize>), String> {
        match &self.at.sizes[..] {
            [channels, sides @ ..] if matches!(sides.len(), 1 | 2) => Ok((*channels, sides.to_vec())),
            sizes => Err(format!("takes what has the shape {sizes:?}, which is neither an image nor a signal")),
        }
    }

    /// The weights of a convolution, its kernel, and its number of groups.
    fn kernel(&self, node: &Node, sides: &[usize]) -> Result<(Weight<'a>, [usize; 2], Vec<usize>, usize), String> {
        let weight = self.weight(node, 1)?;
        let dims = weight.dims()?;
        let [first, second, kernel @ ..] = &dims[..] else { return Err("has no weights of a convolution".into()) };
        if kernel.len() != sides.len()
            || numbers(node, "kernel_shape", kernel.len(), 0)?
                .iter()
                .zip(kernel)
                .any(|(said, k)| *said != 0 && said != k)
        {
            return Err(format!("has weights of the shape {dims:?}, over sides of {sides:?}"));
        }
        let groups = int(node, "group").unwrap_or(1);
        let groups = usize::try_from(groups).ok().filter(|groups| *groups > 0).ok_or("has no groups")?;
        Ok((weight, [*first, *second], kernel.to_vec(), groups))
    }

    pub fn convolution(&mut self, node: &'a Node) -> Refused {
        let (channels, sides) = self.planes()?;
        let (weight, [filters, depth], kernel, groups) = self.kernel(node, &sides)?;
        if depth.checked_mul(groups) != Some(channels) {
            return Err(format!("takes {groups} groups of {depth} channels, but {channels} come in"));
        }
        let bias = self.weight_if_any(node, 2)?;
        let window = Window::of(node, &kernel, &sides)?;
        let depthwise = groups == channels && groups == filters && groups > 1 && sides.len() == 2;
        let sizes: Vec<usize> = core::iter::once(filters).chain(window.output.iter().copied()).collect();
        let mut settings = window.settings(&vec![1; sides.len()]);
        if groups > 1 && !depthwise {
            settings.push(format!("groups = {groups}"));
        }
        if bias.is_none() {
            settings.push("bias = false".into());
        }
        let layer = Layer {
            word: if depthwise { "DepthwiseConv2d" } else { ["Conv1d", "Conv2d"][sides.len() - 1] },
            arguments: match depthwise {
                true => vec![channels.to_string(), each(&kernel)],
                false => vec![channels.to_string(), filters.to_string(), each(&kernel)],
            },
            activates: true,
            settings,
            tensors: with_bias(weight, bias),
            ..Layer::default()
        };
        self.add(node, layer, sizes);
        Ok(())
    }

    pub fn transposed_convolution(&mut self, node: &'a Node) -> Refused {
        let (channels, sides) = self.planes()?;
        let (weight, [takes, depth], kernel, groups) = self.kernel(node, &sides)?;
        if takes != channels || sides.len() != 2 {
            return Err(format!(
                "takes images of {takes} channels, but what comes in has the shape {:?}",
                self.at.sizes
            ));
        }
        if ints(node, "output_shape").is_some() || text(node, "auto_pad").is_some_and(|pad| pad != "NOTSET") {
            return Err("says how large its output is, not its padding".into());
        }
        let bias = self.weight_if_any(node, 2)?;
        let filters = depth.checked_mul(groups).ok_or("gives too many channels")?;
        let (stride, dilation) = (numbers(node, "strides", 2, 1)?, numbers(node, "dilations", 2, 1)?);
        let (pads, more) = (numbers(node, "pads", 4, 0)?, numbers(node, "output_padding", 2, 0)?);
        let (mut sizes, mut beyond) = (vec![filters], Vec::new());
        for i in 0..2 {
            // of all that the windows spread to, with as much taken off behind as before, and what is then too little
            let spread = (sides[i] - 1)
                .checked_mul(stride[i])
                .zip(kernel[i].checked_sub(1).and_then(|k| k.checked_mul(dilation[i])));
            let spread =
                spread.and_then(|(all, last)| all.checked_add(last)?.checked_add(1)).ok_or("gives too much")?;
            let output =
                spread.saturating_add(more[i]).checked_sub(pads[i] + pads[i + 2]).ok_or("pads more than it gives")?;
            let whole = spread.checked_sub(2 * pads[i]).and_then(|whole| output.checked_sub(whole));
            let Some(extra) = whole.filter(|extra| *extra < stride[i].max(1)) else {
                return Err("pads more on one side than on the other".into());
            };
            sizes.push(output);
            beyond.push(extra);
        }
        let settings = [
            setting("stride", &stride, &[1, 1]),
            setting("padding", &pads[..2], &[0, 0]),
            setting("output_padding", &beyond, &[0, 0]),
            setting("dilation", &dilation, &[1, 1]),
            (groups > 1).then(|| format!("groups = {groups}")),
            bias.is_none().then(|| "bias = false".to_owned()),
        ];
        let layer = Layer {
            word: "ConvTranspose2d",
            arguments: vec![channels.to_string(), filters.to_string(), each(&kernel)],
            activates: true,
            settings: settings.into_iter().flatten().collect(),
            tensors: with_bias(weight, bias),
            ..Layer::default()
        };
        self.add(node, layer, sizes);
        Ok(())
    }

    pub fn pool(&mut self, node: &'a Node) -> Refused {
        let (channels, sides) = self.planes()?;
        let kernel = numbers(node, "kernel_shape", sides.len(), 1)?;
        let window = Window::of(node, &kernel, &sides)?;
        let most = node.op_type == "MaxPool";
        if window.dilation.iter().any(|dilation| *dilation != 1) {
            return Err("has a dilation".into());
        }
        if !most && window.is_padded && int(node, "count_include_pad").unwrap_or(0) == 0 {
            return Err("leaves out zeros of its padding from its means".into());
        }
        let word = match (most, sides.len()) {
            (true, 1) => "MaxPool1d",
            (true, _) => "MaxPool2d",
            (false, 1) => "AvgPool1d",
            (false, _) => "AvgPool2d",
        };
        let settings = window.settings(&kernel);
        let sizes = core::iter::once(channels).chain(window.output).collect();
        self.add(node, Layer { word, arguments: vec![each(&kernel)], settings, ..Layer::default() }, sizes);
        Ok(())
    }

    /// The mean of each channel.
    pub fn mean(&mut self, node: &'a Node) -> Refused {
        let (channels, sides) = self.planes()?;
        let keeps = node.op_type == "GlobalAveragePool" || int(node, "keepdims").unwrap_or(1) != 0;
        if node.op_type == "ReduceMean" {
            let mut axes = self.axes(node)?;
            axes.sort_unstable();
            if axes != (2..2 + sides.len()).collect::<Vec<_>>() {
                return Err("is over other dimensions than all of an image".into());
            }
        }
        self.add(node, Layer { word: "GlobalAvgPool", ..Layer::default() }, vec![channels]);
        if keeps {
            self.reshape(core::iter::once(channels).chain(sides.iter().map(|_| 1)).collect());
        }
        Ok(())
    }

    /// Zeros around an image.
    pub fn pad(&mut self, node: &'a Node) -> Refused {
        let (channels, sides) = self.planes()?;
        let value = node.input.get(2).filter(|name| !name.is_empty());
        let value =
            value.map(|name| self.known.floats(name)).unwrap_or(Some(vec![float(node, "value").unwrap_or(0.0)]));
        if text(node, "mode").is_some_and(|mode| mode != "constant") || value.as_deref() != Some(&[0.0]) {
            return Err("pads with what is not zero".into());
        }
        let pads = match node.input.get(1) {
            Some(name) => self.known.whole_numbers(name),
            None => ints(node, "pads").map(<[i64]>::to_vec),
        };
        let pads = pads.ok_or("pads by what is not known here")?;
        let [0, 0, top, left, 0, 0, bottom, right] = pads[..] else {
            return Err(format!("pads by {pads:?}, where images have rows and columns of zeros"));
        };
        let [height, width] = sides[..] else { return Err("pads what is no image".into()) };
        let zeros = [top, left].map(|zeros| u32::try_from(zeros).unwrap_or(u32::MAX) as usize);
        if [top, left] != [bottom, right] || zeros.contains(&(u32::MAX as usize)) {
            return Err("pads more on one side than on the other".into());
        }
        let sizes = vec![channels, height + 2 * zeros[0], width + 2 * zeros[1]];
        self.add(node, Layer { word: "ZeroPad2d", arguments: vec![each(&zeros)], ..Layer::default() }, sizes);
        Ok(())
    }

    /// Each number several times, in rows and columns.
    pub fn upsample(&mut self, node: &'a Node) -> Refused {
        let (channels, sides) = self.planes()?;
        let [height, width] = sides[..] else { return Err("enlarges what is no image".into()) };
        let input = |number: usize| node.input.get(number).filter(|name| !name.is_empty());
        let scales = input(if node.op_type == "Resize" && self.version > 10 { 2 } else { 1 });
        let scales = match (scales, input(3)) {
            (Some(name), _) => self.known.floats(name),
            (None, Some(name)) => self.known.sizes(name).map(|sizes| {
                let now = [0, channels, height, width];
                let times = sizes.iter().zip(now).map(|(size, now)| match size {
                    Size::Of(size) if now > 0 => *size as f32 / now as f32,
                    _ => 1.0,
                });
                times.collect()
            }),
            (None, None) => node.attribute.iter().find(|a| a.name == "scales").map(|a| a.floats.clone()),
        };
        let scales = scales.ok_or("enlarges by what is not known here")?;
        let nearest = text(node, "mode").unwrap_or("nearest") == "nearest";
        let from = text(node, "coordinate_transformation_mode").unwrap_or(if self.version > 10 {
            "half_pixel"
        } else {
            "asymmetric"
        });
        let round =
            text(node, "nearest_mode").unwrap_or(if self.version > 10 { "round_prefer_floor" } else { "floor" });
        let exact = match from {
            "asymmetric" => round == "floor",
            "half_pixel" | "pytorch_half_pixel" => round.starts_with("round_prefer"),
            _ => false,
        };
        let [_, 1.0, up, across] = scales[..] else { return Err(format!("enlarges by {scales:?}")) };
        if !nearest
            || !exact
            || [up, across].iter().any(|times| times.fract() != 0.0 || !(1.0..=65536.0).contains(times))
        {
            return Err("is between numbers, where `Upsample2d` repeats them".into());
        }
        let times = [up as usize, across as usize];
        let sizes = vec![channels, height * times[0], width * times[1]];
        self.add(node, Layer { word: "Upsample2d", arguments: vec![each(&times)], ..Layer::default() }, sizes);
        Ok(())
    }
}

fn with_bias<'a>(weight: Weight<'a>, bias: Option<Weight<'a>>) -> Vec<(&'static str, Numbers<'a>)> {
    let bias = bias.map(|bias| ("bias", Numbers::Of(bias)));
    core::iter::once(("weight", Numbers::Of(weight))).chain(bias).collect()
}

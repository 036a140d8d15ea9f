//! Each number many times over, side by side: `y[c][y][x] = x[c][y / UP][x / ACROSS]` ("nearest" in PyTorch). Backward sums what the copies
//! get.

use core::marker::PhantomData;

use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// Planes of `S` enlarged to those of `T`, `UP` times as high and `ACROSS` times as wide.
///
/// In `network!`: `Upsample2d<2>`, or `Upsample2d<(2, 3)>`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Upsample2d<S, T, const UP: usize, const ACROSS: usize> {
    what: PhantomData<(S, T)>,
}

crate::map_layer! { [S: Tensor, T: Tensor, const UP: usize, const ACROSS: usize] Upsample2d<S, T, UP, ACROSS> }

impl<S: Tensor, T: Tensor, const UP: usize, const ACROSS: usize> Map for Upsample2d<S, T, UP, ACROSS> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        let sizes = const { super::window::planes::<S, T>("Upsample2d", [0, 0]) };
        for (x, y) in flatten(x).chunks_exact(sizes[1]).zip(flatten_mut(y).chunks_exact_mut(sizes[3] * UP)) {
            for y in y.chunks_exact_mut(sizes[3]) {
                for (x, y) in x.iter().zip(y.chunks_exact_mut(ACROSS)) {
                    y.fill(*x);
                }
            }
        }
    }

    fn map_back(_x: &[S], _y: &[T], dy: &mut [T], dx: &mut [S]) {
        let sizes = const { super::window::planes::<S, T>("Upsample2d", [0, 0]) };
        for (dx, dy) in flatten_mut(dx).chunks_exact_mut(sizes[1]).zip(flatten(dy).chunks_exact(sizes[3] * UP)) {
            dx.fill(0.0);
            for dy in dy.chunks_exact(sizes[3]) {
                for (dx, dy) in dx.iter_mut().zip(dy.chunks_exact(ACROSS)) {
                    *dx += dy.iter().sum::<f32>();
                }
            }
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let scales = [1.0, 1.0, UP as f32, ACROSS as f32];
        let scales = graph.node("Constant", &[], &[("value_floats", Attribute::Floats(&scales))]);
        let settings = [
            ("mode", Attribute::Text("nearest")),
            ("coordinate_transformation_mode", Attribute::Text("asymmetric")),
            ("nearest_mode", Attribute::Text("floor")),
        ];
        Ok(graph.node("Resize", &[input, Value::NONE, scales], &settings))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Reader, Reading, Size, each};

    pub const READERS: &[Reader] = &[("Resize", upsample), ("Upsample", upsample)];

    /// Each number several times, in rows and columns.
    fn upsample(node: &dyn Node) -> Reading {
        let (channels, sides) = node.planes()?;
        let [height, width] = sides[..] else { return Err("enlarges what is no image".into()) };
        let of_four = node.ints("axes").is_none_or(|axes| axes == [0, 1, 2, 3]);
        let as_asked = node.text("keep_aspect_ratio_policy").is_none_or(|policy| policy == "stretch");
        let of_sides = node.ints("axes").is_some_and(|axes| axes == [2, 3] || axes == [-2, -1]);
        if !(of_four || of_sides) || !as_asked {
            return Err("enlarges some dimensions alone, or keeps their ratio".into());
        }
        let scales = node.input(if node.operator() == "Resize" && node.opset() > 10 { 2 } else { 1 });
        let scales = match (scales, node.input(3)) {
            (Some(name), _) => node.numbers(name),
            (None, Some(name)) => node.sizes(name).map(|sizes| {
                let now = [0, channels, height, width];
                let now = if of_sides { &now[2..] } else { &now[..] };
                let times = sizes.iter().zip(now).map(|(size, now)| match size {
                    Size::Of(size) if *now > 0 => *size as f32 / *now as f32,
                    Size::Of(size) if node.batch().unwrap_or(1) != *size => 0.0,
                    _ => 1.0,
                });
                if sizes.len() == now.len() { times.collect() } else { Vec::new() }
            }),
            (None, None) => node.floats("scales").map(<[f32]>::to_vec),
        };
        let mut scales = scales.ok_or("enlarges by what is not known here")?;
        if of_sides && scales.len() == 2 {
            scales.splice(0..0, [1.0, 1.0]);
        }
        let nearest = node.text("mode").unwrap_or("nearest") == "nearest";
        let from = node.text("coordinate_transformation_mode").unwrap_or(if node.opset() > 10 {
            "half_pixel"
        } else {
            "asymmetric"
        });
        let round = node.text("nearest_mode").unwrap_or(if node.opset() > 10 { "round_prefer_floor" } else { "floor" });
        let exact = match from {
            "asymmetric" => round == "floor",
            "half_pixel" | "pytorch_half_pixel" => round.starts_with("round_prefer"),
            _ => false,
        };
        let [1.0, 1.0, up, across] = scales[..] else { return Err(format!("enlarges by {scales:?}")) };
        if !nearest
            || !exact
            || [up, across].iter().any(|times| times.fract() != 0.0 || !(1.0..=65536.0).contains(times))
        {
            return Err("is between numbers, where `Upsample2d` repeats them".into());
        }
        let times = [up as usize, across as usize];
        let sizes = vec![channels, height * times[0], width * times[1]];
        Found::layer(Declared { word: "Upsample2d", arguments: vec![each(&times)], ..Declared::default() }, sizes)
    }
}

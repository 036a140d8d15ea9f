//! Graphs of one operator or a few, and what is said of them.

use super::*;
use crate::io::onnx::proto::{
    self, Attribute, Dimension, Node, OperatorSet, Tensor, TensorShape, TensorType, Type, ValueInfo,
};

/// A tensor of zeros.
fn zeros(name: &str, dims: &[i64]) -> Tensor {
    let count: i64 = dims.iter().product();
    let raw_data = vec![0; 4 * count as usize];
    Tensor { name: name.into(), dims: dims.to_vec(), data_type: proto::FLOAT, raw_data, ..Tensor::default() }
}

fn whole(name: &str, numbers: &[i64]) -> Tensor {
    let (dims, int64_data) = (vec![numbers.len() as i64], numbers.to_vec());
    Tensor { name: name.into(), dims, data_type: proto::INT64, int64_data, ..Tensor::default() }
}

fn floats(name: &str, numbers: &[f32]) -> Tensor {
    let (dims, float_data) = (vec![numbers.len() as i64], numbers.to_vec());
    Tensor { name: name.into(), dims, data_type: proto::FLOAT, float_data, ..Tensor::default() }
}

fn ints(name: &str, numbers: &[i64]) -> Attribute {
    Attribute { name: name.into(), ints: numbers.to_vec(), ..Attribute::default() }
}

fn int(name: &str, number: i64) -> Attribute {
    Attribute { name: name.into(), i: Some(number), ..Attribute::default() }
}

fn float(name: &str, number: f32) -> Attribute {
    Attribute { name: name.into(), f: Some(number), ..Attribute::default() }
}

fn text(name: &str, text: &str) -> Attribute {
    Attribute { name: name.into(), s: Some(text.into()), ..Attribute::default() }
}

/// An operator that takes what the one before gives, and these.
fn node(operator: &str, more: &[&str], attribute: Vec<Attribute>) -> Node {
    let input = core::iter::once("").chain(more.iter().copied()).map(Into::into).collect();
    Node { op_type: operator.into(), name: "it".into(), input, attribute, ..Node::default() }
}

fn value(name: &str, sizes: &[i64]) -> ValueInfo {
    let batch = Dimension { value: None, name: Some("n".into()) };
    let sizes = sizes.iter().map(|size| Dimension { value: Some(*size), name: None });
    let shape = TensorShape { dim: core::iter::once(batch).chain(sizes).collect() };
    let tensor = TensorType { element: proto::FLOAT, shape: Some(shape) };
    ValueInfo { name: name.into(), of: Some(Type { tensor: Some(tensor) }) }
}

/// The operators one after the other.
fn graph(input: &[i64], nodes: Vec<Node>, tensors: Vec<Tensor>) -> Graph {
    let mut graph = Graph { node: nodes, input: vec![value("x", input)], initializer: tensors, ..Graph::default() };
    let mut last = "x".to_owned();
    for (i, node) in graph.node.iter_mut().enumerate() {
        node.input[0] = last;
        last = format!("y{i}");
        node.output = vec![last.clone()];
    }
    graph.output = vec![ValueInfo { name: last, of: None }];
    graph
}

/// The layers, and the shape that they give; or what is wrong.
fn said(graph: Graph) -> String {
    said_by(graph, 20, &Import::new())
}

fn said_by(graph: Graph, version: i64, import: &Import) -> String {
    let opset_import = vec![OperatorSet { domain: String::new(), version }];
    let bytes = Model { graph: Some(graph), opset_import, ..Model::default() }.encode_to_vec();
    let found = super::graph(&bytes, import).and_then(|(graph, version)| {
        let chain = Chain::read(&graph, version, import)?;
        let layers: Vec<String> = chain.at.layers.iter().map(ToString::to_string).collect();
        Ok(format!("{} -> {:?}", layers.join(", "), chain.at.sizes))
    });
    assert_eq!(declare(&bytes, import).err(), found.as_ref().err().cloned());
    assert_eq!(weights(&bytes, import).err(), found.as_ref().err().cloned());
    found.unwrap_or_else(|what| what)
}

/// The numbers of all tensors, by name.
fn numbers(graph: Graph) -> Vec<(String, Vec<f32>)> {
    let opset_import = vec![OperatorSet { domain: String::new(), version: 20 }];
    let bytes = Model { graph: Some(graph), opset_import, ..Model::default() }.encode_to_vec();
    let (numbers, tensors) = weights(&bytes, &Import::new()).unwrap();
    let mut numbers = numbers.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let mut of = |tensor: &StoredTensor| numbers.by_ref().take(tensor.shape.iter().product()).collect();
    tensors.iter().map(|tensor| (tensor.name.clone(), of(tensor))).collect()
}

fn one(input: &[i64], node: Node, tensors: Vec<Tensor>) -> String {
    said(graph(input, vec![node], tensors))
}

fn conv(attributes: Vec<Attribute>, weight: &[i64]) -> String {
    one(&[4, 9, 8], node("Conv", &["w"], attributes), vec![zeros("w", weight)])
}

#[test]
fn convolutions() {
    assert_eq!(conv(vec![], &[6, 4, 3, 3]), "Conv2d<4, 6, 3, bias = false> -> [6, 7, 6]");
    let groups = |groups: i64| vec![int("group", groups), ints("pads", &[1, 0, 1, 0])];
    assert_eq!(
        conv(groups(2), &[6, 2, 3, 1]),
        "Conv2d<4, 6, (3, 1), padding = (1, 0), groups = 2, bias = false> -> [6, 9, 8]"
    );
    assert_eq!(
        conv(groups(4), &[4, 1, 3, 1]),
        "DepthwiseConv2d<4, (3, 1), padding = (1, 0), bias = false> -> [4, 9, 8]"
    );
    assert_eq!(
        conv(groups(4), &[8, 1, 3, 1]),
        "Conv2d<4, 8, (3, 1), padding = (1, 0), groups = 4, bias = false> -> [8, 9, 8]"
    );
    let same = vec![text("auto_pad", "SAME_UPPER"), ints("strides", &[2, 3])];
    assert_eq!(
        conv(same, &[6, 4, 3, 3]),
        "Conv2d<4, 6, 3, stride = (2, 3), padding = same, bias = false> -> [6, 5, 3]"
    );
    let valid = vec![text("auto_pad", "VALID")];
    assert_eq!(conv(valid, &[6, 4, 1, 1]), "Conv2d<4, 6, 1, bias = false> -> [6, 9, 8]");
}

#[test]
fn convolutions_that_are_none() {
    assert_eq!(conv(vec![], &[6, 3, 3, 3]), "`it` (Conv) takes 1 groups of 3 channels, but 4 come in");
    assert_eq!(conv(vec![], &[6, 4, 3]), "`it` (Conv) has weights of the shape [6, 4, 3], over sides of [9, 8]");
    assert_eq!(conv(vec![], &[6, 4, 10, 3]), "`it` (Conv) has a window of 10 over 9 numbers");
    assert_eq!(conv(vec![], &[6, 4, 0, 3]), "`it` (Conv) has a window without a size");
    assert_eq!(conv(vec![ints("strides", &[0, 1])], &[6, 4, 3, 3]), "`it` (Conv) has a window without a size");
    assert_eq!(conv(vec![ints("strides", &[1])], &[6, 4, 3, 3]), "`it` (Conv) has a `strides` of [1]");
    let pads = |pads: &[i64]| conv(vec![ints("pads", pads)], &[6, 4, 3, 3]);
    assert_eq!(pads(&[-1, 0, 0, 0]), "`it` (Conv) has a `pads` of [-1, 0, 0, 0]");
    assert_eq!(pads(&[2, 0, 0, 0]), "`it` (Conv) pads more on one side than on the other");
    assert_eq!(pads(&[3, 3, 3, 3]), "`it` (Conv) pads by more than its window holds");
    let lower = || vec![text("auto_pad", "SAME_LOWER")];
    assert_eq!(conv(lower(), &[6, 4, 3, 3]), "Conv2d<4, 6, 3, padding = 1, bias = false> -> [6, 9, 8]");
    assert_eq!(conv(lower(), &[6, 4, 2, 3]), "`it` (Conv) pads more on one side than on the other");
    let free = one(&[4, 9, 8], node("Conv", &["w"], vec![]), vec![]);
    assert_eq!(free, "`it` (Conv) takes `w`, which is no constant");
    let volume = one(&[4, 9, 8, 7], node("Conv", &["w"], vec![]), vec![zeros("w", &[6, 4, 3, 3, 3])]);
    assert_eq!(volume, "`it` (Conv) takes what has the shape [4, 9, 8, 7], which is neither an image nor a signal");
}

#[test]
fn transposed_convolutions() {
    let transposed =
        |attributes| one(&[4, 3, 3], node("ConvTranspose", &["w"], attributes), vec![zeros("w", &[4, 6, 3, 3])]);
    assert_eq!(transposed(vec![]), "ConvTranspose2d<4, 6, 3, bias = false> -> [6, 5, 5]");
    let settings = |pads: &[i64]| vec![ints("strides", &[2, 2]), ints("pads", pads)];
    // what is not taken off behind is more output
    assert_eq!(
        transposed(settings(&[1, 1, 0, 1])),
        "ConvTranspose2d<4, 6, 3, stride = 2, padding = 1, output_padding = (1, 0), bias = false> -> [6, 6, 5]"
    );
    assert_eq!(transposed(settings(&[0, 0, 1, 0])), "`it` (ConvTranspose) pads more on one side than on the other");
    assert_eq!(transposed(settings(&[4, 4, 4, 4])), "`it` (ConvTranspose) pads more than it gives");
    let shaped = transposed(vec![ints("output_shape", &[9, 9])]);
    assert_eq!(shaped, "`it` (ConvTranspose) says how large its output is, not its padding");
}

#[test]
fn pools_and_means() {
    let pool = |operator: &str, more: Vec<Attribute>| {
        let attributes = [vec![ints("kernel_shape", &[2, 2])], more].concat();
        one(&[3, 5, 6], node(operator, &[], attributes), vec![])
    };
    assert_eq!(pool("MaxPool", vec![]), "MaxPool2d<2, stride = 1> -> [3, 4, 5]");
    let by_two = || ints("strides", &[2, 2]);
    assert_eq!(pool("AveragePool", vec![by_two()]), "AvgPool2d<2, remainder = drop> -> [3, 2, 3]");
    let up = pool("MaxPool", vec![by_two(), int("ceil_mode", 1)]);
    assert_eq!(up, "MaxPool2d<2, padding = same> -> [3, 3, 3]");
    let up = pool("AveragePool", vec![by_two(), int("ceil_mode", 1)]);
    assert_eq!(up, "`it` (AveragePool) rounds up how often its window fits, by `ceil_mode`");
    let padded = || vec![by_two(), ints("pads", &[1, 1, 1, 1])];
    assert_eq!(pool("AveragePool", padded()), "`it` (AveragePool) leaves out zeros of its padding from its means");
    let counted = [padded(), vec![int("count_include_pad", 1)]].concat();
    assert_eq!(pool("AveragePool", counted), "AvgPool2d<2, padding = 1> -> [3, 3, 4]");
    assert_eq!(pool("MaxPool", vec![ints("dilations", &[2, 1])]), "`it` (MaxPool) has a dilation");

    let mean = |axes: &[i64], keeps| {
        one(&[3, 5, 6], node("ReduceMean", &["a"], vec![int("keepdims", keeps)]), vec![whole("a", axes)])
    };
    assert_eq!(mean(&[-1, 2], 0), "GlobalAvgPool -> [3]");
    assert_eq!(mean(&[2, 3], 1), "GlobalAvgPool, Reshape<[3, 1, 1]> -> [3, 1, 1]");
    assert_eq!(mean(&[2], 1), "`it` (ReduceMean) is over other dimensions than all of an image");
    assert_eq!(mean(&[0], 1), "`it` (ReduceMean) is about the dimensions [0]");
}

#[test]
fn what_makes_images_larger() {
    let pad = |pads: &[i64]| one(&[3, 5, 6], node("Pad", &["p"], vec![]), vec![whole("p", pads)]);
    assert_eq!(pad(&[0, 0, 1, 2, 0, 0, 1, 2]), "ZeroPad2d<(1, 2)> -> [3, 7, 10]");
    assert_eq!(pad(&[0, 0, 1, 2, 0, 0, 0, 2]), "`it` (Pad) pads more on one side than on the other");
    assert_eq!(pad(&[0, 0, -1, 2, 0, 0, -1, 2]), "`it` (Pad) pads more on one side than on the other");
    assert_eq!(
        pad(&[0, 1, 1, 2, 0, 1, 1, 2]),
        "`it` (Pad) pads by [0, 1, 1, 2, 0, 1, 1, 2], where images have rows and columns of zeros"
    );
    let reflect = node("Pad", &["p"], vec![text("mode", "reflect")]);
    let reflect = one(&[3, 5, 6], reflect, vec![whole("p", &[0, 0, 1, 1, 0, 0, 1, 1])]);
    assert_eq!(reflect, "`it` (Pad) pads with what is not zero");

    let resize = |scales: &[f32], how: [&str; 3]| {
        let names = ["mode", "coordinate_transformation_mode", "nearest_mode"];
        let attributes = names.into_iter().zip(how).map(|(name, how)| text(name, how)).collect();
        one(&[3, 5, 6], node("Resize", &["", "s"], attributes), vec![floats("s", scales)])
    };
    let nearest = ["nearest", "asymmetric", "floor"];
    assert_eq!(resize(&[1.0, 1.0, 2.0, 3.0], nearest), "Upsample2d<(2, 3)> -> [3, 10, 18]");
    let half = ["nearest", "half_pixel", "round_prefer_floor"];
    assert_eq!(resize(&[1.0, 1.0, 2.0, 2.0], half), "Upsample2d<2> -> [3, 10, 12]");
    let between = "`it` (Resize) is between numbers, where `Upsample2d` repeats them";
    assert_eq!(resize(&[1.0, 1.0, 1.5, 2.0], nearest), between);
    assert_eq!(resize(&[1.0, 1.0, 2.0, 2.0], ["linear", "half_pixel", "floor"]), between);
    assert_eq!(resize(&[1.0, 2.0, 2.0, 2.0], nearest), "`it` (Resize) enlarges by [1.0, 2.0, 2.0, 2.0]");
    let sizes = node("Resize", &["", "", "s"], nearest_attributes());
    assert_eq!(one(&[3, 5, 6], sizes, vec![whole("s", &[1, 3, 10, 12])]), "Upsample2d<2> -> [3, 10, 12]");
}

fn nearest_attributes() -> Vec<Attribute> {
    vec![text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")]
}

#[test]
fn shapes() {
    let reshape = |to: &[i64]| one(&[2, 3, 4], node("Reshape", &["s"], vec![]), vec![whole("s", to)]);
    assert_eq!(reshape(&[0, -1]), "Flatten -> [24]");
    assert_eq!(reshape(&[-1, 24]), "Flatten -> [24]");
    assert_eq!(reshape(&[0, 0, -1]), "Reshape<[2, 12]> -> [2, 12]");
    assert_eq!(reshape(&[0, 2, 3, 4]), "Linear -> [2, 3, 4]");
    assert_eq!(reshape(&[-1, 12]), "`it` (Reshape) makes 12 numbers of 24");
    assert_eq!(reshape(&[2, 24]), "`it` (Reshape) makes one of several samples");
    assert_eq!(reshape(&[0, 5, -1]), "`it` (Reshape) makes 5 numbers of 24");
    let flatten = node("Flatten", &[], vec![int("axis", 2)]);
    assert_eq!(one(&[2, 3], flatten, vec![]), "`it` (Flatten) makes one of several samples");
    let squeezed = node("Squeeze", &["a"], vec![]);
    assert_eq!(one(&[2, 1, 4], squeezed.clone(), vec![whole("a", &[2])]), "Reshape<[2, 4]> -> [2, 4]");
    assert_eq!(
        one(&[2, 1, 4], squeezed, vec![whole("a", &[1])]),
        "`it` (Squeeze) takes away a dimension of more than one"
    );
    assert_eq!(one(&[4], node("Unsqueeze", &["a"], vec![]), vec![whole("a", &[1])]), "Reshape<[1, 4]> -> [1, 4]");
}

#[test]
fn sizes_that_the_file_computes() {
    // rows of zeros as an older PyTorch has them: in pairs, the last first, columns for rows
    let pads = |columns: i64| {
        let step = |operator: &str, inputs: &[&str], output: &str| {
            let (input, output) = (inputs.iter().map(|name| (*name).into()).collect(), vec![output.into()]);
            Node { op_type: operator.into(), name: operator.into(), input, output, ..Node::default() }
        };
        let mut made = graph(&[3, 5, 6], vec![node("Pad", &["pads"], vec![])], vec![]);
        let first = [
            step("Reshape", &["given", "shape"], "pairs"),
            step("Slice", &["pairs", "last", "least", "axis", "last"], "turned"),
            step("Transpose", &["turned"], "columns"),
            step("Reshape", &["columns", "last"], "pads"),
        ];
        made.node.splice(0..0, first);
        let most = [("given", &[2, 2, 1, 1, 0, 0, 0, 0][..]), ("last", &[-1]), ("least", &[-i64::MAX]), ("axis", &[0])];
        made.initializer = most.map(|(name, numbers)| whole(name, numbers)).to_vec();
        made.initializer.push(whole("shape", &[-1, columns]));
        said(made)
    };
    assert_eq!(pads(2), "ZeroPad2d<(1, 2)> -> [3, 7, 10]");
    let unknown = "`Reshape` (Reshape) computes what is not known here";
    assert_eq!([pads(3), pads(-1), pads(1 << 40)], [unknown; 3]);

    // twice as many each time
    let doubled = (0..70).map(|i| Node {
        op_type: "Concat".into(),
        name: format!("c{i}"),
        input: vec![format!("s{i}"); 2],
        output: vec![format!("s{}", i + 1)],
        attribute: vec![int("axis", 0)],
        ..Node::default()
    });
    let mut made = graph(&[4], vec![node("Reshape", &["s70"], vec![])], vec![whole("s0", &[1])]);
    made.node.splice(0..0, doubled);
    assert_eq!(said(made), "`c15` (Concat) computes what is not known here");

    // the batch as it is, and the rest as one
    let mut made =
        graph(&[2, 3], vec![node("Reshape", &["shape"], vec![])], vec![whole("i", &[0]), whole("rest", &[-1])]);
    let shape =
        Node { op_type: "Shape".into(), input: vec!["x".into()], output: vec!["sizes".into()], ..Node::default() };
    let batch = |operator: &str, inputs: [&str; 2], output: &str| Node {
        op_type: operator.into(),
        input: inputs.map(Into::into).to_vec(),
        output: vec![output.into()],
        ..Node::default()
    };
    let nodes = [shape, batch("Gather", ["sizes", "i"], "batch"), batch("Concat", ["batch", "rest"], "shape")];
    made.node.splice(0..0, nodes);
    assert_eq!(said(made), "Flatten -> [6]");
}

#[test]
fn vectors_and_steps() {
    let gemm = |attributes, weight: &[i64]| {
        one(&[4], node("Gemm", &["w", "b"], attributes), vec![zeros("w", weight), zeros("b", &[3])])
    };
    assert_eq!(gemm(vec![int("transB", 1)], &[3, 4]), "Dense<4, 3> -> [3]");
    assert_eq!(gemm(vec![], &[4, 3]), "Dense<4, 3> -> [3]");
    assert_eq!(gemm(vec![], &[5, 3]), "`it` (Gemm) takes 5 numbers, but 4 come in");
    assert_eq!(gemm(vec![], &[4, 2]), "`it` (Gemm) adds what has the shape [3] to 2 numbers");
    assert_eq!(gemm(vec![float("alpha", 2.0)], &[4, 3]), "Dense<4, 3> -> [3]");
    let turned = gemm(vec![int("transA", 1)], &[4, 3]);
    assert_eq!(turned, "`it` (Gemm) transposes what comes in, or takes more than vectors");
    let product = || vec![node("MatMul", &["w"], vec![]), node("Add", &["b"], vec![]), node("Relu", &[], vec![])];
    let tensors = || vec![zeros("w", &[4, 3]), zeros("b", &[3])];
    assert_eq!(said(graph(&[4], product(), tensors())), "Dense<4, 3, Relu> -> [3]");
    assert_eq!(said(graph(&[7, 4], product(), tensors())), "TimeDistributed<Dense<4, 3, Relu>> -> [7, 3]");
    let softmax = |axis| one(&[2, 4], node("Softmax", &[], vec![int("axis", axis)]), vec![]);
    assert_eq!(softmax(2), "Softmax -> [2, 4]");
    assert_eq!(softmax(1), "`it` (Softmax) is over another dimension than the last");
    let leaky = |alpha| one(&[4], node("LeakyRelu", &[], vec![float("alpha", alpha)]), vec![]);
    assert_eq!(leaky(0.01), "LeakyRelu -> [4]");
    assert_eq!(leaky(0.2), "Prelu -> [4]");
    let norm = |epsilon| {
        let node = node("LayerNormalization", &["w"], vec![float("epsilon", epsilon)]);
        one(&[4], node, vec![zeros("w", &[4])])
    };
    assert_eq!(norm(1e-5), "LayerNorm<4> -> [4]");
    assert_eq!(norm(1e-3), "`it` (LayerNormalization) has an epsilon of 0.001, where `LayerNorm` has 1e-5");
}

#[test]
fn what_gelu_was_before_there_was_an_operator() {
    let nodes = |half: &str| {
        let mut nodes = vec![
            node("Div", &["root"], vec![]),
            node("Erf", &[], vec![]),
            node("Add", &["one"], vec![]),
            node("Mul", &["x"], vec![]),
            node("Mul", &[half], vec![]),
        ];
        nodes.push(node("Tanh", &[], vec![]));
        nodes
    };
    let constants =
        || vec![floats("root", &[core::f32::consts::SQRT_2]), floats("one", &[1.0]), floats("half", &[0.5])];
    assert_eq!(said(graph(&[4], nodes("half"), constants())), "Gelu, Tanh -> [4]");
    assert_eq!(said(graph(&[4], nodes("one"), constants())), "`it` (Erf) is no layer here");
}

#[test]
fn another_epsilon_goes_into_the_variance() {
    let names = ["w", "b", "m", "v"];
    let norm = node("BatchNormalization", &names, vec![float("epsilon", 1e-3)]);
    let mut tensors: Vec<Tensor> = names.iter().map(|name| zeros(name, &[3])).collect();
    tensors[3] = floats("v", &[1.0, 2.0, 3.0]);
    let found = numbers(graph(&[3, 2, 2], vec![norm], tensors));
    let (_, found) = found.iter().find(|(name, _)| name.ends_with("running_var")).unwrap();
    assert!(found.iter().zip([1.00099, 2.00099, 3.00099]).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
}

#[test]
fn what_is_no_chain() {
    let mut branch = graph(&[4], vec![node("Relu", &[], vec![]), node("Tanh", &[], vec![])], vec![]);
    branch.node[1].input[0] = "x".into();
    assert_eq!(said(branch), "Tanh -> [4]"); // nothing takes what the other gives
    let mut unknown = graph(&[4], vec![node("Relu", &[], vec![]), node("Tanh", &[], vec![])], vec![]);
    unknown.node[1].input[0] = "z".into();
    assert_eq!(said(unknown), "`it` (Tanh) takes `z`, but what comes before it gives `x`: only chains are declared");
    let mut two = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    two.input.push(value("z", &[4]));
    assert_eq!(said(two.clone()), "Relu -> [4]");
    two.node[0] = Node { op_type: "Add".into(), input: vec!["x".into(), "z".into()], ..two.node[0].clone() };
    assert_eq!(said(two), "a graph with one input is expected, but there are `x`, `z`");
    let mut other = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    other.output[0].name = "z".into();
    assert_eq!(said(other), "the last operator gives `x`, not the graph's output `z`");
    let mut wrong = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    wrong.output = vec![value("y0", &[5])];
    assert_eq!(said(wrong), "`y0` has another shape than its operators give, [4]");
    let mut open = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    open.input = vec![value("x", &[-1])];
    assert_eq!(
        said(open),
        "`x` has sizes, besides the batch, that are not fixed: they can be given, by `Import::input`"
    );
    assert_eq!(one(&[4], node("Erf", &[], vec![]), vec![]), "`it` (Erf) is no layer here");
    let mut foreign = node("Conv", &[], vec![]);
    foreign.domain = "com.microsoft".into();
    assert_eq!(one(&[4], foreign, vec![]), "`it` (Conv) is an operator of `com.microsoft`, and no layer here");
}

#[test]
fn branches_that_are_no_layer() {
    // each operator with its inputs; the last gives the output
    let of = |nodes: &[(&str, &[&str])]| {
        let mut made =
            graph(&[4], nodes.iter().map(|(operator, _)| node(operator, &[], vec![int("axis", 1)])).collect(), vec![]);
        for (node, (_, inputs)) in made.node.iter_mut().zip(nodes) {
            node.input = inputs.iter().map(|input| (*input).into()).collect();
        }
        said(made)
    };
    assert_eq!(of(&[("Tanh", &["x"]), ("Add", &["y0", "x"])]), "Residual<Tanh> -> [4]");
    assert_eq!(of(&[("Dropout", &["x"]), ("Tanh", &["x"]), ("Add", &["y0", "y1"])]), "Residual<Tanh> -> [4]");
    let three: &[(&str, &[&str])] =
        &[("Tanh", &["x"]), ("Relu", &["x"]), ("Add", &["y0", "y1"]), ("Add", &["x", "y2"])];
    assert_eq!(of(three), "Residual<Residual<Tanh, shortcut = Relu>> -> [4]");
    let concat: &[(&str, &[&str])] = &[("Tanh", &["x"]), ("Relu", &["y0"]), ("Concat", &["y1", "x", "x"])];
    let twice =
        "`it` (Concat) takes `y1` and `x` and `x`, which do not begin with the same value: only chains are declared";
    assert_eq!(of(concat), twice);
    assert_eq!(of(&[("Tanh", &["x"]), ("Mul", &["y0", "x"])]), "Multiply<Tanh> -> [4]");
    let less = of(&[("Tanh", &["x"]), ("Sub", &["y0", "x"])]);
    assert!(less.contains("`it`") && less.contains("Sub"), "{less}");
    assert_eq!(of(&[("Tanh", &["x"]), ("Relu", &["x"]), ("Sigmoid", &["y0"])]), "Tanh, Sigmoid -> [4]");
    let long: &[(&str, &[&str])] =
        &[("Tanh", &["x"]), ("Tanh", &["y0"]), ("Relu", &["x"]), ("Tanh", &["y2"]), ("Add", &["y1", "y3"])];
    assert_eq!(of(long), "`it` (Add) adds two branches of 2 and more layers, where one is a layer");
    assert_eq!(
        of(&[("Add", &["x", "x"])]),
        "`it` (Add) takes `x` and `x`, which do not begin with the same value: only chains are declared"
    );
    let later: &[(&str, &[&str])] =
        &[("Tanh", &["x"]), ("Relu", &["y0"]), ("Add", &["y1", "x"]), ("Add", &["y2", "y0"])];
    assert_eq!(
        of(later),
        "`it` (Add) takes `y1` and `x`, which do not begin with the same value: only chains are declared"
    );
}

#[test]
fn more_branches_than_anybody_has() {
    let wired = |operator: &str, inputs: [String; 2], output: String| Node {
        op_type: operator.into(),
        name: output.clone(),
        input: inputs.into_iter().filter(|input| !input.is_empty()).collect(),
        output: vec![output],
        ..Node::default()
    };
    // each value goes around all that is before the sum with it
    let deep = 100;
    let mut nodes: Vec<Node> = (0..deep)
        .map(|i| {
            wired("Tanh", [if i == 0 { "x".into() } else { format!("d{}", i - 1) }, String::new()], format!("d{i}"))
        })
        .collect();
    let mut last = format!("d{}", deep - 1);
    for i in (0..deep - 1).rev() {
        nodes.push(wired("Add", [last, format!("d{i}")], format!("u{i}")));
        last = format!("u{i}");
    }
    let mut made = graph(&[4], vec![], vec![]);
    (made.node, made.output[0].name) = (nodes, last);
    assert_eq!(said(made), "`u82` (Add) has too many branches within branches");

    let mut wide = graph(&[4], vec![], vec![]);
    wide.node = (0..300).map(|i| wired("Tanh", ["x".into(), String::new()], format!("w{i}"))).collect();
    let all = Node {
        input: (0..300).map(|i| format!("w{i}")).collect(),
        ..wired("Concat", Default::default(), "all".into())
    };
    wide.node.push(Node { attribute: vec![int("axis", 1)], ..all });
    wide.output[0].name = "all".into();
    assert_eq!(said(wide), "`w0` (Tanh) takes `x`, which goes more than 256 ways");
}

#[test]
fn numbers_that_are_not_there() {
    let found = |tensor: Tensor| {
        let graph = graph(&[4], vec![node("Gemm", &["w"], vec![])], vec![tensor]);
        weights(&Model { graph: Some(graph), ..Model::default() }.encode_to_vec(), &Import::new()).unwrap_err()
    };
    let short = Tensor { raw_data: vec![0; 44], ..zeros("w", &[4, 3]) };
    assert_eq!(found(short), "`w` has 44 bytes of data, which its shape [3, 4] has not");
    let elsewhere = Tensor { data_location: proto::EXTERNAL, raw_data: vec![], ..zeros("w", &[4, 3]) };
    assert_eq!(
        found(elsewhere),
        "`w` is in another file; write the model as one file, in PyTorch with `external_data=False`"
    );
}

/// What used to be read as something else.
#[test]
fn nothing_that_an_operator_takes_is_left_out() {
    let concat = node("Concat", &["c", "x"], vec![int("axis", 1)]);
    let made = graph(&[4], vec![node("Tanh", &[], vec![]), concat], vec![floats("c", &[1.0])]);
    assert_eq!(said(made), "`it` (Concat) takes a constant beside what comes in");
    let sum = graph(&[4], vec![node("Tanh", &[], vec![]), node("Sum", &["x", "c"], vec![])], vec![floats("c", &[1.0])]);
    assert_eq!(said(sum), "Residual<Tanh>, Reshape<[1, 4]>, Conv1d<1, 1, 1>, Flatten -> [4]");
    let both = graph(&[4], vec![node("Tanh", &[], vec![]), node("Clip", &["x"], vec![])], vec![]);
    assert_eq!(said(both), "`it` (Clip) takes `x`, which is no constant number");

    let dropout = |trains: &[i64]| {
        let training =
            Tensor { data_type: proto::BOOL, raw_data: vec![trains[0] as u8], dims: vec![], ..whole("t", &[]) };
        one(&[4], node("Dropout", &["r", "t"], vec![]), vec![floats("r", &[0.5]), training])
    };
    assert_eq!(dropout(&[0]), "Linear -> [4]");
    assert_eq!(dropout(&[1]), "`it` (Dropout) is for training: it drops numbers");
    assert_eq!(
        said_by(graph(&[4], vec![node("Dropout", &[], vec![])], vec![]), 6, &Import::new()),
        "`it` (Dropout) is for training: it drops numbers"
    );

    let pad = |pads: &[i64], axes: &[i64]| {
        one(&[3, 5, 6], node("Pad", &["p", "", "a"], vec![]), vec![whole("p", pads), whole("a", axes)])
    };
    assert_eq!(pad(&[1, 2, 1, 2], &[2, 3]), "ZeroPad2d<(1, 2)> -> [3, 7, 10]");
    assert_eq!(pad(&[2, 1, 2, 1], &[-1, -2]), "ZeroPad2d<(1, 2)> -> [3, 7, 10]");
    assert_eq!(
        pad(&[1, 1], &[1]),
        "`it` (Pad) pads by [0, 1, 0, 0, 0, 1, 0, 0], where images have rows and columns of zeros"
    );
    assert_eq!(pad(&[1, 1], &[2, 3]), "`it` (Pad) pads the dimensions [2, 3] by [1, 1]");

    let resize = |scales: &[f32], more: Vec<Attribute>| {
        let attributes = [nearest_attributes(), more].concat();
        one(&[3, 5, 6], node("Resize", &["", "s"], attributes), vec![floats("s", scales)])
    };
    assert_eq!(resize(&[2.0, 3.0], vec![ints("axes", &[2, 3])]), "Upsample2d<(2, 3)> -> [3, 10, 18]");
    let some = "`it` (Resize) enlarges some dimensions alone, or keeps their ratio";
    assert_eq!(resize(&[2.0, 3.0], vec![ints("axes", &[3, 2])]), some);
    assert_eq!(resize(&[1.0, 1.0, 2.0, 2.0], vec![text("keep_aspect_ratio_policy", "not_larger")]), some);
    assert_eq!(resize(&[2.0, 1.0, 2.0, 2.0], vec![]), "`it` (Resize) enlarges by [2.0, 1.0, 2.0, 2.0]");
    let sizes = node("Resize", &["", "", "s"], nearest_attributes());
    assert!(one(&[3, 5, 6], sizes, vec![whole("s", &[2, 3, 10, 12])]).starts_with("`it` (Resize) enlarges by"));

    let mut quotient = graph(&[4], vec![node("Div", &["root"], vec![]), node("Erf", &[], vec![])], vec![]);
    quotient.initializer = vec![floats("root", &[core::f32::consts::SQRT_2])];
    quotient.node[0].input.swap(0, 1);
    assert_eq!(said(quotient), "`it` (Div) divides a constant by what comes in");

    let norm = |trains: Node| one(&[3, 2, 2], trains, ["w", "b", "m", "v"].map(|name| zeros(name, &[3])).to_vec());
    let batch = |attribute| node("BatchNormalization", &["w", "b", "m", "v"], vec![attribute]);
    assert_eq!(norm(batch(int("spatial", 0))), "`it` (BatchNormalization) normalises each number, not each channel");
    assert_eq!(norm(batch(int("training_mode", 1))), "`it` (BatchNormalization) is for training");
}

#[test]
fn constant_arithmetic() {
    let of = |input: &[i64], nodes: &[(&str, &str)], constants: Vec<Tensor>| {
        graph(input, nodes.iter().map(|(operator, constant)| node(operator, &[constant], vec![])).collect(), constants)
    };
    let scaling = || of(&[3, 2, 2], &[("Div", "a"), ("Sub", "b")], vec![floats("a", &[4.0]), floats("b", &[0.5])]);
    assert_eq!(said(scaling()), "DepthwiseConv2d<3, 1> -> [3, 2, 2]");
    let found = numbers(scaling());
    assert_eq!([&found[0].1[..], &found[1].1[..]], [&[0.25; 3], &[-0.5; 3]]);

    // a constant before what comes in, of each channel its own
    let mut turned = of(&[3, 2], &[("Sub", "c")], vec![Tensor { dims: vec![3, 1], ..floats("c", &[1.0, 2.0, 3.0]) }]);
    turned.node[0].input.swap(0, 1);
    assert_eq!(said(turned.clone()), "Conv1d<3, 3, 1, groups = 3> -> [3, 2]");
    let found = numbers(turned);
    assert_eq!([&found[0].1[..], &found[1].1[..]], [&[-1.0; 3][..], &[1.0, 2.0, 3.0]]);

    let row = of(&[2, 3], &[("Mul", "c")], vec![floats("c", &[1.0, 2.0, 3.0])]);
    assert_eq!(said(row.clone()), "Reshape<[6, 1]>, Conv1d<6, 6, 1, groups = 6>, Reshape<[2, 3]> -> [2, 3]");
    assert_eq!(numbers(row)[0].1, [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);

    // behind a linear layer it goes into its weights
    let mut dense = of(&[2], &[("MatMul", "w"), ("Add", "b"), ("Mul", "s"), ("Relu", "")], vec![]);
    dense.initializer = vec![
        Tensor { dims: vec![2, 2], ..floats("w", &[1.0, 2.0, 3.0, 4.0]) },
        Tensor { dims: vec![1, 2], ..floats("b", &[1.0, -1.0]) },
        floats("s", &[10.0]),
    ];
    assert_eq!(said(dense.clone()), "Dense<2, 2, Relu> -> [2]");
    let found = numbers(dense);
    assert_eq!([&found[0].1[..], &found[1].1[..]], [&[10.0, 30.0, 20.0, 40.0][..], &[10.0, -10.0]]);

    let wider = of(&[1, 2], &[("Add", "c")], vec![zeros("c", &[3, 2])]);
    assert_eq!(said(wider), "`it` (Add) takes a constant of the shape [3, 2] beside [1, 2]");
    let batch = of(&[2], &[("Add", "c")], vec![zeros("c", &[5, 2])]);
    assert_eq!(said(batch), "`it` (Add) takes a constant of the shape [5, 2] beside [2]");
    let deeper = of(&[2], &[("Add", "c")], vec![zeros("c", &[1, 1, 2])]);
    assert_eq!(said(deeper), "`it` (Add) gives what comes in more dimensions");
}

#[test]
fn activations_of_other_settings() {
    let clip = |least: f32, most: f32| {
        let constants =
            [("a", least), ("b", most)].map(|(name, number)| Tensor { dims: vec![], ..floats(name, &[number]) });
        one(&[3, 2, 2], node("Clip", &["a", "b"], vec![]), constants.to_vec())
    };
    assert_eq!(clip(0.0, 6.0), "Relu6 -> [3, 2, 2]");
    assert_eq!(clip(0.0, f32::INFINITY), "Relu -> [3, 2, 2]");
    assert_eq!(clip(-0.5, 0.5), "DepthwiseConv2d<3, 1, Hardtanh>, DepthwiseConv2d<3, 1> -> [3, 2, 2]");
    assert_eq!(clip(0.0, 1.0), "DepthwiseConv2d<3, 1, Relu6>, DepthwiseConv2d<3, 1> -> [3, 2, 2]");
    assert_eq!(clip(2.0, 1.0), "`it` (Clip) is from 2 to 1, which no activation here is");
    let sigmoid = one(&[3, 2], node("HardSigmoid", &[], vec![float("alpha", 0.2)]), vec![]);
    assert_eq!(sigmoid, "Conv1d<3, 3, 1, HardSigmoid, groups = 3> -> [3, 2]");
    let logarithm = graph(&[3, 2], vec![node("Sigmoid", &[], vec![]), node("Log", &[], vec![])], vec![]);
    assert_eq!(said(logarithm), "Conv1d<3, 3, 1, Softplus, groups = 3>, Conv1d<3, 3, 1, groups = 3> -> [3, 2]");
    let prelu = |slope: &[i64]| one(&[3, 2, 2], node("PRelu", &["s"], vec![]), vec![zeros("s", slope)]);
    assert_eq!([prelu(&[1, 3, 1, 1]), prelu(&[3, 1, 1])], ["Prelu<3> -> [3, 2, 2]"; 2]);
    assert_eq!(prelu(&[1]), "Prelu -> [3, 2, 2]");
    assert!(prelu(&[2]).starts_with("`it` (PRelu) has `s` of the shape [2]"));

    let softplus = |threshold: f32| {
        let mut made = graph(
            &[4],
            vec![node("Softplus", &[], vec![]), node("Greater", &[], vec![]), node("Where", &[], vec![])],
            vec![],
        );
        made.initializer = vec![Tensor { dims: vec![], ..floats("t", &[threshold]) }];
        made.node[1].input = vec!["x".into(), "t".into()];
        made.node[2].input = vec!["y1".into(), "x".into(), "y0".into()];
        said(made)
    };
    assert_eq!(softplus(20.0), "Softplus -> [4]");
    assert!(softplus(2.0).contains("(Greater)"), "{}", softplus(2.0));
}

#[test]
fn dimensions_in_another_order() {
    let transpose = |perm: &[i64]| node("Transpose", &[], vec![ints("perm", perm)]);
    let of = |input: &[i64], nodes: Vec<Node>| {
        said(graph(input, nodes, vec![zeros("w", &[4, 3, 1, 1]), zeros("m", &[5, 2])]))
    };
    // at the beginning and at the end
    let conv = || node("Conv", &["w"], vec![]);
    assert_eq!(of(&[7, 5, 3], vec![transpose(&[0, 3, 1, 2]), conv()]), "Conv2d<3, 4, 1, bias = false> -> [4, 7, 5]");
    let ends = vec![conv(), transpose(&[0, 2, 3, 1])];
    assert_eq!(of(&[3, 7, 5], ends), "Conv2d<3, 4, 1, bias = false> -> [4, 7, 5]");
    let cancels = vec![
        node("Relu", &[], vec![]),
        transpose(&[0, 2, 3, 1]),
        node("Tanh", &[], vec![]),
        transpose(&[0, 3, 1, 2]),
        conv(),
    ];
    assert_eq!(of(&[3, 7, 5], cancels), "Relu, Tanh, Conv2d<3, 4, 1, bias = false> -> [4, 7, 5]");
    // dimensions of one are anywhere
    assert_eq!(
        of(&[7, 5, 1], vec![node("Relu", &[], vec![]), transpose(&[0, 3, 1, 2])]),
        "Relu, Reshape<[1, 7, 5]> -> [1, 7, 5]"
    );
    // behind others it matters
    let moved = vec![node("Relu", &[], vec![]), transpose(&[0, 3, 1, 2]), conv()];
    assert_eq!(of(&[7, 5, 3], moved), "`it` (Conv) takes what `Transpose` has put in the order [0, 3, 1, 2]");
    let moved = vec![node("Relu", &[], vec![]), transpose(&[0, 2, 1]), node("Flatten", &[], vec![])];
    assert_eq!(of(&[7, 5], moved), "`it` (Flatten) takes what `Transpose` has put in the order [0, 2, 1]");
    let rows = vec![transpose(&[1, 0, 2]), node("MatMul", &["m"], vec![]), transpose(&[1, 0, 2])];
    assert_eq!(of(&[7, 5], rows), "TimeDistributed<Dense<5, 2>> -> [7, 2]");
    assert_eq!(of(&[7, 5], vec![transpose(&[1, 0, 2])]), "`y0` does not begin with the batch");
    assert_eq!(of(&[7, 5], vec![transpose(&[0, 0, 2])]), "`it` (Transpose) puts 3 dimensions in the order [0, 0, 2]");

    let notes = |input: &[i64], nodes: Vec<Node>| {
        let made = graph(input, nodes, vec![zeros("w", &[4, 3, 1, 1])]);
        let bytes = Model { graph: Some(made), ..Model::default() }.encode_to_vec();
        declare(&bytes, &Import::new()).unwrap()
    };
    let first = notes(&[7, 5, 3], vec![transpose(&[0, 3, 1, 2]), conv()]);
    assert!(
        first
            .contains("/// The file takes [7, 5, 3]: transpose it by [0, 3, 1, 2].\n    pub struct Network: [3, 7, 5]"),
        "{first}"
    );
    let last = notes(&[3, 7, 5], vec![conv(), transpose(&[0, 2, 3, 1])]);
    assert!(last.contains("/// The file gives [7, 5, 4]: transpose what this gives by [0, 2, 3, 1].\n"), "{last}");
}

#[test]
fn sequences() {
    let transpose = |perm: &[i64]| node("Transpose", &[], vec![ints("perm", perm)]);
    let squeeze = || node("Squeeze", &["one"], vec![]);
    let last = || node("Gather", &["last"], vec![int("axis", 1)]);
    let tensors = || {
        vec![
            zeros("w", &[1, 20, 3]),
            zeros("r", &[1, 20, 5]),
            zeros("b", &[1, 40]),
            zeros("h", &[1, 1, 5]),
            whole("one", &[1]),
            Tensor { dims: vec![], ..whole("last", &[-1]) },
            whole("time", &[1]),
        ]
    };
    let lstm = |more: &[&str], attributes| node("LSTM", &[&["w", "r", "b"], more].concat(), attributes);
    let of = |nodes: Vec<Node>| said(graph(&[7, 3], nodes, tensors()));
    let around = |lstm: Node, more: Vec<Node>| {
        of([vec![transpose(&[1, 0, 2]), lstm, squeeze(), transpose(&[1, 0, 2])], more].concat())
    };
    assert_eq!(around(lstm(&[], vec![]), vec![]), "Lstm<3, 5> -> [7, 5]");
    assert_eq!(around(lstm(&["", "h", "h"], vec![]), vec![last()]), "Lstm<3, 5>, LastStep -> [5]");
    let mean = node("ReduceMean", &["time"], vec![int("keepdims", 0)]);
    assert_eq!(around(lstm(&[], vec![]), vec![mean]), "Lstm<3, 5>, MeanOverTime -> [5]");
    let lengths = around(lstm(&["one"], vec![]), vec![]);
    assert_eq!(lengths, "`it` (LSTM) takes the lengths of the sequences");
    let clipped = around(lstm(&[], vec![float("clip", 1.0)]), vec![]);
    assert_eq!(clipped, "`it` (LSTM) clips what goes into its activations");
    let backwards = around(lstm(&[], vec![text("direction", "reverse")]), vec![]);
    assert_eq!(backwards, "`it` (LSTM) goes in the direction `reverse`");
    let over_batch = of(vec![lstm(&[], vec![])]);
    assert!(over_batch.starts_with("`it` (LSTM) does not go over the steps of each sequence"), "{over_batch}");
    let gru = around(node("GRU", &["w", "r"], vec![]), vec![]);
    assert!(gru.starts_with("`it` (GRU) resets the state before"), "{gru}");

    // the state in which it ends
    let mut ends =
        graph(&[7, 3], vec![transpose(&[1, 0, 2]), lstm(&[], vec![]), node("Squeeze", &["zero"], vec![])], tensors());
    ends.initializer.push(whole("zero", &[0]));
    ends.node[1].output = vec![String::new(), "y1".into()];
    assert_eq!(said(ends), "Lstm<3, 5, return = last> -> [5]");

    // gates are in PyTorch's order: i, f, g, o, where the file has i, o, f, g
    let mut gates =
        graph(&[7, 1], vec![transpose(&[1, 0, 2]), lstm(&[], vec![]), squeeze(), transpose(&[1, 0, 2])], vec![]);
    gates.initializer = vec![
        Tensor { dims: vec![1, 4, 1], ..floats("w", &[1.0, 2.0, 3.0, 4.0]) },
        Tensor { dims: vec![1, 4, 1], ..floats("r", &[5.0, 6.0, 7.0, 8.0]) },
        Tensor { dims: vec![1, 8], ..floats("b", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) },
        whole("one", &[1]),
    ];
    let found: Vec<Vec<f32>> = numbers(gates).into_iter().map(|(_, numbers)| numbers).collect();
    let (low, high) = (vec![1.0, 3.0, 4.0, 2.0], vec![5.0, 7.0, 8.0, 6.0]);
    assert_eq!(found, [low.clone(), high.clone(), low, high]);

    // tokens
    let embedding = |element, attributes| {
        let mut made = graph(&[7], vec![node("Gather", &["x"], attributes)], vec![zeros("table", &[9, 4])]);
        made.node[0].input = vec!["table".into(), "x".into()];
        made.input[0].of.as_mut().unwrap().tensor.as_mut().unwrap().element = element;
        made
    };
    assert_eq!(said(embedding(proto::INT64, vec![])), "Embedding<9, 4> -> [7, 4]");
    assert_eq!(said(embedding(proto::INT64, vec![int("axis", 1)])), "`it` (Gather) takes columns of a table");
    let mut computed = embedding(proto::INT64, vec![]);
    computed.node[0].op_type = "Relu".into();
    computed.node[0].input = vec!["x".into()];
    assert_eq!(
        said(computed),
        "`x` is not made of floats, and its numbers are no tokens that are looked up in a table"
    );
}

#[test]
fn what_the_caller_says() {
    let mut open = graph(&[3, 5, 6], vec![node("Relu", &[], vec![]), node("Tanh", &[], vec![])], vec![]);
    open.input = vec![value("x", &[3, -1, -1])];
    let by = |graph: &Graph, import: Import| said_by(graph.clone(), 20, &import);
    assert_eq!(by(&open, Import::new().input(&[3, 5, 6])), "Relu, Tanh -> [3, 5, 6]");
    assert_eq!(
        by(&open, Import::new().input(&[4, 5, 6])),
        "`x` has the shape [3, _, _] in the file, without the batch, not [4, 5, 6]"
    );
    assert_eq!(by(&open, Import::new().input(&[3, 5, 6]).output("y0")), "Relu -> [3, 5, 6]");
    assert_eq!(by(&open, Import::new().output("z")), "nothing is called `z`; the outputs are `y1`");
    let mut several = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    several.output.push(value("x", &[4]));
    assert_eq!(
        by(&several, Import::new()),
        "a graph with one output is expected, but there are `y0`, `x`; one can be chosen, by `Import::output`"
    );
    assert_eq!(by(&several, Import::new().output("y0")), "Relu -> [4]");
    let mut shapeless = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    shapeless.input[0].of.as_mut().unwrap().tensor.as_mut().unwrap().shape = None;
    assert_eq!(
        by(&shapeless, Import::new()),
        "the shape of `x` is not in the file; it can be given, by `Import::input`"
    );
    assert_eq!(by(&shapeless, Import::new().input(&[4])), "Relu -> [4]");
    let rank_one = graph(&[], vec![node("Relu", &[], vec![])], vec![]);
    assert_eq!(by(&rank_one, Import::new()), "`x` has one dimension, which is the batch: there is nothing in a sample");
}

#[test]
fn all_that_stands_in_the_way_is_named() {
    let names = |nodes: &[&str]| {
        let mut made = graph(&[4], nodes.iter().map(|operator| node(operator, &[], vec![])).collect(), vec![]);
        for (i, node) in made.node.iter_mut().enumerate() {
            node.name = format!("n{i}");
        }
        said(made)
    };
    assert_eq!(
        names(&["Relu", "Sin", "Tanh", "Cos", "Det"]),
        "`n1` (Sin) is no layer here; nor is there a layer for `n3` (Cos), `n4` (Det)"
    );
    assert!(names(&["Sin"; 40]).ends_with("`n12` (Sin), 27 more"));
}

#[test]
fn what_was_spelt_out_before_there_were_operators() {
    let wired = |nodes: &[(&str, &[&str])], tensors: Vec<Tensor>| {
        let mut made = graph(&[7, 4], nodes.iter().map(|(operator, _)| node(operator, &[], vec![])).collect(), tensors);
        for (node, (_, inputs)) in made.node.iter_mut().zip(nodes) {
            node.input = inputs.iter().map(|input| (*input).into()).collect();
        }
        said(made)
    };
    let norm = |axis: i64, power: f32| {
        let nodes: &[(&str, &[&str])] = &[
            ("ReduceMean", &["x", "axis"]),
            ("Sub", &["x", "y0"]),
            ("Pow", &["y1", "two"]),
            ("ReduceMean", &["y2", "axis"]),
            ("Add", &["y3", "epsilon"]),
            ("Sqrt", &["y4"]),
            ("Div", &["y1", "y5"]),
            ("Mul", &["y6", "w"]),
            ("Add", &["y7", "b"]),
        ];
        let number = |name: &str, number: f32| Tensor { dims: vec![], ..floats(name, &[number]) };
        let numbers =
            [number("two", power), number("epsilon", 1e-5), zeros("w", &[4]), zeros("b", &[4]), whole("axis", &[axis])];
        wired(nodes, numbers.to_vec())
    };
    assert_eq!(norm(-1, 2.0), "LayerNorm<4> -> [7, 4]");
    assert!(norm(1, 2.0).starts_with("`it` ("), "{}", norm(1, 2.0));
    assert!(norm(-1, 3.0).starts_with("`it` ("), "{}", norm(-1, 3.0));

    let swish = |three: f32, last: &[(&str, &[&str])]| {
        let first: [(&str, &[&str]); 2] = [("Add", &["x", "three"]), ("Clip", &["y0", "zero", "six"])];
        let number = |name: &str, number: f32| Tensor { dims: vec![], ..floats(name, &[number]) };
        wired(&[&first, last].concat(), vec![number("three", three), number("zero", 0.0), number("six", 6.0)])
    };
    assert_eq!(swish(3.0, &[("Mul", &["x", "y1"]), ("Div", &["y2", "six"])]), "HardSwish -> [7, 4]");
    assert_eq!(swish(3.0, &[("Div", &["y1", "six"]), ("Mul", &["y2", "x"])]), "HardSwish -> [7, 4]");
    let other = swish(2.0, &[("Mul", &["x", "y1"]), ("Div", &["y2", "six"])]);
    assert_eq!(other, "Multiply<Conv1d<7, 7, 1, Relu6, groups = 7>>, Conv1d<7, 7, 1, groups = 7> -> [7, 4]");
    let turned = swish(3.0, &[("Mul", &["x", "y1"]), ("Div", &["six", "y2"])]);
    assert_eq!(turned, "`it` (Div) divides a constant by what comes in");
}

//! Graphs that are no chain of layers, and what is said of them.

use super::*;

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
    let concat = node("Concat", &["c"], vec![int("axis", 1)]);
    let made = graph(&[4], vec![concat], vec![floats("c", &[1.0])]);
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

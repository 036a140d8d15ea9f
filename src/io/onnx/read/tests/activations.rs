//! Activations: as operators, of other settings, and spelt out.

use super::*;

#[test]
fn activations_over_rows_and_of_a_slope() {
    let softmax = |axis| one(&[2, 4], node("Softmax", &[], vec![int("axis", axis)]), vec![]);
    assert_eq!(softmax(2), "Softmax -> [2, 4]");
    assert_eq!(softmax(1), "`it` (Softmax) is over another dimension than the last");
    let leaky = |alpha| one(&[4], node("LeakyRelu", &[], vec![float("alpha", alpha)]), vec![]);
    assert_eq!(leaky(0.01), "LeakyRelu -> [4]");
    assert_eq!(leaky(0.2), "Prelu -> [4]");
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
fn hard_swish_of_single_operators() {
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

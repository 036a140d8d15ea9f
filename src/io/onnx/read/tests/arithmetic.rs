//! Sums and products with constants.

use super::*;

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

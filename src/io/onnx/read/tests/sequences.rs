//! Recurrent layers, and tokens.

use super::*;

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

//! Branches that come together, or do not.

use super::*;

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
fn dense_blocks_are_nested() {
    let of = |nodes: &[(&str, &[&str], i64)]| {
        let operators = nodes.iter().map(|(operator, _, axis)| node(operator, &[], vec![int("axis", *axis)])).collect();
        let mut made = graph(&[4], operators, vec![]);
        for (node, (_, inputs, _)) in made.node.iter_mut().zip(nodes) {
            node.input = inputs.iter().map(|input| (*input).into()).collect();
        }
        said(made)
    };
    let block = |axis: i64| {
        of(&[
            ("Tanh", &["x"], 1),
            ("Concat", &["x", "y0"], 1),
            ("Relu", &["y1"], 1),
            ("Concat", &["x", "y0", "y2"], axis),
            ("Sigmoid", &["y3"], 1),
            ("Concat", &["x", "y0", "y2", "y4"], 1),
        ])
    };
    assert_eq!(block(1), "Concat<Linear, Tanh>, Concat<Linear, Relu>, Concat<Linear, Sigmoid> -> [32]");
    // along another dimension they are no part of one another
    assert!(block(-2).contains("puts together other dimensions than channels"), "{}", block(-2));
}

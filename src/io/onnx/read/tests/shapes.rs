//! Shapes, and sizes that the file computes.

use super::*;

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

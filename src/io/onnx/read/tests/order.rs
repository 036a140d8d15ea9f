//! `Transpose`: dimensions in another order.

use super::*;

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
    // over channels, which are as many numbers as the weights, or not
    for sizes in [[3, 7, 5], [3, 7, 3]] {
        let norm = node("LayerNormalization", &["g"], vec![]);
        let made =
            graph(&sizes, vec![node("Relu", &[], vec![]), transpose(&[0, 2, 3, 1]), norm], vec![zeros("g", &[3])]);
        assert_eq!(said(made), "`it` (LayerNormalization) takes what `Transpose` has put in the order [0, 2, 3, 1]");
    }
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

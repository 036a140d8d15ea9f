//! Dense layers, for one vector or at each step.

use super::*;

#[test]
fn products_with_matrices() {
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
}

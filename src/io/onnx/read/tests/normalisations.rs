//! Batch and layer normalisation.

use super::*;

#[test]
fn another_epsilon_is_no_layer_norm() {
    let norm = |epsilon| {
        let node = node("LayerNormalization", &["w"], vec![float("epsilon", epsilon)]);
        one(&[4], node, vec![zeros("w", &[4])])
    };
    assert_eq!(norm(1e-5), "LayerNorm<4> -> [4]");
    assert_eq!(norm(1e-3), "`it` (LayerNormalization) has an epsilon of 0.001, where `LayerNorm` has 1e-5");
}

#[test]
fn vectors_of_another_size_are_no_parameters() {
    let norm = |weight: i64, bias: i64| {
        let tensors = vec![zeros("w", &[weight]), zeros("b", &[bias])];
        one(&[4], node("LayerNormalization", &["w", "b"], vec![]), tensors)
    };
    assert_eq!(norm(4, 4), "LayerNorm<4> -> [4]");
    assert_eq!(norm(1, 4), "`it` (LayerNormalization) has `w` of the shape [1] for 4 numbers");
    assert_eq!(norm(4, 1), "`it` (LayerNormalization) has `b` of the shape [1] for 4 numbers");
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
fn layer_normalisation_of_single_operators() {
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
}

//! Operators over small constants.

use super::*;
use crate::io::onnx::proto::Attribute;
use crate::io::onnx::read::simplify::array::Data;

fn whole(dims: &[usize], numbers: &[i64]) -> Array {
    Array { dims: dims.to_vec(), data: Data::Whole(numbers.to_vec()) }
}

fn floats(numbers: &[f32]) -> Array {
    Array { dims: vec![numbers.len()], data: Data::Floats(numbers.to_vec()) }
}

fn of(operator: &str, attributes: &[(&str, &[i64])], inputs: &[&Array]) -> Option<Array> {
    let attribute = attributes.iter().map(|(name, numbers)| Attribute {
        name: (*name).into(),
        i: numbers.first().copied(),
        ints: numbers.to_vec(),
        ..Attribute::default()
    });
    let node = Node { op_type: operator.into(), attribute: attribute.collect(), ..Node::default() };
    folded(&node, &inputs.iter().map(|input| Some(*input)).collect::<Vec<_>>(), 20, 12)
}

#[test]
fn shapes_are_onnx_s() {
    let rows = whole(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    assert_eq!(of("Transpose", &[], &[&rows]), Some(whole(&[3, 2], &[1, 4, 2, 5, 3, 6])));
    assert_eq!(of("Transpose", &[("perm", &[0, 0])], &[&rows]), None);
    assert_eq!(of("Reshape", &[], &[&rows, &whole(&[3], &[0, -1, 1])]), Some(whole(&[2, 3, 1], &[1, 2, 3, 4, 5, 6])));
    assert_eq!(of("Reshape", &[], &[&rows, &whole(&[2], &[4, -1])]), None);
    assert_eq!(of("Unsqueeze", &[], &[&rows, &whole(&[1], &[-1])]).unwrap().dims, [2, 3, 1]);
    assert_eq!(of("Flatten", &[("axis", &[0])], &[&rows]).unwrap().dims, [1, 6]);
    assert_eq!(of("Flatten", &[("axis", &[-1])], &[&rows]).unwrap().dims, [2, 3]);
    assert_eq!(of("Flatten", &[("axis", &[2])], &[&rows]).unwrap().dims, [6, 1]);
    assert_eq!(of("Shape", &[("start", &[-1])], &[&rows]), Some(whole(&[1], &[3])));
    let last = whole(&[1], &[-1]);
    assert_eq!(of("Gather", &[("axis", &[1])], &[&rows, &last]), Some(whole(&[2, 1], &[3, 6])));
    assert_eq!(of("Gather", &[], &[&rows, &whole(&[], &[1])]), Some(whole(&[3], &[4, 5, 6])));
    assert_eq!(of("Gather", &[], &[&rows, &whole(&[], &[2])]), None);
    let joined = of("Concat", &[("axis", &[1])], &[&rows, &whole(&[2, 1], &[7, 8])]);
    assert_eq!(joined, Some(whole(&[2, 4], &[1, 2, 3, 7, 4, 5, 6, 8])));
    assert_eq!(of("Concat", &[("axis", &[0])], &[&rows, &whole(&[2, 1], &[7, 8])]), None);
}

#[test]
fn slices_are_onnx_s() {
    let row = whole(&[5], &[1, 2, 3, 4, 5]);
    let slice = |start: i64, end: i64, step: i64| {
        let [start, end, axis, step] = [start, end, 0, step].map(|n| whole(&[1], &[n]));
        of("Slice", &[], &[&row, &start, &end, &axis, &step]).map(|found| found.whole().unwrap().to_vec())
    };
    assert_eq!(slice(1, 4, 2), Some(vec![2, 4]));
    assert_eq!(slice(-2, i64::MAX, 1), Some(vec![4, 5]));
    assert_eq!(slice(-1, i64::MIN, -1), Some(vec![5, 4, 3, 2, 1]));
    assert_eq!(slice(3, 0, -2), Some(vec![4, 2]));
    assert_eq!(slice(4, 2, 1), Some(vec![]));
    assert_eq!(slice(0, 5, 0), None);
    assert_eq!(slice(0, 5, i64::MIN), None);
    assert_eq!(slice(0, 5, i64::MAX), None);
}

#[test]
fn arithmetic_is_onnx_s() {
    let pair = floats(&[1.0, 4.0]);
    assert_eq!(of("Sub", &[], &[&pair, &floats(&[3.0])]), Some(floats(&[-2.0, 1.0])));
    assert_eq!(of("Sqrt", &[], &[&pair]), Some(floats(&[1.0, 2.0])));
    assert_eq!(of("Div", &[], &[&whole(&[1], &[1]), &whole(&[1], &[0])]), None);
    assert_eq!(of("Mul", &[], &[&whole(&[1], &[i64::MAX]), &whole(&[1], &[2])]), None);
    assert_eq!(of("Add", &[], &[&pair, &whole(&[1], &[2])]), None);
    assert_eq!(
        of("Range", &[], &[&whole(&[], &[0]), &whole(&[], &[5]), &whole(&[], &[2])]),
        Some(whole(&[3], &[0, 2, 4]))
    );
    assert_eq!(
        of("Range", &[], &[&whole(&[], &[3]), &whole(&[], &[0]), &whole(&[], &[-2])]),
        Some(whole(&[2], &[3, 1]))
    );
    assert_eq!(of("Erf", &[], &[&pair]), None);
    let equal = of("Equal", &[], &[&whole(&[2], &[-1, 4]), &whole(&[1], &[-1])]).unwrap();
    let found = of("Where", &[], &[&equal, &whole(&[2], &[1, 1]), &whole(&[2], &[-1, 4])]);
    assert_eq!(found, Some(whole(&[2], &[1, 4])));
}

#[test]
fn what_is_too_large_is_not_made() {
    let huge = whole(&[3], &[1 << 20, 1 << 20, 1 << 20]);
    assert_eq!(of("ConstantOfShape", &[], &[&huge]), None);
    assert_eq!(of("Expand", &[], &[&floats(&[1.0]), &huge]), None);
    assert_eq!(of("ConstantOfShape", &[], &[&whole(&[1], &[13])]), None);
    assert_eq!(of("ConstantOfShape", &[], &[&whole(&[1], &[2])]), Some(floats(&[0.0; 2])));
    assert_eq!(of("Range", &[], &[&whole(&[], &[i64::MIN]), &whole(&[], &[i64::MAX]), &whole(&[], &[1])]), None);
    let thirteen = whole(&[13], &[0; 13]);
    assert_eq!(of("Gather", &[], &[&whole(&[1], &[7]), &thirteen]), None);
    assert_eq!(of("Identity", &[], &[&thirteen]), None);
}

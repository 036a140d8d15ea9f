//! What a caller says by `Import`.

use super::*;

#[test]
fn what_the_caller_says() {
    let mut open = graph(&[3, 5, 6], vec![node("Relu", &[], vec![]), node("Tanh", &[], vec![])], vec![]);
    open.input = vec![value("x", &[3, -1, -1])];
    let by = |graph: &Graph, import: Import| said_by(graph.clone(), 20, &import);
    assert_eq!(by(&open, Import::new().input(&[3, 5, 6])), "Relu, Tanh -> [3, 5, 6]");
    assert_eq!(
        by(&open, Import::new().input(&[4, 5, 6])),
        "`x` has the shape [3, _, _] in the file, without the batch, not [4, 5, 6]"
    );
    assert_eq!(by(&open, Import::new().input(&[3, 5, 6]).output("y0")), "Relu -> [3, 5, 6]");
    assert_eq!(by(&open, Import::new().output("z")), "nothing is called `z`; the outputs are `y1`");
    let mut several = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    several.output.push(value("x", &[4]));
    assert_eq!(
        by(&several, Import::new()),
        "a graph with one output is expected, but there are `y0`, `x`; one can be chosen, by `Import::output`"
    );
    assert_eq!(by(&several, Import::new().output("y0")), "Relu -> [4]");
    let mut shapeless = graph(&[4], vec![node("Relu", &[], vec![])], vec![]);
    shapeless.input[0].of.as_mut().unwrap().tensor.as_mut().unwrap().shape = None;
    assert_eq!(
        by(&shapeless, Import::new()),
        "the shape of `x` is not in the file; it can be given, by `Import::input`"
    );
    assert_eq!(by(&shapeless, Import::new().input(&[4])), "Relu -> [4]");
    let rank_one = graph(&[], vec![node("Relu", &[], vec![])], vec![]);
    assert_eq!(by(&rank_one, Import::new()), "`x` has one dimension, which is the batch: there is nothing in a sample");
}

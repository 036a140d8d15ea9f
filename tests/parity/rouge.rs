//! ROUGE as the Python package `rouge-score` computes it, against the file that `golden/rouge.py` writes.

#![cfg(feature = "std")]

use congruent::metric::{Metric, Rouge, RougeScore};

struct Case {
    candidate: &'static str,
    reference: &'static str,
    scores: Vec<RougeScore>,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("../golden/rouge.txt").split_terminator('\n');
    let case = |line: &'static str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [candidate, reference, numbers @ ..] = fields.as_slice() else { panic!("{line}") };
        let numbers: Vec<f64> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        let score = |three: &[f64]| RougeScore { precision: three[0], recall: three[1], f1: three[2] };
        Case { candidate, reference, scores: numbers.chunks(3).map(score).collect() }
    };
    lines.map(case).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12
}

#[test]
fn scores_are_those_of_rouge_score() {
    let cases = cases();
    assert!(cases.len() > 150 && cases.iter().filter(|case| case.scores[2].f1 > 0.0).count() > 50);
    for Case { candidate, reference, scores } in cases {
        let kinds = [Rouge::n(1), Rouge::n(2), Rouge::n(3), Rouge::l()];
        assert_eq!(scores.len(), kinds.len());
        for (kind, expected) in kinds.iter().zip(scores) {
            let found = kind.score(candidate, reference);
            let all = near(found.precision, expected.precision) && near(found.recall, expected.recall);
            assert!(
                all && near(found.f1, expected.f1),
                "{kind:?} of {candidate:?}, {reference:?}: {found:?}, {expected:?}"
            );
        }
    }
}

#[test]
fn the_value_is_the_mean_of_f1() {
    let cases = cases();
    let candidates: Vec<&str> = cases.iter().map(|case| case.candidate).collect();
    let references: Vec<String> = cases.iter().map(|case| case.reference.to_owned()).collect();
    let mean = cases.iter().map(|case| case.scores[3].f1).sum::<f64>() / cases.len() as f64;
    let mut rouge = Rouge::l();
    assert!(near(rouge.measure(&candidates, &references), mean));
    assert!(near(rouge.measure(&candidates, &references), mean), "the second time");
    assert_eq!(Metric::<&str, String>::name(&rouge), "ROUGE-L");
}

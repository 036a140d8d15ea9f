mod reports;
mod stories;
use congruent::metric::Metric;
use congruent::metric::Rouge;
use congruent::prelude::*;
use congruent::tokenizer::{LearntVocabulary, Unit, Vocabulary};
fn main() {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let all = reports::reports(4000, reports::Part::Training, rng);
    for r in &all[..12] {
        println!("{}\n  => {}\n", r.text, r.summary);
    }
    let lead: Vec<String> =
        all.iter().map(|r| r.text.split_once(". ").map_or(r.text.clone(), |x| format!("{}.", x.0))).collect();
    let sums: Vec<String> = all.iter().map(|r| r.summary.clone()).collect();
    for mut k in [Rouge::n(1), Rouge::n(2), Rouge::l()] {
        println!("{:.1}", 100.0 * k.measure(&lead, &sums));
    }
    let count = |t: &str| Unit::Words.pieces(t).count();
    println!(
        "max text {} summary {}",
        all.iter().map(|r| count(&r.text)).max().unwrap(),
        all.iter().map(|r| count(&r.summary)).max().unwrap()
    );
    println!("mean text {}", all.iter().map(|r| count(&r.text)).sum::<usize>() as f64 / 4000.0);
    let v = LearntVocabulary::learn(Unit::Words, all.iter().flat_map(|r| [&r.text, &r.summary]), 100000);
    println!("pieces {}", v.len());
    for i in (0..v.len()).step_by(50) {
        println!("{i} {:?}", v.piece(i));
    }
}

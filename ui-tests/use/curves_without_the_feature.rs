// 1 error (plot): curves drawn without the feature that draws them
use congruent::prelude::*;

network! { struct Digits: [64] -> [10] { output: Dense<64, 10, Softmax> } }

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = Dataset::new(vec![[0.5; 64]; 8], vec![3_usize; 8])?;
    let history = Fit::new(CrossEntropy::new(), Adam::new(0.001)).run(&mut Digits::seeded(1), &digits)?;
    history.draw_svg("curves.svg")?;
    Ok(())
}

// 1 error (CrossEntropy | Applied<Softmax>): a loss from logits, of an output whose activation others need
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4], value: [1]) {
        policy: Dense<8, 4, Softmax>,
        value: Dense<4, 1>,
    }
}

fn main() {
    let (input, target) = ([0.5; 8], PlayerTarget { policy: 2_usize, value: [0.5] });
    let trainer = Trainer::new(PlayerLoss { policy: CrossEntropy::new(), value: MeanSquaredError }, Sgd::new(0.1));
    trainer.step(&mut Player::seeded(1), &mut Workspace::<_, _, 1>::boxed(), &[input], &[target]).ok();
}

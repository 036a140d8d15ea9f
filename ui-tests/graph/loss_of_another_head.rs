// 1 error (CrossEntropy | Sigmoid): the loss of one output does not go with its head
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4], value: [1]) {
        policy: Dense<8, 4, Sigmoid>(input),
        value: Dense<8, 1>(input),
    }
}

fn main() {
    let (input, target) = ([0.5; 8], PlayerTarget { policy: 2_usize, value: [0.5] });
    let trainer = Trainer::new(PlayerLoss { policy: CrossEntropy::new(), value: MeanSquaredError }, Sgd::new(0.1));
    trainer.step(&mut Player::seeded(1), &mut Workspace::<_, _, 1>::boxed(), &[input], &[target]).ok();
}

//! A policy and a value from one trunk learn to balance a pole on a cart, by proximal policy optimisation (Schulman et al. 2017).
//!
//! ```text
//! cargo run --release --example actor_critic
//! ```

use core::error::Error;
use std::time::Instant;

use congruent::rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use congruent::{Activation, CompatibleWith, Loss, TargetError, prelude::*};

network! {
    /// From position, speed, angle and angular speed: which way to push, and how much reward is to come.
    pub struct Player: [4] -> (policy: [2], value: [1]) {
        trunk: Dense<4, 64, Tanh>,
        policy: Dense<64, 2, Softmax>(trunk),
        value: Dense<64, 1>(trunk),
    }
}

/// What was done, how much better than expected that turned out, and how probable it was.
#[derive(Clone, Copy, Debug)]
struct Deed {
    action: usize,
    advantage: f32,
    probability: f32,
}

/// `loss = −min(r·A, clip(r, 0.8, 1.2)·A)` with `r = π(a) / π_old(a)`; `∂r/∂z = r · (onehot(a) − π)`.
#[derive(Clone, Copy, Debug)]
struct ClippedPolicy;

impl CompatibleWith<Softmax> for ClippedPolicy {}

impl Loss<[f32; 2], Deed> for ClippedPolicy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [f32; 2],
        deed: &Deed,
        gradient: &mut [f32; 2],
    ) -> Result<f32, TargetError> {
        A::apply(output, 2);
        let ratio = output[deed.action] / deed.probability;
        let clipped = ratio.clamp(0.8, 1.2);
        let active = ratio * deed.advantage <= clipped * deed.advantage;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let slope = f32::from(i == deed.action) - output[i];
            *gradient = if active { -deed.advantage * ratio * slope } else { 0.0 };
        }
        Ok(-(ratio * deed.advantage).min(clipped * deed.advantage))
    }
}

/// The pole on the cart of Barto, Sutton and Anderson (1983), as the toolkit Gymnasium has it (`CartPole-v1`).
#[derive(Clone, Copy)]
struct Cart([f32; 4]);

impl Cart {
    fn new(rng: &mut impl Rng) -> Cart {
        Cart([0; 4].map(|_| rng.random_range(-0.05..0.05)))
    }

    /// Pushes for a fiftieth of a second. Whether the pole still stands.
    fn push(&mut self, right: bool) -> bool {
        let [x, speed, angle, turning] = self.0;
        let (sin, cos) = angle.sin_cos();
        let force = if right { 10.0 } else { -10.0 };
        let shared = (force + 0.05 * turning * turning * sin) / 1.1;
        let turned = (9.8 * sin - cos * shared) / (0.5 * (4.0 / 3.0 - 0.1 * cos * cos / 1.1));
        let pushed = shared - 0.05 * turned * cos / 1.1;
        self.0 = [x + 0.02 * speed, speed + 0.02 * pushed, angle + 0.02 * turning, turning + 0.02 * turned];
        self.0[0].abs() < 2.4 && self.0[2].abs() < 0.2095
    }
}

/// The longest game.
const LONGEST: usize = 500;
/// Values are in units of this much reward.
const UNIT: f32 = 50.0;
const SEED: u64 = 1;
const BATCH: usize = 64;
type Target = PlayerTarget<Deed, [f32; 1]>;

/// One game: what was seen, done and expected. Returns how many steps the pole stood.
fn play(player: &Player, rng: &mut impl Rng, inputs: &mut Vec<[f32; 4]>, targets: &mut Vec<Target>) -> usize {
    let (mut cart, first, mut stands) = (Cart::new(rng), inputs.len(), true);
    while stands && inputs.len() - first < LONGEST {
        let PlayerOutput { policy, value } = player.forward(&cart.0);
        let action = usize::from(rng.random::<f32>() > policy[0]);
        let deed = Deed { action, advantage: 0.0, probability: policy[action] };
        inputs.push(cart.0);
        targets.push(Target { policy: deed, value });
        stands = cart.push(action == 1);
    }
    // what came of it, from the end; a game that was broken off would have gone on
    let mut reward = if stands { UNIT * player.forward(&cart.0).value[0] } else { 0.0 };
    for target in targets[first..].iter_mut().rev() {
        reward = 1.0 + 0.98 * reward;
        target.policy.advantage = reward / UNIT - target.value[0];
        target.value = [reward / UNIT];
    }
    inputs.len() - first
}

/// Advantages with a mean of zero and a standard deviation of one.
fn normalise(targets: &mut [Target]) {
    let count = targets.len() as f32;
    let mean = targets.iter().map(|target| target.policy.advantage).sum::<f32>() / count;
    let variance = targets.iter().map(|target| (target.policy.advantage - mean).powi(2)).sum::<f32>() / count;
    let scale = 1.0 / (variance.sqrt() + 1e-6);
    targets.iter_mut().for_each(|target| target.policy.advantage = scale * (target.policy.advantage - mean));
}

fn main() -> Result<(), Box<dyn Error>> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut player = Player::seeded(SEED);
    println!("{}\n", Player::SUMMARY);
    let loss = PlayerLoss { policy: ClippedPolicy, value: 0.5 * MeanSquaredError };
    let trainer = Trainer::new(loss, Adam::new(0.002)).clip_norm(0.5);
    let mut workspace = Workspace::<Player, Adam, BATCH>::boxed();
    let (start, mut solved) = (Instant::now(), 0);
    for round in 1..=150 {
        let (mut inputs, mut targets, mut games) = (Vec::new(), Vec::new(), Vec::new());
        while inputs.len() < 2048 {
            games.push(play(&player, rng, &mut inputs, &mut targets));
        }
        let mean = games.iter().sum::<usize>() as f64 / games.len() as f64;
        println!("round {round:3}: {mean:5.1} steps {}", "▪".repeat((mean / 10.0) as usize));
        solved = if mean >= 475.0 { solved + 1 } else { 0 };
        if solved == 5 {
            break;
        }
        normalise(&mut targets);
        for _ in 0..6 * inputs.len() / BATCH {
            let some: [usize; BATCH] = [0; BATCH].map(|_| rng.random_range(0..inputs.len()));
            trainer.step(&mut player, &mut workspace, &some.map(|i| inputs[i]), &some.map(|i| targets[i]))?;
        }
    }
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    let steps: usize = (0..100).map(|_| play(&player, rng, &mut inputs, &mut targets)).sum();
    let mean = steps as f64 / 100.0;
    println!("{mean:.1} steps in the mean of 100 games, after {:.1} s", start.elapsed().as_secs_f64());
    assert!(mean >= 475.0, "the pole falls");
    Ok(())
}

//! A layer whose tape the derive refuses, in a network that is trained: nobody views the tape, it is a part of the workspace.

use core::num::NonZeroU32;

use congruent::prelude::*;
use congruent::{Layer, Parameters, Pass, Plain, StaticCell};

const REFUSED: usize = 0;

#[derive(Plain)]
struct Tape {
    value: NonZeroU32,
}

#[derive(Parameters)]
#[repr(C)]
struct Tells;

impl Layer for Tells {
    type Input = [f32; 1];
    type Output = [f32; 1];
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = Tape;
    const MACS: u64 = 0;

    fn initialize(&mut self, _: Init, _: &mut dyn congruent::rand::Rng) {}
    fn infer<const B: usize>(&self, _: &[[f32; 1]], _: &mut [[f32; 1]], _: &mut ()) {}
    fn forward<const B: usize>(&self, _: &[[f32; 1]], _: &mut [[f32; 1]], tape: &mut Tape, _: &mut Pass) {
        panic!("{}, which is not 0", tape.value);
    }
    fn backward<const B: usize>(
        &self,
        _: &[[f32; 1]],
        _: &[[f32; 1]],
        _: &mut Tape,
        _: &mut [[f32; 1]],
        _: Option<&mut [[f32; 1]]>,
        _: &mut Self,
    ) {
    }
}

network! { struct Network: [1] -> [1] { tells: Tells, dense: Dense<1, 1> } }

static NETWORK: StaticCell<Network> = StaticCell::new(Network::zeroed());
static WORKSPACE: StaticCell<Workspace<Network, Sgd, 1>> = StaticCell::new(Workspace::zeroed());

fn main() {
    let (Some(network), Some(workspace)) = (NETWORK.take(), WORKSPACE.take()) else { return };
    let _ = Trainer::new(MeanSquaredError, Sgd::new(0.1)).step(network, workspace, &[[0.0]], &[[0.0]]);
}

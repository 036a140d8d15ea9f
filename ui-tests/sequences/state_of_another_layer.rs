// 1 error (GruState<8> | LstmState<8>): the state of another layer
use congruent::prelude::*;

network! { struct Sensor: [..32, 6] -> [8] { read: Gru<6, 8, return = last> } }

fn main() {
    let sensor = Sensor::seeded(1);
    let mut state = congruent::LstmState { h: [0.0; 8], c: [0.0; 8] };
    sensor.read.step(&mut state, &[0.5; 6]);
}

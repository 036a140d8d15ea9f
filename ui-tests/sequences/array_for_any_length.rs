// 1 error (&Padded<[f32; 6], 32> | &[[{float}; 6]; 32]): an array where a sequence of any length is expected
use congruent::prelude::*;

network! { struct Sensor: [..32, 6] -> [8] { read: Gru<6, 8, return = last> } }

fn main() {
    let sensor = Sensor::seeded(1);
    sensor.forward(&[[0.5; 6]; 32]);
}

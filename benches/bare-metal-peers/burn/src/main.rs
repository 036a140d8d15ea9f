//! The sine model as burn runs it on its flex backend, in `f32`, over an allocator, which burn cannot do without.

#![no_std]
#![no_main]

mod heap;

use core::hint::black_box;

use burn::module::Module;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor, activation};
use congruent_device::Board;

#[derive(Module, Debug)]
struct Sine {
    a: Linear,
    b: Linear,
    c: Linear,
}

impl Sine {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let x = activation::relu(self.a.forward(x));
        let x = activation::relu(self.b.forward(x));
        self.c.forward(x)
    }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    heap::init();
    congruent_cortex_m::run(|board| {
        let device = Device::flex();
        // what it takes does not depend on the numbers; constants spare burn a generator of random ones
        let initializer = Initializer::Constant { value: black_box(0.01) };
        let linear = |from, to| LinearConfig::new(from, to).with_initializer(initializer.clone()).init(&device);
        let sine = Sine { a: linear(1, 16), b: linear(16, 16), c: linear(16, 1) };
        let infer = || {
            let x = Tensor::<2>::from_floats(black_box([[0.5]]), &device);
            let y = sine.forward(x).into_data();
            black_box(y.as_slice::<f32>().ok());
        };
        infer(); // the parameters are made when they are first used
        let cost = board.measure(&mut || infer());
        board.line(format_args!("instructions {} stack {} heap {}", cost.instructions, cost.stack, heap::most()));
    })
}

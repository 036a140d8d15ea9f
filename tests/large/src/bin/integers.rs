//! An int8 network of 3 MiB, calibrated on a stack of one, with samples of 588 KiB.
use core::slice::from_ref;

use congruent::int8::Quantize;
use congruent::prelude::*;
use congruent::zeroed_box;

network! {
    #[int8]
    struct Large: [3, 224, 224] -> [10] {
        pool: AvgPool2d<7>,
        flat: Flatten,
        hidden: Dense<3072, 1024, Relu>,
        output: Dense<1024, 10, Softmax>,
    }
}

fn main() {
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}

fn work() {
    let network = Large::seeded(1);
    let mut image = zeroed_box::<[[[f32; 224]; 224]; 3]>();
    image.as_flattened_mut().as_flattened_mut().iter_mut().enumerate().for_each(|(i, x)| *x = (i % 7) as f32);
    let mut quantize = Quantize::new(&*network);
    quantize.observe(from_ref(&*image));
    let (large, report) = quantize.finish().unwrap();
    assert_eq!(report.layers.len(), 4, "{report}");
    println!("integers of {} bytes", size_of_val(&*large));
}

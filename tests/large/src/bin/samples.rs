//! Samples of 588 KiB, from files to training, on a stack on which not one has room.
use core::slice::{from_mut, from_ref};

use congruent::data::{MinMax, idx};
use congruent::prelude::*;
use congruent::{Boxed, Layer, zeroed_box};

type Image = [[[f32; 224]; 224]; 3];
type Signal = Padded<[f32; 2], 50_000>;

network! { struct Classifier: [3, 224, 224] -> [2] { pool: GlobalAvgPool, output: Dense<3, 2, Softmax> } }
network! { struct Enlarger: [3, 112, 112] -> [3, 224, 224] { twice: Upsample2d<2> } }

/// `n` samples, of which sample i has this number everywhere.
fn samples<S: congruent::Tensor>(n: usize, number: impl Fn(usize) -> f32) -> Vec<S> {
    let (mut samples, mut sample) = (Vec::new(), zeroed_box::<S>());
    for i in 0..n {
        sample.as_flat_mut().fill(number(i));
        samples.extend_from_slice(from_ref(&*sample));
    }
    samples
}

fn images() -> Dataset<Image, usize> {
    Dataset::new(samples(4, |i| (i + i % 3) as f32), (0..4).map(|i| i % 2).collect()).unwrap()
}

fn main() {
    std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap().join().unwrap();
}

fn work() {
    scaled_and_split();
    files();
    trained();
    outputs();
    sequences();
    println!("samples of {} bytes", size_of::<Image>());
}

fn scaled_and_split() {
    let mut data = images();
    let standardizer = Standardizer::fit(data.inputs()).unwrap();
    standardizer.apply_all(data.inputs_mut());
    standardizer.invert(&mut data.inputs_mut()[0]);
    let range = MinMax::fit(data.inputs()).unwrap();
    range.apply_all(data.inputs_mut());
    range.invert(&mut data.inputs_mut()[0]);
    data.shuffle(1);
    let (train, test) = data.clone().split(0.25, 2).unwrap();
    assert_eq!((train.len(), test.len()), (3, 1));
    let (train, test) = train.split_at(2).unwrap();
    assert_eq!((train.len(), test.len()), (2, 1));
    let (mut train, test) = data.split_stratified(0.5, 3).unwrap();
    assert_eq!((train.len(), test.len()), (2, 2));
    let variants = Augment::new().shift(2.0).rotate(10.0).noise(0.1).flip();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    train.inputs_mut().iter_mut().for_each(|image| {
        variants.apply(image, &mut rng);
    });
    let inputs = train.into_parts().0;
    assert!(inputs.iter().all(|image| image.as_flattened().as_flattened().iter().all(|x| x.is_finite())));
}

fn files() {
    let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 1, 128, 0, 0, 1, 128];
    file.resize(16 + 2 * 384 * 384, 51);
    let images = idx::images_from::<384, 384>("images", &*file).unwrap();
    assert_eq!((images.len(), images[1][383][383]), (2, 0.2));
    let flat = idx::flat_from::<{ 384 * 384 }>("images", &*file).unwrap();
    assert_eq!((flat.len(), flat[1][0]), (2, 0.2));

    let line = "1.5,".repeat(150_528) + "2\n";
    let open = || Csv::from_reader("wide", line.as_bytes()).unwrap().header(false);
    assert_eq!(open().classes::<150_528>(3).unwrap().inputs()[0][150_527], 1.5);
    let numbers = open().numbers::<1, 150_528>().unwrap();
    assert_eq!(numbers.targets()[0][150_527], 2.0);
}

fn trained() {
    let data = images();
    let mut network = Classifier::seeded(1);
    let history = Fit::new(CrossEntropy::new(), Adam::new(0.01))
        .batch::<2>()
        .validation_split(0.25)
        .augment(|image: &mut Image, _, _| image[0][0][0] += 0.1)
        .progress(ProgressMode::Quiet)
        .run(&mut network, &data)
        .unwrap();
    assert_eq!(history.epochs.len(), 1);
    assert_eq!(network.predict(data.inputs()).len(), 4);
    let [no, yes] = network.forward(&data.inputs()[0]);
    assert!((no + yes - 1.0).abs() < 1e-6);
}

/// What `forward` would return by value.
fn outputs() {
    let (network, inputs) = (Enlarger::seeded(1), samples::<[[[f32; 112]; 112]; 3]>(2, |i| i as f32));
    let predicted = network.predict(&inputs);
    let (mut output, mut scratch) = (zeroed_box::<Image>(), Boxed::zeroed());
    network.infer::<1>(from_ref(&inputs[1]), from_mut(&mut *output), &mut scratch);
    assert!(*output == predicted[1] && output[2][223][223] == 1.0);
}

fn sequences() {
    let mut sequence = zeroed_box::<Signal>();
    sequence.set(&[[0.5, 1.0]; 100]).unwrap();
    assert_eq!(sequence.steps().len(), 100);
    assert!(sequence.set(&[]).is_err() && sequence.length() == 100);
}

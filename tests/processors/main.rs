//! What is the same on every processor, big-endian ones and those of 32 bits among them: files, byte images, drawn parameters,
//! elementary functions and inference of small layers to the bit, training to a few roundings.

#![cfg(feature = "safetensors")]
#![allow(missing_docs)]

use congruent::__private::kernel::{self, math};
use congruent::{Parameters, Snapshot, prelude::*};

network! { struct Xor(Dense<2, 8, Tanh>, Dense<8, 1, Sigmoid>); }
network! {
    struct Photos: [1, 8, 8] -> [3] {
        conv: Conv2d<1, 4, 3, Gelu, padding = same>,
        pool: MaxPool2d<2>,
        flat: Flatten,
        output: Dense<64, 3, Softmax>,
    }
}
network! { struct Large { only: Dense<64, 300> } }

/// FNV-1a of the bytes.
fn fingerprint(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn of_floats(values: &[f32]) -> u64 {
    fingerprint(values.iter().flat_map(|value| value.to_bits().to_le_bytes()))
}

#[test]
fn drawn_parameters_have_the_same_bits() {
    assert_eq!(of_floats(Photos::seeded(3).as_flat()), 15_374_687_362_838_769_420);
}

#[test]
fn elementary_functions_have_the_same_bits() {
    let numbers: Vec<f32> = (-4000..4000).map(|i| i as f32 * 0.013).collect();
    let of = |function: fn(f32) -> f32| {
        let mut values = numbers.clone();
        kernel::map(&mut values, function);
        of_floats(&values)
    };
    assert_eq!(of(math::exp), 1_543_416_809_172_391_007);
    assert_eq!(of(math::tanh), 13_457_010_248_238_595_084);
    assert_eq!(of(math::sigmoid), 18_095_635_764_473_378_514);
    assert_eq!(of(math::erf), 13_524_445_179_561_217_640);
}

#[test]
fn small_layers_infer_the_same_bits() {
    let network = Xor::seeded(1);
    let outputs: Vec<f32> = (0..50).map(|i| network.forward(&[i as f32 / 50.0, 0.3])[0]).collect();
    assert_eq!(of_floats(&outputs), 10_482_614_743_934_176_992);
}

#[test]
fn training_xor_gives_the_same_bits() {
    let mut network = Xor::seeded(1);
    let mut workspace = Workspace::<Xor, Adam, 4>::boxed();
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.05));
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let targets = [[0.0], [1.0], [1.0], [0.0]];
    let losses: Vec<f32> =
        (0..300).map(|_| trainer.step(&mut *network, &mut workspace, &inputs, &targets).expect("a batch")).collect();
    assert!(losses[299] < 0.05, "it learns: {losses:?}");
    assert_eq!(
        (of_floats(&losses), of_floats(network.as_flat())),
        (13_170_960_294_897_773_584, 8_016_403_942_617_709_206)
    );
}

#[test]
fn images_have_the_same_bytes() {
    let network = Photos::seeded(3);
    let image = Snapshot::of(&*network);
    assert_eq!(fingerprint(image.as_bytes().iter().copied()), 2_288_604_583_644_579_031);
    let mut read = Photos::zeroed();
    congruent::snapshot::read(image.as_bytes(), &mut read).expect("an image");
    assert_eq!(read.as_flat(), network.as_flat());
}

#[test]
fn files_have_the_same_bytes() {
    let path = std::env::temp_dir().join(format!("congruent-{}.safetensors", std::process::id()));
    let network = Photos::seeded(3);
    network.save(&path).expect("a file is written");
    let bytes = std::fs::read(&path).expect("a file is read");
    let mut read = Photos::zeroed();
    read.load(&path).expect("a file is read");
    std::fs::remove_file(&path).expect("the file is there");
    assert_eq!(read.as_flat(), network.as_flat());
    assert_eq!(fingerprint(bytes), 16_723_424_837_398_901_995);
}

fn photos() -> Vec<[[[f32; 8]; 8]; 1]> {
    let photo =
        |n: usize| [core::array::from_fn(|y| core::array::from_fn(|x| ((n * 7 + y * 3 + x) % 11) as f32 / 11.0))];
    (0..4).map(photo).collect()
}

/// Products may be fused with their sums, so that they round once: so the last bits of what is learned depend on the processor.
#[test]
fn a_step_of_training_is_nearly_the_same() {
    let mut network = Photos::seeded(3);
    let mut workspace = Workspace::<Photos, Sgd, 4>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.1));
    let images = photos();
    let losses: Vec<f32> = (0..3)
        .map(|_| trainer.step(&mut *network, &mut workspace, &images, &[0_usize, 1, 2, 0]).expect("a batch"))
        .collect();
    for (loss, expected) in losses.iter().zip([1.1479186, 1.0738137, 1.0101942_f32]) {
        assert!((loss - expected).abs() < 1e-5, "{losses:?}");
    }
}

/// What a microcontroller computes is what any processor does without vectors, and a desktop that is told to.
#[test]
#[cfg(any(congruent_scalar, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn without_vectors_convolutions_have_the_same_bits() {
    let mut network = Photos::seeded(3);
    let mut workspace = Workspace::<Photos, Sgd, 4>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.1));
    let images = photos();
    assert_eq!(of_floats(network.predict(&images).as_flattened()), 3_023_356_202_323_123_743);
    for _ in 0..30 {
        trainer.step(&mut *network, &mut workspace, &images, &[0_usize, 1, 2, 0]).expect("a batch");
    }
    assert_eq!(of_floats(network.as_flat()), 8_673_325_828_266_555_769);
}

const HEADER: &str = r#"{"only.bias":{"dtype":"F32","shape":[300],"data_offsets":[0,1200]},"only.weight":{"dtype":"F32","shape":[300,64],"data_offsets":[1200,78000]}}"#;

/// A file of more than 64 KiB, whose numbers are 0, 1, 2, …
static FILE: [u8; 8 + HEADER.len() + 78000] = {
    let mut file = [0; 8 + HEADER.len() + 78000];
    file[0] = HEADER.len() as u8;
    let mut i = 0;
    while i < HEADER.len() {
        file[8 + i] = HEADER.as_bytes()[i];
        i += 1;
    }
    let mut number = 0;
    while number < 19500 {
        let bytes = (number as f32).to_le_bytes();
        let mut i = 0;
        while i < 4 {
            file[8 + HEADER.len() + 4 * number + i] = bytes[i];
            i += 1;
        }
        number += 1;
    }
    file
};

/// As `include_weights!` does it, when the program is compiled.
#[allow(long_running_const_eval)]
static LARGE: Large = congruent::__private::included(&FILE, "large.safetensors", &[]);

#[test]
fn files_of_more_than_64_kib_are_included() {
    assert_eq!((LARGE.only.bias[299], LARGE.only.weight[0][0], LARGE.only.weight[299][63]), (299.0, 300.0, 19499.0));
}

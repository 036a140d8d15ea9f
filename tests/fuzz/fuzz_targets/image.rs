//! Byte images of networks.
#![no_main]

use congruent::Parameters;
use fuzz::Classifier;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut network = Classifier::zeroed();
    if congruent::snapshot::read(bytes, &mut network).is_err() {
        assert!(network.as_flat().iter().all(|number| *number == 0.0), "a part was read");
    }
});

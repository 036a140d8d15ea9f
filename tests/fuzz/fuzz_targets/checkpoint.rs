//! Checkpoints of training runs.
#![no_main]

use std::fs;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("fuzz-{}.checkpoint", std::process::id()));
    if fs::write(&path, bytes).is_ok() {
        let _ = fuzz::fit(&path);
    }
    let _ = fs::remove_file(&path);
});

//! Puts the digits into bytes for a device's flash: 64 pixels of 0 to 16, then the label. Every fourth is held out.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let source = "../data/digits.csv.gz";
    println!("cargo::rerun-if-changed={source}");
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(source)?).read_to_string(&mut text)?;
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (row, line) in text.lines().enumerate() {
        let set = if row % 4 == 3 { &mut test } else { &mut train };
        for number in line.split(',') {
            set.push(number.parse::<u8>()?);
        }
    }
    let folder = env::var("OUT_DIR")?;
    fs::write(Path::new(&folder).join("train.bin"), train)?;
    fs::write(Path::new(&folder).join("test.bin"), test)?;
    Ok(())
}

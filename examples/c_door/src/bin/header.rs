//! Writes the header: `cargo run --bin header > digits.h`.

fn main() {
    print!("{}", digits::HEADER);
}

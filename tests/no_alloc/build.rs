//! The C library brings the program's start.
fn main() {
    println!("cargo::rustc-link-lib=c");
}

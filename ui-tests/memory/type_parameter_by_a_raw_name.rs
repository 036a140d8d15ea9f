// 1 error (T): a type parameter that a derive could take for the type outside
use congruent::Plain;

type T = f32;

#[derive(Plain)]
#[repr(C)]
struct Tape<r#T: Send + Sync> {
    value: T,
}

fn plain<P: Plain>() {}
fn main() {
    plain::<Tape<&'static str>>();
}

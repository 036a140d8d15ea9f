// 1 error (f32): a type that has only the name of `f32`
#[allow(non_camel_case_types)]
#[derive(Debug)]
struct f32(Box<u8>);

#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias {
    value: f32,
}

fn main() {}

// 1 error (non_trainable): a setting of a field that there is not
#[derive(congruent::Parameters)]
#[repr(C)]
struct Centre {
    #[parameters(nontrainable)]
    mean: [f32; 4],
    bias: [f32; 4],
}

fn main() {}

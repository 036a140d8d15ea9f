// 1 error (1 | 2): a layout by a constant, which leaves out a field
mod own {
    use congruent::layout::{Field, Layout};
    pub const LAYOUT: Layout = Layout::Fields(&[Field { name: "weight", layout: &Layout::Number }]);
}

#[derive(congruent::Parameters)]
#[parameters(layout = own::LAYOUT)]
#[repr(C)]
struct Line {
    weight: f32,
    bias: f32,
}

fn main() {}

// 1 error (Box<f32>): a layout by a constant, over a field that is no `f32`
mod own {
    use congruent::layout::Layout;
    pub const LAYOUT: Layout = Layout::Array(2, &Layout::Number);
}

#[derive(congruent::Parameters)]
#[parameters(layout = own::LAYOUT)]
#[repr(C)]
struct Bias {
    value: Box<f32>,
}

fn main() {}

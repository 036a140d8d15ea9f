// 1 error (PhantomData): a type that has only the name of `PhantomData`
struct PhantomData<T>(Box<T>);

#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias {
    value: f32,
    what: PhantomData<u8>,
}

fn main() {}

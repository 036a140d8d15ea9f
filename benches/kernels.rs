//! How long the kernels take, and matrixmultiply on the same products: `cargo bench -p congruent-benches --bench kernels`.
//!
//! Items a second are multiply-adds for products (twice as many floating-point operations) and elements for the rest.

use congruent::__private::kernel::{self, math};
use divan::{Bencher, black_box, counter::ItemsCount};

fn main() {
    divan::main();
}

/// Rows of numbers between -1 and 1.
fn rows<const N: usize>(count: usize) -> Vec<[f32; N]> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        (state >> 8) as f32 / (1u32 << 23) as f32 - 1.0
    };
    (0..count).map(|_| core::array::from_fn(|_| next())).collect()
}

/// One number for each multiply-add of `batch` samples.
fn multiply_adds<const IN: usize, const OUT: usize>(batch: usize) -> ItemsCount {
    ItemsCount::new(batch * IN * OUT)
}

macro_rules! products {
    ($($name:ident: $IN:literal x $OUT:literal, batches $batches:tt;)*) => { $(
        mod $name {
            use super::*;

            #[divan::bench(args = $batches)]
            fn affine(bencher: Bencher, batch: usize) {
                let (x, mut y) = (rows::<$IN>(batch), rows::<$OUT>(batch));
                let (weight, bias) = (rows::<$IN>($OUT), [0.1; $OUT]);
                let weight: &[[f32; $IN]; $OUT] = weight[..].try_into().unwrap();
                bencher.counter(multiply_adds::<$IN, $OUT>(batch)).bench_local(|| {
                    kernel::affine(black_box(&x), weight, &bias, black_box(&mut y), kernel::NoEpilogue);
                });
            }

            #[divan::bench(args = $batches)]
            fn affine_by_matrixmultiply(bencher: Bencher, batch: usize) {
                let (x, mut y, weight) = (rows::<$IN>(batch), rows::<$OUT>(batch), rows::<$IN>($OUT));
                bencher.counter(multiply_adds::<$IN, $OUT>(batch)).bench_local(|| {
                    let (x, w, y) = (black_box(&x).as_flattened(), weight.as_flattened(), y.as_flattened_mut());
                    #[expect(unsafe_code, reason = "matrixmultiply takes pointers")]
                    // SAFETY: the dimensions and strides are those of the slices.
                    unsafe {
                        matrixmultiply::sgemm(
                            batch, $IN, $OUT,
                            1.0, x.as_ptr(), $IN, 1,
                            w.as_ptr(), 1, $IN,
                            0.0, black_box(y).as_mut_ptr(), $OUT, 1,
                        );
                    }
                });
            }

            #[divan::bench(args = $batches)]
            fn weight_gradient(bencher: Bencher, batch: usize) {
                let (x, dy) = (rows::<$IN>(batch), rows::<$OUT>(batch));
                let mut dw = rows::<$IN>($OUT);
                let dw: &mut [[f32; $IN]; $OUT] = (&mut dw[..]).try_into().unwrap();
                bencher.counter(multiply_adds::<$IN, $OUT>(batch)).bench_local(|| {
                    kernel::weight_gradient(black_box(&dy), &x, black_box(dw));
                });
            }

            #[divan::bench(args = $batches)]
            fn input_gradient(bencher: Bencher, batch: usize) {
                let (mut dx, dy) = (rows::<$IN>(batch), rows::<$OUT>(batch));
                let weight = rows::<$IN>($OUT);
                let weight: &[[f32; $IN]; $OUT] = weight[..].try_into().unwrap();
                bencher.counter(multiply_adds::<$IN, $OUT>(batch)).bench_local(|| {
                    kernel::input_gradient(black_box(&dy), weight, black_box(&mut dx));
                });
            }
        }
    )* };
}

products! {
    dense_784_10: 784 x 10, batches [1, 32, 256];
    dense_784_128: 784 x 128, batches [1, 32, 128, 256];
    dense_512_512: 512 x 512, batches [1, 128];
    dense_2048_2048: 2048 x 2048, batches [1, 128];
}

#[divan::bench(args = [10, 64, 8192])]
fn map_tanh(bencher: Bencher, elements: usize) {
    let mut values = rows::<1>(elements);
    bencher.counter(ItemsCount::new(elements)).bench_local(|| {
        kernel::map(black_box(&mut values).as_flattened_mut(), math::tanh);
    });
}

#[divan::bench(args = [10, 64, 8192])]
fn map_sigmoid(bencher: Bencher, elements: usize) {
    let mut values = rows::<1>(elements);
    bencher.counter(ItemsCount::new(elements)).bench_local(|| {
        kernel::map(black_box(&mut values).as_flattened_mut(), math::sigmoid);
    });
}

#[divan::bench(args = [1, 32, 256])]
fn softmax_of_ten(bencher: Bencher, batch: usize) {
    use congruent::{Activation, Softmax};
    struct OfTen<'a>(&'a mut [f32]);
    impl kernel::Wide for OfTen<'_> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            Softmax::apply(self.0, 10);
        }
    }
    let mut values = rows::<10>(batch);
    bencher.counter(ItemsCount::new(10 * batch)).bench_local(|| {
        kernel::wide(OfTen(black_box(&mut values).as_flattened_mut()));
    });
}

#[divan::bench(args = [7_960, 101_770, 669_706])]
fn adam(bencher: Bencher, parameters: usize) {
    use congruent::{Adam, Optimizer, optimizer::Step};
    let [mut w, mut g, mut m, mut v] = [0; 4].map(|_| rows::<1>(parameters));
    v.iter_mut().for_each(|v| v[0] = v[0].abs());
    let step = Step::new(10, 1e-3);
    bencher.counter(ItemsCount::new(parameters)).bench_local(|| {
        let [w, g, m, v] = [&mut w, &mut g, &mut m, &mut v].map(|values| values.as_flattened_mut());
        // averages over so long a time that they do not vanish, for an update sets the gradient to zero
        Adam::new(1e-3).betas(0.999_999, 0.999_999).update(&step, w, black_box(g), m, v);
    });
}

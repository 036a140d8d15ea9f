//! The passes of a layer that ends in an activation, `y = A(z)`, from its way to `z` and back.

/// The passes of [`Layer`](crate::Layer), within its implementation for a layer `y = A(z)` with the two methods
///
/// - `logits(&self, x, z, scratch, finish)`, which sets `z` and calls `finish` on each few samples of it while they are hot in the cache;
/// - `logits_back(&self, x, dz, dx, gradient, scratch)`, which sets `dx` from `dz = ∂loss/∂z`, and adds to the gradient.
///
/// Either borrows `scratch`: the layer's `Scratch` in inference, a part of its `Tape` in training. The other part is what `A` keeps of `z`;
/// where that is nothing, since `A'(z)` follows from `y`, training too applies `A` as soon as a few samples are there. The arguments take
/// the tape apart: `activated! { Pair(kept, scratch) => kept, scratch.as_flat_mut() }`.
macro_rules! activated {
    ($tape:pat => $kept:expr, $scratch:expr) => {
        #[inline]
        fn infer<const B: usize>(&self, x: &[Self::Input], y: &mut [Self::Output], scratch: &mut Self::Scratch<B>) {
            let scratch = $crate::Parameters::as_flat_mut(scratch);
            self.logits(x, y, scratch, $crate::layer::activation::Apply::<Self::Head>::new());
        }

        fn forward<const B: usize>(
            &self,
            x: &[Self::Input],
            y: &mut [Self::Output],
            tape: &mut Self::Tape<B>,
            _pass: &mut $crate::Pass,
        ) {
            let $tape = tape;
            let (kept, scratch): (_, &mut [f32]) = ($kept, $scratch);
            if <<Self::Head as $crate::Activation>::Kept<[Self::Output; B]> as $crate::Parameters>::COUNT == 0 {
                self.logits(x, y, scratch, $crate::layer::activation::Apply::<Self::Head>::new());
            } else {
                self.logits(x, y, scratch, $crate::kernel::NoEpilogue);
                $crate::layer::activation::keep(kept, $crate::memory::plain::flatten(y));
                $crate::layer::activation::apply::<Self::Head, _>(y);
            }
        }

        fn backward<const B: usize>(
            &self,
            x: &[Self::Input],
            y: &[Self::Output],
            tape: &mut Self::Tape<B>,
            dy: &mut [Self::Output],
            dx: Option<&mut [Self::Input]>,
            gradient: &mut Self,
        ) {
            let $tape = &mut *tape;
            let (kept, _): (_, &mut [f32]) = ($crate::Parameters::as_flat($kept), $scratch);
            let (y_numbers, dy_numbers) = ($crate::memory::plain::flatten(y), $crate::memory::plain::flatten_mut(dy));
            <Self::Head as $crate::Activation>::backward(
                kept,
                y_numbers,
                dy_numbers,
                <Self::Output as $crate::Tensor>::ROW,
            );
            self.backward_logits(x, y, tape, dy, dx, gradient);
        }

        #[inline]
        fn infer_logits<const B: usize>(
            &self,
            x: &[Self::Input],
            z: &mut [Self::Output],
            scratch: &mut Self::Scratch<B>,
        ) {
            self.logits(x, z, $crate::Parameters::as_flat_mut(scratch), $crate::kernel::NoEpilogue);
        }

        fn forward_logits<const B: usize>(
            &self,
            x: &[Self::Input],
            z: &mut [Self::Output],
            tape: &mut Self::Tape<B>,
            _pass: &mut $crate::Pass,
        ) {
            let $tape = tape;
            let (_, scratch): (_, &mut [f32]) = ($kept, $scratch);
            self.logits(x, z, scratch, $crate::kernel::NoEpilogue);
        }

        fn backward_logits<const B: usize>(
            &self,
            x: &[Self::Input],
            _y: &[Self::Output],
            tape: &mut Self::Tape<B>,
            dz: &mut [Self::Output],
            dx: Option<&mut [Self::Input]>,
            gradient: &mut Self,
        ) {
            let $tape = tape;
            let (_, scratch): (_, &mut [f32]) = ($kept, $scratch);
            self.logits_back(x, dz, dx, gradient, scratch);
        }
    };
}
pub(crate) use activated;

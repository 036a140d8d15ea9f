//! The methods of a layer, with nothing in them, for pages that are about the types.

macro_rules! layer_methods {
    ($input:ty, $output:ty) => {
        type Scratch<const B: usize> = ();
        const MACS: u64 = 0;

        fn initialize(&mut self, _: congruent::Init, _: &mut dyn congruent::rand::Rng) {}
        fn infer<const B: usize>(&self, _: &[$input], _: &mut [$output], _: &mut ()) {}
        fn forward<const B: usize>(
            &self,
            _: &[$input],
            _: &mut [$output],
            _: &mut Self::Tape<B>,
            _: &mut congruent::Pass,
        ) {
        }
        fn backward<const B: usize>(
            &self,
            _: &[$input],
            _: &[$output],
            _: &mut Self::Tape<B>,
            _: &mut [$output],
            _: Option<&mut [$input]>,
            _: &mut Self::Gradient,
        ) {
        }
    };
}
pub(crate) use layer_methods;

// A layer as a user writes it with `congruent::ops`: `y = relu(W·x + b)`, the same as `Dense<IN, OUT, Relu>`.

/// `y = relu(W·x + b)`
#[derive(congruent::Parameters)]
#[repr(C)]
pub struct OwnDense<const IN: usize, const OUT: usize> {
    /// `W`
    pub weight: [[f32; IN]; OUT],
    /// `b`
    pub bias: [f32; OUT],
}

impl<const IN: usize, const OUT: usize> congruent::Layer for OwnDense<IN, OUT> {
    type Input = [f32; IN];
    type Output = [f32; OUT];
    type Head = congruent::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = IN as u64 * OUT as u64;

    fn initialize(&mut self, init: congruent::Init, rng: &mut dyn congruent::rand::Rng) {
        init.or(congruent::Init::HeUniform).fill(self.weight.as_flattened_mut(), IN, OUT, rng);
        self.bias.fill(0.0);
    }

    fn infer<const B: usize>(&self, x: &[[f32; IN]], y: &mut [[f32; OUT]], _scratch: &mut ()) {
        congruent::ops::affine_map(x, &self.weight, &self.bias, y, |z| if z < 0.0 { 0.0 } else { z });
    }

    fn forward<const B: usize>(
        &self,
        x: &[[f32; IN]],
        y: &mut [[f32; OUT]],
        _tape: &mut (),
        _pass: &mut congruent::Pass,
    ) {
        congruent::ops::affine_map(x, &self.weight, &self.bias, y, |z| if z < 0.0 { 0.0 } else { z });
    }

    fn backward<const B: usize>(
        &self,
        x: &[[f32; IN]],
        y: &[[f32; OUT]],
        _tape: &mut (),
        dy: &mut [[f32; OUT]],
        dx: Option<&mut [[f32; IN]]>,
        gradient: &mut Self,
    ) {
        congruent::ops::zip(dy, y, |dy, y| if y > 0.0 { dy } else { 0.0 });
        congruent::ops::add_transposed_matmul(dy, x, &mut gradient.weight);
        congruent::ops::add_rows(dy, &mut gradient.bias);
        if let Some(dx) = dx {
            congruent::ops::matmul(dy, &self.weight, dx);
        }
    }
}

//! What `network!` writes, by hand: this file declares the same network twice and finds the two equal bit for bit.
//!
//! ```
//! network! {
//!     struct Written: [2] -> [2] {
//!         hidden: Dense<2, 3, Gelu>,
//!         middle: Dense<3, 4, Relu>,
//!         output: Dense<4, 2, Softmax>,
//!     }
//! }
//! ```

use core::fmt::Display;
use core::mem::size_of;

use congruent::Pair;
// what only generated code needs; `congruent` may change it in any release
use congruent::__private::{Count, Overlay, feed, feed_back, finite, first, first_mut, split};
use congruent::network::{LayerSummary, Summary};
use congruent::prelude::*;
use congruent::rand::Rng;
use congruent::{Gradient, GradientOf, Layer, Parameters, Params, Pass, Plain, Shape};

network! {
    struct Written: [2] -> [2] {
        hidden: Dense<2, 3, Gelu>,
        middle: Dense<3, 4, Relu>,
        output: Dense<4, 2, Softmax>,
    }
}

// A name for the type of each layer.
type Hidden = Dense<2, 3, Gelu>;
type Middle = Dense<3, 4, Relu>;
type Output = Dense<4, 2, Softmax>;

// And for the type of what it gives.
type HiddenOut = <Hidden as Layer>::Output;
type MiddleOut = <Middle as Layer>::Output;

/// The network is its layers, one after the other: one block of `f32`s, which is what the derive says of it.
#[derive(Parameters)]
#[repr(C)]
struct ByHand {
    hidden: Hidden,
    middle: Middle,
    output: Output,
}

/// A gradient has a number for each parameter that is trained.
#[derive(Parameters)]
#[repr(C)]
struct ByHandGradient {
    hidden: <Hidden as Layer>::Gradient,
    middle: <Middle as Layer>::Gradient,
    output: <Output as Layer>::Gradient,
}

impl GradientOf<ByHand> for ByHandGradient {
    const TRAINED: usize = <<Hidden as Layer>::Gradient as GradientOf<Hidden>>::TRAINED
        + <<Middle as Layer>::Gradient as GradientOf<Middle>>::TRAINED
        + <<Output as Layer>::Gradient as GradientOf<Output>>::TRAINED;

    /// The optimizer visits parameters and derivatives layer by layer.
    fn pairs(&mut self, layer: &mut ByHand, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        self.hidden.pairs(&mut layer.hidden, visit);
        self.middle.pairs(&mut layer.middle, visit);
        self.output.pairs(&mut layer.output, visit);
    }

    /// After a step, layers that keep more than parameters bring it up to date.
    fn finish(&mut self, layer: &mut ByHand) {
        self.hidden.finish(&mut layer.hidden);
        self.middle.finish(&mut layer.middle);
        self.output.finish(&mut layer.output);
    }
}

/// What training remembers of a batch of up to `B` samples: what each layer wants to remember (here `hidden`, whose
/// activation needs its inputs), what flows between the layers, and room for the gradients of that, two of which are
/// alive at a time.
#[derive(Plain)]
#[repr(C)]
struct ByHandTape<const B: usize> {
    hidden: <Hidden as Layer>::Tape<B>,
    hidden_output: [HiddenOut; B],
    middle: <Middle as Layer>::Tape<B>,
    middle_output: [MiddleOut; B],
    output: <Output as Layer>::Tape<B>,
    signals: Pair<[Gradient<HiddenOut>; B], [Gradient<MiddleOut>; B]>,
}

/// What is alive while each layer infers: its input, its scratch, its output, unless they are the caller's.
type HiddenScratch<const B: usize> = Pair<<Hidden as Layer>::Scratch<B>, [HiddenOut; B]>;
type MiddleScratch<const B: usize> = Pair<[HiddenOut; B], Pair<<Middle as Layer>::Scratch<B>, [MiddleOut; B]>>;
type OutputScratch<const B: usize> = Pair<[MiddleOut; B], <Output as Layer>::Scratch<B>>;

impl Layer for ByHand {
    type Input = [f32; 2];
    type Output = <Output as Layer>::Output;
    type Head = <Output as Layer>::Head; // Softmax, with which a cross-entropy goes
    type Gradient = ByHandGradient;
    type Scratch<const B: usize> = Overlay<HiddenScratch<B>, Overlay<MiddleScratch<B>, OutputScratch<B>>>;
    type Tape<const B: usize> = ByHandTape<B>;

    const MACS: u64 = Hidden::MACS + Middle::MACS + Output::MACS;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.hidden.initialize(init, rng);
        self.middle.initialize(init, rng);
        self.output.initialize(init, rng);
    }

    /// Inference: what flows between the layers lies at the front and at the end of the scratch in turn, so that memory
    /// is shared and nothing is moved.
    fn infer<const B: usize>(&self, inputs: &[[f32; 2]], outputs: &mut [[f32; 2]], scratch: &mut Self::Scratch<B>) {
        let samples = inputs.len();
        let (front, buffer, ()) = split::<_, [HiddenOut; B], _, ()>(scratch);
        self.hidden.infer::<B>(inputs, first_mut(front, samples), buffer);

        let (front, buffer, end) = split::<_, [HiddenOut; B], _, [MiddleOut; B]>(scratch);
        let values = feed::<HiddenOut, <Middle as Layer>::Input>(first(front, samples));
        self.middle.infer::<B>(values, first_mut(end, samples), buffer);

        let ((), buffer, end) = split::<_, (), _, [MiddleOut; B]>(scratch);
        let values = feed::<MiddleOut, <Output as Layer>::Input>(first(end, samples));
        self.output.infer::<B>(values, outputs, buffer);
    }

    /// Forward in training: as inference, but what flows stays on the tape.
    fn forward<const B: usize>(
        &self,
        inputs: &[[f32; 2]],
        outputs: &mut [[f32; 2]],
        tape: &mut ByHandTape<B>,
        pass: &mut Pass,
    ) {
        let samples = inputs.len();
        self.hidden.forward::<B>(inputs, first_mut(&mut tape.hidden_output, samples), &mut tape.hidden, pass);
        let values = first(&tape.hidden_output, samples);
        self.middle.forward::<B>(values, first_mut(&mut tape.middle_output, samples), &mut tape.middle, pass);
        let values = first(&tape.middle_output, samples);
        self.output.forward::<B>(values, outputs, &mut tape.output, pass);
    }

    /// Backward: the chain rule, from the last layer to the first. Each is given the derivative by its output, adds up
    /// the derivatives by its parameters, and hands the derivative by its input down.
    fn backward<const B: usize>(
        &self,
        inputs: &[[f32; 2]],
        outputs: &[[f32; 2]],
        tape: &mut ByHandTape<B>,
        output_gradients: &mut [[f32; 2]],
        input_gradients: Option<&mut [[f32; 2]]>,
        gradient: &mut ByHandGradient,
    ) {
        let samples = inputs.len();
        let (_, (), end) = split::<_, (), (), [Gradient<MiddleOut>; B]>(&mut tape.signals);
        let values = first(&tape.middle_output, samples);
        let below = Some(feed_back::<MiddleOut, <Output as Layer>::Input>(first_mut(end, samples)));
        let (tape_of, into) = (&mut tape.output, &mut gradient.output);
        self.output.backward::<B>(values, outputs, tape_of, output_gradients, below, into);

        let (front, (), end) = split::<_, [Gradient<HiddenOut>; B], (), [Gradient<MiddleOut>; B]>(&mut tape.signals);
        let (values, given) = (first(&tape.hidden_output, samples), first(&tape.middle_output, samples));
        let below = Some(feed_back::<HiddenOut, <Middle as Layer>::Input>(first_mut(front, samples)));
        let (tape_of, above, into) = (&mut tape.middle, first_mut(end, samples), &mut gradient.middle);
        self.middle.backward::<B>(values, given, tape_of, above, below, into);

        let (front, (), ()) = split::<_, [Gradient<HiddenOut>; B], (), ()>(&mut tape.signals);
        let given = first(&tape.hidden_output, samples);
        let (tape_of, above, into) = (&mut tape.hidden, first_mut(front, samples), &mut gradient.hidden);
        self.hidden.backward::<B>(inputs, given, tape_of, above, input_gradients, into);
    }

    // `infer_logits`, `forward_logits` and `backward_logits` are the same three again, with the last layer's own
    // `..._logits` in place of its method; they are shown for forward and backward, which training uses.

    fn forward_logits<const B: usize>(
        &self,
        inputs: &[[f32; 2]],
        logits: &mut [[f32; 2]],
        tape: &mut ByHandTape<B>,
        pass: &mut Pass,
    ) {
        let samples = inputs.len();
        self.hidden.forward::<B>(inputs, first_mut(&mut tape.hidden_output, samples), &mut tape.hidden, pass);
        let values = first(&tape.hidden_output, samples);
        self.middle.forward::<B>(values, first_mut(&mut tape.middle_output, samples), &mut tape.middle, pass);
        let values = first(&tape.middle_output, samples);
        self.output.forward_logits::<B>(values, logits, &mut tape.output, pass);
    }

    fn backward_logits<const B: usize>(
        &self,
        inputs: &[[f32; 2]],
        outputs: &[[f32; 2]],
        tape: &mut ByHandTape<B>,
        logit_gradients: &mut [[f32; 2]],
        input_gradients: Option<&mut [[f32; 2]]>,
        gradient: &mut ByHandGradient,
    ) {
        let samples = inputs.len();
        let (_, (), end) = split::<_, (), (), [Gradient<MiddleOut>; B]>(&mut tape.signals);
        let (values, below) = (first(&tape.middle_output, samples), Some(first_mut(end, samples)));
        let (tape_of, into) = (&mut tape.output, &mut gradient.output);
        self.output.backward_logits::<B>(values, outputs, tape_of, logit_gradients, below, into);

        let (front, (), end) = split::<_, [Gradient<HiddenOut>; B], (), [Gradient<MiddleOut>; B]>(&mut tape.signals);
        let (values, given) = (first(&tape.hidden_output, samples), first(&tape.middle_output, samples));
        let (above, below) = (first_mut(end, samples), Some(first_mut(front, samples)));
        self.middle.backward::<B>(values, given, &mut tape.middle, above, below, &mut gradient.middle);

        let (front, (), ()) = split::<_, [Gradient<HiddenOut>; B], (), ()>(&mut tape.signals);
        let (given, above) = (first(&tape.hidden_output, samples), first_mut(front, samples));
        self.hidden.backward::<B>(inputs, given, &mut tape.hidden, above, input_gradients, &mut gradient.hidden);
    }

    /// Where the first value that is not finite came up.
    fn inspect<const B: usize>(tape: &ByHandTape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        tell(&"hidden", finite(first(&tape.hidden_output, samples)));
        tell(&"middle", finite(first(&tape.middle_output, samples)));
    }
}

/// The counts as types, so that the state of an optimizer has the right size: 9 + 16 + 10 numbers. (Slots of many are rounded up.)
impl Network for ByHand {
    type ParamCount = <Params<0, 0, 35> as Count>::Length;
    type SlotCount = <Params<0, 0, 35> as Count>::Slot;

    const SUMMARY: Summary = Summary::new(
        "ByHand",
        <[f32; 2] as Shape>::DIMS,
        &[
            LayerSummary::of::<Hidden>("hidden", "Dense<2, 3, Gelu>", size_of::<HiddenScratch<1>>()),
            LayerSummary::of::<Middle>("middle", "Dense<3, 4, Relu>", size_of::<MiddleScratch<1>>()),
            LayerSummary::of::<Output>("output", "Dense<4, 2, Softmax>", size_of::<OutputScratch<1>>()),
        ],
    );
}

fn main() -> Result<(), BatchError> {
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let classes = [0_usize, 1, 1, 0];
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.02));

    let mut written = Written::seeded(5);
    let mut workspace = Workspace::<Written, Adam, 4>::boxed();
    let mut by_hand = ByHand::seeded(5);
    let mut by_hand_workspace = Workspace::<ByHand, Adam, 4>::boxed();
    for step in 1..=300 {
        let loss = trainer.step(&mut written, &mut workspace, &inputs, &classes)?;
        let same = trainer.step(&mut by_hand, &mut by_hand_workspace, &inputs, &classes)?;
        assert_eq!(loss.to_bits(), same.to_bits());
        if step % 100 == 0 {
            println!("step {step}: loss {loss:.4}, by hand {same:.4}");
        }
    }
    assert_eq!(written.as_flat(), by_hand.as_flat());
    assert_eq!(written.predict(&inputs), by_hand.predict(&inputs));
    assert_eq!((Written::MACS, Written::INFERENCE_BYTES), (ByHand::MACS, size_of::<<ByHand as Layer>::Scratch<1>>()));
    println!("the two are equal bit for bit");
    Ok(())
}

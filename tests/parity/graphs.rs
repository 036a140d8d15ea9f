//! Networks that are graphs, as PyTorch computes them: `golden/graphs.py` has the same networks as modules.

#![cfg(feature = "std")]

use congruent::plain::{Parameters, zeroed};
use congruent::{Layer, Pass, prelude::*, zeroed_box};

use crate::golden::Golden;

/// What a value is made of in a golden file.
trait Value: Copy {
    fn samples(golden: &Golden, name: &str) -> Vec<Self>;
    /// Compares derivatives, if there are such.
    fn check(_golden: &Golden, _name: &str, _found: &[Self]) {}
}

macro_rules! numbers {
    ($($Value:ty),*) => { $(
        impl Value for $Value {
            fn samples(golden: &Golden, name: &str) -> Vec<Self> {
                golden.samples(name)
            }

            fn check(golden: &Golden, name: &str, found: &[Self]) {
                golden.check(name, found);
            }
        }
    )* };
}
numbers!([[[f32; 8]; 8]; 1], [[[f32; 8]; 8]; 2], [[[f32; 4]; 4]; 2], [[[f32; 4]; 4]; 3], [[[f32; 4]; 4]; 4]);
numbers!([[f32; 2]; 6], [f32; 2], [f32; 3], [f32; 4], [f32; 5]);

impl Value for [Token; 3] {
    fn samples(golden: &Golden, name: &str) -> Vec<Self> {
        golden.samples::<[f32; 3]>(name).iter().map(|words| words.map(|word| Token(word as u32))).collect()
    }
}

/// Inference, forward, and the derivatives by parameters and inputs.
macro_rules! parity {
    ($($test:ident: $Net:ident, $Input:ident { $($in:ident),* } -> $Output:ident { $($out:ident),* };)*) => { $(
        #[test]
        fn $test() {
            let (golden, name) = (Golden::read("graphs.txt"), stringify!($test));
            let mut network = zeroed_box::<$Net>();
            network.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
            $(let $in = Value::samples(&golden, &format!("{name}/x/{}", stringify!($in)));)*
            let inputs: [$Input; 2] = core::array::from_fn(|i| $Input { $($in: $in[i]),* });
            let check = |outputs: &[$Output]| {
                $(
                    let found: Vec<_> = outputs.iter().map(|output| output.$out).collect();
                    golden.check(&format!("{name}/y/{}", stringify!($out)), &found);
                )*
            };
            let mut outputs = network.predict(&inputs);
            check(&outputs);

            outputs.fill(zeroed());
            let mut tape = zeroed_box::<<$Net as Layer>::Tape<2>>();
            Layer::forward::<2>(&*network, &inputs, &mut outputs, &mut tape, &mut Pass::new(0, 0, 0));
            check(&outputs);

            $(let $out = golden.samples(&format!("{name}/dy/{}", stringify!($out)));)*
            let mut by_outputs: [$Output; 2] = core::array::from_fn(|i| $Output { $($out: $out[i]),* });
            let (mut by_inputs, mut gradient) = (inputs, zeroed_box::<<$Net as Layer>::Gradient>());
            network.backward::<2>(&inputs, &outputs, &mut tape, &mut by_outputs, Some(&mut by_inputs), &mut gradient);
            golden.check(&format!("{name}/gradient"), gradient.as_flat());
            $(Value::check(&golden, &format!("{name}/dx/{}", stringify!($in)), &by_inputs.map(|input| input.$in));)*
        }
    )* };
}

parity! {
    unet: Unet, UnetInput { image } -> UnetOutput { mask };
    inception: Inception, InceptionInput { image } -> InceptionOutput { all };
    dense_block: DenseBlock, DenseBlockInput { image } -> DenseBlockOutput { all };
    excited: Excited, ExcitedInput { image } -> ExcitedOutput { sum };
    actor_critic: ActorCritic, ActorCriticInput { image, speed } -> ActorCriticOutput { policy, value };
    siamese: Siamese, SiameseInput { left, right } -> SiameseOutput { same };
    two_heads: TwoHeads, TwoHeadsInput { seen } -> TwoHeadsOutput { kind, place };
    gated_fusion: GatedFusion, GatedFusionInput { sound, sight } -> GatedFusionOutput { fused };
    resnext: ResNext, ResNextInput { image } -> ResNextOutput { out };
    pyramid: Pyramid, PyramidInput { image } -> PyramidOutput { coarse, fine };
    shared_embedding: SharedEmbedding, SharedEmbeddingInput { question, answer } -> SharedEmbeddingOutput { score };
    side_inputs: SideInputs, SideInputsInput { series, extra } -> SideInputsOutput { next };
}

network! {
    struct Unet: (image: [1, 8, 8]) -> (mask: [1, 8, 8]) {
        first: Conv2d<1, 3, 3, Tanh, padding = same>,
        down: MaxPool2d<2>,
        second: Conv2d<3, 4, 3, Tanh, padding = same>,
        lower: MaxPool2d<2>,
        deep: Conv2d<4, 4, 3, Tanh, padding = same>,
        up: Upsample2d<2>,
        beside: Concat(up, second),
        third: Conv2d<8, 3, 3, Tanh, padding = same>,
        top: Upsample2d<2>,
        beside_first: Concat(top, first),
        mask: Conv2d<6, 1, 1>,
    }
}

network! {
    struct Inception: (image: [2, 4, 4]) -> (all: [8, 4, 4]) {
        one: Conv2d<2, 2, 1, Relu>,
        to_three: Conv2d<2, 2, 1, Relu>(image),
        three: Conv2d<2, 2, 3, Relu, padding = same>,
        to_five: Conv2d<2, 2, 1, Relu>(image),
        five: Conv2d<2, 2, 5, Relu, padding = same>,
        pool: MaxPool2d<3, stride = 1, padding = 1>(image),
        of_pool: Conv2d<2, 2, 1, Relu>,
        all: Concat(one, three, five, of_pool),
    }
}

network! {
    struct DenseBlock: (image: [2, 4, 4]) -> (all: [6, 4, 4]) {
        a: Conv2d<2, 2, 3, Relu, padding = same>,
        to_b: Concat(image, a),
        b: Conv2d<4, 2, 3, Relu, padding = same>,
        all: Concat(image, a, b),
    }
}

network! {
    /// Squeeze and excite.
    struct Excited: (image: [3, 4, 4]) -> (sum: [3, 4, 4]) {
        body: Conv2d<3, 3, 3, Relu, padding = same>,
        mean: GlobalAvgPool,
        less: Dense<3, 2, Relu>,
        scale: Dense<2, 3, Sigmoid>,
        scaled: Multiply(body, scale),
        sum: Add(scaled, image),
    }
}

network! {
    struct ActorCritic: (image: [2, 4, 4], speed: [2]) -> (policy: [3], value: [1]) {
        seen: Conv2d<2, 3, 3, Tanh, padding = same>(image),
        flat: Flatten,
        joined: Concat(flat, speed),
        trunk: Dense<50, 8, Tanh>,
        policy: Dense<8, 3, Softmax>(trunk),
        value: Dense<8, 1>(trunk),
    }
}

network! {
    struct Siamese: (left: [4], right: [4]) -> (same: [1]) {
        one: Dense<4, 5, Tanh>(left),
        other: one(right),
        product: Multiply(one, other),
        same: Dense<5, 1, Sigmoid>,
    }
}

network! {
    struct TwoHeads: (seen: [4]) -> (kind: [3], place: [4]) {
        body: Dense<4, 6, Relu>,
        deep: Dense<6, 6, Gelu>,
        kind: Dense<6, 3, LogSoftmax>(deep),
        place: Dense<6, 4, Sigmoid>(deep),
    }
}

network! {
    struct GatedFusion: (sound: [3], sight: [5]) -> (fused: [4]) {
        a: Dense<3, 4, Tanh>(sound),
        b: Dense<5, 4, Tanh>(sight),
        both: Concat(a, b),
        gate_a: Dense<8, 4, Sigmoid>(both),
        gate_b: Dense<8, 4, Sigmoid>(both),
        of_a: Multiply(a, gate_a),
        of_b: Multiply(b, gate_b),
        fused: Add(of_a, of_b),
    }
}

network! {
    struct ResNext: (image: [4, 4, 4]) -> (out: [4, 4, 4]) {
        less: Conv2d<4, 4, 1, Relu>,
        grouped: Conv2d<4, 4, 3, Relu, padding = same, groups = 2>,
        more: Conv2d<4, 4, 1>,
        sum: Add(more, image),
        out: Relu,
    }
}

network! {
    /// A feature pyramid; the coarse output is also seen by the fine one.
    struct Pyramid: (image: [2, 8, 8]) -> (coarse: [3, 2, 2], fine: [3, 4, 4]) {
        first: Conv2d<2, 4, 3, Relu, stride = 2, padding = 1>,
        second: Conv2d<4, 4, 3, Relu, stride = 2, padding = 1>,
        coarse: Conv2d<4, 3, 1>,
        side: Conv2d<4, 3, 1>(first),
        up: Upsample2d<2>(coarse),
        sum: Add(side, up),
        fine: Conv2d<3, 3, 3, padding = same>,
    }
}

network! {
    struct SharedEmbedding: (question: [3], answer: [3]) -> (score: [1]) {
        words: Embedding<7, 4>(question),
        other_words: words(answer),
        asked: MeanOverTime(words),
        answered: MeanOverTime(other_words),
        product: Multiply(asked, answered),
        score: Dense<4, 1>,
    }
}

network! {
    struct SideInputs: (series: [6, 2], extra: [3]) -> (next: [2]) {
        read: Gru<2, 4, return = last>(series),
        beside: Dense<3, 4, Relu>(extra),
        both: Concat(read, beside),
        deep: Dense<8, 4, Tanh>,
        next: Dense<4, 2>,
    }
}

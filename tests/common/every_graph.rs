// Small networks whose layers name what they take, which several tests go through. A new one takes its declaration and one line below.

network! {
    /// A skip, a gate, a layer used twice, and a value that three take.
    pub struct Skips: [5] -> [9] {
        hidden: Dense<5, 5, Tanh>,
        same: Add(hidden, input),
        again: hidden(same),
        gate: Dense<5, 5, Sigmoid>(same),
        gated: Multiply(again, gate),
        small: Dense<5, 4>,
        output: Concat(small, same),
    }
}

network! {
    /// Two levels down and up again.
    pub struct Unet: [1, 8, 8] -> [2, 8, 8] {
        first: Conv2d<1, 3, 3, Tanh, padding = same>,
        down: AvgPool2d<2>,
        second: Conv2d<3, 4, 3, Tanh, padding = same>,
        lower: AvgPool2d<2>,
        deepest: Conv2d<4, 4, 3, Tanh, padding = same>,
        up: Upsample2d<2>,
        beside: Concat(up, second),
        third: Conv2d<8, 3, 3, Tanh, padding = same>,
        top: Upsample2d<2>,
        beside_first: Concat(top, first),
        output: Conv2d<6, 2, 1>,
    }
}

network! {
    /// Each layer takes all before it.
    pub struct DenseBlock: [2, 4, 4] -> [3] {
        a: Conv2d<2, 2, 3, Tanh, padding = same>,
        to_b: Concat(input, a),
        b: Conv2d<4, 2, 3, Tanh, padding = same>,
        to_c: Concat(input, a, b),
        c: Conv2d<6, 2, 3, Tanh, padding = same>,
        all: Concat(input, a, b, c),
        mean: GlobalAvgPool,
        output: Dense<8, 3, Softmax>,
    }
}

network! {
    /// An image, and a number for each of its channels.
    pub struct Excited: [3, 4, 4] -> [3, 4, 4] {
        body: Conv2d<3, 3, 3, Tanh, padding = same>,
        mean: GlobalAvgPool,
        less: Dense<3, 2, Tanh>,
        scale: Dense<2, 3, Sigmoid>,
        scaled: Multiply(body, scale),
        output: Add(scaled, input),
    }
}

network! {
    /// The same value twice in one join, and sums of sums that end the network.
    pub struct Twice: [4] -> [4] {
        a: Dense<4, 4, Tanh>,
        doubled: Add(a, a),
        squared: Multiply(a, a),
        three: Add(doubled, squared, input),
        b: a(three),
        output: Add(b, three, a),
    }
}

network! {
    /// Along the last axis, with layers that keep something between forward and backward.
    pub struct Wide: [3, 4] -> [3, 10] {
        a: LayerNorm,
        b: Gru<4, 3>(a),
        drop: Dropout<0.3>(b),
        c: Concat<axis = 1>(drop, a, b),
        norm: LayerNorm,
        output: Add(norm, c),
    }
}

network! {
    /// Frozen parts, before and between those that learn.
    pub struct Tuned: [4] -> [4] {
        #[frozen]
        body: Dense<4, 4, Tanh>,
        head: Dense<4, 4, Tanh>(body),
        #[frozen]
        between: Dense<4, 4, Tanh>(head),
        sum: Add(between, body, input),
        again: between(sum),
        output: Dense<4, 4>(again),
    }
}

network! {
    /// The input goes to layers of all kinds, also to one at the end.
    pub struct Fan: [4] -> [4] {
        a: Dense<4, 4, Gelu>(input),
        b: Dense<4, 4, Silu>(input),
        c: Dense<4, 4, Sigmoid>(input),
        ab: Multiply(a, b),
        inner: Multiply(input, c),
        sum: Add(ab, inner),
        shared: a(sum),
        output: Multiply(shared, input),
    }
}

network! {
    /// A policy and a value from one trunk, with numbers beside an image.
    pub struct ActorCritic: (image: [2, 4, 4], speed: [2]) -> (policy: [3], value: [1]) {
        seen: Conv2d<2, 3, 3, Tanh, padding = same>(image),
        flat: Flatten(seen),
        joined: Concat(flat, speed),
        trunk: Dense<_, 8, Tanh>(joined),
        policy: Dense<8, 3, Softmax>(trunk),
        value: Dense<8, 1>(trunk),
    }
}

network! {
    /// One trunk for two inputs, and a skip from either.
    pub struct Siamese: (left: [4], right: [4]) -> [2] {
        one: Dense<4, 5, Tanh>(left),
        deeper: Dense<5, 3, Gelu>(one),
        other: one(right),
        other_deeper: deeper(other),
        product: Multiply(deeper, other_deeper),
        joined: Concat(product, left, right),
        output: Dense<11, 2, Softmax>(joined),
    }
}

network! {
    /// Outputs that other layers take, and one that a layer lets through.
    pub struct Nested: [4] -> (early: [4], late: [3], same: [4]) {
        #[frozen]
        body: Dense<4, 4, Tanh>,
        early: Dense<4, 4, Sigmoid>(body),
        same: Dropout<0.25>(early),
        sum: Add(early, body, input),
        late: Dense<4, 3, Tanh>(sum),
    }
}

network! {
    /// Words, and numbers beside them.
    pub struct Tagged: (words: [5], extra: [4]) -> (mean: [4], tags: [5, 2]) {
        embedded: Embedding<9, 4>(words),
        read: Gru<4, 4>(embedded),
        again: embedded(words),
        both: Add(read, again),
        tags: TimeDistributed<Dense<4, 2, Softmax>>(both),
        over: MeanOverTime(both),
        mean: Add(over, extra),
    }
}

network! {
    /// One input with a name, sequences of up to a length; an output that another layer takes, and one of a layer that is used again.
    pub struct Read: (words: [..4, 3]) -> (r#final: [2], again: [2]) {
        read: Gru<3, 3>,
        over: MeanOverTime,
        r#final: Dense<3, 2, Sigmoid>,
        wider: Dense<2, 3, Tanh>,
        again: r#final(wider),
    }
}

/// Hands all of them to a macro, as `every_layer!` does.
macro_rules! every_graph {
    ($each:ident) => {
        $each! {
            numbers {
                skips: Skips;
                unet: Unet;
                dense_block: DenseBlock;
                excited: Excited;
                twice: Twice;
                wide: Wide;
                tuned: Tuned;
                fan: Fan;
            }
            several {
                actor_critic: ActorCritic;
                siamese: Siamese;
                nested: Nested;
                tagged: Tagged;
                read: Read;
            }
        }
    };
}

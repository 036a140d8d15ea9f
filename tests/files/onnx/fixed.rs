//! Networks over vectors, images, signals and sequences of a fixed length.

use congruent::Parameters;
use congruent::io::onnx;
use congruent::prelude::*;

use super::{check_after, fixtures};

network! {
    /// Every layer and every activation.
    struct Every: [2, 3] -> [4] {
        flat: Flatten,
        a: Dense<6, 5, Relu>,
        b: Dense<_, 5, LeakyRelu>,
        norm: LayerNorm,
        inner: Inner,
        d: Dense<_, 5, Gelu>,
        silu: Silu,
        drop: Dropout<0.5>,
        e: Dense<_, 4, Softmax>,
    }
}
network! {
    /// The activations that no other network here has.
    struct Curves: [5] -> [5] {
        elu: Dense<5, 5, Elu>,
        selu: Dense<5, 5, Selu>,
        softplus: Dense<5, 5, Softplus>,
        mish: Dense<5, 5, Mish>,
        hard_sigmoid: Dense<5, 5, HardSigmoid>,
        hard_swish: Dense<5, 5, HardSwish>,
        relu6: Dense<5, 5, Relu6>,
        hardtanh: Dense<5, 5, Hardtanh>,
        log_softmax: Dense<5, 5, LogSoftmax>,
    }
}
network! { struct Inner(Dense<5, 6, Sigmoid>, Tanh, Dense<6, 5>); }
network! { struct Rows: [3, 4] -> [3, 4] { norm: LayerNorm, softmax: Softmax } }
network! { struct Nothing: [3] -> [3] { drop: Dropout<0.1> } }
network! {
    struct Steps: [7, 3] -> [7, 5] {
        a: Rnn<3, 4, Relu, bidirectional = true>,
        b: Lstm<8, 5>,
        c: Gru<5, 6, bidirectional = true>,
        each: TimeDistributed<Dense<12, 4, Tanh>, LayerNorm, Dense<4, 5, Softmax>>,
    }
}
network! {
    struct Ends: [7, 3] -> [4] {
        a: Gru<3, 4>,
        act: Tanh,
        b: Lstm<4, 5, bidirectional = true, return = last>,
        output: Dense<10, 4>,
    }
}
network! { struct LastOne: [7, 3] -> [4] { a: Rnn<3, 4, Sigmoid>, last: LastStep } }
network! { struct Ended: [7, 3] -> [4] { a: Rnn<3, 4, return = last> } }
network! { struct Mean: [6] -> [3] { embed: Embedding<9, 4>, read: Gru<4, 5>, mean: MeanOverTime, output: Dense<5, 3> } }
network! {
    struct Attends: [5, 6] -> [5, 6] {
        place: PositionalEncoding,
        each: MultiHeadAttention<6, 2>,
        before: MultiHeadAttention<6, 3, causal = true>,
        encode: TransformerEncoder<6, 3, 7, dropout = 0.1>,
        first: TransformerEncoder<6, 2, 5, Gelu, norm_first = true>,
    }
}
type Listed = network![Dense<6, 4>, Relu, Inner2, Dense<2, 3, Softmax>];
network! { struct Inner2(Dense<4, 2, Tanh>); }

network! {
    /// Every layer over images, with settings on odd sizes.
    struct Images: [4, 11, 9] -> [5] {
        strokes: Conv2d<4, 6, (3, 2), Relu, stride = (2, 1), padding = (1, 0), dilation = (1, 2), groups = 2>,
        depth: DepthwiseConv2d<_, 3, Tanh, padding = same, bias = false>,
        norm: BatchNorm2d,
        smaller: MaxPool2d<3, stride = 2, padding = 1>,
        block: Residual<
            Conv2d<6, 8, 3, padding = same, stride = 2, bias = false>, BatchNorm2d, Silu, Conv2d<8, 8, 1>,
            shortcut = Conv2d<6, 8, 1, stride = 2>
        >,
        around: Residual<Conv2d<8, 8, 3, Gelu, padding = same>>,
        both: Concat<Conv2d<8, 3, 1>, [Conv2d<8, 4, 1, Relu>, Conv2d<4, 2, 3, padding = same>], Linear>,
        larger: ConvTranspose2d<13, 4, 3, Relu, stride = (2, 3), padding = (1, 0), output_padding = (1, 2), groups = 1>,
        border: ZeroPad2d<(1, 2)>,
        up: Upsample2d<(2, 3)>,
        mean: AvgPool2d<(2, 3), padding = (1, 0)>,
        drop: SpatialDropout<0.3>,
        pool: GlobalAvgPool,
        out: Dense<4, 5, Softmax>,
    }
}
network! {
    /// Every layer over signals.
    struct Signals: [12] -> [6] {
        steps: Reshape<[2, 6]>,
        waves: Conv1d<2, 4, 3, Relu, padding = 2, dilation = 2, groups = 2>,
        norm: BatchNorm1d,
        smaller: MaxPool1d<2>,
        mean: AvgPool1d<2, stride = 1>,
        pool: GlobalAvgPool,
        hidden: Dense<_, 6>,
        last: BatchNorm1d,
    }
}
network! {
    /// What windows can be set to, side by side, all numbers of each.
    struct Windows: [4, 11, 10] -> [5247] {
        all: Concat<
            [Conv2d<4, 3, 3, stride = 3, remainder = drop>, Flatten],
            [Conv2d<4, 3, (4, 3), Sigmoid, padding = same, stride = (3, 2), bias = false>, Flatten],
            [Conv2d<4, 8, 3, LeakyRelu, groups = 4, dilation = (3, 2), padding = same>, Flatten],
            [Conv2d<4, 2, 3, stride = 2, padding = 1>, Flatten],
            [DepthwiseConv2d<_, (1, 3), stride = 2, padding = (0, 1)>, Flatten],
            [ConvTranspose2d<4, 2, 2, Tanh, stride = 3, bias = false>, Flatten],
            [ConvTranspose2d<4, 6, 3, groups = 2, dilation = (2, 1), padding = (1, 2)>, Flatten],
            [ConvTranspose2d<4, 2, (3, 2), stride = 2, padding = (1, 0), output_padding = 1>, Flatten],
            [MaxPool2d<(3, 2), stride = (4, 1)>, Flatten],
            [MaxPool2d<2, remainder = drop>, Flatten],
            [AvgPool2d<3, stride = 1, padding = 1>, Flatten],
            [AvgPool2d<2, stride = 3, remainder = drop>, Flatten]
        >,
    }
}
network! {
    /// The same over signals.
    struct SignalWindows: [2, 9] -> [74] {
        all: Concat<
            [Conv1d<2, 3, 3, stride = 2, bias = false>, Flatten],
            [Conv1d<2, 4, 2, Gelu, groups = 2, dilation = 3, padding = same>, Flatten],
            [Conv1d<2, 2, 4, Silu, padding = 3, stride = 4, remainder = drop>, Flatten],
            [MaxPool1d<3, stride = 2, padding = 1>, Flatten],
            [AvgPool1d<2, padding = 1, remainder = drop>, Flatten]
        >,
    }
}
network! {
    struct Normalised: [2, 5, 6] -> [4, 5, 6] {
        strokes: Conv2d<2, 4, 3, padding = same, bias = false>,
        norm: BatchNorm2d,
        act: Relu,
    }
}
network! { struct Folded: [2, 5, 6] -> [4, 5, 6] { strokes: Conv2d<2, 4, 3, Relu, padding = same> } }

fixtures! {
    "every": Every,
    "curves": Curves,
    "rows": Rows,
    "nothing": Nothing,
    "listed": Listed,
    "images": Images,
    "signals": Signals,
    "windows": Windows,
    "signal_windows": SignalWindows,
    "steps": Steps,
    "ends": Ends,
    "attends": Attends,
    "last_one": LastOne,
    "ended": Ended,
    "tokens": Mean,
    "normalised": Normalised,
}

#[test]
fn what_normalises_is_folded_away() {
    let mut normalised = Normalised::seeded(4);
    normalised.norm.running_mean = [-0.5, -0.2, 0.1, 0.4];
    normalised.norm.running_var = [0.7, 1.7, 2.7, 3.7];
    check_after::<Folded>("folded", |folded| {
        folded.strokes.fold(&normalised.strokes, &normalised.norm);
        let image = [[[0.5, -1.0, 0.25, 2.0, -0.5, 1.0]; 5]; 2];
        let [a, b] = [normalised.forward(&image), folded.forward(&image)];
        assert!(a.as_flat().iter().zip(b.as_flat()).all(|(a, b)| (a - b).abs() < 1e-5));
    });
}

#[test]
fn a_file_is_written_whole() {
    let dir = tempfile::tempdir().unwrap();
    let network = Every::seeded(1);
    network.save_onnx(dir.path().join("a.onnx")).unwrap();
    assert_eq!(std::fs::read(dir.path().join("a.onnx")).unwrap(), onnx::to_bytes(&*network).unwrap());
    let error = network.save_onnx("no/such.onnx").unwrap_err().to_string();
    assert!(error.starts_with("no/such.onnx: cannot be written: "), "{error}");
}

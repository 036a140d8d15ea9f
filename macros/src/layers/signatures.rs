//! The arguments of the built-in layers by the names that they have in other frameworks, and the settings likewise.
//!
//! A layer that is not here has its messages about arguments without cures of the user's own tokens, and nothing else is lost.

/// The arguments of a layer that have no names, in their order, with the names that others give them.
pub struct Signature {
    pub word: &'static str,
    /// What comes in, if the layer states it: `in_features`.
    pub input: &'static [&'static str],
    pub sizes: &'static [&'static [&'static str]],
    pub activation: bool,
    /// Settings that come without a name after the sizes elsewhere, in that order.
    pub then: &'static [&'static str],
}

const INPUT: &[&str] = &[
    "in_features",
    "in_channels",
    "input_size",
    "input_dim",
    "inputs",
    "input",
    "embed_dim",
    "d_model",
    "hidden_size",
    "channels",
    "in",
];
const KERNEL: &[&str] = &["kernel_size", "pool_size", "kernel", "window", "size", "k"];
const FILTERS: &[&str] = &["out_channels", "filters", "features", "out"];
const WINDOW: &[&str] = &["stride", "padding", "dilation", "groups", "bias"];
const UNITS: &[&str] = &["hidden_size", "units", "hidden", "num_units"];
const RATE: &[&str] = &["p", "rate", "dropout", "prob"];
const HEADS: &[&str] = &["num_heads", "heads", "nhead", "n_heads"];

const LAYER: Signature = Signature { word: "", input: &[], sizes: &[], activation: false, then: &[] };
const POOL: Signature = Signature { sizes: &[KERNEL], then: &["stride", "padding"], ..LAYER };
const CONV: Signature = Signature { input: INPUT, sizes: &[FILTERS, KERNEL], activation: true, then: WINDOW, ..LAYER };
const RECURRENT: Signature = Signature { input: INPUT, sizes: &[UNITS], ..LAYER };

pub const SIGNATURES: &[Signature] = &[
    Signature { word: "AvgPool1d", ..POOL },
    Signature { word: "AvgPool2d", ..POOL },
    Signature { word: "BatchNorm1d", ..LAYER },
    Signature { word: "BatchNorm2d", ..LAYER },
    Signature { word: "Conv1d", ..CONV },
    Signature { word: "Conv2d", ..CONV },
    Signature { word: "ConvTranspose2d", then: &["stride", "padding", "output_padding"], ..CONV },
    Signature {
        word: "Dense",
        input: INPUT,
        sizes: &[&["out_features", "units", "outputs", "output", "output_size", "output_dim", "features", "out"]],
        activation: true,
        ..LAYER
    },
    Signature { word: "DepthwiseConv2d", sizes: &[KERNEL], then: &["stride", "padding"], ..CONV },
    Signature { word: "Dropout", sizes: &[RATE], ..LAYER },
    Signature {
        word: "Embedding",
        sizes: &[
            &["num_embeddings", "input_dim", "vocab_size", "vocabulary", "vocab"],
            &["embedding_dim", "output_dim", "dim", "embed_dim"],
        ],
        ..LAYER
    },
    Signature { word: "Flatten", ..LAYER },
    Signature { word: "GlobalAvgPool", ..LAYER },
    Signature { word: "Gru", ..RECURRENT },
    Signature { word: "Lstm", ..RECURRENT },
    Signature { word: "MaxPool1d", ..POOL },
    Signature { word: "MaxPool2d", ..POOL },
    Signature { word: "MultiHeadAttention", input: INPUT, sizes: &[HEADS], ..LAYER },
    Signature { word: "PositionalEncoding", ..LAYER },
    Signature { word: "Rnn", activation: true, ..RECURRENT },
    Signature { word: "SpatialDropout", sizes: &[RATE], ..LAYER },
    Signature {
        word: "TransformerEncoder",
        input: INPUT,
        sizes: &[HEADS, &["dim_feedforward", "ff_dim", "intermediate_dim", "feed_forward", "mlp_dim"]],
        activation: true,
        then: &["dropout"],
    },
    Signature { word: "Upsample2d", sizes: &[&["scale_factor", "size", "factor"]], ..LAYER },
    Signature { word: "ZeroPad2d", sizes: &[&["padding"]], ..LAYER },
];

/// Settings by the names of others.
pub const SETTINGS: &[(&str, &str)] = &[
    ("strides", "stride"),
    ("pad", "padding"),
    ("dilation_rate", "dilation"),
    ("dilations", "dilation"),
    ("use_bias", "bias"),
    ("is_causal", "causal"),
    ("use_causal_mask", "causal"),
    ("pre_norm", "norm_first"),
    ("dropout_rate", "dropout"),
    ("rate", "dropout"),
];

/// Settings of other frameworks that a layer does not have.
pub struct Lacking {
    pub settings: &'static [&'static str],
    /// Of which layers; none stands for all that do not have it.
    pub layers: &'static [&'static str],
    /// What there is instead: `{layer}` stands for the layer's name, `{value}` for the value of the setting.
    pub instead: &'static str,
}

pub const LACKING: &[Lacking] = &[
    Lacking {
        settings: &["num_layers", "n_layers"],
        layers: &["Lstm", "Gru", "Rnn", "TransformerEncoder"],
        instead: "a stack is written as one `{layer}` after the other",
    },
    Lacking {
        settings: &["dropout", "recurrent_dropout"],
        layers: &["Lstm", "Gru", "Rnn", "MultiHeadAttention"],
        instead: "a `Dropout<{value}>` is a layer of its own, after this one",
    },
    Lacking {
        settings: &["bias", "use_bias"],
        layers: &["Dense", "Lstm", "Gru", "Rnn", "MultiHeadAttention", "TransformerEncoder"],
        instead: "a `{layer}` always has a bias",
    },
    Lacking {
        settings: &["mode", "interpolation"],
        layers: &["Upsample2d"],
        instead: "each number is repeated, as by `nearest`",
    },
    Lacking {
        settings: &["padding_idx", "mask_zero"],
        layers: &["Embedding"],
        instead: "what pads a sequence of any length, `[..20]`, is never read",
    },
    Lacking {
        settings: &["eps", "epsilon", "momentum"],
        layers: &["BatchNorm1d", "BatchNorm2d", "LayerNorm", "RmsNorm", "GroupNorm", "InstanceNorm2d"],
        instead: "it has one value, that of PyTorch",
    },
    Lacking {
        settings: &[
            "kernel_regularizer",
            "bias_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "weight_decay",
        ],
        layers: &[],
        instead: "weights decay by the optimizer, `AdamW`",
    },
    Lacking {
        settings: &[
            "bias_initializer",
            "kernel_initializer",
            "recurrent_initializer",
            "embeddings_initializer",
            "init",
        ],
        layers: &[],
        instead: "parameters are drawn as the activation needs it, or by `initialize_with`",
    },
];

/// Settings that other frameworks need to say what is always so here, with the value that says it, if only one does.
pub const ALWAYS: &[(&str, &[&str])] = &[
    ("batch_first", &["true"]),
    ("inplace", &[]),
    ("input_shape", &[]),
    ("input_length", &[]),
    ("num_features", &[]),
    ("normalized_shape", &[]),
    ("axis", &["-1", "1"]),
    ("dim", &["-1", "1"]),
    ("start_dim", &["1"]),
    ("negative_slope", &["0.01"]),
    ("alpha", &["1.0"]),
    ("num_layers", &["1"]),
    ("data_format", &["channels_first"]),
    ("padding_mode", &["zeros"]),
    ("ceil_mode", &["false"]),
    ("bias", &["true"]),
    ("return_state", &["false"]),
    ("kernel_initializer", &["glorot_uniform", "he_normal", "he_uniform"]),
    ("trainable", &["true"]),
];

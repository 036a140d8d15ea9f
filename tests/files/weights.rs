//! Files of weights: round trips, files that PyTorch and NumPy wrote (`interchange/pytorch.py`), and files that do not fit.

#![cfg(feature = "safetensors")]

use congruent::io::{Element, Weights, WeightsError};
use congruent::prelude::*;
use congruent::{Layer, Parameters};

use crate::interchange;

network! { struct Encoder { dense: Dense<6, 4, Relu>, norm: LayerNorm } }
network! { struct Classifier { encoder: Encoder, output: Dense<4, 3, Softmax> } }
type Listed = network![Dense<6, 4>, Relu, Dense<4, 3, Softmax>];

/// What a file holds, as rows.
#[derive(Parameters)]
#[repr(C)]
struct Outputs {
    inputs: [[f32; 6]; 2],
    classifier: [[f32; 3]; 2],
    listed: [[f32; 3]; 2],
}

fn outputs() -> Box<Outputs> {
    let mut outputs = congruent::zeroed_box();
    Weights::read(interchange("pytorch_outputs.safetensors")).unwrap().load(&mut *outputs).unwrap();
    outputs
}

fn assert_near<const N: usize>(ours: &[[f32; N]], theirs: &[[f32; N]]) {
    for (ours, theirs) in ours.as_flattened().iter().zip(theirs.as_flattened()) {
        assert!((ours - theirs).abs() < 1e-6, "{ours} {theirs}");
    }
}

#[test]
fn a_state_dict_of_pytorch_loads_as_it_is_and_computes_the_same() {
    let outputs = outputs();
    let mut classifier = Classifier::seeded(1);
    classifier.load(interchange("pytorch.safetensors")).unwrap();
    assert_near(&classifier.predict(&outputs.inputs), &outputs.classifier);
    let mut listed = Listed::seeded(1);
    listed.load(interchange("pytorch_sequential.safetensors")).unwrap();
    assert_near(&listed.predict(&outputs.inputs), &outputs.listed);
}

network! {
    /// That of `interchange/pytorch.py`.
    struct Photos: [3, 9, 14] -> [3] {
        stem: Conv2d<3, 6, (3, 2), stride = (1, 2), padding = (1, 0), bias = false>,
        norm: BatchNorm2d,
        act: Relu,
        depth: DepthwiseConv2d<6, 3, Tanh, padding = 1>,
        point: Conv2d<6, 8, 3, padding = 2, dilation = 2, groups = 2>,
        pool: MaxPool2d<3, stride = 2, padding = 1>,
        block: Residual<
            Conv2d<8, 8, 3, stride = 2, padding = 1, bias = false>, BatchNorm2d, Silu, Conv2d<8, 10, 1>,
            shortcut = Conv2d<8, 10, 1, stride = 2>
        >,
        both: Concat<Conv2d<10, 3, 1>, [Conv2d<10, 4, 1>, Relu, Conv2d<4, 3, 3, padding = 1>]>,
        larger: ConvTranspose2d<6, 4, 3, stride = 2, padding = 1, output_padding = 1, groups = 2>,
        line: Reshape<[4, 24]>,
        wave: Conv1d<4, 5, 3, padding = 1>,
        mean: GlobalAvgPool,
        last: BatchNorm1d,
        output: Dense<5, 3, Softmax>,
    }
}

/// Inputs, and what a network made of them.
#[derive(Parameters)]
#[repr(C)]
struct Rows<I, O> {
    inputs: [I; 2],
    outputs: [O; 2],
}

/// A network with the weights of one file gives what another file holds.
fn predicts_the_same<N, const O: usize>(name: &str) -> congruent::Boxed<N>
where
    N: Network<Input: Parameters, Output = [f32; O]>,
{
    let mut case: Box<Rows<N::Input, [f32; O]>> = congruent::zeroed_box();
    Weights::read(interchange(&format!("{name}_outputs.safetensors"))).unwrap().load(&mut *case).unwrap();
    let mut network = N::seeded(1);
    network.load(interchange(&format!("{name}.safetensors"))).unwrap();
    assert_near(&network.predict(&case.inputs), &case.outputs);
    network
}

#[test]
fn layers_over_images_of_pytorch_load_as_they_are_and_go_back() {
    let photos = predicts_the_same::<Photos, 3>("pytorch_photos");
    is_kept("saved_photos.safetensors", &Weights::of(&*photos).to_safetensors().unwrap());
}

/// Through `examples/keras/to_safetensors.py`; windows of an even size and `padding = same`, of which Keras pads the end.
#[test]
fn layers_over_images_of_keras_predict_the_same() {
    network! {
        struct Photos: [3, 11, 14] -> [3] {
            stem: Conv2d<3, 6, (3, 2), stride = (1, 2), padding = same>,
            norm: BatchNorm2d,
            act: Relu,
            depth: DepthwiseConv2d<6, 3, Tanh, stride = 2>,
            point: Conv2d<6, 8, 2, dilation = (2, 1), padding = same, groups = 2>,
            most: MaxPool2d<2, stride = 1, padding = same>,
            mean: AvgPool2d<2, remainder = drop>,
            last: Conv2d<8, 4, 2, Sigmoid, padding = same>,
            flat: Flatten,
            rows: BatchNorm1d,
            output: Dense<8, 3, Softmax>,
        }
    }
    predicts_the_same::<Photos, 3>("keras_photos");
}

/// Words, and what a network made of them.
#[derive(Parameters)]
#[repr(C)]
struct Read {
    inputs: [[f32; 5]; 4],
    outputs: [[f32; 2]; 4],
}

/// A network of words with the weights of one file gives what another file holds.
fn reads_the_same<N: Network<Input = [Token; 5], Output = [f32; 2]>>(name: &str) {
    let mut case: Box<Read> = congruent::zeroed_box();
    Weights::read(interchange(&format!("{name}_outputs.safetensors"))).unwrap().load(&mut *case).unwrap();
    let mut reader = N::seeded(1);
    reader.load(interchange(&format!("{name}.safetensors"))).unwrap();
    let words = case.inputs.map(|row| row.map(|word| Token(word as u32)));
    assert_near(&reader.predict(&words), &case.outputs);
}

#[test]
fn recurrent_layers_of_pytorch_load_as_they_are() {
    network! {
        struct Reader: [5] -> [2] {
            embed: Embedding<9, 3>,
            first: Lstm<3, 4, bidirectional = true>,
            second: Gru<8, 5>,
            third: Rnn<5, 4, return = last>,
            output: Dense<4, 2, Softmax>,
        }
    }
    reads_the_same::<Reader>("pytorch_reader");
}

#[test]
fn attention_of_pytorch_loads_as_it_is() {
    network! {
        struct Attender: [5] -> [2] {
            embed: Embedding<9, 6>,
            attend: MultiHeadAttention<6, 2>,
            encode: TransformerEncoder<6, 3, 7>,
            gelu: TransformerEncoder<6, 2, 5, Gelu, norm_first = true>,
            mean: MeanOverTime,
            output: Dense<6, 2, Softmax>,
        }
    }
    reads_the_same::<Attender>("pytorch_attender");
}

#[test]
fn recurrent_layers_of_keras_predict_the_same() {
    network! {
        struct Reader: [5] -> [2] {
            embed: Embedding<9, 3>,
            first: Lstm<3, 4, bidirectional = true>,
            second: Gru<8, 3, bidirectional = true>,
            each: TimeDistributed<Dense<6, 4, Tanh>>,
            third: Rnn<4, 3, Relu, return = last, bidirectional = true>,
            output: Dense<6, 2, Softmax>,
        }
    }
    reads_the_same::<Reader>("keras_reader");
}

/// The first network of every tutorial of Keras, through `examples/keras/to_safetensors.py`.
#[test]
fn a_model_of_keras_predicts_the_same() {
    network! { struct Digits: [784] -> [10] { hidden: Dense<784, 10, Relu>, output: Dense<10, 10, Softmax> } }
    #[derive(Parameters)]
    #[repr(C)]
    struct Case {
        inputs: [[f32; 784]; 2],
        outputs: [[f32; 10]; 2],
    }
    let mut digits = Digits::seeded(1);
    digits.load(interchange("keras.safetensors")).unwrap();
    let mut case: Box<Case> = congruent::zeroed_box();
    Weights::read(interchange("keras_outputs.safetensors")).unwrap().load(&mut *case).unwrap();
    assert_near(&digits.predict(&case.inputs), &case.outputs);
}

/// `interchange/pytorch.py --check` loads these files into PyTorch and NumPy. After a change: `BLESS=1`.
#[test]
fn what_is_saved_is_what_pytorch_has_loaded() {
    let mut classifier = Classifier::seeded(1);
    classifier.load(interchange("pytorch.safetensors")).unwrap();
    let weights = Weights::of(&*classifier);
    is_kept("saved.safetensors", &weights.to_safetensors().unwrap());
    #[cfg(feature = "npz")]
    is_kept("saved.npz", &weights.to_npz().unwrap());
}

/// The bytes are those of a file that other tools have loaded.
fn is_kept(name: &str, bytes: &[u8]) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(interchange(name), bytes).unwrap();
    }
    assert!(std::fs::read(interchange(name)).unwrap() == bytes, "{name} is not what is saved");
}

#[test]
fn what_is_saved_is_loaded_bit_for_bit() {
    let dir = tempfile::tempdir().unwrap();
    let mut saved = Classifier::seeded(1);
    saved.encoder.dense.bias = [f32::MIN_POSITIVE / 2.0, -0.0, f32::MAX, 1.0 + f32::EPSILON];
    let names: &[&str] = if cfg!(feature = "npz") { &["a.safetensors", "a.npz"] } else { &["a.safetensors"] };
    for name in names {
        let path = dir.path().join(name);
        saved.save(&path).unwrap();
        let mut loaded = Classifier::seeded(2);
        loaded.load(&path).unwrap();
        let bits = |network: &Classifier| network.as_flat().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&saved), bits(&loaded), "{name}");
    }
}

#[test]
fn an_error_lists_all_that_does_not_fit_and_nothing_is_loaded() {
    let mut classifier = Classifier::seeded(1);
    let before = classifier.as_flat().to_vec();
    let weights = Weights::read(interchange("misfit.safetensors")).unwrap();
    let error = weights.load(&mut *classifier).unwrap_err().to_string();
    let file = interchange("misfit.safetensors");
    assert_eq!(
        error,
        format!(
            "{file} does not fit the network:
  missing: `encoder.norm.weight` [4]
  missing: `encoder.norm.bias` [4]
  missing: `output.weight` [3, 4]
  missing: `output.bias` [3]
  unexpected: `fc.weight` [3, 4]
  unexpected: `extra` [2, 2]
  unexpected: `fc.bias` [3]
  `encoder.dense.weight` is [6, 4] in the file, but [4, 6] in the network
  help: weights are [outputs, inputs], as in PyTorch; Keras and JAX store them transposed"
        )
    );
    let renamed = weights.clone().rename("fc", "output").load(&mut *classifier).unwrap_err().to_string();
    assert!(renamed.contains("`output.bias` is made of f16, not of f32\n"), "{renamed}");
    assert!(renamed.contains("help: `.convert()`") && !renamed.contains("output.weight"), "{renamed}");
    assert_eq!(classifier.as_flat(), before);

    let partial = weights.rename("fc", "output").convert().load_partial(&mut *classifier).unwrap();
    assert_eq!(partial.loaded, ["encoder.dense.bias", "output.weight", "output.bias"]);
    assert_eq!(partial.left.missing.len(), 2);
    assert_eq!(partial.left.shapes[0].file, [6, 4]);
    assert_eq!(classifier.encoder.dense.weight.as_flattened(), &before[..24]);
}

#[test]
fn a_module_of_another_name_is_guessed() {
    let classifier = Classifier::seeded(1);
    let weights = Weights::of(&*classifier).rename("output", "fc");
    let error = weights.load(&mut *Classifier::seeded(2)).unwrap_err().to_string();
    assert!(error.ends_with("\n  help: `.rename(\"fc\", \"output\")` if the two are the same layer"), "{error}");
}

/// What `DataParallel`, Lightning and many classes put before all names is taken away at once.
#[test]
fn a_module_around_all_is_guessed() {
    let classifier = Classifier::seeded(1);
    let error = |weights: Weights| weights.load(&mut *Classifier::seeded(2)).unwrap_err().to_string();
    let help =
        |from: &str, to: &str| format!("\n  help: `.rename(\"{from}\", \"{to}\")` if the two are the same layer");
    for around in ["module", "model", "a.b"] {
        let weights = Weights::of(&*classifier).rename("", around);
        let wrong = error(weights.clone());
        assert!(wrong.ends_with(&help(around, "")), "{wrong}");
        weights.rename(around, "").load(&mut *Classifier::seeded(2)).unwrap();
    }
    // also where the last layer is another
    let other = error(Weights::of(&*classifier).rename("output", "fc").rename("", "model"));
    assert!(other.ends_with(&help("model", "")), "{other}");
    // the other way round
    let inner = Weights::of(&classifier.encoder);
    let wrong = inner.load(&mut *Classifier::seeded(2)).unwrap_err().to_string();
    assert!(wrong.ends_with(&help("", "encoder")), "{wrong}");
}

#[test]
fn a_rename_that_meets_no_tensor_is_an_error() {
    let classifier = Classifier::seeded(1);
    let weights = Weights::of(&*classifier).rename("outptu", "fc").rename("encoder", "encoder");
    let error = weights.load(&mut *Classifier::seeded(2)).unwrap_err().to_string();
    let expected = "the weights does not fit the network:\n  `.rename(\"outptu\", \"fc\")` renames nothing";
    assert_eq!(error, expected);
    assert_eq!(
        weights.to_safetensors().unwrap_err().to_string(),
        "the weights: `.rename(\"outptu\", \"fc\")` renames nothing"
    );
    let partial = weights.load_partial(&mut *Classifier::seeded(2)).unwrap();
    assert_eq!(partial.left.unused_renames, [("outptu".to_owned(), "fc".to_owned())]);
    assert_eq!(partial.loaded.len(), 6);
}

#[test]
fn errors_have_their_cause() {
    let kind = |error: WeightsError| {
        core::error::Error::source(&error).and_then(|source| source.downcast_ref::<std::io::Error>()).unwrap().kind()
    };
    let not_found = std::io::ErrorKind::NotFound;
    assert_eq!(kind(Weights::read("no/such.safetensors").err().unwrap()), not_found);
    assert_eq!(kind(Encoder::seeded(1).save("no/such.safetensors").unwrap_err()), not_found);
    assert_eq!(kind(congruent::io::declare("no/such.safetensors").unwrap_err()), not_found);
}

/// A file of another format is named, with what to do; not called damaged.
#[test]
fn files_of_other_formats_are_named() {
    let torch = b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0e\0\0\0model/data.pkl";
    let files: [(&str, &[u8], &str); 12] = [
        ("model.pt", torch, "a file of `torch.save`, whose pickle could run any code"),
        ("model.npz", torch, "a file of `torch.save`, whose pickle could run any code"),
        ("old.pth", b"\x80\x02\x8a\x0al\xfc", "a Python pickle"),
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        ("model.onnx", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        ("model.h5", b"\x89HDF\r\n\x1a\n\0\0", "an HDF5 file"),
        ("model.gguf", b"GGUF\x03\0\0\0", "a GGUF file"),
        ("model.tflite", b"\x1c\0\0\0TFL3", "a TensorFlow Lite file"),
        ("one.npy", b"\x93NUMPY\x01\0", "a single array of NumPy"),
        ("model.safetensors.gz", b"\x1f\x8b\x08\0", "a file packed by gzip: unpack it first"),
        ("model.safetensors", b"<!DOCTYPE html><html>", "a page of the web"),
        ("model.safetensors", b"", "the file is empty"),
    ];
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes, what) in files {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = Encoder::seeded(1).load(&path).unwrap_err();
        assert!(matches!(error, WeightsError::Format { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&format!("{}: {what}", path.display())), "{error}");
        assert_eq!(congruent::io::declare(&path).unwrap_err().to_string(), error.to_string());
        assert!(Weights::from_safetensors(bytes.to_vec()).err().unwrap().to_string().contains(what));
        #[cfg(feature = "npz")]
        assert!(Weights::from_npz(bytes.to_vec()).err().unwrap().to_string().contains(what));
        #[cfg(feature = "onnx")]
        assert!(Weights::from_onnx(bytes).err().unwrap().to_string().contains(what));
    }
}

#[cfg(not(feature = "onnx"))]
#[test]
fn the_feature_for_onnx_is_named() {
    for file in ["every.onnx", "pytorch_signal.onnx"] {
        let error = Encoder::seeded(1).load(interchange(file)).unwrap_err().to_string();
        assert!(error.ends_with(&format!("{file}: an ONNX file needs the feature `onnx` of `congruent`")), "{error}");
        assert_eq!(congruent::io::declare(interchange(file)).unwrap_err().to_string(), error);
    }
}

#[test]
fn modules_are_renamed_whole() {
    let name = |weights: Weights| weights.tensors().next().unwrap().name.clone();
    let weights = Weights::of(&*Encoder::seeded(1));
    assert_eq!(name(weights.clone()), "dense.weight");
    assert_eq!(name(weights.clone().rename("dense", "fc1")), "fc1.weight");
    assert_eq!(name(weights.clone().rename("den", "fc1")), "dense.weight");
    assert_eq!(name(weights.clone().rename("dense.weight", "w")), "w");
    assert_eq!(name(weights.clone().rename("dense", "")), "weight");
    assert_eq!(name(weights.clone().rename("", "encoder")), "encoder.dense.weight");
    let twice = weights.rename("norm.weight", "dense.weight").load(&mut *Encoder::seeded(2)).unwrap_err();
    assert_eq!(twice.to_string(), "the weights: `dense.weight` is there twice");
}

#[test]
fn what_is_not_finite_is_refused_unless_it_is_asked_for() {
    let payload = f32::from_bits(0x7FC1_2345);
    let mut broken = Encoder::seeded(1);
    broken.norm.bias[2] = payload;
    let bytes = Weights::of(&*broken).allow_not_finite().to_safetensors().unwrap();
    let weights = Weights::from_safetensors(bytes).unwrap();
    let mut loaded = Encoder::seeded(2);
    let error = weights.load(&mut *loaded).unwrap_err();
    let WeightsError::Mismatch { ref mismatch, .. } = error else { panic!("{error}") };
    assert_eq!(mismatch.not_finite, [("norm.bias".to_owned(), 2)]);
    assert!(error.to_string().contains("`norm.bias` holds a number that is not finite, at position 2"));
    weights.allow_not_finite().load(&mut *loaded).unwrap();
    assert_eq!(loaded.norm.bias[2].to_bits(), payload.to_bits());
}

/// What could not be loaded again is not written, and what was there stays.
#[test]
#[cfg(all(feature = "npz", feature = "onnx"))]
fn what_is_not_finite_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let (mut network, mut read) = (Encoder::seeded(1), Encoder::zeroed());
    for name in ["a.safetensors", "a.npz"] {
        let path = folder.path().join(name);
        network.dense.weight[3][5] = 0.5;
        network.save(&path).unwrap();
        for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            network.dense.weight[3][5] = number;
            let error = network.save(&path).unwrap_err();
            let WeightsError::NotFinite { ref file, ref tensors } = error else { panic!("{error}") };
            assert_eq!(
                (file, &tensors.tensors[..]),
                (&path.display().to_string(), &[("dense.weight".to_owned(), 23)][..])
            );
            assert!(
                error
                    .to_string()
                    .contains("cannot be written:\n  `dense.weight` holds a number that is not finite, at position 23")
            );
            read.load(&path).unwrap();
            assert_eq!(read.dense.weight[3][5], 0.5);
        }
        let asked_for = Weights::of(&*network).allow_not_finite();
        if name.ends_with("npz") { asked_for.write_npz(&path) } else { asked_for.write_safetensors(&path) }.unwrap();
        assert!(read.load(&path).is_err());
    }
    let path = folder.path().join("a.onnx");
    let error = network.save_onnx(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        "`Encoder` cannot be exported:\n  `dense.weight` holds a number that is not finite, at position 23"
    );
    assert!(!path.exists());
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let error = |path: &str| Encoder::seeded(1).load(path).unwrap_err().to_string();
    assert!(error("no/such.safetensors").starts_with("no/such.safetensors: cannot be read: "));
    let no_weights = error("Cargo.toml");
    assert!(no_weights.starts_with("Cargo.toml: not a safetensors file, or a damaged one: "), "{no_weights}");
    let unwritable = Encoder::seeded(1).save("no/such.safetensors").unwrap_err().to_string();
    assert!(unwritable.starts_with("no/such.safetensors: cannot be written: "), "{unwritable}");
}

#[test]
fn a_layer_alone_is_saved_too() {
    let layer: Dense<2, 3> = congruent::plain::zeroed();
    let weights = Weights::of(&layer);
    let stored: Vec<_> = weights.tensors().map(|tensor| (&*tensor.name, tensor.shape.clone())).collect();
    assert_eq!(stored, [("weight", vec![3, 2]), ("bias", vec![3])]);
    assert!(weights.tensors().all(|tensor| tensor.element == Element::F32));
    assert_eq!(<Dense<2, 3> as Layer>::MACS, 6);
}

#[cfg(feature = "npz")]
#[test]
fn npz_files_of_numpy_load_too() {
    let mut classifier = Classifier::seeded(1);
    classifier.load(interchange("pytorch.safetensors")).unwrap();
    let mut same = Classifier::seeded(2);
    same.load(interchange("numpy.npz")).unwrap();
    assert_eq!(classifier.as_flat(), same.as_flat());

    let other = Weights::read(interchange("numpy_other.npz")).unwrap();
    let error = other.load(&mut *same).unwrap_err().to_string();
    assert!(error.contains("`output.bias` is made of f64, not of f32"), "{error}");
    let mut converted = Classifier::seeded(3);
    other.convert().load(&mut *converted).unwrap();
    assert_eq!(classifier.as_flat(), converted.as_flat());
}

#[cfg(not(feature = "npz"))]
#[test]
fn the_feature_for_npz_is_named() {
    let error = Encoder::seeded(1).load(interchange("numpy.npz")).unwrap_err().to_string();
    assert!(error.ends_with("numpy.npz: an npz file needs the feature `npz` of `congruent`"), "{error}");
}

//! tract on the inference workloads; it reads the models that `python.py models` writes.

use measure::{Numbers, keep, measure};
use tract_onnx::prelude::*;

fn main() -> TractResult<()> {
    for name in ["784-10-10", "784-128-10", "784-512-512-10"] {
        for (batch, label) in [(1, "one sample"), (256, "batch 256")] {
            let model = tract_onnx::onnx()
                .model_for_path(format!("models/{name}-{batch}.onnx"))?
                .into_optimized()?
                .into_runnable()?;
            let x: TValue = Tensor::from_shape(&[batch, 784], &Numbers::new().take(784 * batch))?.into();
            measure(&format!("infer {name}, {label}"), || keep(model.run(tvec!(x.clone())).unwrap()));
        }
    }
    Ok(())
}

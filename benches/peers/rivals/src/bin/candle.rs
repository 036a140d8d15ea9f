//! candle on the workloads.

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, GRUConfig, Linear, Module, Optimizer, ParamsAdamW, RNN, VarBuilder};
use measure::{Numbers, classes, keep, measure};

type Layers = Vec<(Tensor, Tensor)>;

/// Weights and biases; those to be trained are `Var`s, and only these are tracked.
fn layers(sizes: &[usize], vars: &mut Option<Vec<Var>>) -> Result<Layers> {
    let mut numbers = Numbers::new();
    let mut layers = Vec::new();
    for pair in sizes.windows(2) {
        let scale = 1.0 / (pair[0] as f32).sqrt();
        let weight: Vec<f32> = numbers.take(pair[0] * pair[1]).iter().map(|w| w * scale).collect();
        let mut weight = Tensor::from_vec(weight, (pair[1], pair[0]), &Device::Cpu)?;
        let mut bias = Tensor::zeros(pair[1], DType::F32, &Device::Cpu)?;
        if let Some(vars) = vars {
            for tensor in [&mut weight, &mut bias] {
                let var = Var::from_tensor(tensor)?;
                *tensor = var.as_tensor().clone();
                vars.push(var);
            }
        }
        layers.push((weight, bias));
    }
    Ok(layers)
}

fn forward(layers: &Layers, x: &Tensor) -> Result<Tensor> {
    let mut x = x.clone();
    for (i, (weight, bias)) in layers.iter().enumerate() {
        x = Linear::new(weight.clone(), Some(bias.clone())).forward(&x)?;
        if i + 1 < layers.len() {
            x = x.relu()?;
        }
    }
    Ok(x)
}

fn images(batch: usize) -> Result<Tensor> {
    Tensor::from_vec(Numbers::new().take(784 * batch), (batch, 784), &Device::Cpu)
}

fn train(name: &str, sizes: &[usize], batch: usize) -> Result<()> {
    let mut vars = Some(Vec::new());
    let layers = layers(sizes, &mut vars)?;
    let params = ParamsAdamW { lr: 1e-4, weight_decay: 0.0, ..ParamsAdamW::default() };
    let mut adam = AdamW::new(vars.unwrap_or_default(), params)?;
    let x = images(batch)?;
    let targets: Vec<u32> = classes(batch).into_iter().map(|class| class as u32).collect();
    let targets = Tensor::from_vec(targets, batch, &Device::Cpu)?;
    measure(&format!("train {name}, batch {batch}"), || {
        let loss = candle_nn::loss::cross_entropy(&forward(&layers, &x).unwrap(), &targets).unwrap();
        adam.backward_step(&loss).unwrap();
        keep(loss);
    });
    Ok(())
}

fn infer(name: &str, sizes: &[usize]) -> Result<()> {
    let layers = layers(sizes, &mut None)?;
    for (batch, label) in [(1, "one sample"), (256, "batch 256")] {
        let x = images(batch)?;
        measure(&format!("infer {name}, {label}"), || {
            keep(candle_nn::ops::softmax_last_dim(&forward(&layers, &x).unwrap()).unwrap());
        });
    }
    Ok(())
}

/// One step of a GRU, whose state goes on.
fn step() -> Result<()> {
    let mut numbers = Numbers::new();
    let mut weight = |rows: usize, columns: usize| {
        let numbers: Vec<f32> = numbers.take(rows * columns).iter().map(|w| 0.1 * w).collect();
        Tensor::from_vec(numbers, (rows, columns), &Device::Cpu)
    };
    let bias = Tensor::zeros(192, DType::F32, &Device::Cpu)?;
    let tensors = [
        ("weight_ih_l0", weight(192, 32)?),
        ("weight_hh_l0", weight(192, 64)?),
        ("bias_ih_l0", bias.clone()),
        ("bias_hh_l0", bias),
    ];
    let tensors = tensors.into_iter().map(|(name, tensor)| (name.to_string(), tensor)).collect();
    let builder = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    let gru = candle_nn::gru(32, 64, GRUConfig::default(), builder)?;
    let (x, mut state) = (Tensor::from_vec(numbers.take(32), (1, 32), &Device::Cpu)?, gru.zero_state(1)?);
    measure("one step of a GRU 32-64, one sample", || {
        state = gru.step(&x, &state).unwrap();
    });
    Ok(())
}

fn main() -> Result<()> {
    train("784-10-10", &[784, 10, 10], 32)?;
    train("784-128-10", &[784, 128, 10], 32)?;
    train("784-128-10", &[784, 128, 10], 128)?;
    train("784-512-512-10", &[784, 512, 512, 10], 128)?;
    train("784-512-512-10", &[784, 512, 512, 10], 256)?;
    step()?;
    infer("784-10-10", &[784, 10, 10])?;
    infer("784-128-10", &[784, 128, 10])?;
    infer("784-512-512-10", &[784, 512, 512, 10])
}

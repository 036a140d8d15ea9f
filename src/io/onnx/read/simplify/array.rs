//! Constant tensors as arrays, to compute with.

use crate::io::onnx::proto::{self, Tensor};
use crate::io::onnx::read::layer::element;

/// Numbers, the last dimension innermost.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub dims: Vec<usize>,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Floats(Vec<f32>),
    Whole(Vec<i64>),
}

/// How many numbers there are by these sizes.
pub fn count(dims: &[usize]) -> Option<usize> {
    dims.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))
}

impl Array {
    /// The numbers of a tensor, unless they are not here, of a type that is not computed with, or not as many as its shape says.
    pub fn of(tensor: &Tensor) -> Option<Array> {
        if tensor.data_location == proto::EXTERNAL {
            return None;
        }
        let dims = tensor.dims.iter().map(|size| usize::try_from(*size).ok()).collect::<Option<Vec<usize>>>()?;
        let data = match tensor.data_type {
            proto::INT64 | proto::INT32 | proto::BOOL => Data::Whole(whole(tensor)?),
            _ => Data::Floats(floats(tensor)?),
        };
        Array { dims, data }.checked()
    }

    fn checked(self) -> Option<Array> {
        (count(&self.dims) == Some(self.len())).then_some(self)
    }

    pub fn tensor(self, name: &str) -> Tensor {
        let dims = self.dims.iter().map(|size| *size as i64).collect();
        let tensor = Tensor { name: name.into(), dims, ..Tensor::default() };
        match self.data {
            Data::Floats(float_data) => Tensor { data_type: proto::FLOAT, float_data, ..tensor },
            Data::Whole(int64_data) => Tensor { data_type: proto::INT64, int64_data, ..tensor },
        }
    }

    pub fn len(&self) -> usize {
        match &self.data {
            Data::Floats(numbers) => numbers.len(),
            Data::Whole(numbers) => numbers.len(),
        }
    }

    pub fn whole(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Whole(numbers) => Some(numbers),
            Data::Floats(_) => None,
        }
    }

    pub fn floats(&self) -> Option<&[f32]> {
        match &self.data {
            Data::Floats(numbers) => Some(numbers),
            Data::Whole(_) => None,
        }
    }

    /// The same numbers in another shape.
    pub fn reshaped(&self, dims: Vec<usize>) -> Option<Array> {
        Array { dims, data: self.data.clone() }.checked()
    }

    /// The numbers at these places: from `start` on, so many further by each dimension of the output. Those must be within the array.
    pub fn picked(&self, dims: Vec<usize>, start: isize, strides: &[isize]) -> Option<Array> {
        let count = count(&dims)?;
        let data = match &self.data {
            Data::Floats(numbers) => Data::Floats(picked(numbers, &dims, count, start, strides)?),
            Data::Whole(numbers) => Data::Whole(picked(numbers, &dims, count, start, strides)?),
        };
        Some(Array { dims, data })
    }

    /// How much further the next number of each dimension is.
    pub fn strides(&self) -> Vec<isize> {
        let mut strides = vec![1_isize; self.dims.len()];
        for i in (1..self.dims.len()).rev() {
            strides[i - 1] = strides[i].wrapping_mul(self.dims[i] as isize);
        }
        strides
    }

    /// The same numbers over these dimensions, as ONNX broadcasts: aligned at the last, those of size 1 repeated.
    pub fn broadcast(&self, dims: &[usize]) -> Option<Array> {
        let more = dims.len().checked_sub(self.dims.len())?;
        let fits = self.dims.iter().zip(&dims[more..]).all(|(own, size)| own == size || *own == 1);
        let own = self.strides();
        let stride = |i: usize| match i.checked_sub(more) {
            Some(i) if self.dims[i] != 1 => own[i],
            _ => 0,
        };
        let strides: Vec<isize> = (0..dims.len()).map(stride).collect();
        if fits { self.picked(dims.to_vec(), 0, &strides) } else { None }
    }
}

fn picked<T: Copy>(from: &[T], dims: &[usize], count: usize, start: isize, strides: &[isize]) -> Option<Vec<T>> {
    let mut found = Vec::with_capacity(count);
    let (mut at, mut place) = (vec![0; dims.len()], start);
    for _ in 0..count {
        found.push(*from.get(usize::try_from(place).ok()?)?);
        for i in (0..dims.len()).rev() {
            at[i] += 1;
            place += strides[i];
            if at[i] < dims[i] {
                break;
            }
            place -= strides[i] * dims[i] as isize;
            at[i] = 0;
        }
    }
    Some(found)
}

/// Sizes that both broadcast to.
pub fn common(one: &[usize], other: &[usize]) -> Option<Vec<usize>> {
    let rank = one.len().max(other.len());
    let size = |dims: &[usize], i: usize| (i + dims.len()).checked_sub(rank).map_or(1, |i| dims[i]);
    let sizes = (0..rank).map(|i| match (size(one, i), size(other, i)) {
        (1, size) | (size, 1) => Some(size),
        (size, same) => (size == same).then_some(size),
    });
    sizes.collect()
}

fn whole(tensor: &Tensor) -> Option<Vec<i64>> {
    let raw = &tensor.raw_data;
    Some(match (tensor.data_type, raw.is_empty()) {
        (proto::INT64, true) => tensor.int64_data.clone(),
        (_, true) => tensor.int32_data.iter().map(|number| i64::from(*number)).collect(),
        (proto::INT64, false) => raw.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect(),
        (proto::INT32, false) => raw.as_chunks().0.iter().map(|bytes| i64::from(i32::from_le_bytes(*bytes))).collect(),
        (proto::BOOL, false) => raw.iter().map(|byte| i64::from(*byte)).collect(),
        _ => return None,
    })
}

fn floats(tensor: &Tensor) -> Option<Vec<f32>> {
    if tensor.data_type == proto::FLOAT && tensor.raw_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    let element = element(tensor.data_type);
    tensor.raw_data.chunks_exact(element.size()?).map(|bytes| element.number(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dims: &[usize], numbers: &[i64]) -> Array {
        Array { dims: dims.to_vec(), data: Data::Whole(numbers.to_vec()) }
    }

    #[test]
    fn broadcasts_as_onnx_does() {
        assert_eq!(common(&[2, 1], &[3]), Some(vec![2, 3]));
        assert_eq!(common(&[2], &[3]), None);
        assert_eq!(common(&[], &[2, 0]), Some(vec![2, 0]));
        assert_eq!(of(&[2, 1], &[7, 8]).broadcast(&[2, 3]), Some(of(&[2, 3], &[7, 7, 7, 8, 8, 8])));
        assert_eq!(of(&[3], &[1, 2, 3]).broadcast(&[2, 3]), Some(of(&[2, 3], &[1, 2, 3, 1, 2, 3])));
        assert_eq!(of(&[2], &[1, 2]).broadcast(&[2, 3]), None);
        assert_eq!(of(&[2, 3], &[1, 2, 3, 4, 5, 6]).broadcast(&[3]), None);
    }

    #[test]
    fn nothing_outside_is_picked() {
        let rows = of(&[2, 3], &[1, 2, 3, 4, 5, 6]);
        assert_eq!(rows.picked(vec![3, 2], 0, &[1, 3]), Some(of(&[3, 2], &[1, 4, 2, 5, 3, 6])));
        assert_eq!(rows.picked(vec![2], 5, &[-3]), Some(of(&[2], &[6, 3])));
        assert_eq!(rows.picked(vec![3], 5, &[-3]), None);
        assert_eq!(rows.picked(vec![2], 5, &[3]), None);
        assert_eq!(rows.picked(vec![0, 1 << 40], 9, &[1, 1]), Some(of(&[0, 1 << 40], &[])));
    }
}

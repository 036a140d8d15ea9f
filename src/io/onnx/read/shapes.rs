//! Operators that give the numbers that they take, in another shape.

use super::chain::Chain;
use super::known::{Size, int, ints};
use crate::io::onnx::proto::Node;

impl<'a> Chain<'a> {
    fn count(&self) -> usize {
        self.at.sizes.iter().fold(1, |count, size| count.saturating_mul(*size))
    }

    pub fn flatten(&mut self, node: &'a Node) -> Result<(), String> {
        let axis = int(node, "axis").unwrap_or(1);
        if axis != 1 && axis != -(self.at.sizes.len() as i64) {
            return Err("makes one of several samples".into());
        }
        self.reshape(vec![self.count()]);
        Ok(())
    }

    pub fn reshaped(&mut self, node: &'a Node) -> Result<(), String> {
        let shape = node.input.get(1).and_then(|name| self.known.sizes(name));
        let shape = shape.or_else(|| Some(ints(node, "shape")?.iter().copied().map(Size::Of).collect()));
        let shape = shape.ok_or("gives a shape that is not known here")?;
        let Some((batch, inner)) = shape.split_first() else { return Err("makes one number of all".into()) };
        let keeps_zeros = int(node, "allowzero").unwrap_or(0) != 0;
        let mut free = None;
        let mut sizes = Vec::new();
        for (i, size) in inner.iter().enumerate() {
            sizes.push(match size {
                Size::Of(-1) if free.is_none() => {
                    free = Some(i);
                    1
                }
                Size::Of(0) if !keeps_zeros => *self.at.sizes.get(i).ok_or("keeps a size that is not there")?,
                Size::Of(size) => usize::try_from(*size).map_err(|_| format!("gives a size of {size}"))?,
                Size::Batch => return Err("makes one of several samples".into()),
            });
        }
        let given = sizes.iter().fold(1_usize, |count, size| count.saturating_mul(*size));
        let samples = match batch {
            Size::Batch => true,
            Size::Of(0) => !keeps_zeros,
            Size::Of(-1) => free.is_none(),
            Size::Of(size) => self.batch == Some(*size),
        };
        if let (Some(free), true) = (free, given > 0 && self.count().is_multiple_of(given.max(1))) {
            sizes[free] = self.count() / given;
        } else if given != self.count() {
            return Err(format!("makes {given} numbers of {}", self.count()));
        }
        if !samples {
            return Err("makes one of several samples".into());
        }
        self.reshape(sizes);
        Ok(())
    }

    /// The dimensions that an operator is about, counted with the batch.
    pub fn axes(&self, node: &Node) -> Result<Vec<usize>, String> {
        self.axes_within(node, self.at.sizes.len() + 1)
    }

    fn axes_within(&self, node: &Node, rank: usize) -> Result<Vec<usize>, String> {
        let axes = match node.input.get(1) {
            Some(name) => self.known.whole_numbers(name),
            None => ints(node, "axes").map(<[i64]>::to_vec),
        };
        let axes = axes.ok_or("is about dimensions that are not known here")?;
        let axis = |axis: i64| usize::try_from(if axis < 0 { axis.saturating_add(rank as i64) } else { axis }).ok();
        let found: Option<Vec<usize>> = axes.iter().map(|i| axis(*i).filter(|i| (1..rank).contains(i))).collect();
        found.ok_or_else(|| format!("is about the dimensions {axes:?}"))
    }

    pub fn squeeze(&mut self, node: &'a Node) -> Result<(), String> {
        let axes = self.axes(node)?;
        if axes.iter().any(|axis| self.at.sizes.get(axis - 1) != Some(&1)) {
            return Err("takes away a dimension of more than one".into());
        }
        let kept = self.at.sizes.iter().enumerate().filter(|(i, _)| !axes.contains(&(i + 1)));
        self.reshape(kept.map(|(_, size)| *size).collect());
        Ok(())
    }

    pub fn unsqueeze(&mut self, node: &'a Node) -> Result<(), String> {
        let count = node.input.get(1).and_then(|name| self.known.sizes(name)).map(|sizes| sizes.len());
        let count = count.or_else(|| ints(node, "axes").map(<[i64]>::len)).unwrap_or(0);
        let rank = self.at.sizes.len() + 1 + count;
        if rank > 8 {
            return Err("gives too many dimensions".into());
        }
        let axes = self.axes_within(node, rank)?;
        let mut old = self.at.sizes.iter().copied();
        let sizes = (1..rank).map(|axis| if axes.contains(&axis) { Some(1) } else { old.next() });
        let sizes: Option<Vec<usize>> = sizes.collect();
        self.reshape(sizes.ok_or("gives a dimension twice")?);
        Ok(())
    }
}

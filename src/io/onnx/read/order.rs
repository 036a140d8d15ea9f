//! Dimensions in another order: `Transpose` moves no numbers here. It is remembered in which order the file has the dimensions of a value,
//! until another one puts them back, or an operator takes them that does not mind.

use super::chain::{Chain, Way};
use super::known::{int, ints};
use super::operators::Refused;
use crate::io::onnx::proto::Node;
use crate::layer::import::{Size, place, product};

impl Way<'_> {
    /// The sizes as the file has them.
    pub fn dims(&self) -> Vec<Size> {
        let size = |i: &usize| match i.checked_sub(1) {
            Some(i) => Size::Of(self.sizes.get(i).copied().unwrap_or(0) as i64),
            None => Size::Batch,
        };
        self.order.iter().map(size).collect()
    }

    /// Whether the file has the dimensions in the order of the layers.
    pub fn is_in_order(&self) -> bool {
        self.order.iter().enumerate().all(|(i, from)| i == *from)
    }

    /// Whether the last dimension is the last in the file, too.
    pub fn ends_in_order(&self) -> bool {
        self.order.last() == Some(&self.sizes.len())
    }

    /// The same sizes in the order of the layers, where that makes no difference: dimensions of one are anywhere.
    fn settle_order(&mut self) {
        let is_one = |i: usize| i.checked_sub(1).and_then(|i| self.sizes.get(i)) == Some(&1);
        let moved: Vec<usize> = self.order.iter().copied().filter(|i| !is_one(*i)).collect();
        if self.order.first() == Some(&0) && moved.is_sorted() {
            self.sizes = self.order.iter().skip(1).filter_map(|i| self.sizes.get(i - 1).copied()).collect();
            self.order = in_order(self.sizes.len());
        }
    }
}

/// The order of the layers, over this many sizes and the batch.
pub fn in_order(sizes: usize) -> Vec<usize> {
    (0..=sizes).collect()
}

impl Chain<'_> {
    /// The file has the dimensions in this order from here on.
    pub fn set_order(&mut self, order: Vec<usize>) {
        self.at.order = order;
        self.at.settle_order();
    }

    /// Follows an operator that only puts dimensions elsewhere, or takes them away; `None`, if it is not one.
    pub fn rearranged(&mut self, node: &Node) -> Option<Refused> {
        match node.op_type.as_str() {
            "Transpose" => Some(self.transpose(node)),
            "Gather" => self.only_one(node),
            _ if self.at.is_in_order() => None,
            "Squeeze" => Some(self.squeeze(node)),
            "Unsqueeze" => Some(self.unsqueeze(node)),
            "Reshape" => Some(self.reshape_behind(node)),
            _ => None,
        }
    }

    fn transpose(&mut self, node: &Node) -> Refused {
        let rank = self.at.order.len();
        let perm: Option<Vec<usize>> = match ints(node, "perm") {
            Some(perm) => perm.iter().map(|axis| place(*axis, rank)).collect(),
            None => Some((0..rank).rev().collect()),
        };
        let perm = perm.filter(|perm| perm.len() == rank && (0..rank).all(|i| perm.contains(&i)));
        let perm = perm.ok_or_else(|| {
            format!("puts {rank} dimensions in the order {:?}", ints(node, "perm").unwrap_or_default())
        })?;
        self.at.order = perm.iter().map(|i| self.at.order[*i]).collect();
        self.at.settle_order();
        let begins = node.input.first().is_some_and(|input| input == self.given)
            && self.at.layers.is_empty()
            && self.at.from.is_none();
        if begins && !self.at.is_in_order() && self.at.order.first() == Some(&0) {
            // the network takes the input as it is from here on
            self.turned_input = Some(self.at.order.clone());
            self.at.sizes = self.at.order.iter().skip(1).map(|i| self.at.sizes[i - 1]).collect();
            self.at.order = in_order(self.at.sizes.len());
            self.at.given.clone_from(&self.at.sizes);
            self.input.clone_from(&self.at.sizes);
        }
        Ok(())
    }

    /// Takes away these dimensions of the layers, which are of one number.
    fn take_away(&mut self, dimensions: &[usize]) -> Refused {
        if dimensions.iter().any(|i| i.checked_sub(1).and_then(|i| self.at.sizes.get(i)) != Some(&1)) {
            return Err("takes away a dimension of more than one".into());
        }
        let kept = |i: &usize| !dimensions.contains(i);
        self.at.sizes = (1..=self.at.sizes.len()).filter(kept).map(|i| self.at.sizes[i - 1]).collect();
        let before = |i: &usize| i - dimensions.iter().filter(|gone| *gone < i).count();
        self.at.order = self.at.order.iter().filter(|i| !dimensions.contains(i)).map(before).collect();
        self.at.settle_order();
        Ok(())
    }

    fn squeeze(&mut self, node: &Node) -> Refused {
        let axes = self.axes(node)?;
        let found: Option<Vec<usize>> =
            axes.iter().map(|axis| self.at.order.get(place(*axis, self.at.order.len())?).copied()).collect();
        self.take_away(&found.ok_or_else(|| format!("is about the dimensions {axes:?}"))?)
    }

    fn unsqueeze(&mut self, node: &Node) -> Refused {
        let axes = self.axes(node)?;
        let rank = self.at.order.len() + axes.len();
        if rank > 8 {
            return Err("gives too many dimensions".into());
        }
        let mut axes: Vec<usize> = axes.iter().filter_map(|axis| place(*axis, rank)).collect();
        axes.sort_unstable();
        for axis in axes {
            self.at.sizes.push(1);
            let last = self.at.sizes.len();
            self.at.order.insert(axis.min(last), last);
        }
        self.at.settle_order();
        Ok(())
    }

    fn axes(&self, node: &Node) -> Result<Vec<i64>, String> {
        self.known.whole_numbers_of(node, 1, "axes").ok_or_else(|| "is about dimensions that are not known here".into())
    }

    /// The one step of a dimension of one.
    fn only_one(&mut self, node: &Node) -> Option<Refused> {
        let place_of = |name: &String| self.known.weight(name).filter(|weight| weight.tensor.dims.is_empty());
        place_of(node.input.get(1)?)?;
        let [step] = self.known.whole_numbers(node.input.get(1)?)?[..] else { return None };
        let dimension = *self.at.order.get(place(int(node, "axis").unwrap_or(0), self.at.order.len())?)?;
        let size = *self.at.sizes.get(dimension.checked_sub(1)?)?;
        (size == 1 && matches!(step, 0 | -1)).then(|| self.take_away(&[dimension]))
    }

    /// `Reshape` of dimensions that are behind those that are in another order, which stay as they are.
    fn reshape_behind(&mut self, node: &Node) -> Refused {
        let other = || Err("gives another shape to what `Transpose` has put in another order".into());
        let dims = self.at.dims();
        let moved = (0..dims.len()).rev().find(|i| self.at.order[*i] != *i).map_or(0, |last| last + 1);
        let Some(asked) = node.input.get(1).and_then(|name| self.known.sizes(name)) else { return other() };
        let keeps_zeros = int(node, "allowzero").unwrap_or(0) != 0;
        let stays = |(asked, now): (&Size, &Size)| match (asked, now) {
            (Size::Of(0), _) if !keeps_zeros => true,
            (Size::Of(size), Size::Batch) => self.batch == Some(*size),
            (asked, now) => asked == now,
        };
        if asked.len() < moved || !asked.iter().zip(&dims).take(moved).all(stays) {
            return other();
        }
        let count = product(&self.at.sizes[moved - 1..]);
        let mut sizes = Vec::new();
        for (i, size) in asked.iter().enumerate().skip(moved) {
            sizes.push(match size {
                Size::Of(-1) => -1,
                Size::Of(0) if !keeps_zeros => self.at.sizes.get(i - 1).map_or(0, |size| *size as i64),
                Size::Of(size) => *size,
                Size::Batch => return other(),
            });
        }
        let stated: i64 = sizes.iter().filter(|size| **size != -1).fold(1, |all, size| all.saturating_mul(*size));
        let rest = (count as i64).checked_div(stated).unwrap_or(0);
        let sizes: Vec<i64> = sizes.into_iter().map(|size| if size == -1 { rest } else { size }).collect();
        let sizes: Option<Vec<usize>> = sizes.into_iter().map(|size| usize::try_from(size).ok()).collect();
        let Some(sizes) = sizes.filter(|sizes| product(sizes) == count) else {
            return other();
        };
        self.at.sizes.splice(moved - 1.., sizes);
        self.at.order.truncate(moved);
        self.at.order.extend(moved..=self.at.sizes.len());
        self.at.settle_order();
        Ok(())
    }
}

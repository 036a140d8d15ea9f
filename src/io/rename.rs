//! The names of tensors: the same rules when a program runs and when it is compiled.

/// What a tensor's name is made of when the module `from`, or the tensor of that name, is called `to`: its parts, one after the
/// other. `None` if it is not in that module.
pub(super) const fn renamed<'a>(name: &'a str, from: &str, to: &'a str) -> Option<[&'a str; 3]> {
    if !starts_with(name, from) {
        return None;
    }
    let rest = name.split_at(from.len()).1;
    let rest = match rest.as_bytes() {
        _ if from.is_empty() => rest,
        [] => rest,
        [b'.', ..] => rest.split_at(1).1,
        _ => return None,
    };
    let separator = if to.is_empty() || rest.is_empty() { "" } else { "." };
    Some([to, separator, rest])
}

/// Whether a tensor of this name and number of dimensions is the counter that PyTorch keeps beside a batch normalisation, and that
/// computes nothing.
pub(super) const fn counts_batches(name: &str, rank: usize) -> bool {
    const FIELD: &str = "num_batches_tracked";
    let Some(before) = name.len().checked_sub(FIELD.len()) else { return false };
    let is_whole = before == 0 || name.as_bytes()[before - 1] == b'.';
    // behind a full stop or at the start, so not within a character
    rank == 0 && is_whole && same(name.split_at(before).1, FIELD)
}

pub(super) const fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && starts_with(a, b)
}

pub(super) const fn starts_with(text: &str, start: &str) -> bool {
    let (text, start) = (text.as_bytes(), start.as_bytes());
    let mut i = 0;
    while i < start.len() && i < text.len() && text[i] == start[i] {
        i += 1;
    }
    i == start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_of_batches_are_known_by_their_name() {
        assert!(counts_batches("norm.num_batches_tracked", 0) && counts_batches("num_batches_tracked", 0));
        for name in ["norm.xnum_batches_tracked", "num_batches_tracked.x", "é", "batches", "äum_batches_tracked"] {
            assert!(!counts_batches(name, 0), "{name}");
        }
        assert!(!counts_batches("norm.num_batches_tracked", 1));
    }

    #[test]
    fn modules_are_renamed_whole() {
        let renamed = |name, from, to| renamed(name, from, to).map(|parts| parts.concat());
        assert_eq!(renamed("fc1.weight", "fc1", "hidden").as_deref(), Some("hidden.weight"));
        assert_eq!(renamed("model.fc1.weight", "model", "").as_deref(), Some("fc1.weight"));
        assert_eq!(renamed("weight", "", "a").as_deref(), Some("a.weight"));
        assert_eq!(renamed("w", "w", "a.weight").as_deref(), Some("a.weight"));
        assert_eq!(renamed("", "", "a").as_deref(), Some("a"));
        for (name, from) in [("fc10.weight", "fc1"), ("fc1.weight", "fc1.weight.x"), ("fc", "fc1"), ("a.fc1", "fc1")] {
            assert_eq!(renamed(name, from, "hidden"), None, "{name} {from}");
        }
    }
}

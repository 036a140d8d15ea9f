//! Words: names in a list, and which known word a wrong one was probably meant to be.

/// "`A`, `B`, `C`"
pub fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The known word that `word` is probably a slip of the pen for. `Dense2` is none: people number their own layers.
pub fn similar<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if word.is_empty() || known.contains(&stem) {
        return None;
    }
    let allowed = |name: &str| if name.len() < 5 { 1 } else { 2 };
    known
        .iter()
        .map(|name| (distance(&word.to_lowercase(), &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= allowed(name))
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out, replaced or swapped with the next to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: &[&str] = &["Dense", "Dropout", "Flatten"];
    const ACTIVATIONS: &[&str] = &["Linear", "Relu", "LeakyRelu", "Tanh"];

    #[test]
    fn slips_of_the_pen_are_recognised_and_own_names_left_alone() {
        assert_eq!(similar("Dens", LAYERS), Some("Dense"));
        assert_eq!(similar("dense", LAYERS), Some("Dense"));
        assert_eq!(similar("Desne", LAYERS), Some("Dense"));
        assert_eq!(similar("ReLU6x", ACTIVATIONS), None);
        assert_eq!(similar("ReLu", ACTIVATIONS), Some("Relu"));
        assert_eq!(similar("Dense2", LAYERS), None);
        assert_eq!(similar("Scale", LAYERS), None);
    }
}

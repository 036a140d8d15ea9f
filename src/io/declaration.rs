//! The text of a declaration: layers by the names of their fields, wrapped as rustfmt would.

/// The text of a declaration, with these notes as its documentation.
pub(super) fn written(
    input: &str,
    output: &str,
    notes: &[String],
    layers: impl Iterator<Item = (String, String)>,
) -> String {
    let notes: String = notes.iter().map(|note| format!("    /// {note}\n")).collect();
    let lines: String = layers.map(|(name, layer)| wrapped(8, &format!("{name}: {layer}"))).collect();
    format!("network! {{\n{notes}    pub struct Network: [{input}] -> [{output}] {{\n{lines}    }}\n}}\n")
}

/// A layer, or an argument of one, as a line; with its own arguments on lines of their own, if it is too long.
fn wrapped(indent: usize, text: &str) -> String {
    const WIDTH: usize = 110;
    let space = " ".repeat(indent);
    let opens = text.find(['<', '[']).filter(|_| indent + text.len() > WIDTH && indent < WIDTH / 2);
    let Some((head, inner)) = opens.map(|opens| text.split_at(opens + 1)) else {
        return format!("{space}{text},\n");
    };
    let (inner, end) = inner.split_at(inner.len().saturating_sub(1));
    let (mut depth, mut from, mut lines) = (0_usize, 0, String::new());
    for (place, letter) in inner.char_indices() {
        match letter {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                lines += &wrapped(indent + 4, inner[from..place].trim());
                from = place + 1;
            }
            _ => {}
        }
    }
    lines += &wrapped(indent + 4, inner[from..].trim());
    format!("{space}{head}\n{lines}{space}{end},\n")
}

/// A name as a field of a struct has it.
pub(super) fn field(name: &str) -> String {
    let mut field: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if field.is_empty() || field.starts_with(|c: char| c.is_ascii_digit()) {
        field.insert_str(0, "layer");
    }
    field.make_ascii_lowercase();
    if RESERVED.contains(&field.as_str()) {
        field.push('_');
    }
    field
}

/// Words of Rust that modules may have for names, but fields not.
const RESERVED: &[&str] = &[
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

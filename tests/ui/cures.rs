//! Cures are applied to the letter: what an answer says to write, by the rules that a reader goes by.

use core::ops::Range;

/// What an answer says to write, and the place in the page at which it says so.
pub struct Cure {
    at: usize,
    pub write: String,
}

/// The first thing to write of each error of an answer.
pub fn cures(text: &str, answer: &str) -> Vec<Cure> {
    let starts = answer.match_indices("error").filter(|(at, _)| *at == 0 || answer[..*at].ends_with('\n'));
    let mut starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    starts.push(answer.len());
    starts.windows(2).filter_map(|pair| cure(text, &answer[pair[0]..pair[1]])).collect()
}

fn cure(text: &str, error: &str) -> Option<Cure> {
    let (message, place) = error.split_once("--> ui-tests/")?;
    let (_, cure) = message.split_once("help: write `")?;
    let write = cure.split_once('`')?.0.to_owned();
    let mut numbers = place.lines().next()?.rsplit(':').map(|number| number.parse::<usize>());
    let (column, line) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let before: usize = text[start..].chars().take(column - 1).map(char::len_utf8).sum();
    Some(Cure { at: start + before, write })
}

/// The page with all of them applied; nothing, if no rule says where one goes.
pub fn apply(text: &str, cures: &[Cure]) -> Option<String> {
    let mut sorted: Vec<&Cure> = cures.iter().collect();
    sorted.sort_by_key(|cure| core::cmp::Reverse(cure.at));
    let mut cured = text.to_owned();
    for cure in sorted {
        let (range, write) = place(&cured, cure)?;
        cured.replace_range(range, &write);
    }
    Some(cured)
}

/// What is replaced, and by what.
fn place(text: &str, Cure { at, write }: &Cure) -> Option<(Range<usize>, String)> {
    let (at, whole) = (*at, write.clone());
    if let Some(layer) = write.strip_suffix(',') {
        let end = text[..at].rfind(layer)? + layer.len();
        return Some((end..end + usize::from(text[end..].starts_with(';')), ",".into()));
    }
    if let Some((_, mapping)) = write.split_once(": [").filter(|(name, _)| name.is_empty()) {
        let start = text.find("struct ")? + 7;
        let start = start + text[start..].find(|c: char| !is_word(c))?;
        return Some((start..body(text, start)?, format!(": [{mapping} ")));
    }
    if write.contains("] -> [") {
        let start = text[..=at].rfind(": ").or_else(|| text[..at].rfind(": "))? + 2;
        return Some((start..body(text, start)?, format!("{whole} ")));
    }
    if write.starts_with(['[', '(']) {
        return Some((at..closing(text, at)?, whole));
    }
    if write.starts_with("..") {
        return Some((at..at + text[at..].find([',', ']'])?, whole));
    }
    if let Some(name) = write.split("struct ").nth(1).filter(|name| name.chars().all(is_word)) {
        let before = text[..at].strip_suffix("struct ").map_or(at, str::len);
        let word = |at: usize| Some(at + text[at..].find(|c: char| !is_word(c))?);
        let end = if name.is_empty() {
            0
        } else {
            text[at..].find(name).map_or_else(|| word(at), |found| word(at + found))?
        };
        return Some((before..end.max(at), whole));
    }
    // layers that stand together, each of which stands by itself then
    if text[at..].starts_with(['(', '[']) && !is_field(write) && is_list(write) {
        return Some((at..closing(text, at)?, whole));
    }
    if write.starts_with('{') {
        let open = text[..at].rfind('(')?;
        let end = closing(text, open)?;
        return Some((open..end + usize::from(text[end..].starts_with(';')), format!(" {whole}")));
    }
    if write.starts_with('#') {
        let attribute = text[..=at].rfind('#').and_then(|open| Some(open..closing(text, open + 1)?));
        let line = text[..at].rfind('\n')? + 1;
        let above = (line..line, format!("{whole}\n"));
        return Some(attribute.filter(|found| found.contains(&at)).map_or(above, |found| (found, whole)));
    }
    match write.split_once(" = ") {
        Some((name, _)) if name.chars().all(is_word) => setting(text, at, name, whole),
        _ if is_field(write) => Some((field(text, at)?, whole)),
        _ => Some((layer(text, at, write)?, whole)),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `hidden: Dense<64, 32>`
fn is_field(write: &str) -> bool {
    write.split_once(": ").is_some_and(|(name, _)| name.chars().all(is_word))
}

/// `Dense<64, 32>, Dense<32, 10>`
fn is_list(write: &str) -> bool {
    let mut depth = 0_i32;
    write.chars().any(|c| {
        depth += i32::from("<([{".contains(c)) - i32::from(">)]}".contains(c));
        depth == 0 && c == ','
    })
}

/// Where the layers begin, in braces or parentheses.
fn body(text: &str, start: usize) -> Option<usize> {
    let found = text[start..].find(['{', '\n'])?;
    let brace = text[start..start + found + 1].ends_with('{');
    brace.then_some(start + found)
}

/// The end of what is opened here.
fn closing(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (up, down) = match *bytes.get(open)? {
        b'<' => (b'<', b'>'),
        b'(' => (b'(', b')'),
        b'[' => (b'[', b']'),
        b'{' => (b'{', b'}'),
        _ => return None,
    };
    let mut depth = 0;
    for i in open..bytes.len() {
        let arrow = bytes[i] == b'>' && bytes[i - 1] == b'-';
        depth += i32::from(bytes[i] == up) - i32::from(bytes[i] == down && !arrow);
        if depth == 0 {
            return Some(i + 1);
        }
        if up == b'<' && [b'{', b'}', b';'].contains(&bytes[i]) {
            return None;
        }
    }
    None
}

/// The field in which this is: what stands between two commas, or the braces.
fn field(text: &str, at: usize) -> Option<Range<usize>> {
    let (open, close) = ("<([{", ">)]}");
    let mut depth = 0_i32;
    let mut start = at;
    for (i, c) in text[..at].char_indices().rev() {
        if depth == 0 && (c == ',' || open.contains(c)) {
            break;
        }
        depth += i32::from(close.contains(c)) - i32::from(open.contains(c));
        start = i;
    }
    let mut end = at;
    for (i, c) in text[at..].char_indices() {
        if depth == 0 && (c == ',' || close.contains(c)) {
            break;
        }
        depth += i32::from(open.contains(c)) - i32::from(close.contains(c));
        end = at + i + c.len_utf8();
    }
    let spaces = |text: &str| text.len() - text.trim_start().len();
    Some(start + spaces(&text[start..end])..start + text[start..end].trim_end().len())
}

/// A path and its arguments, if one begins here.
fn spec(text: &str, start: usize) -> Option<Range<usize>> {
    let part = |c: char| is_word(c) || ":.".contains(c); // `nn.Linear`, too
    let path = text[start..].find(|c: char| !part(c))?;
    let path = text[start..start + path].trim_end_matches([':', '.']).len();
    if path == 0 || text[..start].ends_with(part) {
        return None;
    }
    let end = start + path;
    let line_end = end + text[end..].find('\n').unwrap_or(text.len() - end);
    let arguments = text[end..].starts_with(['<', '(', '[', '{']);
    // what is not closed goes on to the end of its line
    let open = || end + text[end..line_end].trim_end_matches(',').len();
    let end = if arguments { closing(text, end).unwrap_or_else(open) } else { end };
    // a layer that is called, as in Keras
    let called = text[..end].ends_with(')') && text[end..].starts_with('(');
    Some(start..if called { closing(text, end).unwrap_or(end) } else { end })
}

/// All that is within arguments and has this within it, the innermost first.
fn specs_around(text: &str, at: usize) -> Vec<Range<usize>> {
    let starts = (0..=at).filter(|start| text.is_char_boundary(*start));
    let mut around: Vec<Range<usize>> =
        starts.filter_map(|start| spec(text, start)).filter(|spec| spec.contains(&at)).collect();
    around.sort_by_key(|spec| spec.len());
    around
}

/// The last word of a path.
fn head(spec: &str) -> &str {
    let path = spec.split(|c: char| !(is_word(c) || ":.".contains(c))).next().unwrap_or_default();
    path.rsplit([':', '.']).next().unwrap_or_default()
}

/// The layer, activation or argument that is to be replaced.
fn layer(text: &str, at: usize, write: &str) -> Option<Range<usize>> {
    let around = specs_around(text, at);
    let word = at + text[at..].find(|c: char| !is_word(c))?;
    if text[..at].ends_with("struct ") {
        return Some(at..word);
    }
    // a name that goes
    if let Some(named) = text[word..].strip_prefix(": ").and_then(|_| spec(text, word + 2))
        && head(&text[named.clone()]) == head(write)
    {
        return Some(at..named.end);
    }
    if let Some(same) = around.iter().find(|range| head(&text[(*range).clone()]) == head(write)) {
        return Some(same.clone());
    }
    let digits = text[at..].find(|c: char| !(is_word(c) || "-.\"".contains(c)))?;
    let literal = text[at..].starts_with(|c: char| c.is_ascii_digit() || "-\"".contains(c));
    let one_word = !write.contains('<');
    if literal && one_word { Some(at..at + digits) } else { around.into_iter().next() }
}

/// The setting of this name in the layer around, or the end of its arguments.
fn setting(text: &str, at: usize, name: &str, write: String) -> Option<(Range<usize>, String)> {
    let around = specs_around(text, at);
    let spec = around.into_iter().find(|range| text[range.clone()].ends_with('>'))?;
    let inner = &text[spec.clone()];
    if let Some(found) = inner.find(&format!("{name} =")) {
        let start = spec.start + found;
        let mut end = start;
        while end < spec.end - 1 && !text[end..].starts_with(',') {
            end = if text[end..].starts_with(['(', '[', '<']) { closing(text, end)? } else { end + 1 };
        }
        return Some((start..end, write));
    }
    if text[at..].starts_with(name) {
        return Some((at..at + name.len(), write));
    }
    let inner = text[..spec.end - 1].trim_end();
    let comma = if inner.ends_with(',') { " " } else { ", " };
    Some((inner.len()..inner.len(), format!("{comma}{write}")))
}

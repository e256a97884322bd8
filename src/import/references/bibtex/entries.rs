//! Cutting a BibTeX file into its entries. What stands between entries is a comment. A file is
//! first divided at the lines that begin with `@kind{`: an entry that is not closed cannot reach
//! beyond, and every part is looked at a fixed number of times.

/// Braces within braces; real entries have about five.
const MAX_DEPTH: usize = 100;

/// An entry, an abbreviation or a comment of the file.
#[derive(Debug)]
pub struct Piece<'t> {
    pub start: usize,
    pub kind: &'t str,
    /// What stands between the braces, or why that cannot be said.
    pub body: Result<Body<'t>, String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Body<'t> {
    pub text: &'t str,
    pub braces: Braces,
}

/// Whether `\{` counts as a brace. To BibTeX it does, so files that were made for it are balanced
/// that way; other software escapes single braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Braces {
    All,
    Unescaped,
}

/// The pieces of a file in order.
#[derive(Debug)]
pub struct Entries<'t> {
    text: &'t str,
    next: usize,
    /// Where the part ends that the next piece is in.
    part_end: usize,
}

impl<'t> Entries<'t> {
    pub fn of(text: &'t str) -> Self {
        Self {
            text,
            next: 0,
            part_end: 0,
        }
    }

    /// The end of the part that begins at an offset: the next line that begins an entry.
    fn end_of_part(&self, start: usize) -> usize {
        let mut line_start = start;
        while let Some(length) = self.text[line_start..].find('\n') {
            line_start += length + 1;
            if head(self.text[line_start..].trim_start_matches([' ', '\t'])).is_some() {
                return line_start;
            }
        }
        self.text.len()
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            if self.next >= self.part_end {
                if self.part_end == self.text.len() {
                    return None;
                }
                self.part_end = self.end_of_part(self.next);
            }
            let part = &self.text[self.next..self.part_end];
            let Some(at) = part.find('@') else {
                self.next = self.part_end;
                continue;
            };
            let start = self.next + at;
            let Some((kind, length)) = head(&part[at..]) else {
                self.next = start + 1;
                continue;
            };
            let body = body(&part[at + length - 1..]);
            self.next = match &body {
                Ok(body) => start + length + body.text.len() + 1,
                // Looking for further entries within a broken one could take for ever.
                Err(_) => self.part_end,
            };
            return Some(Piece { start, kind, body });
        }
    }
}

/// The kind in `@kind{`, with braces or parentheses, and the length of the whole.
pub fn head(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('@')?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let kind = &rest[..rest.bytes().take_while(u8::is_ascii_alphabetic).count()];
    let after = rest[kind.len()..].trim_start_matches([' ', '\t']);
    let is_head = !kind.is_empty() && after.starts_with(['{', '(']);
    is_head.then(|| (kind, text.len() - after.len() + 1))
}

/// What is between the braces that a text begins with. Where the two ways of counting differ, the
/// right one has nothing behind it but another entry.
fn body(text: &str) -> Result<Body<'_>, String> {
    let mut outcome = closing(text, Braces::All).map(|end| (end, Braces::All));
    if !outcome
        .as_ref()
        .is_ok_and(|(end, _)| is_end_of_entry(&text[end + 1..]))
        && let Ok(end) = closing(text, Braces::Unescaped)
        && (outcome.is_err() || is_end_of_entry(&text[end + 1..]))
    {
        outcome = Ok((end, Braces::Unescaped));
    }
    outcome.map(|(end, braces)| Body {
        text: &text[1..end],
        braces,
    })
}

fn is_end_of_entry(rest: &str) -> bool {
    let next = rest
        .bytes()
        .find(|byte| !byte.is_ascii_whitespace() && *byte != b',');
    matches!(next, None | Some(b'@' | b'%'))
}

/// Where what the text begins with is closed.
fn closing(text: &str, braces: Braces) -> Result<usize, String> {
    let is_parenthesised = text.starts_with('(');
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(1) {
        let counts = braces == Braces::All || !is_escaped;
        match byte {
            b'{' if counts => depth += 1,
            b')' if is_parenthesised && depth == 0 => return Ok(offset),
            b'}' if counts && depth == 0 && !is_parenthesised => return Ok(offset),
            b'}' if counts => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err("its braces are nested too deeply".to_owned());
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    Err("it is not closed: a brace “}” is missing".to_owned())
}

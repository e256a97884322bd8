//! From LaTeX to plain text, in one pass: accents, symbols and dashes are decoded; of commands
//! that only format, such as `\emph{…}`, the argument stays; braces vanish.

use unicode_normalization::char::compose;

/// The plain text of a field.
pub fn plain(latex: &str) -> String {
    Decoder::new(latex).decode()
}

/// The plain text of an address or a DOI: only escapes are decoded.
pub fn verbatim(latex: &str) -> String {
    let mut decoder = Decoder::new(latex);
    decoder.is_verbatim = true;
    decoder.decode()
}

struct Decoder<'t> {
    rest: &'t str,
    plain: String,
    /// Accents that wait for their letter: several in `\'{\^e}`.
    accents: Vec<char>,
    is_verbatim: bool,
    /// Where the formula ends that is being read, as the length of the rest.
    formula_end: Option<usize>,
}

impl<'t> Decoder<'t> {
    fn new(latex: &'t str) -> Self {
        Self {
            rest: latex,
            plain: String::new(),
            accents: Vec::new(),
            is_verbatim: false,
            formula_end: None,
        }
    }

    fn decode(mut self) -> String {
        while let Some(character) = self.rest.chars().next() {
            self.rest = &self.rest[character.len_utf8()..];
            match character {
                '\\' => self.command(),
                '{' => {}
                '}' => self.accents.clear(),
                _ if self.is_verbatim => self.push(character),
                '~' => self.push(' '),
                '$' => self.dollar(),
                '^' | '_' if self.formula_end.is_some() => {}
                '-' | '`' | '\'' => self.ligature(character),
                _ => self.push(character),
            }
        }
        self.plain
    }

    /// A character of the text, under the accents that wait for it.
    fn push(&mut self, character: char) {
        if self.accents.is_empty() || character.is_whitespace() {
            self.plain.push(character);
            return;
        }
        let mut composed = character;
        let mut left = Vec::new();
        while let Some(accent) = self.accents.pop() {
            match compose(composed, accent) {
                Some(character) if left.is_empty() => composed = character,
                _ => left.push(accent),
            }
        }
        self.plain.push(composed);
        self.plain.extend(left);
    }

    /// `--`, `---`, two backticks and two apostrophes.
    fn ligature(&mut self, character: char) {
        let (twice, thrice) = match character {
            '-' => ('–', Some('—')),
            '`' => ('“', None),
            _ => ('”', None),
        };
        let Some(rest) = self.rest.strip_prefix(character) else {
            return self.push(character);
        };
        self.rest = rest;
        match (thrice, rest.strip_prefix(character)) {
            (Some(thrice), Some(rest)) => {
                self.rest = rest;
                self.push(thrice);
            }
            _ => self.push(twice),
        }
    }

    /// A dollar sign around a formula vanishes; one before an amount stays. A formula is short
    /// and has a sign that prose has not.
    fn dollar(&mut self) {
        if self.formula_end == Some(self.rest.len()) {
            self.formula_end = None;
            return;
        }
        let head = &self.rest[..self.rest.floor_char_boundary(200)];
        match head.find('$') {
            Some(end) if self.formula_end.is_none() && is_formula(&head[..end]) => {
                self.formula_end = Some(self.rest.len() - end - 1);
            }
            _ => self.push('$'),
        }
    }

    fn command(&mut self) {
        let letters = self
            .rest
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        if letters == 0 {
            return self.sign();
        }
        let (name, rest) = self.rest.split_at(letters);
        // Spaces after a command only end its name.
        self.rest = rest.trim_start();
        let mut letters = name.chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && let Some(accent) = accent(letter)
        {
            self.accents.push(accent);
        } else if let Some(symbol) = symbol(name, !self.accents.is_empty()) {
            for character in symbol.chars() {
                self.push(character);
            }
        }
    }

    /// A command whose name is a sign: an accent, an escape, or a space.
    fn sign(&mut self) {
        let Some(sign) = self.rest.chars().next() else {
            return self.push('\\');
        };
        self.rest = &self.rest[sign.len_utf8()..];
        match accent(sign) {
            _ if self.is_verbatim => self.push(sign),
            Some(accent) => {
                self.rest = self.rest.trim_start();
                self.accents.push(accent);
            }
            None => match sign {
                '-' | '/' | '(' | ')' | '@' => {}
                '\\' | ',' | ';' | '!' => self.push(' '),
                _ => self.push(sign),
            },
        }
    }
}

fn is_formula(text: &str) -> bool {
    text.contains(['\\', '^', '_', '=', '<', '>']) || text.chars().count() < 3
}

/// The combining character of an accent's command.
fn accent(command: char) -> Option<char> {
    Some(match command {
        '`' => '\u{300}',
        '\'' => '\u{301}',
        '^' => '\u{302}',
        '~' => '\u{303}',
        '=' => '\u{304}',
        'u' => '\u{306}',
        '.' => '\u{307}',
        '"' => '\u{308}',
        'r' => '\u{30a}',
        'H' => '\u{30b}',
        'v' => '\u{30c}',
        'd' => '\u{323}',
        'c' => '\u{327}',
        'k' => '\u{328}',
        'b' => '\u{331}',
        _ => return None,
    })
}

/// What a command stands for; `None` for those that only format.
fn symbol(name: &str, is_accented: bool) -> Option<&'static str> {
    Some(match name {
        "i" if is_accented => "i",
        "j" if is_accented => "j",
        "i" => "ı",
        "j" => "ȷ",
        "ae" => "æ",
        "AE" => "Æ",
        "oe" => "œ",
        "OE" => "Œ",
        "aa" => "å",
        "AA" => "Å",
        "o" => "ø",
        "O" => "Ø",
        "l" => "ł",
        "L" => "Ł",
        "ss" => "ß",
        "dh" => "ð",
        "DH" => "Ð",
        "dj" => "đ",
        "DJ" => "Đ",
        "th" => "þ",
        "TH" => "Þ",
        "ng" => "ŋ",
        "NG" => "Ŋ",
        "S" | "textsection" => "§",
        "P" | "textparagraph" => "¶",
        "pounds" | "textsterling" => "£",
        "euro" | "texteuro" => "€",
        "copyright" | "textcopyright" => "©",
        "textregistered" => "®",
        "texttrademark" => "™",
        "textdegree" => "°",
        "dots" | "ldots" | "textellipsis" => "…",
        "textendash" => "–",
        "textemdash" => "—",
        "textquoteleft" | "lq" => "‘",
        "textquoteright" | "rq" => "’",
        "textquotesingle" => "'",
        "textquotedblleft" => "“",
        "textquotedblright" => "”",
        "textquotedbl" => "\"",
        "guillemotleft" => "«",
        "guillemotright" => "»",
        "textasciitilde" => "~",
        "textasciicircum" => "^",
        "textasciigrave" => "`",
        "textbackslash" | "backslash" => "\\",
        "textbraceleft" | "lbrace" => "{",
        "textbraceright" | "rbrace" => "}",
        "textunderscore" => "_",
        "textdollar" => "$",
        "textless" => "<",
        "textgreater" => ">",
        "textbar" => "|",
        "textbullet" => "•",
        "textperiodcentered" => "·",
        "textdagger" | "dag" => "†",
        "textdaggerdbl" | "ddag" => "‡",
        "times" => "×",
        "pm" => "±",
        "leq" | "le" => "≤",
        "geq" | "ge" => "≥",
        "alpha" => "α",
        "beta" => "β",
        "chi" => "χ",
        "eta" => "η",
        "mu" => "μ",
        "sigma" => "σ",
        "space" => " ",
        "LaTeX" => "LaTeX",
        "TeX" => "TeX",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_find_their_letters() {
        for (latex, text) in [
            (r#"S\'en\'echal, \"Ozg\"ur"#, "Sénéchal, Özgür"),
            (r"{\'E}cole {\`a} l'\^{i}le", "École à l'île"),
            (r"\c{c}a, \c ca, \v{S}ime\v cek", "ça, ça, Šimeček"),
            (r#"na{\"\i}ve na\"{\i}ve na\"\i ve"#, "naïve naïve naïve"),
            (r"\'{\^e} \~{} \'{}x", "ế  x"),
            (r"{\o}re \O \aa\ng {\ss}", "øre Øåŋß"),
        ] {
            assert_eq!(plain(latex), text, "{latex}");
        }
    }

    #[test]
    fn dashes_and_quotation_marks_are_typographic() {
        assert_eq!(
            plain("``One'' -- two---three-four it's"),
            "“One” – two—three-four it's"
        );
        assert_eq!(plain("a-{}-b `{}`"), "a--b ``");
    }

    #[test]
    fn escapes_are_decoded_and_formatting_leaves_its_argument() {
        assert_eq!(
            plain(r"R\&D 5\% \$3 \#1 a\_b \{x\}"),
            "R&D 5% $3 #1 a_b {x}"
        );
        assert_eq!(
            plain(r"\emph{An \textbf{example}} {NASA} \foo"),
            "An example NASA "
        );
        assert_eq!(plain(r"\textbackslash{}a \textasciitilde{}b"), r"\a ~b");
        assert_eq!(plain("ends with \\"), "ends with \\");
    }

    #[test]
    fn dollars_are_formulas_or_money() {
        assert_eq!(
            plain("It costs $5 to $6 a week, or $7"),
            "It costs $5 to $6 a week, or $7"
        );
        assert_eq!(plain(r"$\beta = 0.2$ and $n$, H$_2$O"), "β= 0.2 and n, H2O");
    }

    #[test]
    fn addresses_stay_as_they_are() {
        assert_eq!(
            verbatim(r"https://example.org/~a/b--c\_d\%20?x=1\&y={2}"),
            "https://example.org/~a/b--c_d%20?x=1&y=2"
        );
    }
}

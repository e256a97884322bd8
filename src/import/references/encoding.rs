//! From bytes to text. Files come in UTF-8, in UTF-16 from Windows, and in Windows-1252 from old
//! software; none of them says so reliably.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A file as text: lines end in `\n`, and of the control characters only tabs are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub encoding: &'static str,
    /// Whether some bytes were not of the encoding and stand as `�`.
    pub replaced: bool,
}

#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => guess(bytes),
    };
    let (text, replaced) = encoding.decode_with_bom_removal(bytes);
    Decoded {
        text: normal_lines(&text),
        encoding: encoding.name(),
        replaced,
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(encoding) = guess_utf_16(bytes) {
        return encoding;
    }
    // One broken character in a UTF-8 file, such as a cut end, does not make it Windows-1252,
    // where what looks like UTF-8 hardly occurs.
    let mut well_formed = 0;
    let mut broken = 0;
    for chunk in bytes.utf8_chunks() {
        well_formed += chunk
            .valid()
            .chars()
            .filter(|character| !character.is_ascii())
            .count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if broken == 0 || well_formed > broken {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

/// UTF-16 without a byte order mark: nearly every other byte of Western text is zero.
fn guess_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1_000)];
    let zeros = |first: usize| {
        head.iter()
            .skip(first)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() * 2 / 5;
    if head.len() < 4 {
        None
    } else if odd >= most && even < most / 4 {
        Some(UTF_16LE)
    } else if even >= most && odd < most / 4 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn normal_lines(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                normal.push('\n');
            }
            '\n' | '\t' => normal.push(character),
            _ if character.is_control() || character == '\u{feff}' => {}
            _ => normal.push(character),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "TY  - JOUR\nTI  - Sénéchal’s example – €\nER  - \n";

    fn utf_16(little: bool) -> Vec<u8> {
        let unit = |unit: u16| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        };
        TEXT.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let (windows, _, _) = WINDOWS_1252.encode(TEXT);
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), "UTF-8"),
            ([b"\xff\xfe", &utf_16(true)[..]].concat(), "UTF-16LE"),
            ([b"\xfe\xff", &utf_16(false)[..]].concat(), "UTF-16BE"),
            (utf_16(true), "UTF-16LE"),
            (utf_16(false), "UTF-16BE"),
            (windows.into_owned(), "windows-1252"),
        ] {
            let decoded = decode(&bytes);
            assert_eq!(decoded.text, TEXT, "{encoding}");
            assert_eq!(decoded.encoding, encoding);
            assert!(!decoded.replaced);
        }
    }

    #[test]
    fn a_cut_utf_8_file_stays_utf_8_and_says_so() {
        let cut = &"Sénéchal é".as_bytes()[..12];
        let decoded = decode(cut);
        assert_eq!(decoded.text, "Sénéchal �");
        assert!(decoded.replaced);
    }

    #[test]
    fn line_ends_become_one_and_control_characters_vanish() {
        assert_eq!(decode(b"a\r\nb\rc\nd\0\x1b\te").text, "a\nb\nc\nd\te");
        assert_eq!(decode(b"").text, "");
    }
}

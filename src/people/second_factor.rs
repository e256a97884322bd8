//! The second factor: time-based one-time passwords (RFC 6238), each code once.

use anyhow::{Context, Result};
use askama::filters::Safe;
use jiff::Timestamp;
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret, Totp};

/// 160 random bits, as RFC 4226 recommends.
///
/// # Errors
/// When the operating system gives no random numbers.
pub fn new_secret() -> Result<Vec<u8>> {
    let mut secret = vec![0; 20];
    getrandom::fill(&mut secret).context("no random numbers")?;
    Ok(secret)
}

fn totp(secret: &[u8]) -> Totp {
    // SHA-1, six digits, 30 seconds, one step either way: what every authenticator understands.
    Builder::new()
        .with_secret(Secret::new(secret.into()))
        .build_noncompliant()
}

/// The time step to which a code belongs; `None` when it is wrong or too old.
#[must_use]
pub fn step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now.as_second()).ok()?;
    let step = totp(secret).check(&digits, seconds)?;
    i64::try_from(step).ok()
}

/// The code of this moment, for tests and for nobody else.
#[must_use]
pub fn code(secret: &[u8], now: Timestamp) -> String {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    totp(secret).generate(seconds).to_string()
}

/// The secret as a person types it into an authenticator, in groups of four.
#[must_use]
pub fn typed_secret(secret: &[u8]) -> String {
    let letters = Secret::new(secret.into()).to_base32();
    let groups: Vec<_> = letters
        .as_bytes()
        .chunks(4)
        .map(String::from_utf8_lossy)
        .collect();
    groups.join(" ")
}

/// A picture for the authenticator's camera: an SVG without styles or scripts.
///
/// # Errors
/// When the names are too long for a picture.
pub fn picture(secret: &[u8], login: &str, site: &str) -> Result<Safe<String>> {
    let encode = |text: &str| {
        form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    let url = format!(
        "otpauth://totp/{site}:{login}?secret={}&issuer={site}",
        Secret::new(secret.into()).to_base32(),
        site = encode(site),
        login = encode(login),
    );
    let picture = QrCode::new(url)?
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .build();
    // An XML declaration has no place in a page.
    let start = picture.find("<svg").unwrap_or_default();
    Ok(Safe(picture[start..].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_hold() {
        // RFC 6238, appendix B, SHA-1, cut to six digits.
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let now = Timestamp::from_second(seconds).unwrap();
            assert_eq!(code(secret, now), expected);
            assert_eq!(step(secret, expected, now), Some(seconds / 30));
            assert_eq!(
                step(
                    secret,
                    &format!("{} {}", &expected[..3], &expected[3..]),
                    now
                ),
                Some(seconds / 30)
            );
        }
        let now = Timestamp::from_second(2_000_000_000).unwrap();
        assert_eq!(step(secret, "287082", now), None);
        assert_eq!(step(secret, "", now), None);
    }

    #[test]
    fn the_picture_is_plain_svg() {
        let secret = new_secret().unwrap();
        let picture = picture(&secret, "ada@example.ac.uk", "Engaging with Families").unwrap();
        assert!(picture.0.starts_with("<svg") && !picture.0.contains("style"));
        assert_eq!(typed_secret(&secret).replace(' ', "").len(), 32);
    }
}

#![no_main]

mod check;

use engaging_with_families::import::references::{decode, detect, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = decode(bytes).text;
    if let Some(format) = detect(&text) {
        check::tidy(&read(format, &text));
    }
});

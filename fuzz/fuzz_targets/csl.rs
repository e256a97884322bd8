#![no_main]

mod check;

use engaging_with_families::import::references::{Format, read};

libfuzzer_sys::fuzz_target!(|text: &str| check::tidy(&read(Format::CslJson, text)));

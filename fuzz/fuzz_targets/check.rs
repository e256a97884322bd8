//! What must hold of whatever was read.

use engaging_with_families::import::references::{MAX_REFERENCES, Read};

/// References are within bounds, and tidy: tidying them again changes nothing.
pub fn tidy(read: &Read) {
    assert!(read.references.len() <= MAX_REFERENCES);
    for found in &read.references {
        let reference = &found.reference;
        assert!(!reference.title.is_empty() || reference.doi.is_some());
        assert_eq!(&reference.clone().tidy(&mut Vec::new()), reference);
    }
}

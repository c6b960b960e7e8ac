//! The model that comes with the program: the dispute between the United States and Pakistan over counter-terrorism.

use crate::error::Result;
use crate::model_file::{self, Model};
use crate::storage::ModelBytes;

/// Alignment for tensors that are used in place.
#[repr(C, align(16))]
struct Aligned<T: ?Sized>(T);

static BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!("../models/us-pakistan.safetensors"));

/// The shipped model. Its tensors are used where they lie in the program, without a copy.
///
/// # Errors
/// None, unless the program file itself is damaged.
pub fn model() -> Result<Model> {
    model_file::from_bytes(ModelBytes::Static(&BYTES.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_intact() {
        // Loaded as any file, it is checked whole.
        let checked = model_file::from_bytes(ModelBytes::copy(&BYTES.0)).unwrap();
        assert_eq!(model().unwrap().checksum, checked.checksum);
    }
}

//! The checksum of a model file, made good after an edit.

/// A model file whose checksum suits its bytes, as the doc of `stance::model_file` describes it; the bytes as they are
/// where there is no place for one.
pub fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let key = br#"\"checksum\":\""#;
    if let Some(at) = bytes.windows(key.len()).position(|w| w == key).map(|at| at + key.len())
        && at + 16 <= bytes.len()
    {
        bytes[at..at + 16].copy_from_slice(b"0000000000000000");
        let checksum = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&bytes));
        bytes[at..at + 16].copy_from_slice(checksum.as_bytes());
    }
    bytes
}

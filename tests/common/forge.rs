//! Model files with random edits under a good checksum.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use super::checksum::with_checksum;

/// Where the tensors begin.
pub fn header_end(bytes: &[u8]) -> usize {
    8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize
}

/// Puts right the length of a header after an edit, with spaces to a multiple of 8; `tensors` are the bytes after it.
pub fn fit_header(bytes: &mut Vec<u8>, tensors: usize) {
    let end = bytes.len() - tensors;
    let padding = (8 - end % 8) % 8;
    bytes.splice(end..end, vec![b' '; padding]);
    bytes[..8].copy_from_slice(&((end + padding - 8) as u64).to_le_bytes());
}

/// The file with one to three edits, of the kinds that could mean something: bytes and numbers of the header, numbers of the
/// tensors.
pub fn edited(original: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut below = |n: usize| (random.next_u64() % n as u64) as usize;
    let numbers = ["0", "1", "9", "-1", "1e308", "18446744073709551615", "4294967296", "null", "\\\"\\\"", "[]"];
    let header = header_end(original);
    let mut bytes = original.to_vec();
    for _ in 0..1 + below(3) {
        let header = header.min(bytes.len());
        match below(7) {
            // Anything in the header, or in the tensors.
            0 => bytes[8 + below(header - 8)] = below(256) as u8,
            1 => bytes[header + below(original.len() - header)] ^= 1 << below(8),
            // A number of the header becomes another digit or number.
            2 | 3 => {
                let digits: Vec<usize> = (8..header).filter(|&i| bytes[i].is_ascii_digit()).collect();
                bytes[digits[below(digits.len())]] = b'0' + below(10) as u8;
            }
            4 => {
                let is_start = |i: &usize| bytes[*i].is_ascii_digit() && !bytes[i - 1].is_ascii_digit();
                let starts: Vec<usize> = (9..header).filter(is_start).collect();
                let start = starts[below(starts.len())];
                let end = (start..header).find(|&i| !bytes[i].is_ascii_digit()).unwrap_or(header);
                bytes.splice(start..end, numbers[below(numbers.len())].bytes());
                fit_header(&mut bytes, original.len() - header_end(original));
            }
            // Extreme numbers in the tensors.
            5 => {
                let at = header + below((original.len() - header) / 4 - 1) * 4;
                let value = [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN, 0.0, -0.0, f32::MIN_POSITIVE][below(7)];
                if at + 4 <= bytes.len() {
                    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
                }
            }
            _ => {
                let at = header + below((original.len() - header) / 8 - 1) * 8;
                let value = [f64::NAN, f64::NEG_INFINITY, f64::MAX, f64::MIN, 1e300, 0.0][below(6)];
                if at + 8 <= bytes.len() {
                    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
                }
            }
        }
    }
    with_checksum(bytes)
}

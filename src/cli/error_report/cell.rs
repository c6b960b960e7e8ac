//! The bytes of a row come in, the places of its cells or of a JSON value go out.

use std::collections::HashMap;
use std::ops::Range;

use csv_core::{ReadFieldResult, ReaderBuilder};
use serde_json::value::RawValue;

/// Where the cells of the CSV row that `row` begins with stand, quotes included.
pub(super) fn cells(row: &[u8], delimiter: u8) -> Vec<Range<usize>> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    // What the fields hold is not asked for, only where they end.
    let mut content = [0; 1024];
    // Blank lines before a row are no part of it.
    let mut at = row.iter().take_while(|byte| [b'\r', b'\n'].contains(byte)).count();
    let (mut cells, mut start) = (Vec::new(), at);
    loop {
        let (result, read, _) = reader.read_field(&row[at..], &mut content);
        at += read;
        match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end } => {
                let ended = read > 0 && [delimiter, b'\r', b'\n'].contains(&row[at - 1]);
                cells.push(start..at - usize::from(ended));
                start = at;
                if record_end {
                    return cells;
                }
            }
            ReadFieldResult::End => return cells,
        }
    }
}

/// The first cell of the row whose quotes do not balance.
pub(super) fn unbalanced(row: &[u8], delimiter: u8) -> Option<Range<usize>> {
    let quotes = |cell: &Range<usize>| row[cell.clone()].iter().filter(|&&byte| byte == b'"').count();
    cells(row, delimiter).into_iter().find(|cell| !quotes(cell).is_multiple_of(2))
}

/// Whether a cell of a header says `name`.
pub(super) fn is_called(cell: &[u8], name: &str) -> bool {
    let cell = String::from_utf8_lossy(cell);
    cell.trim().trim_matches('"').trim() == name
}

/// Where the value of `key` stands in a JSON object.
pub(super) fn value(object: &[u8], key: &str) -> Option<Range<usize>> {
    let object = std::str::from_utf8(object).ok()?;
    let values: HashMap<String, &RawValue> = serde_json::from_str(object).ok()?;
    let value = values.get(key)?.get();
    let start = value.as_ptr() as usize - object.as_ptr() as usize;
    Some(start..start + value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(row: &str) -> Vec<&str> {
        cells(row.as_bytes(), b',').into_iter().map(|cell| &row[cell]).collect()
    }

    #[test]
    fn cells_of_one_row_with_their_quotes() {
        assert_eq!(texts("a,\"b \"\"c\"\",\nd\",,e\nf,g\n"), ["a", "\"b \"\"c\"\",\nd\"", "", "e"]);
        assert_eq!(texts("\r\n\na,b\r\nc"), ["a", "b"]);
        assert_eq!(texts("a,"), ["a", ""]);
        assert_eq!(texts("é"), ["é"]);
        assert_eq!(texts("\"open,\nand so on\n"), ["\"open,\nand so on\n"]);
        let long = format!("{},b", "x".repeat(5000));
        assert_eq!(texts(&long), [&long[..5000], "b"]);
        assert!(cells(b"", b',').is_empty());
    }

    #[test]
    fn a_cell_with_odd_quotes() {
        assert_eq!(unbalanced(b"\"a\",\"b,x\nc,y\n", b','), Some(4..13));
        assert_eq!(unbalanced(b"a,b\n", b','), None);
    }
}

//! The laws of the fuzz targets under `cargo test`: on generated inputs, on the seeds with edits, and on every input that
//! once broke one (`fuzz/regressions`).

mod laws;

use std::fs::read_dir;
use std::path::Path;

use proptest::prelude::*;

/// Every file of `fuzz/FOLDER/TARGET`.
fn kept(folder: &str, target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder).join(target);
    let mut paths: Vec<_> = read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A seed with a few bytes replaced, removed or put in.
fn edited(target: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..4usize, prop::collection::vec(any::<u8>(), 0..4));
    (prop::sample::select(kept("seeds", target)), prop::collection::vec(edit, 0..6)).prop_map(|(mut bytes, edits)| {
        for (at, removed, inserted) in edits {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..(at + removed).min(bytes.len()), inserted);
        }
        bytes
    })
}

macro_rules! laws {
    ($($target:ident: $cases:expr, $text:expr;)*) => {$(
        mod $target {
            use super::*;

            #[test]
            fn holds_for_all_that_was_kept() {
                let kept: Vec<_> = ["seeds", "regressions"].iter().flat_map(|f| kept(f, stringify!($target))).collect();
                assert!(!kept.is_empty());
                kept.iter().for_each(|bytes| laws::$target(bytes));
            }

            proptest! {
                #![proptest_config(ProptestConfig::with_cases($cases))]

                #[test]
                fn holds_for_generated_inputs(bytes in prop_oneof![
                    1 => prop::collection::vec(any::<u8>(), 0..300),
                    2 => $text.prop_map(String::into_bytes),
                    3 => edited(stringify!($target)),
                ]) {
                    laws::$target(&bytes);
                }
            }
        }
    )*};
}

/// Seeds of another format would be refused at their first line, and what lies behind it never tried.
#[test]
fn some_seeds_are_models() {
    let loads = |bytes: &Vec<u8>| stance::model_file::from_bytes(stance::storage::ModelBytes::copy(bytes)).is_ok();
    assert_eq!(kept("seeds", "model").iter().filter(|bytes| loads(bytes)).count(), 2);
}

laws! {
    model: 2000, "\\{\"__metadata__\":\\{\"stance\":\"[a-z:{}\\\\\"0-9]{0,30}\"\\}\\}\n\\PC{0,9}";
    csv: 2000, "text,(label|article|position)\n([a-z0-2]{0,3}[,\"\n\r\0é]){0,40}";
    jsonl: 2000, "(\\{\"text\":\"[a-z. \\\\]{0,9}\"(,\"article\":[0-9\\[])?\\}?\r?\n){0,20}";
    html: 300, "(</?(p|b|td|a|svg|template|title|select|h1|li)>?|<!--|-->|<!\\[CDATA\\[|\\]\\]>|[a-z]{1,4}[.,&;\" ]){0,60}";
    sentences: 2000, "([A-Za-z.?!,'\"“”()éÅ1 \n\r\u{a0}-]|U\\.S\\. |Mr\\. |p\\.m\\. |\n\n|\\PC){0,200}";
    tokens: 2000, "(Velmark|Aldoria|said|denied|['’“”\"`$.,-]|[A-Z]\\.|[0-9]|İ|ß| |\n|\\PC){0,60}";
    predict: 400, "[thlcj](text,article\n|\\{\"text\":\"|\"\\}|<p>|Pakistan |the Pentagon |denied |accused |[“”\".,\n=@]|\\PC){0,40}";
}

//! Mutated files against serde_json, an independent strict parser.

use super::parse;
use crate::limits::Limits;
use crate::scenario::to_json;

/// What serde_json reads, if it accepts the bytes.
fn oracle(bytes: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()
}

#[test]
fn mutated_files_never_panic_and_are_accepted_exactly_when_strict_json() {
    const PIECES: [&[u8]; 24] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\\u",
        b"d800",
        b"//",
        b"/*",
        b"\n",
        b"-",
        b"0",
        b"1e999",
        b".",
        b"e",
        b"\xff",
        b"\xc3\xa9",
        b"\0",
        b"null",
        b"'",
        b"#",
    ];
    let seed = br#"{"title": "A\u00e9\ud83d\ude00", "market": {"start": 6.32e0, "backlog": -0.5}, "list": [true, null, [1, {}]]}"#;
    // A linear congruential generator (Knuth, MMIX) is random enough to choose bytes.
    let mut state = 1u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % n
    };
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = seed.to_vec();
        for _ in 0..=below(3) {
            let at = below(bytes.len());
            let until = (at + below(4)).min(bytes.len());
            bytes.splice(at..until, PIECES[below(PIECES.len())].iter().copied());
        }
        let expected = oracle(&bytes);
        match parse(0, &bytes, &Limits::default()) {
            Ok(node) => {
                accepted += 1;
                // Numbers become f64 here, so whole ones are compared as such.
                let expected = expected.unwrap_or_else(|| panic!("accepted {:?}", String::from_utf8_lossy(&bytes)));
                let expected = parse(0, expected.to_string().as_bytes(), &Limits::default()).expect("JSON again");
                assert_eq!(to_json(&node), to_json(&expected), "{:?}", String::from_utf8_lossy(&bytes));
            }
            Err(problems) => {
                refused += 1;
                let only_duplicates = problems.iter().all(|problem| problem.code == "duplicate-key");
                assert!(expected.is_none() || only_duplicates, "{:?}: {problems:?}", String::from_utf8_lossy(&bytes));
                assert!(problems.iter().all(|problem| problem.span.is_some_and(|span| span.start <= span.end)));
            }
        }
    }
    assert!(accepted > 500 && refused > 10_000, "{accepted} accepted, {refused} refused: the mutations test little");
}

//! Bytes and texts of every kind, both ways.

use crate::{Fault, Kind, What, guess, is_text, preview};
use proptest::prelude::*;

fn fault<T>(offset: usize, what: What) -> Result<T, Fault> {
    Err(Fault { offset, what })
}

proptest! {
    #[test]
    fn hex_and_base64_show_every_payload_and_read_it_back(bytes: Vec<u8>) {
        for kind in [Kind::Hex, Kind::Base64] {
            let shown = kind.show(&bytes).expect("shows everything");
            prop_assert_eq!(kind.parse(&shown), Ok(bytes.clone()));
        }
    }

    #[test]
    fn text_is_shown_unchanged_or_not_at_all(bytes: Vec<u8>) {
        match Kind::Text.show(&bytes) {
            Ok(text) => prop_assert_eq!(text.as_bytes(), &bytes[..]),
            Err(fault) => {
                prop_assert!(str::from_utf8(&bytes[..fault.offset]).is_ok());
                prop_assert!(str::from_utf8(&bytes).is_err());
            }
        }
    }

    #[test]
    fn a_layout_of_json_means_the_same(value in json()) {
        let original = value.to_string();
        let shown = Kind::Json.show(original.as_bytes()).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).ok(), Some(value));
        let again = Kind::Json.show(shown.as_bytes());
        prop_assert_eq!(again, Ok(shown));
    }

    #[test]
    fn no_payload_and_no_text_makes_anything_panic(bytes: Vec<u8>, text: String, max in 0usize..40) {
        let line = preview(&bytes, max);
        prop_assert!(!line.text.contains(['\n', '\r', '\t', '\0']));
        prop_assert!(line.complete || line.text.ends_with('…'));
        let _ = guess(&bytes);
        for kind in Kind::ALL {
            let _ = kind.show(&bytes);
            if let Err(fault) = kind.parse(&text) {
                prop_assert!(fault.offset <= text.len());
                let _ = fault.line_and_column(&text);
            }
        }
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn json_keeps_the_tokens_of_its_sender() {
    let original =
        br#" {"b":1.10,"a":12345678901234567890123,"a":"\u00e4\"}","empty":{ },"list":[ 1,[],true]}"#;
    let expected = r#"{
  "b": 1.10,
  "a": 12345678901234567890123,
  "a": "\u00e4\"}",
  "empty": {},
  "list": [
    1,
    [],
    true
  ]
}"#;
    assert_eq!(Kind::Json.show(original).as_deref(), Ok(expected));
    let typed = "{ \"as\":\n 1}";
    assert_eq!(Kind::Json.parse(typed), Ok(typed.as_bytes().to_vec()));
}

#[test]
fn faults_name_the_place() {
    assert_eq!(Kind::Text.show(b"ab\xFFcd"), fault(2, What::NotUtf8));
    assert_eq!(Kind::Hex.parse("00 1g"), fault(4, What::NotHex('g')));
    assert_eq!(Kind::Hex.parse("00 1"), fault(3, What::HalfByte));
    assert_eq!(Kind::Hex.parse("0 0"), fault(0, What::HalfByte));
    assert_eq!(Kind::Base64.parse("QUJ*"), fault(3, What::NotBase64('*')));
    assert_eq!(Kind::Base64.parse("QUJDR"), fault(4, What::Base64Length));
    assert_eq!(
        Kind::Base64.parse("QR=="),
        fault(1, What::Base64TrailingBits)
    );

    let typed = "{\n  \"on\": tru }";
    let Err(fault) = Kind::Json.parse(typed) else {
        panic!("not JSON")
    };
    assert!(matches!(fault.what, What::NotJson(_)));
    let place = fault.line_and_column(typed);
    assert_eq!(place, (2, 12));
    assert!(fault.to_string().starts_with("not JSON: expected ident"));
}

#[test]
fn hex_and_base64_read_what_people_paste() {
    let expected = Ok(vec![0xDE, 0xAD, 0xBE, 0xEF]);
    for typed in [
        "deadBEEF",
        "de ad\nbe ef",
        "DE:AD:BE:EF",
        "0xDE, 0xAD, 0xBE, 0xEF",
    ] {
        assert_eq!(Kind::Hex.parse(typed), expected, "{typed}");
    }
    for typed in ["3q2+7w==", "3q2-7w", " 3q2+\n7w== "] {
        assert_eq!(Kind::Base64.parse(typed), expected, "{typed}");
    }
}

#[test]
fn guesses_are_those_of_people() {
    assert_eq!(guess(b""), Kind::Text);
    assert_eq!(guess(b"ON"), Kind::Text);
    assert_eq!(guess(b"21.5"), Kind::Text);
    assert_eq!(guess("gr\u{fc}n\r\n".as_bytes()), Kind::Text);
    assert_eq!(guess(b"{\"state\":\"ON\"}"), Kind::Json);
    assert_eq!(guess(b" [1, 2]\n"), Kind::Json);
    assert_eq!(guess(b"{not json}"), Kind::Text);
    assert_eq!(guess(b"\0"), Kind::Hex);
    assert_eq!(guess(b"\xFF\xFE"), Kind::Hex);
    assert!(!is_text(b"a\x1b[2J"));
}

#[test]
fn a_preview_is_one_honest_line() {
    let line = preview("a\n\u{202E}b".as_bytes(), 200);
    assert_eq!(line.text, "a␊<U+202E>b");
    assert!(line.complete && !line.binary);

    let line = preview("äöü".as_bytes(), 2);
    assert_eq!((line.text.as_str(), line.complete), ("äö…", false));

    let line = preview(b"\x00\x01\xFF", 200);
    assert_eq!(
        (line.text.as_str(), line.binary, line.complete),
        ("00 01 ff", true, true)
    );

    let line = preview(&vec![0xFF; 1 << 20], 8);
    assert_eq!((line.text.as_str(), line.complete), ("ff ff ff…", false));

    assert_eq!(preview(b"<script>", 200).text, "<script>");
    assert_eq!(preview(b"", 200).text, "");
}

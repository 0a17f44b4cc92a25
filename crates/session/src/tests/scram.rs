//! SCRAM-SHA-256: the RFC's own exchange, what is refused, and what a name may hold.

use crate::scram::{Failure, ITERATIONS, Keys, Nonces, Opening, Prover, Verifier};
use alloc::{format, string::String, vec::Vec};

/// The exchange of RFC 7677, section 3: user "user", password "pencil".
const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
const OTHER_NONCE: &str = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const FIRST: &str = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
const CHALLENGE: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                         s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const PROOF: &str = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                     p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const SIGNATURE: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

fn keys() -> Keys {
    let salt = data_encoding::BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==");
    Keys::derive(b"pencil", &salt.unwrap(), ITERATIONS)
}

fn prover() -> Prover {
    Prover::new("user", b"pencil", NONCE.into())
}

fn verifier(keys: Keys) -> (Verifier, Vec<u8>) {
    let opening = Opening::read(FIRST.as_bytes()).unwrap();
    assert_eq!(opening.user_name(), "user");
    Verifier::new(opening, keys, OTHER_NONCE)
}

#[test]
fn the_exchange_of_rfc_7677_comes_out_byte_by_byte_on_both_sides() {
    let mut prover = prover();
    assert_eq!(prover.first(), FIRST.as_bytes());
    let (verifier, challenge) = verifier(keys());
    assert_eq!(challenge, CHALLENGE.as_bytes());
    let proof = prover.respond(&challenge).unwrap();
    assert_eq!(proof, PROOF.as_bytes());
    let signature = verifier.verify(&proof).unwrap();
    assert_eq!(signature, SIGNATURE.as_bytes());
    assert_eq!(prover.finish(&signature), Ok(()));
}

#[test]
fn a_wrong_password_and_an_unknown_user_fail_alike() {
    let other = Keys::derive(b"Pencil", b"salt of its own!", ITERATIONS);
    let decoy = Keys::decoy(&Nonces::new(1), "user", &keys());
    for keys in [other, decoy] {
        let (verifier, challenge) = verifier(keys);
        let proof = prover().respond(&challenge).unwrap();
        assert_eq!(verifier.verify(&proof), Err(Failure::WrongProof));
    }
}

#[test]
fn a_decoy_looks_like_a_user_and_the_same_each_time() {
    let decoy = |name| Keys::decoy(&Nonces::new(1), name, &keys());
    let challenge = |keys| String::from_utf8(verifier(keys).1).unwrap();
    assert_eq!(challenge(decoy("nobody")), challenge(decoy("nobody")));
    assert_ne!(challenge(decoy("nobody")), challenge(decoy("somebody")));
    assert_eq!(challenge(decoy("nobody")).len(), CHALLENGE.len());
}

#[test]
fn a_signature_without_the_password_is_not_believed() {
    let mut early = prover();
    assert_eq!(
        early.finish(SIGNATURE.as_bytes()),
        Err(Failure::WrongSignature)
    );
    for wrong in [
        "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "v=",
        "v=6rri",
    ] {
        let mut prover = prover();
        prover.respond(CHALLENGE.as_bytes()).unwrap();
        assert!(prover.finish(wrong.as_bytes()).is_err(), "{wrong}");
        // There is one attempt.
        let again = prover.finish(SIGNATURE.as_bytes());
        assert_eq!(again, Err(Failure::WrongSignature));
    }
}

#[test]
fn a_challenge_for_another_exchange_or_of_unfit_cost_is_refused() {
    let respond = |challenge: &str| prover().respond(challenge.as_bytes()).unwrap_err();
    let salt = "s=W22ZaJ0SNY7soEsUEjb6gQ==";
    assert_eq!(
        respond(&format!("r={NONCE}x,{salt},i=4095")),
        Failure::Iterations
    );
    assert_eq!(
        respond(&format!("r={NONCE}x,{salt},i=4000000000")),
        Failure::Iterations
    );
    for challenge in [
        format!("r=other,{salt},i=4096"),
        format!("r={NONCE},{salt},i=4096"),
        format!("r={NONCE}x,s=*,i=4096"),
        format!("r={NONCE}x,{salt}"),
        format!("m=more,r={NONCE}x,{salt},i=4096"),
        String::new(),
    ] {
        assert_eq!(respond(&challenge), Failure::Malformed, "{challenge}");
    }
}

#[test]
fn an_opening_that_is_not_plain_scram_is_refused() {
    for first in [
        "",
        "n",
        "n,,",
        "n,,r=x",
        "n,,n=,r=x",
        "n,,n=user,r=",
        "n,,n=us=er,r=x",
        "n,,m=more,n=user,r=x",
        "n,a=root,n=user,r=x",
        "p=tls-unique,,n=user,r=x",
    ] {
        assert!(Opening::read(first.as_bytes()).is_err(), "{first}");
    }
    assert!(Opening::read(b"n,,n=\xFF,r=x").is_err());
    assert!(Opening::read(b"y,a=user,n=user,r=x").is_ok());
}

#[test]
fn a_proof_for_another_nonce_or_header_is_refused() {
    let verify = |proof: &str| verifier(keys()).0.verify(proof.as_bytes());
    assert!(verify(PROOF).is_ok());
    for proof in [
        PROOF.replace("k0,", "k1,"),
        PROOF.replace("biws", "eSws"),
        PROOF.replace(",p=", ",x=y,p="),
        PROOF.replace(",p=d", ",p=e"),
        String::from("c=biws"),
    ] {
        assert!(verify(&proof).is_err(), "{proof}");
    }
}

#[test]
fn a_user_name_with_comma_and_equals_sign_arrives_whole() {
    let prover = Prover::new("a,b=c", b"x", "nonce".into());
    let opening = Opening::read(&prover.first()).unwrap();
    assert_eq!(opening.user_name(), "a,b=c");
}

#[test]
fn the_seed_decides_the_nonces_and_none_comes_twice() {
    let mut one = Nonces::new(1);
    let mut same = Nonces::new(1);
    let first = one.next_nonce();
    assert_eq!(first, same.next_nonce());
    assert_ne!(first, one.next_nonce());
    assert_ne!(first, Nonces::new(2).next_nonce());
    assert_eq!(first.len(), 24);
}

#[test]
fn keys_are_written_and_read_in_the_form_of_rfc_5803() {
    let keys = Keys::derive(b"pencil", b"0123456789abcdef", 4_096);
    let text = keys.to_text();
    assert!(
        text.starts_with("SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$"),
        "{text}"
    );
    assert_eq!(Keys::parse(&text), Ok(keys));
    for (wrong, what) in [
        ("pencil", "form"),
        ("SCRAM-SHA-1$4096:AAAA$AAAA:AAAA", "form"),
        ("SCRAM-SHA-256$4096:AAAA$AAAA", "form"),
        ("SCRAM-SHA-256$1:AAAA$AAAA:AAAA", "iterations"),
        ("SCRAM-SHA-256$4096:*$AAAA:AAAA", "salt"),
        ("SCRAM-SHA-256$4096:$AAAA:AAAA", "salt"),
        ("SCRAM-SHA-256$4096:AAAA$AAAA:AAAA", "stored key"),
    ] {
        let error = Keys::parse(wrong).unwrap_err();
        assert!(error.contains(what), "{wrong}: {error}");
    }
}

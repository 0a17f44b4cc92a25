//! SCRAM-SHA-256 (RFC 5802, RFC 7677): a password is proved without being sent, and the other side
//! proves that it knows it too. Neither end of a connection is named here: a [`Prover`] has the
//! password, a [`Verifier`] has [`Keys`] that were derived from it.
//!
//! Names and passwords are taken as they are. SASLprep leaves ASCII as it is; what it would change in
//! other scripts must be written alike on both sides. Channel binding is not offered, as MQTT has no
//! method name for it.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::fmt;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The Authentication Method that this module speaks.
pub const METHOD: &str = "SCRAM-SHA-256";

/// The fewest iterations of the hash that are taken and the number to use by default (RFC 7677).
pub const ITERATIONS: u32 = 4_096;

/// More than this many iterations would only keep the prover busy.
const ITERATIONS_MAX: u32 = 1_000_000;

type Hash = [u8; 32];

/// What a verifier stores of a password. It lets nobody log in elsewhere, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    salt: Vec<u8>,
    iterations: u32,
    /// StoredKey: the hash of what the prover can compute.
    stored: Hash,
    /// ServerKey: what the verifier signs with.
    signing: Hash,
    /// No password leads to them.
    is_decoy: bool,
}

impl Keys {
    /// Derives the keys of a password. The cost is `iterations` of HMAC-SHA-256: at least
    /// [`ITERATIONS`] are used, one million at most.
    pub fn derive(password: &[u8], salt: &[u8], iterations: u32) -> Self {
        let iterations = iterations.clamp(ITERATIONS, ITERATIONS_MAX);
        let salted = salted(password, salt, iterations);
        Self {
            salt: salt.to_vec(),
            iterations,
            stored: Sha256::digest(hmac(&salted, b"Client Key")).into(),
            signing: hmac(&salted, b"Server Key"),
            is_decoy: false,
        }
    }

    /// Keys that were derived elsewhere: StoredKey and ServerKey of RFC 5802.
    pub fn from_stored(salt: &[u8], iterations: u32, stored: Hash, signing: Hash) -> Self {
        Self {
            salt: salt.to_vec(),
            iterations,
            stored,
            signing,
            is_decoy: false,
        }
    }

    /// Reads keys in the form of RFC 5803, `SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY` with Base64,
    /// as PostgreSQL stores them too.
    ///
    /// # Errors
    /// What is wrong, in words that do not repeat it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let shape = "keys have the form SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY";
        let rest = text.strip_prefix("SCRAM-SHA-256$").ok_or(shape)?;
        let (cost, keys) = rest.split_once('$').ok_or(shape)?;
        let (iterations, salt) = cost.split_once(':').ok_or(shape)?;
        let (stored, signing) = keys.split_once(':').ok_or(shape)?;
        let iterations = iterations.parse().ok();
        let is_fit = |count: &u32| (ITERATIONS..=ITERATIONS_MAX).contains(count);
        let iterations = iterations.filter(is_fit);
        let iterations = iterations.ok_or("there are 4096 to 1000000 iterations")?;
        let bytes = |text: &str, what| BASE64.decode(text.as_bytes()).map_err(|_| what);
        let salt = bytes(salt, "the salt is not Base64")?;
        if salt.is_empty() {
            return Err("the salt is empty");
        }
        let key = |text: &str, what| Hash::try_from(bytes(text, what)?).map_err(|_| what);
        let stored = key(stored, "the stored key is not 32 bytes in Base64")?;
        let signing = key(signing, "the server key is not 32 bytes in Base64")?;
        Ok(Self::from_stored(&salt, iterations, stored, signing))
    }

    /// The keys as [`parse`](Self::parse) reads them: whoever knows them can pretend to be the verifier,
    /// and cannot log in.
    pub fn to_text(&self) -> String {
        let [salt, stored, signing] =
            [&self.salt[..], &self.stored, &self.signing].map(|bytes| BASE64.encode(bytes));
        format!("{METHOD}${}:{salt}${stored}:{signing}", self.iterations)
    }

    /// Keys for a user who does not exist, in the form of one who does: the challenge for an unknown
    /// name looks like any other, and the same each time, and no proof is right.
    pub fn decoy(nonces: &Nonces, user_name: &str, like: &Self) -> Self {
        let mut salt = nonces.salt(user_name).to_vec();
        salt.resize(like.salt.len(), 0);
        Self {
            salt,
            is_decoy: true,
            ..like.clone()
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} iterations)", self.iterations)
    }
}

/// Why an exchange ends without trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A message is not what RFC 5802 has at this place, or uses what is not offered.
    Malformed,
    /// The user is not known, or the proof is wrong: which of them is not said.
    WrongProof,
    /// The other side's signature is wrong: it does not know the password.
    WrongSignature,
    /// The other side asks for too few or too many iterations.
    Iterations,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the authentication data is not SCRAM's",
            Self::WrongProof => "the user name or the password is wrong",
            Self::WrongSignature => "the peer did not prove that it knows the password",
            Self::Iterations => "the number of iterations asked for is too low or too high",
        })
    }
}

impl core::error::Error for Failure {}

/// Makes the nonces of one side from a seed: nobody can tell the next from those before. The seed
/// should come from the system's generator where real passwords are at stake.
#[derive(Clone)]
pub struct Nonces {
    key: Hash,
    count: u64,
}

impl Nonces {
    /// A generator; the same seed gives the same nonces.
    pub fn new(seed: u64) -> Self {
        Self {
            key: hmac(&seed.to_be_bytes(), b"nonces"),
            count: 0,
        }
    }

    /// A seed for another generator, which gives nothing of the nonces away.
    pub fn other_seed(&self) -> u64 {
        let whole = hmac(&self.key, b"other seed");
        u64::from_be_bytes(core::array::from_fn(|index| whole[index]))
    }

    /// 24 printable characters, of 144 bits.
    pub fn next_nonce(&mut self) -> String {
        self.count += 1;
        let bytes = hmac(&self.key, &self.count.to_be_bytes());
        BASE64.encode(&bytes[..18])
    }

    /// 16 bytes of salt for a user, always the same.
    pub fn salt(&self, user_name: &str) -> [u8; 16] {
        let whole = hmac(&self.key, format!("salt {user_name}").as_bytes());
        core::array::from_fn(|index| whole[index])
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonces({} given)", self.count)
    }
}

/// The side that has the password. `first`, then [`Prover::respond`], then [`Prover::finish`].
#[derive(Clone)]
pub struct Prover {
    password: Vec<u8>,
    nonce: String,
    /// client-first-message-bare of RFC 5802.
    first_bare: String,
    /// What the other side must answer to the proof.
    expected: Option<Hash>,
}

impl Prover {
    /// Begins an exchange; the nonce is used once.
    pub fn new(user_name: &str, password: &[u8], nonce: String) -> Self {
        let name = user_name.replace('=', "=3D").replace(',', "=2C");
        Self {
            password: password.to_vec(),
            first_bare: format!("n={name},r={nonce}"),
            nonce,
            expected: None,
        }
    }

    /// The first message.
    pub fn first(&self) -> Vec<u8> {
        format!("n,,{}", self.first_bare).into_bytes()
    }

    /// The proof, in answer to the challenge.
    ///
    /// # Errors
    /// A challenge that is malformed, or does not continue this exchange, or asks for another one;
    /// the number of iterations is out of range.
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Failure> {
        if self.expected.is_some() {
            return Err(Failure::Malformed);
        }
        let challenge = text(challenge)?;
        let mut fields = challenge.split(',');
        let nonce = field(&mut fields, "r=")?;
        let salt = decode(field(&mut fields, "s=")?)?;
        let iterations: u32 = field(&mut fields, "i=")?
            .parse()
            .map_err(|_| Failure::Malformed)?;
        if !nonce.starts_with(&self.nonce) || nonce.len() == self.nonce.len() {
            return Err(Failure::Malformed);
        }
        if !(ITERATIONS..=ITERATIONS_MAX).contains(&iterations) {
            return Err(Failure::Iterations);
        }
        let salted = salted(&self.password, &salt, iterations);
        let bare = format!("c=biws,r={nonce}");
        let signed = format!("{},{challenge},{bare}", self.first_bare);
        let key = hmac(&salted, b"Client Key");
        let stored: Hash = Sha256::digest(key).into();
        let proof = xor(key, hmac(&stored, signed.as_bytes()));
        self.expected = Some(hmac(&hmac(&salted, b"Server Key"), signed.as_bytes()));
        Ok(format!("{bare},p={}", BASE64.encode(&proof)).into_bytes())
    }

    /// The other side's signature.
    ///
    /// # Errors
    /// It is not the signature of one who knows the password.
    pub fn finish(&mut self, signature: &[u8]) -> Result<(), Failure> {
        let expected = self.expected.take().ok_or(Failure::WrongSignature)?;
        let signature = decode(field(&mut text(signature)?.split(','), "v=")?)?;
        match bool::from(signature.ct_eq(&expected)) {
            true => Ok(()),
            false => Err(Failure::WrongSignature),
        }
    }
}

impl fmt::Debug for Prover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prover({})", self.first_bare)
    }
}

/// A prover's first message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The channel-binding header, which the proof repeats.
    header: String,
    bare: String,
    user_name: String,
    nonce: String,
}

impl Opening {
    /// Reads it.
    ///
    /// # Errors
    /// It is malformed, wants channel binding or a mandatory extension, or to act as another user.
    pub fn read(data: &[u8]) -> Result<Self, Failure> {
        let mut parts = text(data)?.splitn(3, ',');
        let (flag, identity) = (parts.next(), parts.next());
        let (Some(flag @ ("n" | "y")), Some(identity), Some(bare)) = (flag, identity, parts.next())
        else {
            return Err(Failure::Malformed);
        };
        let mut fields = bare.split(',');
        let name = field(&mut fields, "n=")?;
        let nonce = field(&mut fields, "r=")?;
        let acts_as = identity.strip_prefix("a=");
        let is_own = identity.is_empty() || acts_as == Some(name);
        if nonce.is_empty() || !nonce.bytes().all(|byte| byte.is_ascii_graphic()) || !is_own {
            return Err(Failure::Malformed);
        }
        Ok(Self {
            header: format!("{flag},{identity},"),
            bare: bare.to_owned(),
            user_name: unescape(name)?,
            nonce: nonce.to_owned(),
        })
    }

    /// Whose keys are needed.
    pub fn user_name(&self) -> &str {
        &self.user_name
    }
}

/// The side that has the keys.
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: Keys,
    user_name: String,
    /// The two messages so far, as both sides sign them.
    signed: String,
    /// What the proof must begin with.
    bare: String,
}

impl Verifier {
    /// Answers an opening with a challenge; the nonce is used once.
    pub fn new(opening: Opening, keys: Keys, nonce: &str) -> (Self, Vec<u8>) {
        let nonce = format!("{}{nonce}", opening.nonce);
        let salt = BASE64.encode(&keys.salt);
        let challenge = format!("r={nonce},s={salt},i={}", keys.iterations);
        let verifier = Self {
            keys,
            user_name: opening.user_name,
            signed: format!("{},{challenge}", opening.bare),
            bare: format!("c={},r={nonce}", BASE64.encode(opening.header.as_bytes())),
        };
        (verifier, challenge.into_bytes())
    }

    /// Whose proof is awaited.
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// Judges the proof; the signature to answer with when it is right.
    ///
    /// # Errors
    /// It is malformed, or wrong.
    pub fn verify(self, proof: &[u8]) -> Result<Vec<u8>, Failure> {
        let (bare, proof) = text(proof)?.rsplit_once(",p=").ok_or(Failure::Malformed)?;
        let proof: Hash = decode(proof)?.try_into().map_err(|_| Failure::Malformed)?;
        // Extensions after the nonce are optional: they are signed and otherwise ignored.
        let rest = bare.strip_prefix(&*self.bare).ok_or(Failure::Malformed)?;
        if !rest.is_empty() && !rest.starts_with(',') {
            return Err(Failure::Malformed);
        }
        let signed = format!("{},{bare}", self.signed);
        let key = xor(proof, hmac(&self.keys.stored, signed.as_bytes()));
        let is_right = Sha256::digest(key).as_slice().ct_eq(&self.keys.stored);
        let exists = Choice::from(u8::from(!self.keys.is_decoy));
        let signature = hmac(&self.keys.signing, signed.as_bytes());
        match bool::from(is_right & exists) {
            true => Ok(format!("v={}", BASE64.encode(&signature)).into_bytes()),
            false => Err(Failure::WrongProof),
        }
    }
}

fn salted(password: &[u8], salt: &[u8], iterations: u32) -> Hash {
    let mut hash = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, &mut hash);
    hash
}

fn hmac(key: &[u8], data: &[u8]) -> Hash {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.chain_update(data).finalize().into_bytes().into()
}

fn xor(one: Hash, other: Hash) -> Hash {
    core::array::from_fn(|index| one[index] ^ other[index])
}

fn text(data: &[u8]) -> Result<&str, Failure> {
    core::str::from_utf8(data).map_err(|_| Failure::Malformed)
}

/// The next field, which must have this name.
fn field<'a>(
    fields: &mut impl Iterator<Item = &'a str>,
    name: &'static str,
) -> Result<&'a str, Failure> {
    let found = fields.next().and_then(|field| field.strip_prefix(name));
    found.ok_or(Failure::Malformed)
}

fn decode(text: &str) -> Result<Vec<u8>, Failure> {
    BASE64
        .decode(text.as_bytes())
        .map_err(|_| Failure::Malformed)
}

/// A user name as it was before `,` and `=` were escaped.
fn unescape(name: &str) -> Result<String, Failure> {
    let mut parts = name.split('=');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sign, rest) = match (part.strip_prefix("2C"), part.strip_prefix("3D")) {
            (Some(rest), _) => (',', rest),
            (_, Some(rest)) => ('=', rest),
            _ => return Err(Failure::Malformed),
        };
        plain.push(sign);
        plain.push_str(rest);
    }
    match plain.is_empty() {
        true => Err(Failure::Malformed),
        false => Ok(plain),
    }
}

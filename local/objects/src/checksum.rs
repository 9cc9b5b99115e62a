//! Checksums of S3: the algorithms, and values that are computed while bytes pass.
//! Compares nothing: who wants a value says so when it is there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// An algorithm that S3 takes.
///
/// See [object integrity](https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub(crate) const ALL: [Algorithm; 5] =
        [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme, Algorithm::Sha1, Algorithm::Sha256];

    /// As requests name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
        }
    }

    /// The header, or trailer, with a value.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "x-amz-checksum-crc32",
            Algorithm::Crc32c => "x-amz-checksum-crc32c",
            Algorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Algorithm::Sha1 => "x-amz-checksum-sha1",
            Algorithm::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The element with a value.
    pub(crate) fn element(self) -> String {
        format!("Checksum{}", self.name())
    }

    pub(crate) fn named(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// What an upload in parts has if it does not say: CRC-64 there is only of the whole.
    pub(crate) fn default_kind(self) -> Kind {
        match self {
            Algorithm::Crc64Nvme => Kind::FullObject,
            _ => Kind::Composite,
        }
    }

    /// Whether an upload in parts can have such a checksum.
    pub(crate) fn allows(self, kind: Kind) -> bool {
        match kind {
            Kind::FullObject => !matches!(self, Algorithm::Sha1 | Algorithm::Sha256),
            Kind::Composite => self != Algorithm::Crc64Nvme,
        }
    }
}

/// What a checksum is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Of the bytes.
    FullObject,
    /// Of the checksums of parts.
    Composite,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::FullObject => "FULL_OBJECT",
            Kind::Composite => "COMPOSITE",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Kind> {
        [Kind::FullObject, Kind::Composite].into_iter().find(|kind| kind.name() == name)
    }
}

/// A checksum of an object or a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checksum {
    pub(crate) algorithm: Algorithm,
    pub(crate) kind: Kind,
    /// In base64; with `-` and the number of parts if composite.
    pub(crate) value: String,
}

impl Checksum {
    /// Of parts with those checksums.
    pub(crate) fn of_parts(algorithm: Algorithm, values: &[&str]) -> Checksum {
        let mut running = Running::new(algorithm);
        values.iter().filter_map(|value| STANDARD.decode(value).ok()).for_each(|raw| running.update(&raw));
        let Checksum { value, .. } = running.finish();
        Checksum { algorithm, kind: Kind::Composite, value: format!("{value}-{}", values.len()) }
    }
}

/// A checksum of bytes that pass.
pub(crate) struct Running {
    algorithm: Algorithm,
    state: State,
}

enum State {
    Crc(crc_fast::Digest),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Running {
    pub(crate) fn new(algorithm: Algorithm) -> Running {
        let state = match algorithm {
            Algorithm::Crc32 => State::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32IsoHdlc)),
            Algorithm::Crc32c => State::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc64Nvme => State::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme)),
            Algorithm::Sha1 => State::Sha1(Sha1::new()),
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
        };
        Running { algorithm, state }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Crc(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Checksum {
        let value = match self.state {
            State::Crc(state) if self.algorithm == Algorithm::Crc64Nvme => {
                STANDARD.encode(state.finalize().to_be_bytes())
            }
            // Those of 32 bits are in the lower half.
            State::Crc(state) => STANDARD.encode(&state.finalize().to_be_bytes()[4..]),
            State::Sha1(state) => STANDARD.encode(state.finalize()),
            State::Sha256(state) => STANDARD.encode(state.finalize()),
        };
        Checksum { algorithm: self.algorithm, kind: Kind::FullObject, value }
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(algorithm: Algorithm, expected: &str) {
        let mut running = Running::new(algorithm);
        [b"1234".as_slice(), b"56789"].into_iter().for_each(|bytes| running.update(bytes));
        assert_eq!(running.finish().value, expected);
    }

    #[test]
    fn values_are_those_that_the_catalogues_give() {
        check(Algorithm::Crc32, &STANDARD.encode(0xcbf4_3926_u32.to_be_bytes()));
        check(Algorithm::Crc32c, &STANDARD.encode(0xe306_9283_u32.to_be_bytes()));
        check(Algorithm::Crc64Nvme, &STANDARD.encode(0xae8b_1486_0a79_9888_u64.to_be_bytes()));
        check(Algorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE=");
        check(Algorithm::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=");
    }

    #[test]
    fn a_composite_is_of_raw_values() {
        let mut part = Running::new(Algorithm::Crc32);
        part.update(b"part");
        let part = part.finish().value;
        let composite = Checksum::of_parts(Algorithm::Crc32, &[&part, &part]);
        assert!(composite.value.ends_with("==-2"), "{}", composite.value);
        assert_eq!(composite.kind, Kind::Composite);
    }
}

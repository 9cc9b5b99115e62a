//! The body of a put: received piece by piece, checked against what the request says of it.
//! Does not know what becomes of it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use crate::checksum::{Algorithm, Checksum, Running, hex};
use crate::chunked::Chunked;
use crate::content::{Content, Sink};
use crate::headers::text;
use crate::refusal::Refusal;
use crate::xml::Element;

/// The largest document of a request, such as a list of 1,000 keys to delete: 2 MB, as on AWS.
const LARGEST_DOCUMENT: u64 = 2 * 1024 * 1024;

/// A body on its way in.
#[derive(Debug)]
pub(crate) struct Incoming {
    pieces: BodyDataStream,
    /// The client sends nothing until it is asked to.
    is_waiting: bool,
    /// How long a piece may take.
    patience: Duration,
}

impl Incoming {
    pub(crate) fn new(body: Body, headers: &HeaderMap, patience: Duration) -> Incoming {
        let is_waiting = headers.contains_key(EXPECT);
        Incoming { pieces: body.into_data_stream(), is_waiting, patience }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        match timeout(self.patience, self.pieces.next()).await {
            Ok(piece) => piece.transpose().map_err(|_| Refusal::incomplete()),
            Err(_) => Err(Refusal::timed_out()),
        }
    }

    /// A whole document of XML; none if there is no body.
    pub(crate) async fn document(&mut self, announced: &Announced) -> Result<Option<Element>, Refusal> {
        let received = receive(self, announced, Sink::Memory(Vec::new()), LARGEST_DOCUMENT).await?;
        let Content::Memory(bytes) = received.content else { return Ok(None) };
        if bytes.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| Refusal::malformed_xml())?;
        Element::read(text).map(Some).ok_or_else(Refusal::malformed_xml)
    }

    /// Reads what a refused request still sends, up to a limit: a client that is cut off while it writes does not
    /// read the answer.
    pub(crate) async fn drain(&mut self, limit: u64) {
        let mut left = if self.is_waiting { 0 } else { limit };
        while left > 0 {
            let Ok(Some(piece)) = self.next().await else { return };
            left = left.saturating_sub(piece.len() as u64);
        }
    }
}

/// What a request says of its body.
#[derive(Debug)]
pub(crate) struct Announced {
    md5: Option<Vec<u8>>,
    sha256: Option<String>,
    pub(crate) algorithm: Option<Algorithm>,
    /// In base64. Without it the value may come in a trailer.
    checksum: Option<String>,
    length: Option<u64>,
    is_chunked: bool,
}

impl Announced {
    pub(crate) fn read(headers: &HeaderMap) -> Result<Announced, Refusal> {
        let hash = text(headers, "x-amz-content-sha256").unwrap_or_default();
        let decoded = number(headers, "x-amz-decoded-content-length")?;
        if decoded.is_none() && headers.contains_key(TRANSFER_ENCODING) {
            return Err(Refusal::missing_length());
        }
        let length = decoded.or(number(headers, CONTENT_LENGTH.as_str())?);
        let is_chunked = hash.starts_with("STREAMING-");
        let sha256 = Some(hash.to_owned()).filter(|hash| hash.len() == 64 && !is_chunked);
        let (algorithm, checksum) = checksum(headers)?.unzip();
        let checksum = checksum.flatten();
        Ok(Announced { md5: content_md5(headers)?, sha256, algorithm, checksum, length, is_chunked })
    }

    /// For a request whose checksum is of something else than its body.
    pub(crate) fn without_checksum(self) -> Announced {
        Announced { algorithm: None, checksum: None, ..self }
    }

    /// With another algorithm, whose value nobody gave.
    pub(crate) fn checked_by(self, algorithm: Algorithm) -> Announced {
        Announced { algorithm: Some(algorithm), checksum: None, ..self }
    }

    /// Whether there is anything to check the body by.
    pub(crate) fn is_verifiable(&self) -> bool {
        self.md5.is_some() || self.algorithm.is_some()
    }

    fn check_length(&self, largest: u64) -> Result<(), Refusal> {
        match self.length {
            Some(length) if length > largest => Err(Refusal::too_large(largest)),
            _ => Ok(()),
        }
    }
}

/// A body that is as it was announced.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) content: Content,
    pub(crate) md5: Vec<u8>,
    pub(crate) checksum: Checksum,
}

/// Takes a body in.
pub(crate) async fn receive(
    incoming: &mut Incoming,
    announced: &Announced,
    sink: Sink,
    largest: u64,
) -> Result<Received, Refusal> {
    announced.check_length(largest)?;
    // S3 computes this one if nothing is asked for.
    let algorithm = announced.algorithm.unwrap_or(Algorithm::Crc64Nvme);
    let mut intake = Intake::new(algorithm, sink, largest);
    let mut sha256 = announced.sha256.as_ref().map(|_| Sha256::new());
    let mut chunked = announced.is_chunked.then(Chunked::default);
    while let Some(piece) = incoming.next().await? {
        if let Some(sha256) = &mut sha256 {
            sha256.update(&piece);
        }
        let Some(chunked) = &mut chunked else {
            intake.take(&piece).await?;
            continue;
        };
        let mut content = Vec::with_capacity(piece.len());
        let taken = chunked.take(&piece, |bytes| content.extend_from_slice(bytes));
        taken.map_err(|_| Refusal::incomplete())?;
        intake.take(&content).await?;
    }
    if chunked.as_ref().is_some_and(|chunked| !chunked.is_over()) {
        return Err(Refusal::incomplete());
    }
    if sha256.is_some_and(|computed| announced.sha256 != Some(hex(&computed.finalize()))) {
        return Err(Refusal::other_payload());
    }
    intake.finish(announced, &chunked.map(|chunked| chunked.trailers).unwrap_or_default()).await
}

/// Writes bytes and computes what is asked of them.
pub(crate) struct Intake {
    sink: Sink,
    md5: Md5,
    checksum: Running,
    length: u64,
    largest: u64,
}

impl Intake {
    pub(crate) fn new(algorithm: Algorithm, sink: Sink, largest: u64) -> Intake {
        Intake { sink, md5: Md5::new(), checksum: Running::new(algorithm), length: 0, largest }
    }

    pub(crate) async fn take(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.length += bytes.len() as u64;
        if self.length > self.largest {
            return Err(Refusal::too_large(self.largest));
        }
        self.md5.update(bytes);
        self.checksum.update(bytes);
        Ok(self.sink.write(bytes).await?)
    }

    /// All of it, checked by nobody.
    pub(crate) async fn complete(self) -> Result<Received, Refusal> {
        let content = self.sink.finish().await?;
        Ok(Received { content, md5: self.md5.finalize().to_vec(), checksum: self.checksum.finish() })
    }

    async fn finish(self, announced: &Announced, trailers: &[(String, String)]) -> Result<Received, Refusal> {
        if announced.length.is_some_and(|length| length != self.length) {
            return Err(Refusal::incomplete());
        }
        let received = self.complete().await?;
        if announced.md5.as_ref().is_some_and(|md5| *md5 != received.md5) {
            return Err(Refusal::bad_digest("Content-MD5"));
        }
        let algorithm = received.checksum.algorithm;
        let trailer = trailers.iter().find(|(name, _)| name == algorithm.header()).map(|(_, value)| value);
        match announced.checksum.as_ref().or(trailer) {
            Some(value) if *value != received.checksum.value => Err(Refusal::bad_digest(algorithm.name())),
            _ => Ok(received),
        }
    }
}

/// The algorithm, and the value if it is known before the body.
fn checksum(headers: &HeaderMap) -> Result<Option<(Algorithm, Option<String>)>, Refusal> {
    let mut given = Algorithm::ALL.into_iter().filter(|one| headers.contains_key(one.header()));
    if let Some(algorithm) = given.next() {
        if given.next().is_some() {
            let message =
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(Refusal::invalid_request(message));
        }
        return Ok(Some((algorithm, text(headers, algorithm.header()).map(str::to_owned))));
    }
    let trailer = text(headers, "x-amz-trailer").unwrap_or_default();
    let in_trailer = Algorithm::ALL.into_iter().find(|one| trailer.eq_ignore_ascii_case(one.header()));
    let named = text(headers, "x-amz-sdk-checksum-algorithm").and_then(Algorithm::named);
    Ok(in_trailer.or(named).map(|algorithm| (algorithm, None)))
}

fn content_md5(headers: &HeaderMap) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(text) = text(headers, "content-md5") else { return Ok(None) };
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 16);
    bytes.map(Some).ok_or_else(Refusal::invalid_digest)
}

fn number(headers: &HeaderMap, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(text) = text(headers, name) else { return Ok(None) };
    let message = format!("{name} must be a number of bytes");
    text.parse().map(Some).map_err(|_| Refusal::invalid_argument(name, text, message))
}

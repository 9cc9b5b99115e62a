//! What a request says of its signature, and whether that is true.
//! Believes nothing of it before it is verified, the id of the key included.

use std::time::{Duration, SystemTime};

use http::request::Parts;

use crate::error::{Calculated, SignatureError};
use crate::moment::Moment;
use crate::payload::Payload;
use crate::scope::Scope;
use crate::{authorization, canonical, presigned, signing};

/// What a request says of who signed it, when, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The id of the key, such as `AKIAIOSFODNN7EXAMPLE`.
    pub access_key_id: String,
    /// The token that belongs to a temporary key.
    pub session_token: Option<String>,
    /// The day, region and service the signature is for.
    pub scope: Scope,
    /// When it was signed.
    pub signed_at: SystemTime,
    /// The names of the headers signed, lower case, in the order they were signed in.
    pub signed_headers: Vec<String>,
    /// Where the signature stands.
    pub place: Place,
    /// `signed_at` as it was signed.
    pub(crate) stamp: String,
    pub(crate) signature: String,
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the header `Authorization`.
    Header,
    /// In the query of a presigned URL.
    Query {
        /// How long the URL is good for; without it as long as a signature in a header.
        lifetime: Option<Duration>,
    },
}

/// The parts of a claim, wherever they stand.
pub(crate) struct Said<'a> {
    pub(crate) credential: &'a str,
    pub(crate) signature: &'a str,
    pub(crate) signed_headers: &'a str,
    pub(crate) date: &'a str,
    pub(crate) session_token: Option<&'a str>,
}

impl Claim {
    /// Puts the parts together; `moment` is what the date was understood as.
    pub(crate) fn said(
        said: Said<'_>,
        moment: Option<Moment>,
        place: Place,
    ) -> Result<Claim, SignatureError> {
        let Some(moment) = moment else {
            return Err(SignatureError::Incomplete {
                place,
                message: format!(
                    "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
                    said.date
                ),
            });
        };
        let (access_key_id, scope) = Scope::parse(said.credential, place)?;
        scope.is_of(&moment, place)?;
        Ok(Claim {
            access_key_id,
            session_token: said.session_token.map(str::to_owned),
            scope,
            signed_at: moment.at,
            signed_headers: said.signed_headers.split(';').map(str::to_ascii_lowercase).collect(),
            place,
            stamp: moment.stamp,
            signature: said.signature.to_owned(),
        })
    }

    /// Reads what a request says; `None` if nothing is signed, be there a token of another kind or none.
    ///
    /// # Errors
    /// A signature that is not complete, or not of Signature Version 4.
    pub fn of(parts: &Parts) -> Result<Option<Claim>, SignatureError> {
        let in_header = authorization::claim(&parts.headers)?;
        let in_query = presigned::claim(parts.uri.query().unwrap_or_default())?;
        if in_header.is_some() && in_query.is_some() {
            return Err(SignatureError::Ambiguous);
        }
        Ok(in_header.or(in_query))
    }

    /// How far clocks may differ: 15 minutes for S3, 5 minutes for all others.
    #[must_use]
    pub fn usual_tolerance(&self) -> Duration {
        Duration::from_secs(60 * if self.scope.is_s3() { 15 } else { 5 })
    }

    /// Whether the signature is of now: neither of the future nor too old.
    ///
    /// # Errors
    /// [`SignatureError::Skewed`], and [`SignatureError::Expired`] for a presigned URL with a lifetime.
    pub fn in_time(&self, now: SystemTime, tolerance: Duration) -> Result<(), SignatureError> {
        if self.signed_at > now + tolerance {
            return Err(self.skewed("not yet current", "still later", now, now + tolerance, '+'));
        }
        match self.place {
            Place::Query { lifetime: Some(lifetime) } if self.signed_at + lifetime < now => {
                let text =
                    format!("Signature expired: {} plus {} s is in the past", self.stamp, lifetime.as_secs());
                Err(SignatureError::Expired(text))
            }
            Place::Header | Place::Query { lifetime: None } if self.signed_at + tolerance < now => {
                Err(self.skewed("expired", "now earlier", now, now - tolerance, '-'))
            }
            _ => Ok(()),
        }
    }

    fn skewed(
        &self,
        what: &str,
        how: &str,
        now: SystemTime,
        bound: SystemTime,
        sign: char,
    ) -> SignatureError {
        let distance = bound.duration_since(now).unwrap_or_else(|earlier| earlier.duration());
        SignatureError::Skewed(format!(
            "Signature {what}: {} is {how} than {} ({} {sign} {} min.)",
            self.stamp,
            Moment::of(bound).stamp,
            Moment::of(now).stamp,
            distance.as_secs().div_ceil(60),
        ))
    }

    /// Whether the signature is for this region and this service; AWS asks that always.
    ///
    /// # Errors
    /// [`SignatureError::Scope`].
    pub fn scoped_to(&self, region: &str, service: &str) -> Result<(), SignatureError> {
        let mut faults = Vec::new();
        if self.scope.region != region {
            let got = &self.scope.region;
            faults.push(format!("Credential should be scoped to a valid region, not '{got}'."));
        }
        if self.scope.service != service {
            faults.push(format!("Credential should be scoped to correct service: '{service}'."));
        }
        if faults.is_empty() {
            return Ok(());
        }
        Err(SignatureError::Scope { place: self.place, message: faults.join(" ") })
    }

    /// Whether the request was signed with this secret, exactly as it is. Takes the same time however wrong it is.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`] if not, with what should have been signed; [`SignatureError::Content`] if the body
    /// is not the one it was signed with; [`SignatureError::HostNotSigned`].
    pub fn verify(&self, secret: &str, parts: &Parts, payload: Payload<'_>) -> Result<(), SignatureError> {
        if !self.signed_headers.iter().any(|name| name == "host" || name == ":authority") {
            return Err(SignatureError::HostNotSigned);
        }
        let payload = payload.signed_as(self, parts)?;
        let canonical_request = canonical::request(self, parts, &payload);
        let string_to_sign = signing::string_to_sign(self, &canonical_request);
        if signing::is_signature(&self.signature, secret, &self.scope, &string_to_sign) {
            return Ok(());
        }
        let canonical_request = String::from_utf8_lossy(&canonical_request).into_owned();
        Err(SignatureError::Mismatch(Box::new(Calculated { canonical_request, string_to_sign })))
    }
}

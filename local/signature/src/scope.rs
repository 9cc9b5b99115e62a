//! What a signature is for: a day, a region, a service.
//! Judges neither region nor service: which are right only the asker knows.

use crate::claim::Place;
use crate::error::SignatureError;
use crate::moment::Moment;

/// The scope of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope {
    /// The day in UTC, such as `20130524`.
    pub date: String,
    /// Such as `us-east-1`.
    pub region: String,
    /// The name a service signs by, such as `dynamodb`, `execute-api` or `s3`.
    pub service: String,
}

/// What the credentials of Signature Version 4 end with.
pub(crate) const TERMINATOR: &str = "aws4_request";

impl Scope {
    /// Reads `AKIDEXAMPLE/20130524/us-east-1/s3/aws4_request` into the id of the key and the scope.
    pub(crate) fn parse(credential: &str, place: Place) -> Result<(String, Scope), SignatureError> {
        let pieces: Vec<&str> = credential.trim_end_matches('/').split('/').collect();
        let &[key, date, region, service, terminator] = pieces.as_slice() else {
            return Err(SignatureError::Incomplete {
                place,
                message: format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
                ),
            });
        };
        if terminator != TERMINATOR {
            return Err(SignatureError::Scope {
                place,
                message: format!(
                    "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'."
                ),
            });
        }
        let scope = Scope { date: date.to_owned(), region: region.to_owned(), service: service.to_owned() };
        Ok((key.to_owned(), scope))
    }

    /// The day must be that of the moment of signing.
    pub(crate) fn is_of(&self, moment: &Moment, place: Place) -> Result<(), SignatureError> {
        let (date, day, stamp) = (&self.date, moment.day(), &moment.stamp);
        if date == day {
            return Ok(());
        }
        Err(SignatureError::Scope {
            place,
            message: format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{day}', from '{stamp}'."
            ),
        })
    }

    /// S3 and its kin: they encode paths once and may leave bodies unsigned.
    pub(crate) fn is_s3(&self) -> bool {
        self.service.starts_with("s3")
    }
}

/// As it is signed: `20130524/us-east-1/s3/aws4_request`.
impl std::fmt::Display for Scope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}/{}/{TERMINATOR}", self.date, self.region, self.service)
    }
}

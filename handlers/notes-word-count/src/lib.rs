//! Counts the words of every note that is new or changed, and writes the count on the note.
//! Never creates a note, and never writes a count that is there already.
//!
//! | variable | what |
//! |---|---|
//! | `TABLE_NAME` | table of notes, key `id` (S); its stream of new images feeds this function |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:UpdateItem` | `TABLE_NAME` |
//!
//! Writing the count is a change of the note, which comes back through the stream. That image carries the
//! right count already, and so ends there; a change of the title ends in the same way.

mod notes;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use handler_kit::{Aws, Batch, Change, Deadline, Failures, Handler, Image, Kind, env};

pub use notes::Notes;

/// Writes under way at the same time.
const CONCURRENCY: usize = 8;

/// The handler of the notes' stream.
#[derive(Clone, Debug)]
pub struct WordCount {
    notes: Notes,
}

/// A note whose count has to be written.
#[derive(Debug, PartialEq, Eq)]
struct Stale {
    id: String,
    content: String,
    count: usize,
}

impl WordCount {
    /// A handler that writes counts on these notes.
    pub fn new(notes: Notes) -> WordCount {
        WordCount { notes }
    }

    /// Brings one note up to date.
    async fn update(&self, change: &Change) -> Result<(), SdkError<UpdateItemError>> {
        let image = change.new_image.as_ref().filter(|_| change.kind != Kind::Remove);
        let Some(stale) = image.and_then(stale) else { return Ok(()) };
        self.notes.set_word_count(&stale.id, &stale.content, stale.count).await
    }
}

impl Handler for WordCount {
    type Event = Batch;
    type Answer = Failures;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let client = Client::new(Aws::from_env()?.config());
        Ok(WordCount::new(Notes::new(client, env::required("TABLE_NAME")?)))
    }

    async fn handle(&self, batch: Batch, deadline: Deadline) -> Result<Failures, Self::Error> {
        Ok(batch.each(CONCURRENCY, deadline, async |change| self.update(change).await).await)
    }
}

/// The note of an image, if its count is missing or wrong. An item without a text is no note.
fn stale(image: &Image) -> Option<Stale> {
    let (id, content) = (image.string("id")?, image.string("content")?);
    let count = words(content);
    let is_current = image.integer("wordCount") == i64::try_from(count).ok();
    (!is_current).then(|| Stale { id: id.to_owned(), content: content.to_owned(), count })
}

/// How many words a text has: what is between white space, as Unicode knows it.
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_between_white_space() {
        let cases = [
            ("", 0),
            ("  ", 0),
            ("hello", 1),
            ("a  b", 2),
            ("  hi ", 1),
            ("one\ttwo\nthree\r\nfour", 4),
            ("no\u{a0}break", 2),
            ("em\u{2003}space", 2),
            ("全角\u{3000}空白", 2),
            ("line\u{2028}separator", 2),
            ("zero\u{200b}width is no space", 4),
            ("it's well-known", 2),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }
}

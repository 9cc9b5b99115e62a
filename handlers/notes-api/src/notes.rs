//! The table of notes.
//! Knows nothing of requests and replies.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::scan::{ScanError, ScanOutput};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use crate::draft::Draft;
use crate::note::{self, Note};
use crate::page::{Page, Token, Wanted};

/// The most that is answered at once, in bytes. Lambda takes 6 MB.
const LARGEST_ANSWER: usize = 5 * 1024 * 1024;

/// The notes in a table.
#[derive(Clone, Debug)]
pub struct Notes {
    client: Client,
    table: String,
}

impl Notes {
    /// The notes in that table.
    pub fn new(client: Client, table: impl Into<String>) -> Notes {
        Notes { client, table: table.into() }
    }

    /// Writes a new note. Its id is new, so if it is there it was written by an attempt whose answer got
    /// lost, and all is well.
    pub(crate) async fn put(&self, note: &Note) -> Result<(), SdkError<PutItemError>> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(note.to_item()));
        match put.condition_expression("attribute_not_exists(id)").send().await {
            Err(error) if !is_there(&error) => Err(error),
            _ => Ok(()),
        }
    }

    /// The note with that id. Consistent: a client that has just written it finds it.
    pub(crate) async fn read(&self, id: &str) -> Result<Option<Note>, SdkError<GetItemError>> {
        let read = self.client.get_item().table_name(&self.table).key("id", string(id)).consistent_read(true);
        Ok(read.send().await?.item.as_ref().and_then(Note::from_item))
    }

    /// Replaces title and content of a note that exists. Its word count stays until it is counted again.
    pub(crate) async fn replace(
        &self,
        id: &str,
        draft: &Draft,
    ) -> Result<Option<Note>, SdkError<UpdateItemError>> {
        let update = self.client.update_item().table_name(&self.table).key("id", string(id));
        let update = update
            .condition_expression("attribute_exists(id)")
            .update_expression("SET title = :title, content = :content, updatedAt = :now")
            .expression_attribute_values(":title", string(&draft.title))
            .expression_attribute_values(":content", string(&draft.content))
            .expression_attribute_values(":now", string(&note::now()))
            .return_values(ReturnValue::AllNew);
        match update.send().await {
            Ok(output) => Ok(output.attributes.as_ref().and_then(Note::from_item)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes a note, and does not mind if there is none.
    pub(crate) async fn delete(&self, id: &str) -> Result<(), SdkError<DeleteItemError>> {
        self.client.delete_item().table_name(&self.table).key("id", string(id)).send().await?;
        Ok(())
    }

    /// Lists notes: all of them by age if everything is wanted and fits, else in the table's order.
    pub(crate) async fn list(&self, wanted: &Wanted) -> Result<Page, SdkError<ScanError>> {
        let mut page = Page { notes: Vec::new(), next: wanted.after.clone() };
        let mut size = 0;
        loop {
            let scanned =
                self.scan(page.next.as_ref(), wanted.limit.map(|limit| limit - page.notes.len())).await?;
            page.next = last(&scanned);
            for note in scanned.items().iter().filter_map(Note::from_item) {
                size += note.size();
                if page.is_full(wanted.limit, size) {
                    return Ok(page.ending_here());
                }
                page.notes.push(note);
            }
            if page.next.is_none() {
                break;
            }
        }
        if wanted.is_everything() {
            page.notes.sort_by(|one, other| one.id.cmp(&other.id));
        }
        Ok(page)
    }

    /// One page of the table. It asks for one note more than is wanted: the limit alone would not tell
    /// whether another page follows.
    async fn scan(
        &self,
        after: Option<&Token>,
        limit: Option<usize>,
    ) -> Result<ScanOutput, SdkError<ScanError>> {
        let limit = limit.and_then(|limit| i32::try_from(limit + 1).ok());
        let mut scan = self.client.scan().table_name(&self.table).set_limit(limit);
        if let Some(token) = after {
            scan = scan.exclusive_start_key("id", string(&token.id));
        }
        scan.send().await
    }
}

impl Page {
    /// Whether another note, which makes it that large, is one too many. One note always fits.
    fn is_full(&self, limit: Option<usize>, size: usize) -> bool {
        limit.is_some_and(|limit| self.notes.len() >= limit)
            || (size > LARGEST_ANSWER && !self.notes.is_empty())
    }

    /// The page as it is; the next one starts after its last note.
    fn ending_here(self) -> Page {
        let next = self.notes.last().map(|note| Token { id: note.id.clone() });
        Page { next, ..self }
    }
}

/// Where the table says that the scan stopped before its end.
fn last(scanned: &ScanOutput) -> Option<Token> {
    let id = scanned.last_evaluated_key.as_ref()?.get("id")?.as_s().ok()?;
    Some(Token { id: id.clone() })
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn is_there(error: &SdkError<PutItemError>) -> bool {
    error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception)
}

fn is_absent(error: &SdkError<UpdateItemError>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

//! The table of notes, as far as the count goes.
//! Reads nothing: what there is to know came with the stream.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;

/// The note is there, has the text that was counted, and not the count yet: a record delivered again
/// writes nothing.
const CONDITION: &str = "attribute_exists(id) AND content = :content \
     AND (attribute_not_exists(wordCount) OR wordCount <> :count)";

/// The notes whose words are counted.
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

    /// Writes the count of a text on its note, if the note still has that text. A note that is gone
    /// stays gone, and one that has changed since has its own record in the stream.
    pub async fn set_word_count(
        &self,
        id: &str,
        content: &str,
        count: usize,
    ) -> Result<(), SdkError<UpdateItemError>> {
        let update = self.client.update_item().table_name(&self.table);
        let update = update
            .key("id", AttributeValue::S(id.to_owned()))
            .condition_expression(CONDITION)
            .update_expression("SET wordCount = :count")
            .expression_attribute_values(":content", AttributeValue::S(content.to_owned()))
            .expression_attribute_values(":count", AttributeValue::N(count.to_string()));
        match update.send().await {
            Err(error) if !is_outdated(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

fn is_outdated(error: &SdkError<UpdateItemError>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

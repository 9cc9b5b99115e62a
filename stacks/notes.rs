//! Notes and word count: a REST API for notes; each note's words are counted behind its back.

use stackwright::prelude::*;

use crate::shared::{page, prefix};

/// A REST API writes notes into a table; the table's stream has their words counted.
pub(crate) fn declare(stack: &mut Scope<'_>) {
    stack.describe("Notes: a REST API, and a word count that follows every change");
    let prefix = stack.add("TablePrefix", prefix);

    let (notes, changes) =
        stack.add("Notes", Table::new(string("id")).named(prefix.name("notes")).streaming(View::NewImage));
    stack.add(
        "WordCount",
        Function::new("notes-word-count")
            .description("Counts the words of a note that is new or has another content")
            .env("TABLE_NAME", notes.name())
            .allow(notes.update())
            .timeout(60)
            .on(changes.inserted_or_modified().batch(100).retry(3)),
    );

    let handler = stack.add(
        "Handler",
        Function::new("notes-api")
            .description("Creates, reads, changes and deletes notes")
            .env("TABLE_NAME", notes.name())
            .allow(notes.get())
            .allow(notes.scan())
            .allow(notes.put())
            .allow(notes.update())
            .allow(notes.delete())
            .timeout(28),
    );
    let api = stack.add(
        "Api",
        RestApi::new("prod")
            .cors(Cors::any_origin())
            .route(Method::Get, "/notes", handler)
            .route(Method::Post, "/notes", handler)
            .route(Method::Get, "/notes/{id}", handler)
            .route(Method::Put, "/notes/{id}", handler)
            .route(Method::Delete, "/notes/{id}", handler),
    );

    let site = stack.add("Site", page("notes").config("apiUrl", api.url()).connecting_to(api.origin()));
    stack.add("PageUrl", Output::new(site.url()).description("The page"));
    stack.add("ApiUrl", Output::new(api.url()).description("Where notes are read and written"));
}

//! The REST API over the table of notes: create, list, read, replace, delete.
//! Counts no words: that is `notes-word-count`.
//!
//! | variable | what |
//! |---|---|
//! | `TABLE_NAME` | table of notes, key `id` (S) |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:PutItem` | `TABLE_NAME` |
//! | `dynamodb:Scan` | `TABLE_NAME` |
//! | `dynamodb:GetItem` | `TABLE_NAME` |
//! | `dynamodb:UpdateItem` | `TABLE_NAME` |
//! | `dynamodb:DeleteItem` | `TABLE_NAME` |
//!
//! | request | answer |
//! |---|---|
//! | `POST /notes` | 201, empty, `Location: /notes/<id>` |
//! | `GET /notes` | 200, all notes by age; with `?limit=` or `?next=` a page, and `Next-Token` if there is more |
//! | `GET /notes/{id}` | 200, the note; 404 |
//! | `PUT /notes/{id}` | 200, the note with its new title and content; 404 |
//! | `DELETE /notes/{id}` | 204, whether or not it was there |
//!
//! Everything else that is wrong with a request is a 400, 404, 405 or 413 with `{"message": …}`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod draft;
mod note;
mod notes;
mod page;
mod refusal;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Causes, Deadline, Handler, Reply, Request, env};

use draft::Draft;
pub use note::Note;
pub use notes::Notes;
use page::Wanted;
use refusal::Refusal;

/// The handler of every method of the API.
#[derive(Clone, Debug)]
pub struct NotesApi {
    notes: Notes,
}

/// The longest key DynamoDB takes, in bytes; no note has a longer id.
const LONGEST_ID: usize = 2048;

/// What a path points at.
enum Target<'a> {
    All,
    One(&'a str),
}

impl NotesApi {
    /// An API over these notes.
    pub fn new(notes: Notes) -> NotesApi {
        NotesApi { notes }
    }

    async fn route(&self, request: &Request) -> Result<Reply, Refusal> {
        match (request.method(), target(request)?) {
            ("POST", Target::All) => self.create(request).await,
            ("GET", Target::All) => self.list(request).await,
            ("GET", Target::One(id)) => self.read(id).await,
            ("PUT", Target::One(id)) => self.replace(id, request).await,
            ("DELETE", Target::One(id)) => self.delete(id).await,
            (method, Target::All) => Err(Refusal::Method { method: method.to_owned(), allowed: "GET, POST" }),
            (method, Target::One(_)) => {
                Err(Refusal::Method { method: method.to_owned(), allowed: "GET, PUT, DELETE" })
            }
        }
    }

    async fn create(&self, request: &Request) -> Result<Reply, Refusal> {
        let draft = Draft::read(&request.text()?)?;
        let note = Note::new(draft);
        self.notes.put(&note).await?;
        Ok(Reply::status(201).with("Location", format!("/notes/{}", note.id)))
    }

    async fn list(&self, request: &Request) -> Result<Reply, Refusal> {
        let wanted = Wanted::read(request.query("limit"), request.query("next"))?;
        let page = self.notes.list(&wanted).await?;
        let reply = Reply::json(200, &page.notes)?;
        Ok(match page.next {
            Some(token) => reply.with("Next-Token", token.to_string()),
            None => reply,
        })
    }

    async fn read(&self, id: &str) -> Result<Reply, Refusal> {
        let note = self.notes.read(id).await?.ok_or_else(|| Refusal::no_note(id))?;
        Ok(Reply::json(200, &note)?)
    }

    async fn replace(&self, id: &str, request: &Request) -> Result<Reply, Refusal> {
        let draft = Draft::read(&request.text()?)?;
        let note = self.notes.replace(id, &draft).await?.ok_or_else(|| Refusal::no_note(id))?;
        Ok(Reply::json(200, &note)?)
    }

    async fn delete(&self, id: &str) -> Result<Reply, Refusal> {
        self.notes.delete(id).await?;
        Ok(Reply::status(204))
    }
}

impl Handler for NotesApi {
    type Event = Request;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let client = Client::new(Aws::from_env()?.config());
        Ok(NotesApi::new(Notes::new(client, env::required("TABLE_NAME")?)))
    }

    async fn handle(&self, request: Request, _: Deadline) -> Result<Reply, Self::Error> {
        let reply = self.route(&request).await.unwrap_or_else(|refusal| {
            if refusal.is_ours() {
                tracing::error!(method = request.method(), error = %Causes(&refusal), "the request failed");
            }
            refusal.into()
        });
        Ok(allow_any_page(reply))
    }
}

/// The page comes from another origin, and reads two headers that browsers hide unless told not to.
fn allow_any_page(reply: Reply) -> Reply {
    reply
        .with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Expose-Headers", "Location, Next-Token")
}

fn target(request: &Request) -> Result<Target<'_>, Refusal> {
    let path = request.path().trim_end_matches('/');
    let id = request.path_parameter("id").or_else(|| path.strip_prefix("/notes/"));
    match id.filter(|id| !id.is_empty()) {
        Some(id) if id.len() > LONGEST_ID => Err(Refusal::no_path(path)),
        Some(id) => Ok(Target::One(id)),
        None if path == "/notes" => Ok(Target::All),
        None => Err(Refusal::no_path(path)),
    }
}

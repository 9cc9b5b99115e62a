//! What the server sends to clients.
//! Sends nothing.

use std::fmt;

use serde::Serialize;

use crate::history::Line;

/// The most that API Gateway sends in one message, in bytes.
pub(crate) const LARGEST: usize = 128 * 1024;

/// A message to a client, a JSON object with its `type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Frame {
    /// The answer to `register`.
    Signup {
        /// `SUCCESS`; anything else is an [`Frame::Error`].
        update_status: &'static str,
        /// The rooms there are.
        rooms: Vec<String>,
    },
    /// There is a new room.
    SingleRoom {
        /// Its name.
        message: String,
    },
    /// What was said in a room before.
    MultiMessage {
        /// The oldest first.
        messages: Vec<Line>,
    },
    /// Somebody said something.
    ClientMessage {
        /// Who.
        user: String,
        /// What.
        message: String,
    },
    /// A room is gone.
    DeleteRoom {
        /// Its name.
        room: String,
    },
    /// A request was refused.
    Error {
        /// What the client had asked for, if that is known.
        action: Option<String>,
        /// Why, for a person to read.
        message: String,
    },
}

impl Frame {
    /// The answer to `register`, with as many rooms as fit.
    pub fn signup(rooms: Vec<String>) -> Frame {
        let frame = |rooms| Frame::Signup { update_status: "SUCCESS", rooms };
        frame(fitting(frame(Vec::new()), rooms))
    }

    /// What was said in a room, given from the newest on: as much as fits, from the oldest on.
    pub(crate) fn history(newest_first: Vec<Line>) -> Frame {
        let frame = |messages| Frame::MultiMessage { messages };
        let mut messages = fitting(frame(Vec::new()), newest_first);
        messages.reverse();
        frame(messages)
    }

    /// Whether there is a room.
    pub(crate) fn of_room(room: &str, is_there: bool) -> Frame {
        let room = room.to_owned();
        if is_there { Frame::SingleRoom { message: room } } else { Frame::DeleteRoom { room } }
    }

    /// A refusal.
    pub fn error(action: &str, message: impl ToString) -> Frame {
        Frame::Error { action: Some(action.to_owned()), message: message.to_string() }
    }
}

impl fmt::Display for Frame {
    /// The JSON of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// As many elements as fit into an empty frame together, from the first one on.
fn fitting<T: Serialize>(empty: Frame, elements: Vec<T>) -> Vec<T> {
    // There is one comma less than there are elements.
    let mut left = LARGEST + 1 - empty.to_string().len();
    let fits = |element: &T| {
        let size = serde_json::to_string(element).map_or(usize::MAX, |json| json.len() + 1);
        left.checked_sub(size).inspect(|rest| left = *rest).is_some()
    };
    elements.into_iter().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(length: usize) -> Line {
        let empty = Line { user: "a".to_owned(), content: String::new(), time: "t".to_owned() };
        let rest = length - serde_json::to_string(&empty).unwrap().len();
        Line { content: "x".repeat(rest), ..empty }
    }

    /// How many lines of those lengths, the newest first, are in the frame.
    fn check(lengths: &[usize], expected: usize) {
        let frame = Frame::history(lengths.iter().map(|length| line(*length)).collect());
        assert!(frame.to_string().len() <= LARGEST);
        let Frame::MultiMessage { messages } = frame else { panic!("{frame:?}") };
        let newest = lengths[..expected].iter().rev().map(|length| line(*length)).collect::<Vec<_>>();
        assert!(messages == newest, "{} of {lengths:?}", messages.len());
    }

    #[test]
    fn a_history_is_as_long_as_fits_to_the_byte() {
        let room = LARGEST - r#"{"type":"multi-message","messages":[]}"#.len();
        check(&[], 0);
        check(&[room], 1);
        check(&[room + 1], 0);
        check(&[1_000, room - 1_001], 2);
        check(&[1_000, room - 1_000], 1);
        check(&[1_000, room, 100], 1);
    }

    #[test]
    fn a_frame_says_its_type() {
        let cases = [
            (Frame::signup(vec!["a".into()]), r#"{"type":"signup","updateStatus":"SUCCESS","rooms":["a"]}"#),
            (Frame::SingleRoom { message: "a".into() }, r#"{"type":"single-room","message":"a"}"#),
            (Frame::history(Vec::new()), r#"{"type":"multi-message","messages":[]}"#),
            (
                Frame::ClientMessage { user: "a".into(), message: "<b>".into() },
                r#"{"type":"client-message","user":"a","message":"<b>"}"#,
            ),
            (Frame::DeleteRoom { room: "\"".into() }, r#"{"type":"delete-room","room":"\""}"#),
            (Frame::error("register", "no"), r#"{"type":"error","action":"register","message":"no"}"#),
            (
                Frame::Error { action: None, message: "no".into() },
                r#"{"type":"error","action":null,"message":"no"}"#,
            ),
        ];
        for (frame, json) in cases {
            assert_eq!(frame.to_string(), json);
        }
    }

    #[test]
    fn of_too_many_rooms_as_many_as_fit_are_named() {
        let rooms: Vec<_> = (0..3_000).map(|n| format!("{n:064}")).collect();
        let frame = Frame::signup(rooms.clone());
        assert!(frame.to_string().len() <= LARGEST);
        let Frame::Signup { rooms: named, .. } = frame else { panic!("{frame:?}") };
        assert!(named.len() > 1_900 && named == rooms[..named.len()], "{}", named.len());
    }
}

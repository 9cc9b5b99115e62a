//! Texts with `*` for any characters, and `\*` and `\\` for the characters themselves.
//! Knows no `?` and no classes: EventBridge has none.

/// A text with wildcards, cut at them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wildcard {
    /// What must stand between the wildcards; at least one piece.
    pieces: Vec<String>,
}

impl Wildcard {
    /// Reads the text; `None` for two `*` in a row and for a backslash before anything else.
    pub(crate) fn parse(text: &str) -> Option<Wildcard> {
        let mut pieces = vec![String::new()];
        let mut characters = text.chars();
        let mut after_star = false;
        while let Some(character) = characters.next() {
            match character {
                '*' if after_star => return None,
                '*' => pieces.push(String::new()),
                '\\' => pieces.last_mut()?.push(characters.next().filter(|next| "*\\".contains(*next))?),
                other => pieces.last_mut()?.push(other),
            }
            after_star = character == '*';
        }
        Some(Wildcard { pieces })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.pieces.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else { return text == first };
        let Some(text) = text.strip_prefix(first.as_str()) else { return false };
        let Some(mut text) = text.strip_suffix(last.as_str()) else { return false };
        // The first place that fits leaves the most for the pieces to come.
        middle.iter().all(|piece| match text.split_once(piece.as_str()) {
            Some((_, after)) => {
                text = after;
                true
            }
            None => false,
        })
    }
}

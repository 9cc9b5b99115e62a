//! XML as S3 speaks it: elements with texts, written and read.
//! Keeps no attributes but the name space of the whole, and no white space between elements.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use xmlparser::{ElementEnd, Reference, Stream, Token, Tokenizer};

/// What all documents but errors are in.
const NAME_SPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Elements inside each other; S3's requests have four. Bounds what a hostile document costs.
const DEEPEST: usize = 16;

/// An element: a text, or elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    pub(crate) fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    /// With an element that has just a text.
    #[must_use]
    pub(crate) fn with(self, name: &str, text: impl ToString) -> Element {
        self.child(Element { text: text.to_string(), ..Element::new(name) })
    }

    /// With that element if there is a text for it.
    #[must_use]
    pub(crate) fn with_some(self, name: &str, text: Option<impl ToString>) -> Element {
        match text {
            Some(text) => self.with(name, text),
            None => self,
        }
    }

    #[must_use]
    pub(crate) fn child(mut self, child: Element) -> Element {
        self.children.push(child);
        self
    }

    #[must_use]
    pub(crate) fn all(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        self.children.extend(children);
        self
    }

    /// The elements of that name.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of that name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|child| child.name == name).map(|child| child.text.as_str())
    }

    /// A document of S3's name space.
    pub(crate) fn into_response(self) -> Response {
        self.document(&format!(" xmlns=\"{NAME_SPACE}\""), StatusCode::OK)
    }

    /// A document of no name space, as errors are.
    pub(crate) fn into_error(self, status: StatusCode) -> Response {
        self.document("", status)
    }

    fn document(&self, attributes: &str, status: StatusCode) -> Response {
        let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(attributes, &mut text);
        let mut response = (status, text).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }

    fn write(&self, attributes: &str, out: &mut String) {
        let name = &self.name;
        out.push_str(&format!("<{name}{attributes}>"));
        escape(&self.text, out);
        self.children.iter().for_each(|child| child.write("", out));
        out.push_str(&format!("</{name}>"));
    }

    /// Reads a document; `None` if it is not well formed, or has what S3's requests do not have.
    pub(crate) fn read(text: &str) -> Option<Element> {
        // The root's parent, so that there is always an element to put something into.
        let mut open = vec![Element::default()];
        for token in Tokenizer::from(text) {
            match token.ok()? {
                Token::ElementStart { local, .. } if open.len() <= DEEPEST => open.push(Element::new(&local)),
                Token::ElementStart { .. } | Token::EntityDeclaration { .. } => return None,
                Token::ElementEnd { end: ElementEnd::Open, .. } => {}
                Token::ElementEnd { end: ElementEnd::Close(_, name), .. } => {
                    let element = open.pop().filter(|element| element.name == name.as_str())?;
                    open.last_mut()?.children.push(element);
                }
                Token::ElementEnd { end: ElementEnd::Empty, .. } => {
                    let element = open.pop()?;
                    open.last_mut()?.children.push(element);
                }
                Token::Text { text } => unescape(&text, &mut open.last_mut()?.text)?,
                Token::Cdata { text, .. } => open.last_mut()?.text.push_str(&text),
                _ => {}
            }
        }
        let mut document = open.pop().filter(|_| open.is_empty())?;
        let root = document.children.pop()?;
        document.children.is_empty().then_some(root)
    }
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would take the bare one for a line end. Others it takes for no XML at all: as S3 does, they are
            // written all the same; who lists such keys asks for `encoding-type=url`.
            control if control.is_control() && control != '\n' && control != '\t' => {
                out.push_str(&format!("&#x{:X};", u32::from(control)));
            }
            other => out.push(other),
        }
    }
}

fn unescape(text: &str, out: &mut String) -> Option<()> {
    let mut stream = Stream::from(text);
    while !stream.at_end() {
        if stream.curr_byte().ok()? != b'&' {
            out.push_str(stream.consume_bytes(|_, byte| byte != b'&').as_str());
            continue;
        }
        match stream.consume_reference().ok()? {
            Reference::Char(character) => out.push(character),
            Reference::Entity(_) => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<Element>) {
        assert_eq!(Element::read(text), expected, "{text}");
    }

    #[test]
    fn documents_are_read() {
        let object = Element::new("Object").with("Key", "a & b<c>\r");
        check(
            "<?xml version='1.0'?><Object xmlns='x'><Key>a &amp; b&lt;c>&#13;</Key></Object>",
            Some(object),
        );
        check("<a><![CDATA[<x>&]]></a>", Some(Element { text: "<x>&".to_owned(), ..Element::new("a") }));
        check("<a/>", Some(Element::new("a")));
    }

    #[test]
    fn what_is_not_well_formed_is_not_read() {
        for text in ["", "a", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "<a>&</a>"] {
            check(text, None);
        }
        check(&"<a>".repeat(100_000), None);
        check("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let element = Element::new("Key").with("Text", "<&>\"'\u{1}\r\n\u{e9}");
        let mut text = String::new();
        element.write("", &mut text);
        assert_eq!(text, "<Key><Text>&lt;&amp;&gt;&quot;'&#x1;&#xD;\n\u{e9}</Text></Key>");
    }
}

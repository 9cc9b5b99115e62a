//! Bodies in S3's own chunks (`aws-chunked`): the bytes in them, and the trailers after them.
//! Checks no chunk's signature: whoever may send the request is trusted with its body.
//!
//! See [streaming](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).

use std::mem::take;

/// The longest line between chunks: a size and a signature, or a trailer.
const LONGEST_LINE: usize = 4096;

/// Trailers that are kept; the SDKs send one, and its signature.
const MOST_TRAILERS: usize = 16;

/// Takes a body as it comes and gives what is in it.
#[derive(Debug, Default)]
pub(crate) struct Chunked {
    state: State,
    line: Vec<u8>,
    /// Names in lower case, and values.
    pub(crate) trailers: Vec<(String, String)>,
}

#[derive(Debug, Default)]
enum State {
    /// In the line that says how many bytes follow.
    #[default]
    Size,
    /// So many bytes are to come.
    Bytes(u64),
    /// In the end of line after the bytes.
    Gap,
    /// In a trailer.
    Trailer,
    /// After the empty line that ends it all.
    Over,
}

/// The body is not of this form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Chunked {
    /// Takes the next piece of the body, and hands on what is content.
    pub(crate) fn take(&mut self, mut piece: &[u8], mut content: impl FnMut(&[u8])) -> Result<(), Malformed> {
        while !piece.is_empty() {
            if let State::Bytes(left) = &mut self.state {
                let here = usize::try_from(*left).unwrap_or(usize::MAX).min(piece.len());
                let (bytes, rest) = piece.split_at(here);
                content(bytes);
                piece = rest;
                *left -= here as u64;
                if *left == 0 {
                    self.state = State::Gap;
                }
            } else {
                piece = self.take_line(piece)?;
            }
        }
        Ok(())
    }

    /// Whether all has come. Some clients leave out the last empty line.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Over) || matches!(self.state, State::Trailer if self.line.is_empty())
    }

    fn take_line<'a>(&mut self, piece: &'a [u8]) -> Result<&'a [u8], Malformed> {
        if matches!(self.state, State::Over) {
            return Err(Malformed);
        }
        let end = piece.iter().position(|byte| *byte == b'\n');
        let (part, rest) = end.map_or((piece, &[][..]), |end| (&piece[..end], &piece[end + 1..]));
        if self.line.len() + part.len() > LONGEST_LINE {
            return Err(Malformed);
        }
        self.line.extend_from_slice(part);
        if end.is_some() {
            let line = String::from_utf8(take(&mut self.line)).map_err(|_| Malformed)?;
            self.state = self.after(line.trim_end_matches('\r'))?;
        }
        Ok(rest)
    }

    fn after(&mut self, line: &str) -> Result<State, Malformed> {
        match self.state {
            State::Size => {
                let size = line.split(';').next().unwrap_or_default();
                let size = u64::from_str_radix(size, 16).map_err(|_| Malformed)?;
                Ok(if size == 0 { State::Trailer } else { State::Bytes(size) })
            }
            State::Gap if line.is_empty() => Ok(State::Size),
            State::Trailer if line.is_empty() => Ok(State::Over),
            State::Trailer if self.trailers.len() < MOST_TRAILERS => {
                let (name, value) = line.split_once(':').ok_or(Malformed)?;
                self.trailers.push((name.trim().to_lowercase(), value.trim().to_owned()));
                Ok(State::Trailer)
            }
            _ => Err(Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str =
        "5;chunk-signature=ab\r\nhello\r\n6;chunk-signature=cd\r\n world\r\n0;chunk-signature=ef\r\n\r\n";
    const TRAILER: &str = "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";

    /// What comes out, whatever pieces it comes in.
    fn check(body: &str, expected: Result<(&str, usize), Malformed>) {
        for size in [1, 2, 3, 7, body.len().max(1)] {
            let (mut chunked, mut content) = (Chunked::default(), Vec::new());
            let pieces = body.as_bytes().chunks(size);
            let taken = pieces.map(|piece| chunked.take(piece, |bytes| content.extend_from_slice(bytes)));
            let taken = taken.collect::<Result<(), _>>().map(|()| chunked.is_over());
            let told = match taken {
                Ok(true) => Ok((String::from_utf8_lossy(&content).into_owned(), chunked.trailers.len())),
                _ => Err(Malformed),
            };
            assert_eq!(
                told.as_ref().map(|(text, trailers)| (text.as_str(), *trailers)),
                expected.as_ref().map(|it| *it)
            );
        }
    }

    #[test]
    fn chunks_are_joined() {
        check(SIGNED, Ok(("hello world", 0)));
        check(TRAILER, Ok(("hello world", 1)));
        check("0\r\n\r\n", Ok(("", 0)));
        check("0\r\n", Ok(("", 0)));
    }

    #[test]
    fn what_breaks_off_or_makes_no_sense_is_refused() {
        let long = "a".repeat(LONGEST_LINE + 1);
        for body in
            ["", "5\r\nhel", "5\r\nhello", "x\r\n", "5\r\nhello!\r\n0\r\n", "0\r\nnot a trailer\r\n", &long]
        {
            check(body, Err(Malformed));
        }
        check("ffffffffffffffffff\r\n", Err(Malformed));
        check("0\r\n\r\nmore", Err(Malformed));
    }
}

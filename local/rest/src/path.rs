//! Paths with holes, `/notes/{id}` and `/files/{proxy+}`: which of several fits a request best.
//! Knows no methods: what stands at a path is not looked at.

use percent_encoding::percent_decode_str;

/// What stood in the holes, by their names, decoded.
pub(crate) type Parameters = Vec<(String, String)>;

/// How a part of a path fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Literal,
    Hole,
    Rest,
}

/// Of what has a path, the one that fits best, and what is in its holes: literal parts win over holes, those over
/// `{proxy+}`, from the left to the right.
pub(crate) fn best<'a, T>(
    candidates: impl IntoIterator<Item = &'a T>,
    path_of: impl Fn(&T) -> &str,
    path: &str,
) -> Option<(&'a T, Parameters)> {
    let parts = parts(path);
    let fitting = candidates.into_iter().filter_map(|candidate| {
        let (fits, parameters) = fit(path_of(candidate), &parts)?;
        Some((fits, candidate, parameters))
    });
    let (_, best, parameters) = fitting.min_by(|one, other| one.0.cmp(&other.0))?;
    Some((best, parameters))
}

/// Whether one path with holes wins over another where both fit.
pub(crate) fn is_better(one: &str, other: &str) -> bool {
    let fits = |path: &str| -> Vec<Fit> { parts(path).into_iter().map(|part| hole(part).0).collect() };
    fits(one) < fits(other)
}

/// What a part of a path with holes takes, and under which name.
fn hole(part: &str) -> (Fit, &str) {
    match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => name.strip_suffix('+').map_or((Fit::Hole, name), |name| (Fit::Rest, name)),
        None => (Fit::Literal, part),
    }
}

/// The parts of a path, as they were sent. Slashes at either end do not count.
fn parts(path: &str) -> Vec<&str> {
    match path.trim_matches('/') {
        "" => Vec::new(),
        path => path.split('/').collect(),
    }
}

fn fit(pattern: &str, sent: &[&str]) -> Option<(Vec<Fit>, Parameters)> {
    let (mut fits, mut parameters, mut rest) = (Vec::new(), Parameters::new(), sent);
    for part in parts(pattern) {
        let (kind, name) = hole(part);
        fits.push(kind);
        if kind == Fit::Rest {
            let whole = (!rest.is_empty()).then(|| rest.join("/"))?;
            parameters.push((name.to_owned(), decoded(&whole)));
            return Some((fits, parameters));
        }
        let (first, others) = rest.split_first()?;
        rest = others;
        match kind {
            Fit::Hole if !first.is_empty() => parameters.push((name.to_owned(), decoded(first))),
            Fit::Literal if decoded(first) == name => {}
            _ => return None,
        }
    }
    rest.is_empty().then_some((fits, parameters))
}

/// Percent-encoding undone; what is no UTF-8 afterwards is replaced.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 9] = [
        "/",
        "/notes",
        "/notes/{id}",
        "/notes/new",
        "/notes/{id}/words",
        "/files/{proxy+}",
        "/{proxy+}",
        "/{owner}/settings",
        "/files/{name}",
    ];

    /// The path that fits, and what is in its holes.
    #[track_caller]
    fn check(sent: &str, pattern: &str, parameters: &[(&str, &str)]) {
        let (found, held) = best(PATHS.iter(), |path| *path, sent).expect(sent);
        let held: Vec<_> = held.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!((*found, &*held), (pattern, parameters), "{sent}");
    }

    #[test]
    fn the_most_literal_path_wins_from_the_left() {
        check("/notes", "/notes", &[]);
        check("/notes/new", "/notes/new", &[]);
        check("/notes/5", "/notes/{id}", &[("id", "5")]);
        check("/notes/new/words", "/notes/{id}/words", &[("id", "new")]);
        check("/notes/settings", "/notes/{id}", &[("id", "settings")]);
        check("/ada/settings", "/{owner}/settings", &[("owner", "ada")]);
        check("/files/a", "/files/{name}", &[("name", "a")]);
        check("/files/a/b", "/files/{proxy+}", &[("proxy", "a/b")]);
        check("/notes/5/6/7", "/{proxy+}", &[("proxy", "notes/5/6/7")]);
    }

    #[test]
    fn slashes_at_the_ends_do_not_count() {
        check("/", "/", &[]);
        check("", "/", &[]);
        check("//", "/", &[]);
        check("/notes/", "/notes", &[]);
        check("//notes", "/notes", &[]);
        check("/notes/5/", "/notes/{id}", &[("id", "5")]);
        check("/files/a/b/", "/files/{proxy+}", &[("proxy", "a/b")]);
    }

    #[test]
    fn parts_are_decoded_once_after_they_were_taken_apart() {
        check("/notes/a%20b", "/notes/{id}", &[("id", "a b")]);
        check("/notes/a%2Fb", "/notes/{id}", &[("id", "a/b")]);
        check("/notes/100%2525", "/notes/{id}", &[("id", "100%25")]);
        check("/notes/a+b", "/notes/{id}", &[("id", "a+b")]);
        check("/no%74es", "/notes", &[]);
        check("/notes/caf%C3%A9", "/notes/{id}", &[("id", "café")]);
        check("/notes/%FF", "/notes/{id}", &[("id", "\u{fffd}")]);
    }

    #[test]
    fn nothing_fits_in_an_empty_hole() {
        assert_eq!(best(["/notes/{id}", "/a/{proxy+}"].iter(), |path| *path, "/notes/"), None);
        assert_eq!(best(["/notes/{id}/x", "/a/{proxy+}"].iter(), |path| *path, "/notes//x"), None);
        assert_eq!(best(["/a/{proxy+}"].iter(), |path| *path, "/a/"), None);
        assert_eq!(best(["/{proxy+}"].iter(), |path| *path, "/"), None);
    }
}

//! Patterns of paths: `*` for any characters, `?` for one.
//! Knows no classes and no escapes: CloudFront has none.

/// Which paths a behaviour is for.
///
/// See [path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(Vec<char>);

impl PathPattern {
    /// The pattern of that text; a slash before it makes no difference.
    #[must_use]
    pub fn new(text: &str) -> PathPattern {
        PathPattern(text.strip_prefix('/').unwrap_or(text).chars().collect())
    }

    /// Whether a path is meant, in upper and lower case as it is.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = path.strip_prefix('/').unwrap_or(path).chars().collect();
        let (mut at, mut in_path) = (0, 0);
        // Where to go on if what follows the last `*` does not fit: it takes one character more.
        let mut retry = None;
        while in_path < path.len() {
            match self.0.get(at) {
                Some('*') => {
                    retry = Some((at, in_path));
                    at += 1;
                }
                Some(wanted) if *wanted == '?' || *wanted == path[in_path] => {
                    at += 1;
                    in_path += 1;
                }
                _ => match &mut retry {
                    Some((star, taken)) => {
                        *taken += 1;
                        (at, in_path) = (*star + 1, *taken);
                    }
                    None => return false,
                },
            }
        }
        self.0[at..].iter().all(|rest| *rest == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, matching: &[&str], other: &[&str]) {
        let pattern = PathPattern::new(pattern);
        matching.iter().for_each(|path| assert!(pattern.matches(path), "{pattern:?} {path}"));
        other.iter().for_each(|path| assert!(!pattern.matches(path), "{pattern:?} {path}"));
    }

    #[test]
    fn stars_are_any_characters_and_question_marks_one() {
        check("/api/*", &["/api/", "/api/a/b"], &["/api", "/API/a", "/x/api/"]);
        check("api/*", &["/api/a"], &["/x/api/a"]);
        check("*.jpg", &["/a.jpg", "/b/c.jpg", "/.jpg"], &["/a.jpeg", "/a.jpg/b"]);
        check("a?.jpg", &["/aB.jpg", "/aé.jpg"], &["/a.jpg", "/abc.jpg"]);
        check("/?*", &["/a", "/a/b"], &["/"]);
        check("*", &["/", "/a"], &[]);
        check("/a*b*c", &["/abc", "/axxbbcxc"], &["/acb", "/ab"]);
    }

    #[test]
    fn many_stars_take_no_longer() {
        let pattern = "*a".repeat(200);
        check(&pattern, &[], &[&format!("/{}b", "a".repeat(5000))]);
    }
}

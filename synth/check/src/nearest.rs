//! What someone probably meant: the nearest of the names there are.
//!
//! It proposes nothing when nothing is near.

/// `did you mean …`, if one of the names is near enough to be meant.
pub(crate) fn did_you_mean<'a>(got: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(got, names).map(|name| format!("did you mean `{name}`?"))
}

/// The name nearest to `got`: at most a third of it differs, and something is the same.
pub(crate) fn nearest<'a>(got: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = got.to_lowercase();
    let most = (wanted.chars().count() / 3).max(1);
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(got.len()) <= most)
        .map(|name| (distance(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most && *distance < wanted.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters must be inserted, removed, changed or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before_last = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &letter) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let changed = last[column] + usize::from(letter != other);
            let mut best = changed.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && letter == to[column - 1] && from[row - 1] == other {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: &str, expected: Option<&str>) {
        let names = ["Documents", "ByUser", "Stage", "DocumentsStream", "Arn"];
        assert_eq!(nearest(got, names), expected, "{got}");
    }

    #[test]
    fn slips_find_their_name() {
        check("Document", Some("Documents"));
        check("documents", Some("Documents"));
        check("Satge", Some("Stage"));
        check("ARN", Some("Arn"));
    }

    #[test]
    fn other_words_find_nothing() {
        check("Orders", None);
        check("X", None);
    }
}

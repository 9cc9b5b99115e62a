//! Hints: what someone probably meant.
//! It proposes nothing when nothing is near.

/// `did you mean …`, if at most a third of one of the names differs from what was written.
pub(crate) fn did_you_mean<'a>(got: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let most = (got.chars().count() / 3).max(1);
    let lowercase = got.to_lowercase();
    let near =
        names.into_iter().map(|name| (strsim::damerau_levenshtein(&lowercase, &name.to_lowercase()), name));
    let (_, name) = near
        .filter(|(distance, _)| *distance <= most && *distance < lowercase.len())
        .min_by_key(|(distance, _)| *distance)?;
    Some(format!("did you mean `{name}`?"))
}

/// The nearest name, or else all there are.
pub(crate) fn one_of<'a>(got: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    did_you_mean(got, names.iter().copied())
        .or_else(|| (!names.is_empty()).then(|| format!("there is {}", names.join(", "))))
}

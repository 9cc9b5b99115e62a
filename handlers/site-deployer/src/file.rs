//! The files of a site: where each goes, as what, and how long browsers may keep it.
//! Does not read what is in them.

use std::io;
use std::path::{Path, PathBuf};

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct File {
    /// The key of its object: the path below `site/`, without `.hbs`.
    pub(crate) key: String,
    /// Where it is now.
    pub(crate) path: PathBuf,
}

const TEMPLATE: &str = ".hbs";

/// All files below a folder, by key.
pub(crate) fn below(folder: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let key = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{key}/"), files)?;
        } else {
            files.push(File { key: key.strip_suffix(TEMPLATE).unwrap_or(&key).to_owned(), path });
        }
    }
    Ok(())
}

impl File {
    /// Whether it is rendered before it is uploaded.
    pub(crate) fn is_template(&self) -> bool {
        self.path.to_string_lossy().ends_with(TEMPLATE)
    }

    /// Whether it is a page: something that names other files.
    pub(crate) fn is_page(&self) -> bool {
        matches!(self.extension(), "html" | "htm")
    }

    /// Its media type.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.extension() {
            "html" | "htm" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "json" | "map" => "application/json",
            "webmanifest" => "application/manifest+json",
            "txt" => "text/plain; charset=utf-8",
            "xml" => "application/xml",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "avif" => "image/avif",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "woff" => "font/woff",
            "wasm" => "application/wasm",
            "pdf" => "application/pdf",
            _ => "application/octet-stream",
        }
    }

    /// Pages, scripts and what they read are asked for anew each time (an unchanged one costs a 304), so
    /// that a deployment is seen at once without invalidating a cache. Pictures and fonts may be an hour old.
    pub(crate) fn cache_control(&self) -> &'static str {
        let kind = self.content_type();
        if kind.starts_with("image/") || kind.starts_with("font/") {
            "public, max-age=3600"
        } else {
            "no-cache"
        }
    }

    fn extension(&self) -> &str {
        let name = self.key.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, content_type: &str, cache_control: &str) {
        let file = File { key: key.to_owned(), path: PathBuf::from(key) };
        assert_eq!((file.content_type(), file.cache_control()), (content_type, cache_control), "{key}");
    }

    #[test]
    fn types_and_caching_follow_from_the_name() {
        check("index.html", "text/html; charset=utf-8", "no-cache");
        check("js/app.js", "text/javascript; charset=utf-8", "no-cache");
        check("app.css", "text/css; charset=utf-8", "no-cache");
        check("data.json", "application/json", "no-cache");
        check("img/logo.svg", "image/svg+xml", "public, max-age=3600");
        check("a.b/font.woff2", "font/woff2", "public, max-age=3600");
        check("LICENSE", "application/octet-stream", "no-cache");
        check("dir.js/plain", "application/octet-stream", "no-cache");
    }
}

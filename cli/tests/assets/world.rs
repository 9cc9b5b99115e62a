//! A cargo workspace in a folder of its own, with a cargo that keeps count of its calls.
//! Not a fixture to be shared on disk: each test has one, and it is gone afterwards.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use stackwright_cli::assets::{
    Asset, AssetError, AssetRequest, Destination, Event, Options, Workspace, lay_out, package, stub,
};

/// A temporary workspace: handlers `orders-api` and `orders-count`, both using `kit`, the second also a package
/// beside the workspace, and a folder `web`.
pub(crate) struct World {
    folder: PathBuf,
}

impl World {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("assets-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().canonicalize().unwrap().join(name);
        let world = Self { folder };
        world.fill();
        world
    }

    fn fill(&self) {
        self.write("w/Cargo.toml", "[workspace]\nresolver = '3'\nmembers = ['handlers/*', 'tool']\n");
        self.write("w/handlers/kit/Cargo.toml", &manifest("kit", ""));
        self.write(
            "w/handlers/kit/src/lib.rs",
            "pub fn greeting() -> &'static str { include_str!(\"../../../greeting.txt\") }",
        );
        self.write("w/greeting.txt", "hello");
        self.write("w/tool/Cargo.toml", &manifest("tool", ""));
        self.write("w/tool/src/main.rs", "fn main() {}");
        let kit = "[dependencies]\nkit = { path = '../kit' }\n";
        self.write("w/handlers/orders-api/Cargo.toml", &manifest("orders-api", kit));
        let main = "fn main() { println!(\"{}\", kit::greeting()) }";
        self.write("w/handlers/orders-api/src/main.rs", main);
        let both = format!("{kit}outside = {{ path = '../../../outside' }}\n");
        self.write("w/handlers/orders-count/Cargo.toml", &manifest("orders-count", &both));
        let main = "fn main() { println!(\"{}\", kit::greeting()); outside::fail() }";
        self.write("w/handlers/orders-count/src/main.rs", main);
        self.write("outside/Cargo.toml", &manifest("outside", ""));
        self.write(
            "outside/src/lib.rs",
            "#[inline(never)] pub fn fail() { if std::env::args().count() > 9 { panic!() } }",
        );
        self.write("w/web/index.html", "<h1>orders</h1>");
        self.write("w/web/js/app.js", "export {}");
        self.write("w/web/.hidden", "not packed");
        self.write_cargo("exec \"$REAL\" \"$@\"");
    }

    /// A cargo that notes each call; its target folder is here, whatever the tests themselves run with.
    pub(crate) fn write_cargo(&self, body: &str) {
        let real = env!("CARGO");
        let here = self.folder.display();
        let script = format!(
            "#!/bin/sh\necho \"$*\" >> {here}/calls\nexport CARGO_TARGET_DIR={here}/target REAL={real}\n{body}\n"
        );
        self.write("cargo", &script);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(self.path("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub(crate) fn workspace(&self) -> Workspace {
        Workspace::find(&self.path("w/tool/src")).unwrap()
    }

    pub(crate) fn stub(&self, requests: &[AssetRequest]) -> Result<Vec<Asset>, AssetError> {
        stub(&self.workspace(), requests, &self.path("out"))
    }

    pub(crate) fn build(&self, requests: &[AssetRequest]) -> Result<Vec<Asset>, AssetError> {
        self.build_telling(requests, &mut Vec::new())
    }

    /// Builds, and keeps what was told on the way.
    pub(crate) fn build_telling(
        &self,
        requests: &[AssetRequest],
        told: &mut Vec<String>,
    ) -> Result<Vec<Asset>, AssetError> {
        let options = Options { cargo: Some(self.path("cargo")), ..Options::default() };
        let mut listen = |event: Event<'_>| told.push(format!("{event:?}"));
        package(&self.workspace(), requests, &self.path("out"), &options, &mut listen)
    }

    /// Lays out what runs on this machine, from a debug build.
    pub(crate) fn lay_out(&self, requests: &[AssetRequest]) -> Result<Vec<Asset>, AssetError> {
        self.lay_out_built(requests, "dev", Destination::ThisMachine)
    }

    pub(crate) fn lay_out_built(
        &self,
        requests: &[AssetRequest],
        profile: &str,
        destination: Destination,
    ) -> Result<Vec<Asset>, AssetError> {
        let cargo = Some(self.path("cargo"));
        let options = Options { profile: profile.into(), destination, cargo, ..Options::default() };
        let (assets, _) =
            lay_out(&self.workspace(), requests, &self.path("out"), &options, &mut |_: Event<'_>| {})?;
        Ok(assets)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

fn manifest(name: &str, more: &str) -> String {
    format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n{more}")
}

/// The two handlers, the first with the pages beside it.
pub(crate) fn both() -> Vec<AssetRequest> {
    vec![AssetRequest::new("orders-api").with_files("web"), AssetRequest::new("orders-count")]
}

/// What is in a zip: name, mode, time, contents.
pub(crate) fn entries(path: &Path) -> Vec<(String, u32, String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let count = archive.len();
    let read = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let time = file.last_modified().unwrap().to_string();
        (file.name().to_owned(), file.unix_mode().unwrap(), time, bytes)
    };
    (0..count).map(read).collect()
}

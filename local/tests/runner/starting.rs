//! What keeps a runner from starting, and what is left of one that has stopped: nothing.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use stackwright_local::{Local, Settings, StartError};

use crate::world::{FUNCTION, World, settings, source};

const QUEUE: &str = "Resources: {Queue: {Type: AWS::SQS::Queue}}";

async fn refusal(settings: Settings) -> StartError {
    Local::start(settings, vec![source("Shop", QUEUE)], |_| {}).await.unwrap_err()
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_by_its_number() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let message = refusal(Settings { port, ..settings() }).await.to_string();
    assert!(message.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{message}");
    assert!(message.ends_with("hint: `--port 0` takes a free port"), "{message}");
}

#[tokio::test]
async fn a_folder_that_is_a_file_cannot_keep_data() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for folder in [file.path().to_owned(), file.path().join("inside")] {
        let error = refusal(Settings { data: Some(folder.clone()), ..settings() }).await;
        let message = error.to_string();
        assert!(matches!(error, StartError::Data { .. }), "{message}");
        assert!(message.starts_with(&format!("cannot keep data in {}", file.path().display())), "{message}");
    }
}

#[tokio::test]
async fn an_end_frees_the_port() {
    let world = World::start("Shop", QUEUE).await;
    let port = world.local.endpoint().rsplit(':').next().unwrap().parse().unwrap();
    // A client that is connected does not hold it.
    let client = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    world.local.shutdown().await;
    let again = World::start_with(Settings { port, ..settings() }, vec![source("Shop", QUEUE)]).await;
    assert_eq!(again.local.endpoint(), world.local.endpoint());
    again.local.shutdown().await;
    drop(client);
}

#[tokio::test]
async fn a_start_that_fails_frees_the_port_as_well() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let broken = source("Shop", "Resources: {Queue: {Type: AWS::SQS::Queue, DependsOn: Nothing}}");
    let start = |stacks| Local::start(Settings { port, ..settings() }, stacks, |_| {});
    assert!(matches!(start(vec![broken]).await, Err(StartError::Stacks(_))));
    start(vec![source("Shop", QUEUE)]).await.unwrap().shutdown().await;
}

/// A zip with the function of these tests in it.
fn zip() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("function.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("bootstrap", stored).unwrap();
    std::io::copy(&mut std::fs::File::open(env!("CARGO_BIN_EXE_function-of-tests")).unwrap(), &mut zip)
        .unwrap();
    zip.finish().unwrap();
    path
}

#[tokio::test]
async fn an_end_takes_along_what_was_unpacked() {
    let template = FUNCTION.replace("Code: .", &format!("Code: {}", zip().display()));
    let world = World::start("Shop", &template).await;
    let folder = PathBuf::from(world.invoke("Shop", "Function").await["LAMBDA_TASK_ROOT"].as_str().unwrap());
    assert!(folder.join("bootstrap").is_file(), "{}", folder.display());
    world.local.shutdown().await;
    drop(world);
    assert!(!folder.exists(), "{}", folder.display());
}

//! Definitions that change while connections are open.

use serde_json::json;

use crate::{Api, Site, api, closing, greet, hear, one_way, say, two_way};

#[tokio::test]
async fn connections_outlive_definitions_and_have_the_new_routes() {
    let mut site = Site::of(api([("$default", two_way())])).await;
    let mut client = site.connect().await;
    greet(&mut client).await;
    let mut changed = api([("join", two_way()), ("$disconnect", one_way())]);
    changed.selection = "$request.body.verb".parse().unwrap();
    site.sockets.define(changed);
    say(&mut client, &json!({"action": "join"})).await;
    assert!(hear(&mut client).await.contains("Forbidden"));
    say(&mut client, &json!({"verb": "join", "answer": {"statusCode": 200, "body": "in"}})).await;
    assert_eq!(hear(&mut client).await, "in");
    client.close(None).await.unwrap();
    site.run_of("$disconnect").await;
}

#[tokio::test]
async fn the_connections_of_a_removed_api_are_closed_and_those_of_others_stay() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    site.sockets.define(Api { id: "other".to_owned(), ..crate::echo() });
    assert!(site.sockets.remove("other"));
    assert!(!site.sockets.remove("other"));
    greet(&mut client).await;
    assert!(site.sockets.remove(crate::API));
    assert_eq!(closing(&mut client).await.0, 1001);
}

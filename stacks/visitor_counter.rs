//! Visitor counter: every open page sees the number of visits change at once.

use stackwright::prelude::*;

use crate::shared::{page, prefix};

/// A WebSocket API counts connections in one table; the table's stream tells every open connection.
pub(crate) fn declare(stack: &mut Scope<'_>) {
    stack.describe("Visitor counter: the number of visits, live on every open page");
    let prefix = stack.add("TablePrefix", prefix);

    let connections = stack.add(
        "Connections",
        Table::new(string("connectionId"))
            .named(prefix.name("ConnectionIDs"))
            .expiring_at("expires")
            .transient(),
    );
    let (counter, counts) = stack.add(
        "Counter",
        Table::new(string("id")).named(prefix.name("VisitorCount")).streaming(View::NewImage),
    );
    let api = stack.add("Api", WebSocketApi::new("prod"));

    stack.add(
        "DbUpdater",
        Function::new("visitor-counter-db-updater")
            .description("Counts a visit on $connect, forgets the connection on $disconnect")
            .env("CONNECTIONS_TABLE", connections.name())
            .env("COUNTER_TABLE", counter.name())
            .allow(connections.put())
            .allow(connections.delete())
            .allow(counter.update())
            .timeout(25)
            .on(api.route("$connect"))
            .on(api.route("$disconnect")),
    );
    stack.add(
        "StreamProcessor",
        Function::new("visitor-counter-stream-processor")
            .description("Tells every open connection the newest count")
            .env("CONNECTIONS_TABLE", connections.name())
            .env("CALLBACK_URL", api.callback_url())
            .allow(connections.scan())
            .allow(connections.delete())
            .allow(api.send())
            .timeout(60)
            .on(counts.inserted_or_modified()),
    );

    let site = stack
        .add("Site", page("visitor-counter").config("webSocketUrl", api.url()).connecting_to(api.origin()));
    stack.add("PageUrl", Output::new(site.url()).description("The page"));
    stack.add("WebSocketUrl", Output::new(api.url()).description("Where pages connect"));
}

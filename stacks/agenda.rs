//! Agenda: events that one page creates show on every calendar that is open.

use stackwright::prelude::*;
use stackwright::region;

use crate::shared::{page, prefix};

/// Where calendars ask for public holidays.
const HOLIDAYS: &str = "https://date.nager.at";

/// Items that nobody was told of: the mutation that stores an event tells of it itself, and leaves a mark.
const NEWS: &str = r#"{"dynamodb":{"NewImage":{"origin":{"S":[{"exists":false}]}}}}"#;

/// The code of a resolver that checks what it writes: AppSync takes one file a resolver, so the checks follow.
macro_rules! checking {
    ($path:literal) => {
        SourceFile { name: $path, text: concat!(include_str!($path), "\n", include_str!("agenda/check.js")) }
    };
}

/// A function URL takes events into a table; the table's stream has AppSync tell the calendars of them.
pub(crate) fn declare(stack: &mut Scope<'_>) {
    stack.describe("Agenda: events of all users in a calendar that is live");
    let prefix = stack.add("TablePrefix", prefix);

    let (events, changes) = stack.add(
        "Events",
        Table::new(number("user_id"))
            .sorted_by(number("id"))
            .named(prefix.name("events_table"))
            .streaming(View::NewImage),
    );
    let schema = source_file!("agenda/schema.graphql");
    let api = stack.add("Api", GraphqlApi::new(schema, AuthorizationMode::ApiKey).or(AuthorizationMode::Iam));
    let key = api_key(stack, api);
    resolvers(stack, api, events);

    stack.add(
        "StreamToAppsync",
        Function::new("agenda-stream-to-appsync")
            .description("Announces new events to the calendars that are open")
            .env("GRAPHQL_URL", api.url())
            .allow(api.call("Mutation", "createEventsTableWithLocalResolver"))
            .timeout(60)
            .on(changes.inserted().filter(NEWS)),
    );
    let put_event = stack.add(
        "PutEvent",
        Function::new("agenda-put-event")
            .description("Stores the events that the form sends, each under its user's next id")
            .env("EVENTS_TABLE", events.name())
            .allow(events.query())
            .allow(events.put())
            .timeout(25),
    );
    // The page knows the URL, and the URL the page's origin: whichever comes second is known ahead.
    let cors = Cors::origin(Site::ahead(stack, "Site").url()).methods([Method::Post]);
    let url = stack.add("Url", FunctionUrl::new(put_event).cors(cors));
    let guests = stack.add("Guests", IdentityPool::guests().allow(url.invoke()));

    let site = page("agenda")
        .config("functionUrl", url.url())
        .config("region", region())
        .config("identityPoolId", guests.id())
        .config("identityUrl", guests.origin())
        .config("graphqlUrl", api.url())
        .config("realtimeUrl", api.realtime_url())
        .config("apiKey", key.value())
        .config("holidaysUrl", HOLIDAYS)
        .connecting_to(api.origin())
        .connecting_to(api.realtime_origin())
        .connecting_to(guests.origin())
        // Not the URL's own origin: it knows the page's, and one of both has to be first.
        .connecting_to(join(["https://*.lambda-url.".into(), region(), ".on.aws".into()]))
        .connecting_to(HOLIDAYS);
    let site = stack.add("Site", site);
    let create = join([site.url(), "/create.html".into()]);
    stack.add("PageUrl", Output::new(site.url()).description("The calendar"));
    stack.add("CreateUrl", Output::new(create).description("The page that creates events"));
    stack.add("FunctionUrl", Output::new(url.url()).description("Where events are created, signed"));
    stack.add("IdentityPoolId", Output::new(guests.id()).description("Whose guests may create events"));
    stack.add("GraphqlUrl", Output::new(api.url()).description("Where events are read and changed"));
    stack.add("RealtimeUrl", Output::new(api.realtime_url()).description("Where calendars subscribe"));
    stack.add("ApiKey", Output::new(key.value()).description("What the GraphQL API asks for"));
}

/// The key of the pages. It dies, on a day that only a deployment can name.
fn api_key(stack: &mut Scope<'_>, api: GraphqlApiHandle) -> ApiKeyHandle {
    let expires = Parameter::number()
        .description(
            "Second since 1970 when the API key expires, at most a year ahead; 0: seven days from now",
        )
        .default(0);
    let expires = stack.add("ApiKeyExpires", expires);
    let named = stack.add("ExpiryGiven", conditions::not(conditions::equals(expires.value(), 0)));
    stack.add("Key", ApiKey::new(api).expiring(Value::only_when(named, expires.value())))
}

/// What answers the fields of the schema.
fn resolvers(stack: &mut Scope<'_>, api: GraphqlApiHandle, events: TableHandle) {
    let source = DataSource::table(api, events)
        // Also after a put whose condition failed: AppSync looks whether the item is the same.
        .allow(events.get())
        .allow(events.scan())
        .allow(events.put())
        .allow(events.update())
        .allow(events.delete());
    let source = stack.add("EventsSource", source);
    let nothing = stack.add("Nothing", DataSource::none(api));
    let get = source_file!("agenda/get-event.js");
    let list = source_file!("agenda/list-events.js");
    let create = checking!("agenda/create-event.js");
    let update = checking!("agenda/update-event.js");
    let delete = source_file!("agenda/delete-event.js");
    let announce = source_file!("agenda/announce-event.js");
    stack.add("GetEvent", Resolver::new(source, "Query", "getEventsTable", get));
    stack.add("ListEvents", Resolver::new(source, "Query", "listEventsTables", list));
    stack.add("CreateEvent", Resolver::new(source, "Mutation", "createEventsTable", create));
    stack.add("UpdateEvent", Resolver::new(source, "Mutation", "updateEventsTable", update));
    stack.add("DeleteEvent", Resolver::new(source, "Mutation", "deleteEventsTable", delete));
    let field = "createEventsTableWithLocalResolver";
    stack.add("AnnounceEvent", Resolver::new(nothing, "Mutation", field, announce));
}

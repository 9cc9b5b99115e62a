//! Notifications: what becomes of a user's order shows on every device of that user.

use stackwright::prelude::*;

use crate::shared::{page, prefix};

/// The `source` of all events of the food-order flow.
const ORDERS: &str = "custom.food_app";

/// How long an order is on its way, in seconds. Long enough for "Order Accepted" to be told first: the bus
/// promises no order.
const WAY: u32 = 5;

/// What the functions on the bus share.
#[derive(Clone, Copy)]
struct Flow {
    bus: EventBusHandle,
    /// Remembers what was done: events are delivered more than once.
    handled: TableHandle,
}

/// A WebSocket API keeps connections by user; events on a bus go to those of the user they tell of.
pub(crate) fn declare(stack: &mut Scope<'_>) {
    stack.describe("Notifications: what becomes of an order, live on every device of its user");
    let prefix = stack.add("TablePrefix", prefix);

    let connections = stack.add(
        "Connections",
        Table::new(string("connection_id"))
            .named(prefix.name("connection-manager"))
            .index(Index::new("UserIdIndex", string("user_id")))
            .expiring_at("expires")
            .transient(),
    );
    let handled = stack.add(
        "Handled",
        Table::new(string("id"))
            .named(prefix.name("notifications-handled"))
            .expiring_at("expires")
            .transient(),
    );
    let stage = stack.add("Stage", stage());
    let api = stack.add("Api", WebSocketApi::new(stage.value()));
    let bus = stack.add("Bus", EventBus::new());
    let flow = Flow { bus, handled };

    let gate = gate(stack, api);
    stack.add("EventHandler", event_handler(api, connections, gate));
    stack.add("MessagePublisher", message_publisher(flow, api, connections));
    let orders = orders(stack, flow);

    let site = page("notifications")
        .config("webSocketUrl", api.url())
        .config("ordersUrl", orders_url(&orders))
        .connecting_to(api.origin())
        .connecting_to(orders.origin());
    let site = stack.add("Site", site);
    stack.add("PageUrl", Output::new(site.url()).description("The page"));
    stack.add("WebSocketUrl", Output::new(api.url()).description("Where pages connect"));
    stack.add("EventBusName", Output::new(bus.name()).description("The bus whose events users are told"));
    stack.add("OrdersUrl", Output::new(orders_url(&orders)).description("Where orders are placed"));
}

fn stage() -> Parameter<String> {
    Parameter::text()
        .description("The stage of the WebSocket API, the last part of its URL")
        .default("dev")
        .matching("[a-zA-Z0-9_-]{1,128}", "1 to 128 letters, digits, `_` and `-`")
}

/// Sign-in, if there is a key to check tickets with: without one everybody may say who they are.
fn gate(stack: &mut Scope<'_>, api: WebSocketApiHandle) -> Authorization {
    let key = Parameter::text()
        .description("Ed25519 public key (the x of a JWK) that tickets are signed for; empty: no sign-in")
        .default("")
        .matching("([a-zA-Z0-9_-]{43})?", "43 characters of base64url, or nothing");
    let key = stack.add("TicketKey", key);
    let signing_in = stack.add("SigningIn", conditions::not(conditions::equals(key.value(), "")));
    let authorizer = Function::new("notifications-ticket-authorizer")
        .description("Lets in who has a ticket that was signed for them")
        .env("TICKET_KEY", key.value())
        .timeout(5)
        .when(signing_in);
    let authorizer = stack.add("TicketAuthorizer", authorizer);
    let gate = RequestAuthorizer::new(api, authorizer).reading("route.request.querystring.ticket");
    stack.add("Gate", gate.when(signing_in)).when(signing_in)
}

fn event_handler(api: WebSocketApiHandle, connections: TableHandle, gate: Authorization) -> Function {
    Function::new("notifications-event-handler")
        .description("Remembers who is connected, and forgets them")
        .env("CONNECTIONS_TABLE", connections.name())
        .allow(connections.put())
        .allow(connections.delete())
        .timeout(25)
        .on(api.route("$connect").two_way().authorized_by(gate))
        .on(api.route("$disconnect").two_way())
        .on(api.route("$default").two_way())
}

/// Told of everything but orders that were only placed: who placed one knows it.
fn message_publisher(flow: Flow, api: WebSocketApiHandle, connections: TableHandle) -> Function {
    Function::new("notifications-message-publisher")
        .description("Sends what an event tells of a user to all connections of that user")
        .env("CONNECTIONS_TABLE", connections.name())
        .env("IDEMPOTENCY_TABLE", flow.handled.name())
        .env("CALLBACK_URL", api.callback_url())
        .allow(connections.index("UserIdIndex").query())
        .allow(connections.delete())
        .allow(flow.handled.put())
        .allow(flow.handled.delete())
        .allow(api.send())
        .timeout(60)
        .on(flow.bus.events(EventPattern::source(ORDERS).any_detail_type_but(["Order Placed"])))
}

/// The food-order flow: placed over a REST API, accepted, and delivered a little later.
fn orders(stack: &mut Scope<'_>, flow: Flow) -> RestApiHandle {
    let placed = EventPattern::source(ORDERS).detail_type("Order Placed");
    let accept = step("notifications-accept-order", flow).description("Accepts every order that is placed");
    stack.add("AcceptOrder", accept.on(flow.bus.events(placed)));

    // Six times the function's time-out, as AWS advises: a message must not come again while it is handled.
    let queue = Queue::new().delayed(WAY).hiding_for(6 * 30).retrying(3);
    let deliveries = stack.add("Deliveries", queue);
    let accepted = EventPattern::source(ORDERS).detail_type("Order Accepted");
    stack.add("ToDeliveries", Rule::new(flow.bus, accepted).to(deliveries));
    let deliver = step("notifications-deliver-order", flow).description("Delivers every accepted order");
    stack.add("DeliverOrder", deliver.on(deliveries.messages().batch(10).window(0)));

    let place = Function::new("notifications-place-order")
        .description("Takes an order, and puts it on the bus")
        .env("EVENT_BUS", flow.bus.name())
        .allow(flow.bus.put())
        .timeout(28);
    let place = stack.add("PlaceOrder", place);
    let api = RestApi::new("prod").cors(Cors::any_origin()).route(Method::Post, "/orders", place);
    stack.add("Orders", api)
}

/// A function that turns one event into the next, once.
fn step(handler: &str, flow: Flow) -> Function {
    Function::new(handler)
        .env("EVENT_BUS", flow.bus.name())
        .env("IDEMPOTENCY_TABLE", flow.handled.name())
        .allow(flow.bus.put())
        .allow(flow.handled.put())
        .allow(flow.handled.delete())
        .timeout(30)
}

fn orders_url(orders: &RestApiHandle) -> Value<String> {
    join([orders.url(), "/orders".into()])
}

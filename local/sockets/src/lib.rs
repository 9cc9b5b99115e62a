//! WebSocket APIs of API Gateway: connections, routes, limits and `@connections`.

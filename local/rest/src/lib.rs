//! REST APIs of API Gateway and function URLs: requests to events, answers to responses.

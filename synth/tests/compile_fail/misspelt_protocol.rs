//! A protocol that API Gateway does not speak.

use stackwright::cfn::apigatewayv2::{Api, api};

fn main() {
    let _ = Api::new().protocol_type(api::ProtocolType::Websockett);
}

//! A value that CloudFormation does not know.

use stackwright::cfn::dynamodb::{Table, table};

fn main() {
    let key = table::KeySchema::new("id", table::KeyType::Hash);
    let _ = Table::new([key]).billing_mode("PAY_PER_REQEST");
}

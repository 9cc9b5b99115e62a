//! An L1 has what it requires in `new`.

use stackwright::cfn::lambda::Function;

fn main() {
    let _ = Function::new();
}

//! What refers to a table and its indexes, and the grants that open them.
//!
//! A grant is as narrow as the call it is for; `read` and `write` are for those who need everything.

use stackwright_cfn::dynamodb as l1;
use stackwright_core::{Arn, Value};

use crate::grant::Grant;

/// Refers to a table.
#[derive(Clone, Copy, Debug)]
pub struct TableHandle(l1::TableHandle);

impl TableHandle {
    pub(crate) const fn of(table: l1::TableHandle) -> Self {
        Self(table)
    }

    /// Its physical name.
    #[must_use]
    pub fn name(self) -> Value<String> {
        self.0.reference()
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        self.0.arn()
    }

    /// One of its indexes.
    #[must_use]
    pub fn index(self, name: impl Into<String>) -> IndexHandle {
        IndexHandle { table: self, name: name.into() }
    }

    /// The L1 behind it.
    #[must_use]
    pub const fn l1(self) -> l1::TableHandle {
        self.0
    }

    /// The actions named, without `dynamodb:`, on the table itself.
    #[must_use]
    pub fn grant<const N: usize>(self, actions: [&'static str; N]) -> Grant {
        Grant::new(actions, self.arn())
    }
}

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident = [$($action:literal),+];)*) => {
        impl TableHandle {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(self) -> Grant {
                self.grant([$($action),+])
            }
        )*}
    };
}

grants! {
    /// Reading single items.
    get = ["dynamodb:GetItem"];
    /// Reading many items by key in one call.
    batch_get = ["dynamodb:BatchGetItem"];
    /// Reading items of one partition.
    query = ["dynamodb:Query"];
    /// Reading everything.
    scan = ["dynamodb:Scan"];
    /// Writing whole items.
    put = ["dynamodb:PutItem"];
    /// Changing attributes of items.
    update = ["dynamodb:UpdateItem"];
    /// Deleting items.
    delete = ["dynamodb:DeleteItem"];
    /// Writing and deleting many items in one call.
    batch_write = ["dynamodb:BatchWriteItem"];
    /// Checking conditions on items within a transaction.
    check = ["dynamodb:ConditionCheckItem"];
    /// Reading in every way, the table but not its indexes.
    read = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"];
    /// Writing in every way.
    write = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"];
}

/// Refers to an index of a table.
#[derive(Clone, Debug)]
pub struct IndexHandle {
    table: TableHandle,
    name: String,
}

impl IndexHandle {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> Value<Arn> {
        self.table.arn().and(&format!("/index/{}", self.name))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> Value<String> {
        self.name.as_str().into()
    }

    /// Reading items of one partition of this index, not of the table.
    #[must_use]
    pub fn query(&self) -> Grant {
        Grant::new(["dynamodb:Query"], self.arn())
    }

    /// Reading everything in this index, not in the table.
    #[must_use]
    pub fn scan(&self) -> Grant {
        Grant::new(["dynamodb:Scan"], self.arn())
    }
}

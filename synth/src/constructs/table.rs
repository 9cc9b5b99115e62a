//! [`Table`]: a DynamoDB table.
//!
//! It declares no data and no capacity planning beyond what CloudFormation has.

use stackwright_cfn::dynamodb as l1;
use stackwright_cfn::dynamodb::table as types;
use stackwright_core::{Arn, Construct, Declared, DeletionPolicy, Scope, Value};

use super::changes::Changes;
use super::{Adjustments, TableHandle};

/// A key attribute: its name and type.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    name: String,
    kind: types::AttributeType,
}

/// A key attribute that holds strings.
pub fn string(name: impl Into<String>) -> Attribute {
    Attribute { name: name.into(), kind: types::AttributeType::S }
}

/// A key attribute that holds numbers.
pub fn number(name: impl Into<String>) -> Attribute {
    Attribute { name: name.into(), kind: types::AttributeType::N }
}

/// A key attribute that holds bytes.
pub fn binary(name: impl Into<String>) -> Attribute {
    Attribute { name: name.into(), kind: types::AttributeType::B }
}

/// What a stream record shows of the item that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Only its key.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

impl View {
    const fn l1(self) -> types::StreamViewType {
        match self {
            Self::KeysOnly => types::StreamViewType::KeysOnly,
            Self::NewImage => types::StreamViewType::NewImage,
            Self::OldImage => types::StreamViewType::OldImage,
            Self::NewAndOldImages => types::StreamViewType::NewAndOldImages,
        }
    }
}

/// How reads and writes are paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Billing {
    /// Per request, any load.
    OnDemand,
    /// For a capacity reserved, in units a second.
    Provisioned {
        /// Read capacity units.
        read: u32,
        /// Write capacity units.
        write: u32,
    },
}

/// What an index copies of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Everything.
    All,
    /// Only the keys of table and index.
    KeysOnly,
    /// The keys and these attributes.
    Include(Vec<String>),
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Its name, 3 to 255 characters.
    pub name: String,
    /// The attribute that partitions it.
    pub key: Attribute,
    /// The attribute that sorts within a partition.
    pub sort: Option<Attribute>,
    /// What it copies; everything by default.
    pub projection: Projection,
}

impl Index {
    /// An index partitioned by `key` that copies whole items.
    pub fn new(name: impl Into<String>, key: Attribute) -> Self {
        Self { name: name.into(), key, sort: None, projection: Projection::All }
    }

    /// Sorted by this attribute within a partition.
    #[must_use]
    pub fn sorted_by(mut self, attribute: Attribute) -> Self {
        self.sort = Some(attribute);
        self
    }

    /// Copying only this much of an item.
    #[must_use]
    pub fn projecting(mut self, projection: Projection) -> Self {
        self.projection = projection;
        self
    }
}

/// A DynamoDB table: on demand, recoverable to any second of the last 35 days, kept when it leaves the stack.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let (notes, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::NewImage));
/// });
/// ```
///
/// Source: [AWS::DynamoDB::Table](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html).
#[derive(Debug)]
pub struct Table {
    /// The attribute that partitions it.
    pub key: Attribute,
    /// The attribute that sorts within a partition.
    pub sort: Option<Attribute>,
    /// Its physical name; CloudFormation makes one up by default.
    pub name: Option<Value<String>>,
    /// Its global secondary indexes, at most 20.
    pub indexes: Vec<Index>,
    /// The attribute with the epoch second after which an item is deleted.
    pub expires: Option<String>,
    /// How it is paid for.
    pub billing: Billing,
    /// Whether any second of the last 35 days can be restored.
    pub recoverable: bool,
    /// The KMS key that encrypts it; AWS's own by default, at no charge.
    pub encryption_key: Option<Value<Arn>>,
    /// What happens to it when it leaves the stack.
    pub removal: DeletionPolicy,
    /// Whether AWS refuses to delete it.
    pub deletion_protected: bool,
    adjustments: Adjustments<l1::Table>,
}

impl Table {
    /// A table partitioned by `key`.
    #[must_use]
    pub fn new(key: Attribute) -> Self {
        Self {
            key,
            sort: None,
            name: None,
            indexes: Vec::new(),
            expires: None,
            billing: Billing::OnDemand,
            recoverable: true,
            encryption_key: None,
            removal: DeletionPolicy::RetainExceptOnCreate,
            deletion_protected: false,
            adjustments: Adjustments::default(),
        }
    }

    /// Sorted by this attribute within a partition.
    #[must_use]
    pub fn sorted_by(mut self, attribute: Attribute) -> Self {
        self.sort = Some(attribute);
        self
    }

    /// With this physical name, 3 to 255 characters of `[a-zA-Z0-9_.-]`.
    #[must_use]
    pub fn named(mut self, name: impl Into<Value<String>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// With a global secondary index.
    #[must_use]
    pub fn index(mut self, index: Index) -> Self {
        self.indexes.push(index);
        self
    }

    /// Items die after the epoch second in this attribute, usually within days.
    #[must_use]
    pub fn expiring_at(mut self, attribute: impl Into<String>) -> Self {
        self.expires = Some(attribute.into());
        self
    }

    /// Paid for a capacity reserved instead of per request.
    #[must_use]
    pub fn provisioned(mut self, read: u32, write: u32) -> Self {
        self.billing = Billing::Provisioned { read, write };
        self
    }

    /// Encrypted with a KMS key of one's own. The functions that use the table need grants on the key as well.
    #[must_use]
    pub fn encrypted_with(mut self, key: Value<Arn>) -> Self {
        self.encryption_key = Some(key);
        self
    }

    /// Refusing to be deleted until this is taken back.
    #[must_use]
    pub fn deletion_protected(mut self) -> Self {
        self.deletion_protected = true;
        self
    }

    /// Holding nothing worth keeping: deleted with the stack, without point-in-time recovery.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.removal = DeletionPolicy::Delete;
        self.recoverable = false;
        self
    }

    /// With a stream of its changes. Adding it yields the table and the changes.
    #[must_use]
    pub fn streaming(self, view: View) -> StreamingTable {
        StreamingTable { table: self, view }
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Table) -> l1::Table + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    fn attributes(&self) -> Vec<types::AttributeDefinition> {
        let own = std::iter::once(&self.key).chain(&self.sort);
        let indexed = self.indexes.iter().flat_map(|index| std::iter::once(&index.key).chain(&index.sort));
        let mut distinct: Vec<&Attribute> = Vec::new();
        for attribute in own.chain(indexed) {
            if !distinct.contains(&attribute) {
                distinct.push(attribute);
            }
        }
        distinct.into_iter().map(definition).collect()
    }

    fn resource(mut self, view: Option<View>) -> Declared<l1::Table> {
        let mut table = l1::Table::new(key_schema(&self.key, self.sort.as_ref()))
            .attribute_definitions(self.attributes());
        if let Some(name) = self.name.take() {
            table = table.table_name(name);
        }
        table = self.paid_for(table);
        if !self.indexes.is_empty() {
            let indexes: Vec<_> = self.indexes.iter().map(|index| secondary(index, self.billing)).collect();
            table = table.global_secondary_indexes(indexes);
        }
        table = self.protected(table);
        if let Some(view) = view {
            table = table.stream_specification(types::StreamSpecification::new(view.l1()));
        }
        Declared::from(self.adjustments.apply(table)).on_removal(self.removal)
    }

    fn paid_for(&self, table: l1::Table) -> l1::Table {
        match self.billing {
            Billing::OnDemand => table.billing_mode(types::BillingMode::PayPerRequest),
            Billing::Provisioned { read, write } => table
                .billing_mode(types::BillingMode::Provisioned)
                .provisioned_throughput(types::ProvisionedThroughput::new(read, write)),
        }
    }

    fn protected(&mut self, mut table: l1::Table) -> l1::Table {
        if let Some(attribute) = self.expires.take() {
            let expiry = types::TimeToLiveSpecification::new(true).attribute_name(attribute);
            table = table.time_to_live_specification(expiry);
        }
        if self.recoverable {
            let recovery =
                types::PointInTimeRecoverySpecification::new().point_in_time_recovery_enabled(true);
            table = table.point_in_time_recovery_specification(recovery);
        }
        if let Some(key) = self.encryption_key.take() {
            let encryption =
                types::SSESpecification::new(true).sse_type(types::SSEType::Kms).kms_master_key_id(key);
            table = table.sse_specification(encryption);
        }
        if self.deletion_protected { table.deletion_protection_enabled(true) } else { table }
    }
}

fn definition(attribute: &Attribute) -> types::AttributeDefinition {
    types::AttributeDefinition::new(attribute.name.as_str(), attribute.kind.clone())
}

fn key_schema(key: &Attribute, sort: Option<&Attribute>) -> Vec<types::KeySchema> {
    let hash = types::KeySchema::new(key.name.as_str(), types::KeyType::Hash);
    let range = sort.map(|sort| types::KeySchema::new(sort.name.as_str(), types::KeyType::Range));
    std::iter::once(hash).chain(range).collect()
}

fn secondary(index: &Index, billing: Billing) -> types::GlobalSecondaryIndex {
    let projection = match &index.projection {
        Projection::All => types::Projection::new().projection_type(types::ProjectionType::All),
        Projection::KeysOnly => types::Projection::new().projection_type(types::ProjectionType::KeysOnly),
        Projection::Include(attributes) => types::Projection::new()
            .projection_type(types::ProjectionType::Include)
            .non_key_attributes(attributes.clone()),
    };
    let keys = key_schema(&index.key, index.sort.as_ref());
    let index = types::GlobalSecondaryIndex::new(index.name.as_str(), keys, projection);
    match billing {
        Billing::OnDemand => index,
        Billing::Provisioned { read, write } => {
            index.provisioned_throughput(types::ProvisionedThroughput::new(read, write))
        }
    }
}

impl Construct for Table {
    type Handle = TableHandle;

    fn declare(self, scope: &mut Scope<'_>) -> TableHandle {
        TableHandle::of(self.resource(None).declare(scope))
    }
}

/// A table with a stream of its changes, kept for 24 hours.
#[derive(Debug)]
pub struct StreamingTable {
    /// The table.
    pub table: Table,
    /// What a record shows.
    pub view: View,
}

impl StreamingTable {
    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Table) -> l1::Table + 'static) -> Self {
        self.table = self.table.with(change);
        self
    }
}

impl Construct for StreamingTable {
    type Handle = (TableHandle, Changes);

    fn declare(self, scope: &mut Scope<'_>) -> (TableHandle, Changes) {
        let handle = self.table.resource(Some(self.view)).declare(scope);
        (TableHandle::of(handle), Changes::of(handle))
    }
}

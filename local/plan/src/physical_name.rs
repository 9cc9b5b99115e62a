//! Names of resources that a template leaves unnamed: `Stack-LogicalId-SUFFIX`, as CloudFormation makes them.
//! Nothing is random: the same stack and resource have the same name on every machine.

const SUFFIX: usize = 12;
/// What SQS wants at the end of a FIFO queue's name is for the queue's creator to add: it fits within the limit.
const FIFO: usize = ".fifo".len();

/// The physical name of a resource, within the length that its type allows and in lower case where it must be.
///
/// Where it would be too long, stack and resource give up letters at their ends until each has half, as in
/// CloudFormation; the suffix keeps names apart. Types of which no limit is known get at most 255 characters.
///
/// ```
/// let name = stackwright_plan::physical_name("Office", "Jobs", "AWS::SQS::Queue");
/// assert!(name.starts_with("Office-Jobs-"), "{name}");
/// ```
#[must_use]
pub fn physical_name(stack: &str, logical_id: &str, kind: &str) -> String {
    let room = longest(kind).saturating_sub(SUFFIX + 2);
    let (stack_length, id_length) = shares(stack.chars().count(), logical_id.chars().count(), room);
    let start = |text: &str, length| text.chars().take(length).collect::<String>();
    let (stack_start, id_start) = (start(stack, stack_length), start(logical_id, id_length));
    let name = format!("{stack_start}-{id_start}-{}", suffix(&format!("{stack}/{logical_id}")));
    if is_lowercase(kind) { name.to_lowercase() } else { name }
}

/// The longest name a type allows, from its documentation.
fn longest(kind: &str) -> usize {
    match kind {
        "AWS::S3::Bucket" => 63,
        "AWS::IAM::Role"
        | "AWS::IAM::User"
        | "AWS::Lambda::Function"
        | "AWS::Events::Rule"
        | "AWS::Scheduler::Schedule" => 64,
        "AWS::SQS::Queue" => 80 - FIFO,
        "AWS::StepFunctions::StateMachine" => 80,
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::Group"
        | "AWS::IAM::InstanceProfile"
        | "AWS::Kinesis::Stream"
        | "AWS::Cognito::IdentityPool"
        | "AWS::Cognito::UserPool" => 128,
        "AWS::SNS::Topic" | "AWS::Events::EventBus" | "AWS::ECR::Repository" => 256 - FIFO,
        "AWS::Logs::LogGroup" => 512,
        _ => 255,
    }
}

fn is_lowercase(kind: &str) -> bool {
    matches!(kind, "AWS::S3::Bucket" | "AWS::ECR::Repository")
}

/// How many characters of either name there is room for: half each, and what one does not need for the other.
fn shares(stack: usize, id: usize, room: usize) -> (usize, usize) {
    let half = room / 2;
    let for_stack = stack.min(room.saturating_sub(id).max(half));
    (for_stack, id.min(room - for_stack))
}

fn suffix(text: &str) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = digest(text);
    let mut next = || {
        let digit = DIGITS[(rest % 36) as usize];
        rest /= 36;
        char::from(digit)
    };
    (0..SUFFIX).map(|_| next()).collect()
}

/// FNV-1a, and a mixing of its bits, so that names alike have suffixes unlike.
pub(crate) fn digest(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stack: &str, id: &str, kind: &str, start: &str, length: usize) {
        let name = physical_name(stack, id, kind);
        assert!(name.starts_with(start), "{name}");
        assert_eq!(name.len(), length, "{name}");
    }

    #[test]
    fn short_names_stand_whole() {
        check("Office", "Jobs", "AWS::SQS::Queue", "Office-Jobs-", 24);
    }

    #[test]
    fn long_names_give_up_their_ends() {
        let (long, role) = ("A".repeat(60), "AWS::IAM::Role");
        check(&long, &"B".repeat(60), role, &format!("{}-{}-", "A".repeat(25), "B".repeat(25)), 64);
        check(&long, "Role", role, &format!("{}-Role-", "A".repeat(46)), 64);
        check("Office", &"B".repeat(60), role, &format!("Office-{}-", "B".repeat(44)), 64);
    }

    #[test]
    fn buckets_are_lowercase() {
        let name = physical_name("Office", "Site", "AWS::S3::Bucket");
        assert!(name.starts_with("office-site-"), "{name}");
        assert_eq!(name, name.to_lowercase());
    }

    #[test]
    fn the_same_is_the_same_for_ever_and_others_differ() {
        let name = |stack, id| physical_name(stack, id, "AWS::SQS::Queue");
        assert_eq!(name("Office", "Jobs"), name("Office", "Jobs"));
        let suffix = |name: String| name.rsplit('-').next().map(str::to_owned);
        assert_ne!(suffix(name("Office", "Jobs")), suffix(name("Office", "Jobt")));
        assert_ne!(suffix(name("Office", "Jobs")), suffix(name("Bureau", "Jobs")));
    }
}

//! [`Place`]: the region and account that everything is in, and the ARNs that follow from it.
//! Knows no resource.

use stackwright_plan::{Surroundings, physical_name};

/// Where a stack is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) stack: String,
    pub(crate) region: String,
    pub(crate) account: String,
}

impl Place {
    /// What the stack's pseudo parameters answer.
    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings::of_stack_in(&self.stack, &self.region, &self.account)
    }

    /// The ARN of a thing of a service in this region and account.
    pub(crate) fn arn(&self, service: &str, thing: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{thing}", self.region, self.account)
    }

    /// The ARN of a thing that is in no region.
    pub(crate) fn global_arn(&self, service: &str, thing: &str) -> String {
        format!("arn:aws:{service}::{}:{thing}", self.account)
    }

    /// The name that CloudFormation would make up.
    pub(crate) fn name(&self, logical_id: &str, kind: &str) -> String {
        physical_name(&self.stack, logical_id, kind)
    }

    /// An id as services make them up: that many small letters and digits, the same for the same resource.
    pub(crate) fn id(&self, logical_id: &str, length: usize) -> String {
        const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let path = format!("{}/{logical_id}", self.stack);
        let mut state = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut next = || {
            // The step of SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        (0..length).map(|_| char::from(DIGITS[(next() % 36) as usize])).collect()
    }

    /// An id in the form of a UUID, the same for the same resource.
    pub(crate) fn uuid(&self, logical_id: &str) -> String {
        let digits: String = self.id(logical_id, 64).chars().filter(char::is_ascii_hexdigit).collect();
        let digits = format!("{digits:0<32}");
        let part = |from, to| &digits[from..to];
        format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(stack: &str) -> Place {
        Place { stack: stack.to_owned(), region: "eu-west-1".to_owned(), account: "000000000000".to_owned() }
    }

    #[test]
    fn ids_are_the_same_for_the_same_and_differ_for_others() {
        let id = |stack, logical_id| place(stack).id(logical_id, 10);
        assert_eq!(id("Notes", "Api"), id("Notes", "Api"));
        assert_eq!(id("Notes", "Api").len(), 10);
        assert_ne!(id("Notes", "Api"), id("Notes", "Apis"));
        assert_ne!(id("Notes", "Api"), id("Chat", "Api"));
    }

    #[test]
    fn uuids_have_the_form_of_one() {
        let uuid = place("Agenda").uuid("Guests");
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
        assert_ne!(uuid, place("Agenda").uuid("Guest"));
    }
}

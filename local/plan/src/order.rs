//! The order of creation: each after what it needs, and otherwise as in the template.
//! It knows names only, not why one needs another.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use stackwright_template::LogicalId;

/// What each needs, in the template's order. What is needed but not in the list does not count.
pub(crate) type Needs = Vec<(LogicalId, BTreeSet<LogicalId>)>;

/// The order, and the circles there are; of circles that share a member one. What is in a circle stands anywhere.
pub(crate) fn ordered(needs: &Needs) -> (Vec<LogicalId>, Vec<Vec<LogicalId>>) {
    let mut sorting = Sorting::new(needs);
    let mut cycles = Vec::new();
    loop {
        sorting.place_what_can_be();
        match sorting.cycle() {
            None => break,
            Some(cycle) => {
                sorting.give_up(&cycle);
                cycles.push(cycle);
            }
        }
    }
    (sorting.placed, cycles)
}

struct Sorting<'a> {
    needs: &'a Needs,
    positions: HashMap<LogicalId, usize>,
    /// Who needs the entry at a position.
    needed_by: HashMap<usize, Vec<usize>>,
    /// How many needs of those not placed are not placed either.
    waiting: BTreeMap<usize, usize>,
    ready: BTreeSet<usize>,
    placed: Vec<LogicalId>,
}

impl<'a> Sorting<'a> {
    fn new(needs: &'a Needs) -> Self {
        let positions: HashMap<_, _> = needs.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        let mut needed_by: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut waiting = BTreeMap::new();
        for (at, (_, needed)) in needs.iter().enumerate() {
            let needed: Vec<_> = needed.iter().filter_map(|id| positions.get(id)).collect();
            waiting.insert(at, needed.len());
            needed.iter().for_each(|need| needed_by.entry(**need).or_default().push(at));
        }
        let ready = waiting.iter().filter(|(_, count)| **count == 0).map(|(at, _)| *at).collect();
        Self { needs, positions, needed_by, waiting, ready, placed: Vec::new() }
    }

    fn place_what_can_be(&mut self) {
        while let Some(at) = self.ready.pop_first() {
            if self.waiting.remove(&at).is_none() {
                continue;
            }
            self.placed.push(self.needs[at].0);
            for waiting in self.needed_by.get(&at).into_iter().flatten() {
                if let Some(count) = self.waiting.get_mut(waiting) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        self.ready.insert(*waiting);
                    }
                }
            }
        }
    }

    /// Once told, the members of a circle are as good as placed: what waits for them is not wrong.
    fn give_up(&mut self, cycle: &[LogicalId]) {
        for id in cycle {
            let at = self.positions[id];
            self.waiting.insert(at, 0);
            self.ready.insert(at);
        }
    }

    /// A circle among those not placed: each of them waits for another, so following them must come round.
    fn cycle(&self) -> Option<Vec<LogicalId>> {
        let mut path: Vec<usize> = Vec::new();
        let mut at = *self.waiting.keys().next()?;
        loop {
            if let Some(start) = path.iter().position(|earlier| *earlier == at) {
                return Some(path[start..].iter().map(|at| self.needs[*at].0).collect());
            }
            path.push(at);
            let needed = self.needs[at].1.iter().filter_map(|id| self.positions.get(id));
            at = *needed.filter(|need| self.waiting.contains_key(need)).min()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `needs` is written as `a: b c, b: c, c:`.
    fn check(needs: &str, expected: Result<&str, &str>) {
        let id = |name: &str| LogicalId::new(name);
        let entry = |entry: &str| {
            let (name, needed) = entry.split_once(':').expect("an entry has a colon");
            (id(name.trim()), needed.split_whitespace().map(id).collect())
        };
        let words = |ids: &Vec<LogicalId>| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
        let entries: Needs = needs.split(',').map(entry).collect();
        let (order, cycles) = ordered(&entries);
        assert_eq!(order.len(), entries.len(), "{needs}");
        match expected {
            Ok(expected) => assert_eq!((words(&order).as_str(), cycles.len()), (expected, 0), "{needs}"),
            Err(expected) => {
                assert_eq!(cycles.iter().map(words).collect::<Vec<_>>().join(" | "), expected, "{needs}");
            }
        }
    }

    #[test]
    fn without_needs_the_templates_order_stays() {
        check("c:, a:, b:", Ok("c a b"));
    }

    #[test]
    fn what_is_needed_comes_first() {
        check("a: c, b:, c:", Ok("b c a"));
        check("a: b c, b: c, c:", Ok("c b a"));
    }

    #[test]
    fn what_is_not_there_is_not_waited_for() {
        check("a: gone, b:", Ok("a b"));
    }

    #[test]
    fn circles_are_named() {
        check("a: a", Err("a"));
        check("z:, a: b, b: c z, c: a, after: a", Err("a b c"));
    }

    #[test]
    fn every_circle_apart_is_named() {
        check("a: b, b: a, c: d a, d: c", Err("a b | c d"));
    }

    #[test]
    fn a_long_chain_is_no_trouble() {
        let chain: Vec<String> = (0..5_000).map(|n| format!("n{n}: n{}", n + 1)).collect();
        let needs = chain.join(",") + ",n5000:";
        let order: Vec<String> = (0..=5_000).rev().map(|n| format!("n{n}")).collect();
        check(&needs, Ok(&order.join(" ")));
    }
}

//! [`Recent`]: what happened lately, numbered, for whoever asks what is new.
//! Keeps only so much: who comes too late is told that something is missing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;

use crate::happening::Happening;

/// So many are kept at most, and so many bytes of text, as [`weight`](crate::What::weight) counts them. Of most calls
/// there are two.
const MOST: usize = 8192;
const HEAVIEST: usize = 4 * 1024 * 1024;

/// What is kept of what happened.
#[derive(Debug)]
pub(crate) struct Recent {
    kept: Mutex<Kept>,
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    happenings: VecDeque<Arc<Numbered>>,
    weight: usize,
}

/// A happening and its place among all of this run: the first is 1.
#[derive(Debug, Serialize)]
pub(crate) struct Numbered {
    pub(crate) sequence: u64,
    #[serde(flatten)]
    pub(crate) happening: Happening,
}

/// What happened after a place.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) happenings: Vec<Arc<Numbered>>,
    /// How many were forgotten that were after the place.
    pub(crate) missed: u64,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent { kept: Mutex::default(), newest: watch::Sender::new(0) }
    }
}

impl Recent {
    pub(crate) fn add(&self, happening: Happening) {
        let mut kept = self.kept();
        let sequence = *self.newest.borrow() + 1;
        kept.weight += happening.what.weight();
        kept.happenings.push_back(Arc::new(Numbered { sequence, happening }));
        while kept.happenings.len() > MOST || kept.weight > HEAVIEST {
            let Some(oldest) = kept.happenings.pop_front() else { break };
            kept.weight -= oldest.happening.what.weight();
        }
        self.newest.send_replace(sequence);
    }

    /// The number of the newest; 0 before there is any.
    pub(crate) fn newest(&self) -> u64 {
        *self.newest.borrow()
    }

    /// What came after a number, so many at most, the oldest first.
    pub(crate) fn after(&self, number: u64, most: usize) -> News {
        let kept = self.kept();
        let first = kept.happenings.front().map_or(self.newest() + 1, |first| first.sequence);
        let skipped = usize::try_from((number + 1).saturating_sub(first)).unwrap_or(usize::MAX);
        let happenings = kept.happenings.iter().skip(skipped).take(most).cloned().collect();
        News { happenings, missed: first.saturating_sub(number + 1) }
    }

    /// All that are kept, the newest first.
    pub(crate) fn backwards(&self) -> Vec<Arc<Numbered>> {
        self.kept().happenings.iter().rev().cloned().collect()
    }

    /// Waits until there is something after a number.
    pub(crate) async fn wait_for_news(&self, number: u64) {
        // The other end is ours: it is there as long as this is.
        drop(self.newest.subscribe().wait_for(|newest| *newest > number).await);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::happening::What;

    fn note(recent: &Recent, message: &str) {
        recent.add(What::Failure { place: "here".to_owned(), message: message.to_owned() }.into());
    }

    fn numbers(news: &News) -> Vec<u64> {
        news.happenings.iter().map(|one| one.sequence).collect()
    }

    #[test]
    fn what_is_new_comes_after_a_number() {
        let recent = Recent::default();
        assert!(recent.after(0, 10).happenings.is_empty());
        (0..5).for_each(|_| note(&recent, "it broke"));
        assert_eq!(numbers(&recent.after(0, 10)), [1, 2, 3, 4, 5]);
        assert_eq!(numbers(&recent.after(3, 10)), [4, 5]);
        assert_eq!(numbers(&recent.after(1, 2)), [2, 3]);
        assert!(recent.after(u64::MAX - 1, 2).happenings.is_empty());
        assert_eq!(recent.after(3, 10).missed, 0);
    }

    #[test]
    fn the_oldest_are_forgotten_and_that_is_told() {
        let recent = Recent::default();
        (0..MOST + 3).for_each(|_| note(&recent, "it broke"));
        let news = recent.after(1, 1);
        assert_eq!((numbers(&news), news.missed), (vec![4], 2));
        let long = "x".repeat(HEAVIEST / 2);
        (0..4).for_each(|_| note(&recent, &long));
        assert_eq!(recent.after(0, 10).happenings.len(), 1);
        // Clients choose their methods.
        let call =
            || What::Call { from: "outside".to_owned(), to: "Shop/Site".to_owned(), action: long.clone() };
        (0..4).for_each(|_| recent.add(call().into()));
        assert_eq!(recent.after(0, 10).happenings.len(), 1);
    }

    #[tokio::test]
    async fn news_are_waited_for() {
        let recent = Arc::new(Recent::default());
        let waiting = tokio::spawn({
            let recent = Arc::clone(&recent);
            async move { recent.wait_for_news(0).await }
        });
        tokio::task::yield_now().await;
        note(&recent, "it broke");
        tokio::time::timeout(Duration::from_secs(2), waiting).await.expect("it comes").expect("it goes on");
    }
}

//! A short-lived cache per isolate, which saves recomputing or rereading values.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Values by key, each valid for `policy::RECALL`, and at most `ROOM` of them.
pub struct TtlCache<K, V, const ROOM: usize = { policy::RECALL_MAX }>(Mutex<BTreeMap<K, (Timestamp, V)>>);

impl<K, V, const ROOM: usize> Default for TtlCache<K, V, ROOM> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord, V: Clone, const ROOM: usize> TtlCache<K, V, ROOM> {
    /// The cached value, unless it has expired. After the clock has been set back, there is none.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = noted.get(key)?;
        (*at..*at + policy::RECALL).contains(&now).then(|| value.clone())
    }

    /// The last cached value, whatever its age, if it is still there.
    pub fn last<Q: Ord + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(key).map(|(_, value)| value.clone())
    }

    pub fn insert(&self, key: K, value: V, now: Timestamp) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Searching for expired entries would take longer the more there are. All values can be obtained again.
        if noted.len() >= ROOM && !noted.contains_key(&key) {
            noted.clear();
        }
        noted.insert(key, (now, value));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    #[test]
    fn what_was_noted_is_known_for_a_moment() {
        let recall = TtlCache::<String, u8, 9>::default();
        recall.insert("key".to_owned(), 7, NOW);
        let last = NOW + policy::RECALL - Duration::from_millis(1);
        assert_eq!((recall.get("key", NOW), recall.get("key", last)), (Some(7), Some(7)));
        assert_eq!(recall.get("key", NOW + policy::RECALL), None);
        assert_eq!(recall.get("key", NOW - Duration::from_millis(1)), None, "the clock has been set back");
        assert_eq!(recall.get("another", NOW), None);
        assert_eq!((recall.last("key"), recall.last("another")), (Some(7), None));
    }

    #[test]
    fn what_is_noted_anew_is_known_anew() {
        let recall = TtlCache::<String, u8, 9>::default();
        recall.insert("key".to_owned(), 7, NOW);
        recall.insert("key".to_owned(), 8, NOW + policy::RECALL);
        assert_eq!(recall.get("key", NOW + policy::RECALL), Some(8));
    }

    #[test]
    fn no_more_is_known_than_there_is_room_for() {
        let recall = TtlCache::<usize, (), { policy::RECALL_MAX }>::default();
        for key in 0..3 * policy::RECALL_MAX {
            recall.insert(key, (), NOW);
            assert_eq!(recall.get(&key, NOW), Some(()), "the latest is always known");
        }
        assert!((0..3 * policy::RECALL_MAX).filter(|key| recall.get(key, NOW).is_some()).count() <= policy::RECALL_MAX);
    }
}

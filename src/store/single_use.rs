//! Single-use rows: of all requests with the same link, one operation writes its id into the row.

/// `once!(table, type of its ids, condition)`. The condition has the current time as its parameter `?1`, and is the one under
/// which a row is shown.
macro_rules! once {
    ($table:literal, $what:ty, $stands:expr) => {
        /// Uses a row up while it is valid. Returns it if it was this operation.
        pub fn win(id: Id<$what>, op: &str, now: Timestamp) -> Statement {
            const SQL: &str =
                concat!("UPDATE ", $table, " SET used_at = ?1, op = ?2 WHERE id = ?3 AND ", $stands, " RETURNING id");
            Statement::new(SQL, values![now, op, id])
        }

        /// Confirms [`win`]: selects its row, if operation `op` won.
        pub fn find_won(id: Id<$what>, op: &str) -> Statement {
            Statement::new(concat!("SELECT id FROM ", $table, " WHERE id = ? AND op = ?"), values![id, op])
        }

        /// Holds if operation `op` won the row.
        pub fn won(id: Id<$what>, op: &str) -> Guard {
            Guard::exists(find_won(id, op))
        }
    };
}
pub(crate) use once;

//! The common form of a sweep: removes the oldest rows before a time, up to a limit. Parameters: the time, the limit.

/// `sweep!(table, column)` or `sweep!(table, column, further condition)`.
macro_rules! sweep {
    ($table:literal, $column:expr) => {
        sweep!($table, $column, "TRUE")
    };
    ($table:literal, $column:expr, $condition:expr) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE id IN (SELECT id FROM ",
            $table,
            " WHERE ",
            $column,
            " < ? AND ",
            $condition,
            " ORDER BY ",
            $column,
            " LIMIT ?)"
        )
    };
}
pub(crate) use sweep;

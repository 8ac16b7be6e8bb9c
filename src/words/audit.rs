//! `/admin/audit`: the log.

pub struct Audit {
    pub conditions: &'static str,
    pub user: &'static str,
    pub act: &'static str,
    pub any_act: &'static str,
    pub outcome: &'static str,
    pub address: &'static str,
    pub from: &'static str,
    pub until: &'static str,
    pub show: &'static str,
    pub clear: &'static str,
    pub nobody: &'static str,
    pub none: &'static str,
    /// Where there is none yet, and the next page looks further back.
    pub none_here: &'static str,
    /// When, what, who, to whom, where from, in which request.
    pub columns: [&'static str; 6],
    /// Where an entry names nobody.
    pub unknown: &'static str,
    /// Behind the id of somebody who has no account any more.
    pub gone: &'static str,
}

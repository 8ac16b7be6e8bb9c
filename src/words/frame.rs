//! What pages have around what they are about.

/// Names of places, and what the script says.
pub struct Frame {
    pub skip: &'static str,
    pub places: &'static str,
    pub account: &'static str,
    /// The way on from an error.
    pub to_account: &'static str,
    pub sessions: &'static str,
    pub keys: &'static str,
    pub administration: &'static str,
    pub sign_out: &'static str,
    pub back: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub show: &'static str,
    pub hide: &'static str,
    /// Under a password that is being chosen: too short, long enough, long.
    pub strength: [&'static str; 3],
}

//! What is wrong with a field, in the words of Django REST framework: clients of dialects P and F know them by heart.

/// One thing that is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    Required,
    Blank,
    Null,
    NoString,
    /// Text with a NUL in it, which no export of D1 brings back.
    Nul,
    NoInteger,
    NoDatetime,
    TooLong(usize),
    AtMost(i64),
    AtLeast(i64),
    /// A moment that is to come has passed.
    Past,
    /// A moment too far ahead.
    TooLate,
    /// No life at all was asked for.
    NoLife,
}

impl FieldError {
    pub fn sentence(self) -> String {
        let fixed = match self {
            Self::Required => "This field is required.",
            Self::Blank => "This field may not be blank.",
            Self::Null => "This field may not be null.",
            Self::NoString => "Not a valid string.",
            Self::Nul => "Null characters are not allowed.",
            Self::NoInteger => "A valid integer is required.",
            Self::NoDatetime => {
                "Datetime has wrong format. Use one of these formats instead: \
                 YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
            }
            Self::Past => "Ensure this moment is in the future.",
            Self::NoLife => "Ensure the token lives for a minute at least.",
            Self::TooLate => "Ensure this moment is not so far in the future.",
            Self::TooLong(most) => return format!("Ensure this field has no more than {most} characters."),
            Self::AtMost(most) => return format!("Ensure this value is less than or equal to {most}."),
            Self::AtLeast(least) => return format!("Ensure this value is greater than or equal to {least}."),
        };
        fixed.to_owned()
    }
}

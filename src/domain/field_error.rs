//! Field errors in the words of Django REST framework, which clients of private and portal tokens rely on.

/// One error of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    Required,
    Blank,
    Null,
    NoString,
    /// Text with a NUL, which is lost in an export of D1.
    Nul,
    NoInteger,
    NoDatetime,
    TooLong(usize),
    AtMost(i64),
    AtLeast(i64),
    /// A time in the past where a future one is required.
    Past,
    /// A time too far ahead.
    TooLate,
    /// A lifetime of zero.
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

package dev.jackdaw.protocol;

/// Input from outside that breaks its format: a message, a packet, a file or a link.
///
/// The [Violation] says of what kind, for counting and for deciding; the message says what was seen and what was
/// expected, for people. It carries no stack trace, since hostile peers can cause it as often as they like.
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Violation violation;
    private final String detail;

    public ProtocolException(Violation violation, String detail) {
        super(detail, null, false, false);
        this.violation = violation;
        this.detail = detail;
    }

    public Violation violation() {
        return violation;
    }

    /// What was seen and what was expected; never null, unlike other exceptions' messages.
    @Override
    public String getMessage() {
        return detail;
    }

    /// What kind of rule was broken.
    public enum Violation {
        /// Ends before it is complete.
        TRUNCATED,
        /// Larger, longer, deeper or more than the limit for its kind.
        LIMIT_EXCEEDED,
        /// Not of the syntax of its format.
        MALFORMED,
        /// A field that must be there is not.
        MISSING_FIELD,
        /// A field of the wrong type or with a value outside its range.
        BAD_VALUE,
        /// Well-formed, but not allowed in this place or state.
        UNEXPECTED,
        /// A checksum, hash or identity that does not match.
        MISMATCH
    }
}

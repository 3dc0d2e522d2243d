package dev.jackdaw.protocol;

/// Monotonic nanoseconds: the only clock that engines and codecs may know of.
///
/// Production uses `System::nanoTime`, simulations their virtual time. Only differences mean something.
@FunctionalInterface
public interface Ticker {
    /// Nanoseconds since an arbitrary origin; never goes backwards.
    long nanos();
}

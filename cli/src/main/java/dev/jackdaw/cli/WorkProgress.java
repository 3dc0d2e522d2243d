package dev.jackdaw.cli;

import dev.jackdaw.protocol.Ticker;
import java.time.Duration;
import java.util.List;

/// A bar for work of known size that the command waits for: hashing. Nothing on a pipe, where nobody watches.
///
/// May be called from any thread, as often as one likes.
final class WorkProgress implements AutoCloseable {
    private static final long REDRAW_NANOS = Duration.ofMillis(200).toNanos();

    /// A bar that would come and go within this time only flickers.
    private static final long QUIET_NANOS = Duration.ofMillis(300).toNanos();

    private static final int BAR_COLUMNS = 40;

    private final Terminal terminal;
    private final String doing;
    private final Ticker ticker;
    private final boolean shown;
    private final LiveRegion region;
    private final long startNanos;

    private long nextNanos;

    /// @param doing what is being done, like `hashing dataset`
    WorkProgress(Terminal terminal, String doing, boolean wanted, Ticker ticker) {
        this.terminal = terminal;
        this.doing = doing;
        this.ticker = ticker;
        this.shown = wanted && terminal.interactive();
        this.region = new LiveRegion(terminal);
        this.startNanos = ticker.nanos();
        this.nextNanos = startNanos + QUIET_NANOS;
    }

    /// @param share 0 … 1
    synchronized void at(double share) {
        long nowNanos = ticker.nanos();
        if (!shown || nowNanos - nextNanos < 0) {
            return;
        }
        nextNanos = nowNanos + REDRAW_NANOS;
        Palette palette = Palette.of(terminal);
        int columns = terminal.window().get().columns() - 1;
        String percent = Amount.percent(Math.clamp(share, 0, 1));
        String left = share > 0.01 ? "   " + DurationText.clock(left(nowNanos, share)) + " left" : "";
        int bar = Math.clamp(columns - doing.length() - percent.length() - left.length() - 4, 0, BAR_COLUMNS);
        String line = doing + "  " + (bar >= 5 ? bar(share, bar, palette) + "  " : "") + percent + left;
        region.draw(List.of(bar >= 5 ? line : TextWidth.clip(line, columns, palette.ellipsis())));
    }

    private Duration left(long nowNanos, double share) {
        return Duration.ofNanos((long) ((nowNanos - startNanos) * (1 - share) / share));
    }

    private static String bar(double share, int columns, Palette palette) {
        int full = Math.clamp(Math.round(share * columns), 0, columns);
        return palette.green((palette.unicode() ? "█" : "#").repeat(full))
                + palette.dim((palette.unicode() ? "·" : ".").repeat(columns - full));
    }

    @Override
    public synchronized void close() {
        if (shown) {
            region.close();
        }
    }
}

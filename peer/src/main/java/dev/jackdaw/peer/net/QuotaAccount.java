package dev.jackdaw.peer.net;

import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.engine.TorrentEvent.QuotaGranted;

/// One torrent's account with a [QuotaBroker].
final class QuotaAccount implements QuotaBroker.Account {
    private final TorrentDriver driver;
    private final Direction direction;

    QuotaAccount(TorrentDriver driver, Direction direction) {
        this.driver = driver;
        this.direction = direction;
    }

    @Override
    public long used() {
        return switch (direction) {
            case DOWNLOAD -> driver.payload().requested();
            case UPLOAD -> driver.payload().promised();
        };
    }

    @Override
    public void grant(QuotaGranted quota) {
        driver.loop().execute(() -> driver.deliver(quota));
    }
}

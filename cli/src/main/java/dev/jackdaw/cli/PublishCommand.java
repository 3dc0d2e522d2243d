package dev.jackdaw.cli;

import dev.jackdaw.dht.Publisher.Publication;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw publish`: offers a torrent under a link that stays the same (BEP 46).
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Offers a torrent under a publisher's link, which stays the same when the torrent changes.",
            "",
            "Whoever downloads by that link gets the torrent published last; 'jackdaw download --seed' follows. The DHT forgets"
                    + " what is not published again within two hours: followers see to that, and --keep does.",
            "The torrent itself is to be seeded as any other."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw publish data-v1.torrent --key data.key",
            "  jackdaw publish data-v2.torrent --key data.key        the link now leads to v2",
            "  jackdaw publish data-v2.torrent --key data.key --keep",
            "",
            "Exit status: 0 published, 1 no node took it, 2 no torrent or wrong usage, 130 interrupted."
        })
final class PublishCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "SOURCE",
            description = "The torrent: a .torrent file, a magnet link, or the URL of a .torrent file.")
    String source = "";

    @Option(
            names = {"--key", "--mutable"},
            required = true,
            paramLabel = "KEYFILE",
            description = "The publisher's secret key. Made, for its owner's eyes only, if there is no such file.")
    String keyFile = "";

    @Mixin
    PublishOptions publishing = new PublishOptions();

    @Option(names = "--keep", description = "Stay, and publish it again every hour, until Ctrl-C.")
    boolean keep;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    PublishCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        byte[] salt = publishing.salt();
        InfoHash infoHash = torrent();
        TorrentPublication torrent = new TorrentPublication(question, PublishOptions.key(terminal, keyFile), salt);
        return question.with(terminal, dht -> {
            Publication publication = torrent.put(dht, infoHash);
            print(torrent, infoHash, publication);
            if (keep) {
                torrent.keep(dht, publication.item());
            }
            return ExitStatus.DONE.code();
        });
    }

    private InfoHash torrent() {
        TorrentSource torrent = new SourceReader(terminal).read(source);
        if (torrent instanceof TorrentSource.TorrentFile(var metainfo)
                && metainfo.info().isPrivate()) {
            throw CommandFailure.badInput("a private torrent's peers are not in the DHT: nobody would find it");
        }
        return torrent.infoHash();
    }

    private void print(TorrentPublication torrent, InfoHash infoHash, Publication publication) {
        String magnet = torrent.link().toUri();
        if (question.json) {
            new JsonLine()
                    .with("infoHash", infoHash.hex())
                    .with("key", torrent.link().key())
                    .with("salt", torrent.link().salt())
                    .with("target", publication.item().target().hex())
                    .with("seq", publication.item().seq())
                    .with("stored", publication.report().stored())
                    .with("magnet", magnet)
                    .print(terminal.out());
        } else {
            terminal.out()
                    .println("published " + infoHash + " as number "
                            + publication.item().seq() + " at "
                            + Amount.count(publication.report().stored(), "node"));
            terminal.out().println("magnet " + magnet);
        }
        terminal.out().flush();
    }
}

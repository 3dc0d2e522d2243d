package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The engine decides and touches nothing: no files, sockets, threads or clocks, and no packages but values.
class EngineIsPureTest {
    private static final Set<String> PACKAGES = Set.of(
            "java/lang",
            "java/lang/invoke",
            "java/lang/runtime",
            "java/nio",
            "java/security",
            "java/time",
            "java/util",
            "java/util/function",
            "java/util/random",
            "java/util/stream",
            "org/jspecify/annotations");
    /// Single classes of other packages: values, and what they throw.
    private static final Set<String> CLASSES = Set.of(
            "java/net/InetAddress",
            "java/net/URI",
            "java/net/URISyntaxException",
            "java/util/concurrent/TimeUnit",
            "java/util/zip/CRC32C");

    private static final Set<String> FORBIDDEN_CLASSES = Set.of(
            "java/lang/Thread",
            "java/lang/ThreadLocal",
            "java/lang/Process",
            "java/lang/ProcessBuilder",
            "java/lang/Runtime",
            "java/security/SecureRandom",
            "java/time/Clock",
            "java/time/Instant",
            "java/util/Timer",
            "java/util/Scanner");
    private static final Set<String> FORBIDDEN_MEMBERS = Set.of(
            "java/lang/System.nanoTime",
            "java/lang/System.currentTimeMillis",
            "java/lang/System.getProperty",
            "java/lang/System.getenv",
            "java/lang/Math.random",
            "java/net/InetAddress.getByName",
            "java/net/InetAddress.getAllByName",
            "java/net/InetAddress.getLocalHost",
            "java/net/InetAddress.getHostName",
            "java/net/InetAddress.getCanonicalHostName",
            "java/net/InetAddress.isReachable");

    private static final Pattern CLASS_NAME = Pattern.compile("L([a-zA-Z0-9_$/]+);");

    @Test
    void engineReferencesValuesAndTheProtocolOnly() throws IOException, URISyntaxException {
        Path directory = Path.of(TorrentEngine.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("dev/jackdaw/peer/engine");
        List<Path> classes;
        try (Stream<Path> files = Files.list(directory)) {
            classes = files.filter(file -> file.toString().endsWith(".class")).toList();
        }
        Set<String> offences = new TreeSet<>();
        for (Path file : classes) {
            inspect(ClassFile.of().parse(file), offences);
        }
        assertTrue(classes.size() > 30, "only " + classes.size() + " classes were found");
        assertEquals(Set.of(), offences);
    }

    private static void inspect(ClassModel model, Set<String> offences) {
        String owner = model.thisClass().asInternalName();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> check(owner, type.asInternalName(), offences);
                case MemberRefEntry member -> {
                    String name = member.owner().asInternalName() + "."
                            + member.name().stringValue();
                    if (FORBIDDEN_MEMBERS.contains(name)) {
                        offences.add(owner + " uses " + name);
                    }
                }
                case Utf8Entry text -> {
                    // descriptors and signatures
                    if (text.stringValue().indexOf(' ') < 0) {
                        Matcher names = CLASS_NAME.matcher(text.stringValue());
                        while (names.find()) {
                            check(owner, names.group(1), offences);
                        }
                    }
                }
                default -> {}
            }
        }
    }

    private static void check(String owner, String type, Set<String> offences) {
        if (type.startsWith("[")) {
            Matcher element = CLASS_NAME.matcher(type);
            if (element.find()) {
                check(owner, element.group(1), offences);
            }
            return;
        }
        int slash = type.lastIndexOf('/');
        String inPackage = slash < 0 ? "" : type.substring(0, slash);
        boolean allowed = type.startsWith("dev/jackdaw/peer/engine/")
                || type.startsWith("dev/jackdaw/protocol/")
                || PACKAGES.contains(inPackage)
                || CLASSES.contains(type);
        if (!allowed || FORBIDDEN_CLASSES.contains(type)) {
            offences.add(owner + " uses " + type);
        }
    }
}

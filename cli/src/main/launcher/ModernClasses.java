import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// `java ModernClasses.java LIB`: gives the classes in LIB's jars that were compiled for Java 5 the version and the stack maps of
/// Java 8. The ahead-of-time cache takes no class that is older than Java 6 (its verifier infers types anew each
/// time), so the two hundred classes of picocli would be read and verified at every start. Their code stays as it is.
///
/// The build runs it on the distribution, before the rehearsal.
private static final int JAVA_6 = 50;
private static final int JAVA_8 = 52;

void main(String[] args) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
        jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    URL[] urls = jars.stream().map(jar -> url(jar.toUri())).toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(urls)) {
        // The stack maps need to know which classes extend which.
        ClassHierarchyResolver hierarchy = ClassHierarchyResolver.ofResourceParsing(loader)
                .orElse(ClassHierarchyResolver.defaultResolver())
                .cached();
        ClassFile classFile = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(hierarchy));
        for (Path jar : jars) {
            int changed = modernize(jar, classFile);
            if (changed > 0) {
                IO.println(jar.getFileName() + ": " + changed + " classes made fit for the cache");
            }
        }
    }
}

private static URL url(URI uri) {
    try {
        return uri.toURL();
    } catch (MalformedURLException e) {
        throw new UncheckedIOException(e);
    }
}

private static int modernize(Path jar, ClassFile classFile) throws IOException {
    int changed = 0;
    try (FileSystem zip = FileSystems.newFileSystem(jar);
            Stream<Path> files = Files.walk(zip.getPath("/"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
            ClassModel old = classFile.parse(Files.readAllBytes(file));
            if (old.majorVersion() < JAVA_6) {
                Files.write(file, modern(old, classFile));
                changed++;
            }
        }
    }
    return changed;
}

private static byte[] modern(ClassModel old, ClassFile classFile) {
    return classFile.transformClass(
            old,
            // What takes a method's code apart and puts it together writes its stack map.
            ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen((builder, element) -> {
                if (element instanceof ClassFileVersion) {
                    builder.withVersion(JAVA_8, 0);
                } else {
                    builder.with(element);
                }
            }));
}

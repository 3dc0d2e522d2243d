import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// `java CacheableClasses.java LIB`: makes the classes in LIB's jars such that the ahead-of-time cache can hold them, and all that
/// is made of them at a start. What they do stays as it is.
///
/// - It takes no class that is older than Java 6, whose verifier infers types anew each time. Those compiled for Java 5, the two
///   hundred of picocli, get the version and the stack maps of Java 8.
/// - It keeps the methods that are made at run time for lambdas, but not those for switches over types and for records, each of
///   which costs a start a millisecond and is interpreted for long. They become methods of the class.
///
/// The build runs it on the distribution, before the rehearsal.
private static final int JAVA_6 = 50;
private static final int JAVA_8 = 52;

private static final String SWITCHES = "Ljava/lang/runtime/SwitchBootstraps;";
private static final String RECORDS = "Ljava/lang/runtime/ObjectMethods;";
private static final MethodTypeDesc EQUALS =
        MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object);
private static final ClassDesc OBJECTS = Objects.class.describeConstable().orElseThrow();

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
        ClassHierarchyResolverOption known = ClassHierarchyResolverOption.of(hierarchy);
        for (Path jar : jars) {
            int changed = makeCacheable(jar, known);
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

private static int makeCacheable(Path jar, ClassHierarchyResolverOption known) throws IOException {
    ClassFile modern = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, known);
    ClassFile same = ClassFile.of(known);
    int changed = 0;
    try (FileSystem zip = FileSystems.newFileSystem(jar);
            Stream<Path> files = Files.walk(zip.getPath("/"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
            ClassModel old = same.parse(Files.readAllBytes(file));
            if (old.majorVersion() < JAVA_6) {
                Files.write(file, modernize(old, modern));
                changed++;
            } else if (isUnsettled(old)) {
                Files.write(file, same.transformClass(old, settling(old)));
                changed++;
            }
        }
    }
    return changed;
}

private static byte[] modernize(ClassModel old, ClassFile classFile) {
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

/// Whether methods would be made at run time for the class.
private static boolean isUnsettled(ClassModel old) {
    return old.findAttribute(Attributes.bootstrapMethods()).stream()
            .flatMap(table -> table.bootstrapMethods().stream())
            .map(method -> method.bootstrapMethod().asSymbol().owner().descriptorString())
            .anyMatch(maker -> maker.equals(SWITCHES) || maker.equals(RECORDS));
}

/// Replaces calls of methods that would be made at run time by calls of methods that are added to the class.
private static ClassTransform settling(ClassModel old) {
    List<InvokeDynamicInstruction> replaced = new ArrayList<>();
    ClassDesc self = old.thisClass().asSymbol();
    boolean isInterface = old.flags().has(AccessFlag.INTERFACE);
    return ClassTransform.transformingMethodBodies((code, element) -> {
                if (element instanceof InvokeDynamicInstruction call && isReplaced(call)) {
                    code.invokestatic(self, name(replaced.size()), call.typeSymbol(), isInterface);
                    replaced.add(call);
                } else {
                    code.with(element);
                }
            })
            .andThen(ClassTransform.endHandler(builder -> {
                for (int i = 0; i < replaced.size(); i++) {
                    InvokeDynamicInstruction call = replaced.get(i);
                    builder.withMethodBody(
                            name(i),
                            call.typeSymbol(),
                            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                            code -> write(call, code));
                }
            }));
}

private static String name(int call) {
    return "settled$" + call;
}

private static String maker(InvokeDynamicInstruction call) {
    return call.bootstrapMethod().owner().descriptorString();
}

/// Texts are made for people, and rarely.
private static boolean isReplaced(InvokeDynamicInstruction call) {
    return switch (maker(call)) {
        case SWITCHES -> call.bootstrapArgs().stream().allMatch(label -> label instanceof ClassDesc);
        case RECORDS -> !call.name().equalsString("toString");
        default -> false;
    };
}

private static void write(InvokeDynamicInstruction call, CodeBuilder code) {
    if (maker(call).equals(SWITCHES)) {
        writeTypeSwitch(call.bootstrapArgs(), code);
        return;
    }
    ClassDesc self = (ClassDesc) call.bootstrapArgs().getFirst();
    List<DirectMethodHandleDesc> fields = call.bootstrapArgs().stream()
            .skip(2) // the class, the fields' names
            .map(field -> (DirectMethodHandleDesc) field)
            .toList();
    if (call.name().equalsString("equals")) {
        writeEquals(self, fields, code);
    } else {
        writeHashCode(self, fields, code);
    }
}

/// The index of the first label at or after that of the second parameter whose class the first is of; -1 for null.
private static void writeTypeSwitch(List<ConstantDesc> labels, CodeBuilder code) {
    Label isNull = code.newLabel();
    code.aload(0).ifnull(isNull);
    for (int i = 0; i < labels.size(); i++) {
        Label next = code.newLabel();
        code.iload(1).loadConstant(i).if_icmpgt(next);
        code.aload(0).instanceOf((ClassDesc) labels.get(i)).ifeq(next);
        code.loadConstant(i).ireturn().labelBinding(next);
    }
    code.loadConstant(labels.size()).ireturn();
    code.labelBinding(isNull).iconst_m1().ireturn();
}

private static void writeEquals(ClassDesc self, List<DirectMethodHandleDesc> fields, CodeBuilder code) {
    Label same = code.newLabel();
    Label different = code.newLabel();
    code.aload(0).aload(1).if_acmpeq(same);
    code.aload(1).instanceOf(self).ifeq(different);
    for (DirectMethodHandleDesc field : fields) {
        ClassDesc type = type(field);
        code.aload(0).getfield(self, field.methodName(), type);
        code.aload(1).checkcast(self).getfield(self, field.methodName(), type);
        switch (TypeKind.from(type)) {
            case LONG -> code.lcmp().ifne(different);
            case DOUBLE, FLOAT -> code.invokestatic(
                            box(type), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, type, type))
                    .ifne(different);
            case REFERENCE -> code.invokestatic(OBJECTS, "equals", EQUALS).ifeq(different);
            default -> code.if_icmpne(different);
        }
    }
    code.labelBinding(same).iconst_1().ireturn();
    code.labelBinding(different).iconst_0().ireturn();
}

private static void writeHashCode(ClassDesc self, List<DirectMethodHandleDesc> fields, CodeBuilder code) {
    code.iconst_0();
    for (DirectMethodHandleDesc field : fields) {
        ClassDesc type = type(field);
        code.bipush(31).imul().aload(0).getfield(self, field.methodName(), type);
        if (type.isPrimitive()) {
            code.invokestatic(box(type), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, type));
        } else {
            code.invokestatic(OBJECTS, "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_Object));
        }
        code.iadd();
    }
    code.ireturn();
}

private static ClassDesc type(DirectMethodHandleDesc field) {
    return ClassDesc.ofDescriptor(field.lookupDescriptor());
}

private static ClassDesc box(ClassDesc primitive) {
    return switch (TypeKind.from(primitive)) {
        case BOOLEAN -> ConstantDescs.CD_Boolean;
        case BYTE -> ConstantDescs.CD_Byte;
        case CHAR -> ConstantDescs.CD_Character;
        case SHORT -> ConstantDescs.CD_Short;
        case INT -> ConstantDescs.CD_Integer;
        case LONG -> ConstantDescs.CD_Long;
        case FLOAT -> ConstantDescs.CD_Float;
        case DOUBLE -> ConstantDescs.CD_Double;
        case REFERENCE, VOID -> throw new IllegalArgumentException(primitive.displayName());
    };
}

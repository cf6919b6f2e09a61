package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.ScriptStack;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundProgram;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.SourceFile;
import wdfs.types.Type;

/// Bound trees to JVM classes. Each image becomes a main class, which dispatches calls through function pointers, and one
/// class for each source file that gave it functions, so that stack traces name the file and line of the script.
public final class CodeGenerator {
    static final ClassDesc CALLER = ClassDesc.of("wdfs.runtime.Caller");
    static final ClassDesc IMAGE = ClassDesc.of("wdfs.runtime.CompiledImage");
    static final ClassDesc INFO = ClassDesc.of("wdfs.runtime.CompiledImage$Info");
    static final ClassDesc LONGS = CD_long.arrayType();
    static final ClassDesc OBJECTS = CD_Object.arrayType();
    private static final MethodTypeDesc DISPATCH = MethodTypeDesc.of(CD_long, CD_int, CALLER, LONGS);
    private static final MethodTypeDesc RUN_BODY = MethodTypeDesc.of(CD_void, CD_int, CALLER, CD_long, OBJECTS);

    /// A class file holds at most 65,535 constants, and a function needs a good many of them.
    private static final int FUNCTIONS_OF_CLASS = 1024;
    /// A class has room for 65,535 constants, and a constant takes at least a character of the text and what separates it.
    private static final int CHARACTERS_OF_CLASS = 60_000;
    /// The JVM compiles no method of more than 8,000 bytes; a function with eight parameters takes about 70 of them here.
    private static final int TARGETS_OF_TABLE = 64;

    private record NameInFile(SourceFile file, String name) {}

    private final Map<String, byte[]> classes = new LinkedHashMap<>();
    private final Function<String, Method> natives;
    private final Function<String, Integer> nativeOrdinals;

    /// Whether each statement is a point where threads may change, and not only calls and loop edges.
    private final boolean interleaving;

    /// The statements that are counted; empty if nobody wants to know.
    private final Optional<Probes> probes;

    CodeGenerator(Function<String, Method> natives, Function<String, Integer> nativeOrdinals, boolean interleaving, List<String> siteFiles, Optional<Probes> probes) {
        this.natives = natives;
        this.nativeOrdinals = nativeOrdinals;
        this.interleaving = interleaving;
        this.siteFiles = siteFiles;
        this.probes = probes;
    }

    /// A function whose code does not fit a JVM method.
    public static final class TooLarge extends RuntimeException {
        private final FunctionSymbol function;

        TooLarge(FunctionSymbol function) {
            super(function.name());
            this.function = function;
        }

        public FunctionSymbol function() {
            return function;
        }
    }

    Map<String, byte[]> classes() {
        return classes;
    }

    static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super("script", CodeGenerator.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    public static Program generate(BoundProgram program, Function<String, Method> natives, Function<String, Integer> nativeOrdinals) {
        return generate(program, natives, nativeOrdinals, new ArrayList<>(), false);
    }

    /// @param siteFiles the files that sites count; those of this program are added
    /// @param interleaving whether threads may change at each statement
    public static Program generate(BoundProgram program, Function<String, Method> natives, Function<String, Integer> nativeOrdinals, List<String> siteFiles, boolean interleaving) {
        return generate(program, natives, nativeOrdinals, siteFiles, interleaving, Optional.empty());
    }

    /// A program that counts how often its statements run. What does not fit with that is generated without.
    public static Program counting(BoundProgram program, Function<String, Method> natives, Function<String, Integer> nativeOrdinals) {
        try {
            return generate(program, natives, nativeOrdinals, new ArrayList<>(), false, Optional.of(new Probes()));
        } catch (TooLarge _) {
            return generate(program, natives, nativeOrdinals);
        }
    }

    private static Program generate(BoundProgram program, Function<String, Method> natives, Function<String, Integer> nativeOrdinals, List<String> siteFiles, boolean interleaving,
            Optional<Probes> probes) {
        CodeGenerator generator = new CodeGenerator(natives, nativeOrdinals, interleaving, siteFiles, probes);
        List<ImageGenerator> images = new ArrayList<>();
        for (ImageSymbol image : program.images()) {
            images.add(generator.image(image, true));
        }
        Loader loader = new Loader(generator.classes);
        List<CompiledImage> compiled = new ArrayList<>();
        for (ImageGenerator image : images) {
            compiled.add(image.instantiate(loader));
        }
        Program.Later interleaved = new Program.Later(() -> {
            try {
                return generate(program, natives, nativeOrdinals, new ArrayList<>(), true, probes);
            } catch (TooLarge _) {
                // a function that only just fits: threads change at its calls and loops
                return generate(program, natives, nativeOrdinals, new ArrayList<>(), false, probes);
            }
        });
        return new Program(compiled, program, Map.copyOf(generator.classes), List.copyOf(generator.siteFiles), interleaved, probes.map(Probes::spans).orElse(List.of()));
    }

    Optional<Probes> probes() {
        return probes;
    }

    boolean interleaving() {
        return interleaving;
    }

    private ImageGenerator image(ImageSymbol symbol, boolean measured) {
        ImageGenerator generator = new ImageGenerator(symbol, measured);
        generator.generate();
        return generator;
    }

    private final List<String> siteFiles;

    /// The number that stands for a place of a script; 0 for library and generated text.
    int site(wdfs.source.Span span) {
        SourceFile file = span.file();
        if (file.origin() == SourceFile.Origin.LIBRARY || file.origin() == SourceFile.Origin.GENERATED) {
            return 0;
        }
        String shown = file.path().substring(file.path().lastIndexOf('/') + 1);
        int index = siteFiles.indexOf(shown);
        if (index < 0) {
            index = siteFiles.size();
            siteFiles.add(shown);
        }
        return Math.min(index + 1, 0x7FFF) << 16 | Math.min(span.line(), 0xFFFF);
    }

    Method nativeMethod(String name) {
        Method method = natives.apply(name);
        if (method == null) {
            throw new IllegalStateException("no body for " + name);
        }
        return method;
    }

    /// One image on its way to classes.
    final class ImageGenerator {
        final ImageSymbol symbol;
        final boolean kernel;
        private final boolean measured;
        private final String className;
        private final Map<List<Byte>, Long> strings = new HashMap<>();
        private byte[] constants;
        private int constantsLength;
        private final Map<FunctionSymbol, ClassDesc> functionClasses = new HashMap<>();
        private final Map<SourceFile, Integer> functionsOfFile = new HashMap<>();
        private final Map<SourceFile, Integer> charactersOfClass = new HashMap<>();
        private final Map<SourceFile, ClassDesc> currentClasses = new HashMap<>();
        private int functionClassCount;
        private Map<NameInFile, Integer> sharedNames;
        private final List<ImageGenerator> processes = new ArrayList<>();
        private byte[] data = new byte[0];
        private final Map<FunctionSymbol, String> methodNames = new HashMap<>();

        /// @param measured whether it is none of a test's processes, which belong to the test
        ImageGenerator(ImageSymbol symbol, boolean measured) {
            this.symbol = symbol;
            this.measured = measured && symbol.kind() != ImageSymbol.Kind.TEST;
            this.kernel = symbol.isKernel();
            this.className = ScriptStack.PACKAGE + sanitized(symbol.name()) + "_" + symbol.ordinal();
            long length = 0;
            for (GlobalSymbol global : symbol.globals()) {
                if (global.isReadOnly()) {
                    length = Math.max(length, global.imageOffset() + global.type().size());
                }
            }
            constantsLength = (int) length;
            constants = new byte[Math.max(64, constantsLength)];
        }

        private static String sanitized(String name) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < name.length() && i < 40; i++) {
                char c = name.charAt(i);
                text.append(c < 128 && Character.isJavaIdentifierPart(c) ? c : '_');
            }
            return text.isEmpty() || !Character.isJavaIdentifierStart(text.charAt(0)) ? "_" + text : text.toString();
        }

        ClassDesc classOf(FunctionSymbol function) {
            ClassDesc known = functionClasses.get(function);
            if (known == null) {
                SourceFile file = function.span().file();
                int before = functionsOfFile.merge(file, 1, Integer::sum) - 1;
                int length = function.body().map(b -> b.span().end() - b.span().start()).orElse(0);
                boolean full = charactersOfClass.getOrDefault(file, 0) + length > CHARACTERS_OF_CLASS;
                if (before % FUNCTIONS_OF_CLASS == 0 || full) {
                    functionsOfFile.put(file, 1);
                    charactersOfClass.put(file, 0);
                    known = newFunctionClass(file);
                } else {
                    known = currentClasses.get(file);
                }
                charactersOfClass.merge(file, length, Integer::sum);
                functionClasses.put(function, known);
            }
            return known;
        }

        private ClassDesc newFunctionClass(SourceFile file) {
            String path = file.path();
            ClassDesc desc = ClassDesc.of(className + "_" + sanitized(path.substring(path.lastIndexOf('/') + 1)) + "_" + functionClassCount++);
            currentClasses.put(file, desc);
            return desc;
        }

        MethodTypeDesc descriptor(FunctionSymbol function) {
            if (function.enclosing().isPresent()) {
                return MethodTypeDesc.of(CD_void, CALLER, CD_long, OBJECTS);
            }
            List<ClassDesc> parameters = new ArrayList<>();
            parameters.add(CALLER);
            if (function.type().returnType() instanceof Type.Struct) {
                parameters.add(CD_long);
            }
            for (Type type : function.type().parameters()) {
                parameters.add(Kinds.desc(type));
            }
            return MethodTypeDesc.of(Kinds.desc(function.type().returnType()), parameters);
        }

        /// JVM method names may not hold `<`; functions of one name in one file cannot be.
        String methodName(FunctionSymbol function) {
            return methodNames.computeIfAbsent(function, this::newMethodName);
        }

        private String newMethodName(FunctionSymbol function) {
            return function.name().replaceAll("[.;\\[/<>:]", "_") + (function.enclosing().isPresent() || duplicates(function) ? "$" + function.index() + "$" + shortName(function) : "");
        }

        private String shortName(FunctionSymbol function) {
            return ScriptStack.shown(function.name()).replaceAll("[.;\\[/<>: ]", "_");
        }

        private boolean duplicates(FunctionSymbol function) {
            if (sharedNames == null) {
                sharedNames = new HashMap<>();
                for (FunctionSymbol each : symbol.functions()) {
                    sharedNames.merge(new NameInFile(each.span().file(), each.name()), 1, Integer::sum);
                }
            }
            return sharedNames.getOrDefault(new NameInFile(function.span().file(), function.name()), 1) > 1;
        }

        long addressOf(FunctionSymbol function) {
            if (function.isNative()) {
                return (kernel ? ImageLayout.KERNEL_NATIVES : ImageLayout.USER_NATIVES) + 16L * nativeOrdinals.apply(function.name());
            }
            return ImageLayout.function(kernel, symbol.ordinal(), function.index());
        }

        long addressOf(GlobalSymbol global) {
            return (global.isReadOnly() ? ImageLayout.constants(kernel, symbol.ordinal()) : ImageLayout.data(kernel, symbol.ordinal())) + global.imageOffset();
        }

        long addressOf(List<Byte> string) {
            Long known = strings.get(string);
            if (known == null) {
                int at = constantsLength + 15 & ~15;
                int end = at + string.size();
                if (end > constants.length) {
                    constants = Arrays.copyOf(constants, Math.max(end, constants.length * 2));
                }
                for (int i = 0; i < string.size(); i++) {
                    constants[at + i] = string.get(i);
                }
                constantsLength = end;
                known = (long) at;
                strings.put(List.copyOf(string), known);
            }
            return ImageLayout.constants(kernel, symbol.ordinal()) + known;
        }

        /// Whether its statements count. Those of tests do not: they are what measures.
        boolean measured() {
            return measured;
        }

        CodeGenerator owner() {
            return CodeGenerator.this;
        }

        void generate() {
            for (ImageSymbol process : symbol.processes()) {
                processes.add(image(process, measured));
            }
            functions(symbol.functions());
            sections();
            ClassDesc main = ClassDesc.of(className);
            classes.put(className, ClassFile.of().build(main, builder -> mainClass(builder, main)));
        }

        // ---- growing -----------------------------------------------------------------------------------------------------------

        /// The functions of an image that grows, from one on: their classes, and one that dispatches to them.
        /// @return the name of that class
        String generatePart(int firstFunction, int number) {
            currentClasses.clear();
            functionsOfFile.clear();
            charactersOfClass.clear();
            sharedNames = null;
            for (GlobalSymbol global : symbol.globals()) {
                if (global.isReadOnly()) {
                    room(global.imageOffset() + global.type().size());     // strings come behind
                }
            }
            List<FunctionSymbol> added = List.copyOf(symbol.functions().subList(firstFunction, symbol.functions().size()));
            functions(added);
            sections();
            ClassDesc main = ClassDesc.of(className + "_part_" + number);
            classes.put(name(main), ClassFile.of().build(main, builder -> {
                builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                builder.withSuperclass(IMAGE);
                builder.withMethodBody("<init>", MethodTypeDesc.of(CD_void), ClassFile.ACC_PUBLIC,
                        code -> code.aload(0).invokespecial(IMAGE, "<init>", MethodTypeDesc.of(CD_void)).return_());
                builder.withMethodBody("info", MethodTypeDesc.of(INFO), ClassFile.ACC_PUBLIC, code -> code.aconst_null().areturn());
                builder.withMethodBody("dispatch", DISPATCH, ClassFile.ACC_PUBLIC, code -> table(code, true, added, 1));
                builder.withMethodBody("runBody", RUN_BODY, ClassFile.ACC_PUBLIC, code -> table(code, false, added, 1));
            }));
            return name(main);
        }

        byte[] constants() {
            return Arrays.copyOf(constants, constantsLength);
        }

        byte[] data() {
            return data;
        }

        private void functions(List<FunctionSymbol> all) {
            Map<ClassDesc, List<FunctionSymbol>> byClass = new LinkedHashMap<>();
            for (FunctionSymbol function : all) {
                byClass.computeIfAbsent(classOf(function), _ -> new ArrayList<>()).add(function);
            }
            byClass.forEach((desc, list) -> {
                SourceFile file = list.getFirst().span().file();
                try {
                    classes.put(name(desc), ClassFile.of().build(desc, builder -> functions(builder, file, list)));
                } catch (IllegalArgumentException e) {
                    // The class-file library tells the method by its name only: "Code length 70000 … in F(Caller)void".
                    String message = String.valueOf(e.getMessage());
                    if (!message.startsWith("Code length")) {
                        throw e;
                    }
                    throw new TooLarge(list.stream().filter(f -> message.contains(" " + methodName(f) + "(")).findFirst().orElse(list.getFirst()));
                }
            });
        }

        private static String name(ClassDesc desc) {
            return desc.packageName() + "." + desc.displayName();
        }

        private void functions(ClassBuilder builder, SourceFile file, List<FunctionSymbol> list) {
            builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
            String path = file.path();
            String shown = path.substring(path.lastIndexOf('/') + 1);
            boolean hidden = file.origin() == SourceFile.Origin.LIBRARY || file.origin() == SourceFile.Origin.GENERATED;
            builder.with(SourceFileAttribute.of((hidden ? ScriptStack.HIDDEN : "") + shown));
            for (FunctionSymbol function : list) {
                try {
                    FunctionGenerator probe = new FunctionGenerator(this, function, false);
                    builder.withMethodBody(methodName(function), descriptor(function), ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                            code -> new FunctionGenerator(this, function, probe.startsThreads()).generate(code));
                } catch (IllegalArgumentException e) {
                    if (e.getMessage() != null && (e.getMessage().contains("ode length") || e.getMessage().contains("is not a valid index"))) {
                        throw new TooLarge(function);
                    }
                    throw e;
                }
            }
        }

        private void room(long end) {
            if (end > constants.length) {
                constants = Arrays.copyOf(constants, (int) Math.max(end, constants.length * 2L));
            }
            constantsLength = (int) Math.max(constantsLength, end);
        }

        private void sections() {
            long length = 0;
            for (GlobalSymbol global : symbol.globals()) {
                if (!global.isReadOnly()) {
                    length = Math.max(length, global.imageOffset() + global.type().size());
                }
            }
            data = new byte[(int) length];
            for (GlobalSymbol global : symbol.globals()) {
                byte[] into = global.isReadOnly() ? constants : data;
                System.arraycopy(global.initial(), 0, into, (int) global.imageOffset(), Math.min(global.initial().length, (int) global.type().size()));
            }
            for (ImageSymbol.Relocation relocation : symbol.relocations()) {
                long address = relocation.addend() + switch (relocation.target()) {
                    case FunctionSymbol f -> addressOf(f);
                    case GlobalSymbol g -> addressOf(g);
                    case BoundExpr.StringAddress s -> addressOf(s.bytes());
                    default -> throw new IllegalStateException("relocation to " + relocation.target());
                };
                byte[] into = relocation.inConstants() ? constants : data;
                for (int i = 0; i < 8; i++) {
                    into[(int) relocation.offset() + i] = (byte) (address >>> 8 * i);
                }
            }
        }

        private void mainClass(ClassBuilder builder, ClassDesc main) {
            builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
            builder.withSuperclass(IMAGE);
            builder.withField("info", INFO, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            builder.withMethodBody("<init>", MethodTypeDesc.of(CD_void, INFO), ClassFile.ACC_PUBLIC, code -> code
                    .aload(0).invokespecial(IMAGE, "<init>", MethodTypeDesc.of(CD_void))
                    .aload(0).aload(1).putfield(main, "info", INFO).return_());
            builder.withMethodBody("info", MethodTypeDesc.of(INFO), ClassFile.ACC_PUBLIC, code -> code.aload(0).getfield(main, "info", INFO).areturn());
            builder.withMethodBody("dispatch", DISPATCH, ClassFile.ACC_PUBLIC, code -> tables(code, true));
            builder.withMethodBody("runBody", RUN_BODY, ClassFile.ACC_PUBLIC, code -> tables(code, false));
        }

        /// Finds the function of an index; where there are many, through a class for each part of them.
        private void tables(CodeBuilder code, boolean dispatch) {
            List<FunctionSymbol> all = symbol.functions();
            if (all.size() <= TARGETS_OF_TABLE) {
                table(code, dispatch, all, 1);
                return;
            }
            List<SwitchCase> cases = new ArrayList<>();
            for (int i = 0; i * TARGETS_OF_TABLE < all.size(); i++) {
                cases.add(SwitchCase.of(i, code.newLabel()));
            }
            Label otherwise = code.newLabel();
            code.iload(1).loadConstant(TARGETS_OF_TABLE).idiv().tableswitch(otherwise, cases);
            for (SwitchCase part : cases) {
                ClassDesc desc = tableClass(part.caseValue());
                code.labelBinding(part.target()).iload(1).aload(2);
                if (dispatch) {
                    code.aload(3).invokestatic(desc, "dispatch", DISPATCH).lreturn();
                } else {
                    code.lload(3).aload(5).invokestatic(desc, "runBody", RUN_BODY).return_();
                }
            }
            code.labelBinding(otherwise);
            end(code, dispatch);
        }

        private ClassDesc tableClass(int part) {
            ClassDesc desc = ClassDesc.of(className + "_table_" + part);
            classes.computeIfAbsent(name(desc), _ -> {
                int from = part * TARGETS_OF_TABLE;
                List<FunctionSymbol> some = symbol.functions().subList(from, Math.min(from + TARGETS_OF_TABLE, symbol.functions().size()));
                return ClassFile.of().build(desc, builder -> builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withMethodBody("dispatch", DISPATCH, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, code -> table(code, true, some, 0))
                        .withMethodBody("runBody", RUN_BODY, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, code -> table(code, false, some, 0)));
            });
            return desc;
        }

        private void table(CodeBuilder code, boolean dispatch, List<FunctionSymbol> functions, int first) {
            List<SwitchCase> cases = new ArrayList<>();
            List<FunctionSymbol> targets = new ArrayList<>();
            for (FunctionSymbol function : functions) {
                if (function.enclosing().isPresent() != dispatch && !takesManaged(function)) {
                    cases.add(SwitchCase.of(function.index(), code.newLabel()));
                    targets.add(function);
                }
            }
            Label otherwise = code.newLabel();
            code.iload(first).lookupswitch(otherwise, cases);
            for (int i = 0; i < cases.size(); i++) {
                code.labelBinding(cases.get(i).target());
                FunctionSymbol function = targets.get(i);
                code.aload(first + 1);
                if (dispatch) {
                    int at = 0;
                    if (function.type().returnType() instanceof Type.Struct) {
                        code.aload(first + 2).loadConstant(at++).laload();
                    }
                    for (Type type : function.type().parameters()) {
                        code.aload(first + 2).loadConstant(at++).laload();
                        if (Kinds.of(type) == Kinds.Kind.INT) {
                            code.l2i();
                        }
                    }
                    code.invokestatic(classOf(function), methodName(function), descriptor(function));
                    switch (Kinds.of(function.type().returnType())) {
                        case INT -> code.i2l();
                        case LONG -> { }
                        case REFERENCE -> code.pop().lconst_0();
                        case VOID -> code.lconst_0();
                    }
                    code.lreturn();
                } else {
                    code.lload(first + 2).aload(first + 4).invokestatic(classOf(function), methodName(function), descriptor(function)).return_();
                }
            }
            code.labelBinding(otherwise);
            end(code, dispatch);
        }

        /// Managed values have no form of 64 bits, and no pointer leads to a function that takes one.
        private static boolean takesManaged(FunctionSymbol function) {
            return function.type().parameters().stream().anyMatch(type -> Kinds.of(type) == Kinds.Kind.REFERENCE);
        }

        private static void end(CodeBuilder code, boolean dispatch) {
            if (dispatch) {
                code.lconst_0().lreturn();
            } else {
                code.return_();
            }
        }

        CompiledImage instantiate(ClassLoader loader) {
            List<CompiledImage> inner = new ArrayList<>();
            for (ImageGenerator process : processes) {
                inner.add(process.instantiate(loader));
            }
            List<String> names = new ArrayList<>();
            for (FunctionSymbol function : symbol.functions()) {
                while (names.size() <= function.index()) {
                    names.add("");
                }
                names.set(function.index(), function.name());
            }
            CompiledImage.Info info = new CompiledImage.Info(symbol.kind().name(), symbol.name(), symbol.ordinal(), Arrays.copyOf(constants, constantsLength), data,
                    List.copyOf(names), symbol.entry() == null ? -1 : symbol.entry().index(), symbol.version(), symbol.startsOnDemand(), symbol.verifierOn(),
                    symbol.after().orElse(""), List.copyOf(inner), symbol.span().file().path() + ":" + symbol.span().line(), symbol.inf(), symbol.parameters(), symbol.hardware());
            try {
                return (CompiledImage) loader.loadClass(className).getConstructor(CompiledImage.Info.class).newInstance(info);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

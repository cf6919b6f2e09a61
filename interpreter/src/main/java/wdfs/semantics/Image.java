package wdfs.semantics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Name;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Layout;
import wdfs.types.Type;

/// A driver, process or test while it is put together: functions and variables come in when they are first referred to,
/// so that a file-level function that several images use is bound for each, with statics of its own.
final class Image {
    /// What fits between an image's constants and its end.
    private static final long MOST_DATA = 8L << 20;

    final Analysis analysis;
    final ImageSymbol symbol;
    final Scope scope;
    private final boolean neutral;
    private final DriverBinder driver;
    /// Of a simulated device; null in all others.
    private final HardwareBinder hardware;
    private final Map<Entry, FunctionSymbol> functions = new IdentityHashMap<>();
    private final Map<FunctionSymbol, Entry> declarations = new IdentityHashMap<>();
    private final Map<Entry, GlobalSymbol> globals = new IdentityHashMap<>();
    private final Map<Object, GlobalSymbol> infos = new HashMap<>();
    private final Map<List<Byte>, GlobalSymbol> texts = new HashMap<>();
    private final Deque<Runnable> pending = new ArrayDeque<>();
    private final List<Address> addresses = new ArrayList<>();
    /// What `DriverBinder` says a function is about: callbacks know their device.
    private long taken;
    private final Map<Entry, Boolean> callbacks = new IdentityHashMap<>();

    /// An address inside a variable's first value.
    private record Address(GlobalSymbol in, long offset, Object target, long addend) {}

    Image(Analysis analysis, ImageSymbol symbol, Scope scope, boolean neutral, DriverBinder driver) {
        this.analysis = analysis;
        this.symbol = symbol;
        this.scope = scope;
        this.neutral = neutral;
        this.driver = driver;
        this.hardware = null;
    }

    Image(Analysis analysis, ImageSymbol symbol, Scope scope, HardwareBinder hardware) {
        this.analysis = analysis;
        this.symbol = symbol;
        this.scope = scope;
        this.neutral = false;
        this.driver = null;
        this.hardware = hardware;
    }

    boolean isNeutral() {
        return neutral;
    }

    /// Code of a process or test: managed values and the view of a script.
    boolean isScript() {
        return !symbol.isDriver() && symbol.kind() != ImageSymbol.Kind.HARDWARE;
    }

    /// The device whose code it is; null in drivers, processes and tests.
    HardwareBinder hardware() {
        return hardware;
    }

    DriverBinder driver() {
        return driver;
    }

    // ---- functions ---------------------------------------------------------------------------------------------------------

    /// What the declaration of a function of this image says.
    Optional<Prototype> prototypeOf(FunctionSymbol function) {
        return Optional.ofNullable(declarations.get(function)).map(entry -> entry.prototype);
    }

    void markCallback(Entry entry) {
        callbacks.put(entry, true);
    }

    /// The function as this image has it; its body is bound by {@link #drain}.
    FunctionSymbol function(Entry entry) {
        FunctionSymbol known = functions.get(entry);
        if (known != null) {
            return known;
        }
        entry.used = true;
        Prototype prototype = analysis.entries.prototype(entry);
        boolean hasBody = entry.definition != null || entry.synthetic != null;
        if (!hasBody && !prototype.library()) {
            analysis.report(SemanticFindings.noBody(entry.span, entry.name));
        }
        FunctionSymbol function = new FunctionSymbol(entry.name, prototype.type(), !hasBody, entry.span);
        if (prototype.library() && prototype.maxIrql().isPresent()) {
            function.irqlCeiling(OptionalInt.of(prototype.maxIrql().get()));
        }
        functions.put(entry, function);
        declarations.put(function, entry);
        if (hasBody) {
            function.index(symbol.functions().size());
            symbol.functions().add(function);
            pending.add(() -> bind(entry, function, prototype));
        }
        return function;
    }

    private void bind(Entry entry, FunctionSymbol function, Prototype prototype) {
        Stmt.Block block;
        List<Name> names = new ArrayList<>();
        Scope around = entry.scope;
        if (entry.synthetic != null) {
            block = entry.synthetic.body();
            names.addAll(entry.synthetic.parameters());
            around = entry.synthetic.scope();
        } else {
            block = entry.definition.body().get();
            for (Decl.Parameter p : entry.definition.type().parameters()) {
                names.add(p.name().orElse(new Name("", p.span())));
            }
            if (prototype.type().variadic()) {
                analysis.report(SemanticFindings.variadicBody(entry.span, entry.name));
            }
        }
        Body body = new Body(analysis, this, function, null, around.inner(Scope.Level.BODY), Captures.of(block));
        for (int i = 0; i < names.size() && i < prototype.type().parameters().size(); i++) {
            Name name = names.get(i);
            if (!name.text().isEmpty() && body.scope.own(name.text()) != null) {
                analysis.report(SemanticFindings.declaredTwice(name.span(), name.text(), body.scope.own(name.text()).span()));
            }
            LocalSymbol local = body.declareLocal(name.text(), prototype.type().parameters().get(i), true, false, name.span());
            if (hardware != null) {
                hardware.parameter(entry, local);
            }
            if (body.subject.isEmpty() && local.type() instanceof Type.Handle && callbacks.containsKey(entry)) {
                body.subject = Optional.of(local);
            }
        }
        finish(body, block);
    }

    /// Binds a body, lays out its frame and follows its flow.
    void finish(Body body, Stmt.Block block) {
        FunctionSymbol function = body.function;
        BoundStmt bound = new Statements(body).function(block);
        function.body(bound);
        body.layOutFrame();
        if (function.span().file().origin() != SourceFile.Origin.LIBRARY) {
            new Flow(analysis, function, block).check();
        }
    }

    /// A function that has no declaration: the body of a process or test, a thread's or an expectation's.
    FunctionSymbol bodyFunction(String name, FunctionSymbol enclosing, Span span) {
        FunctionSymbol function = new FunctionSymbol(name, new Type.Function(CTypes.VOID, List.of(), false), false, span);
        function.enclosing(enclosing);
        function.index(symbol.functions().size());
        symbol.functions().add(function);
        return function;
    }

    Optional<Entry> entryOf(FunctionSymbol function) {
        return Optional.ofNullable(declarations.get(function));
    }

    /// A function that the checker makes of a part of another one.
    FunctionSymbol helperFunction(String name, Type.Function type, Span span) {
        FunctionSymbol function = new FunctionSymbol(name, type, false, span);
        function.index(symbol.functions().size());
        symbol.functions().add(function);
        return function;
    }

    /// Binds what has been referred to, and what that refers to, until nothing is left.
    void drain() {
        while (!pending.isEmpty()) {
            pending.poll().run();
        }
    }

    /// Holds the callbacks that run above PASSIVE_LEVEL against the ceilings of what they call.
    void checkIrql() {
        if (symbol.kind() == ImageSymbol.Kind.UMDF_DRIVER) {
            return;                                                 // OBJ-462: all callbacks of UMDF run at PASSIVE_LEVEL
        }
        List<Map.Entry<FunctionSymbol, Entry>> all = new ArrayList<>(declarations.entrySet());
        all.sort(java.util.Comparator.comparingInt(e -> e.getKey().index()));
        for (var e : all) {
            Entry entry = e.getValue();
            java.util.Optional<Integer> level = entry.irql >= 0 ? java.util.Optional.of(entry.irql) : IrqlCheck.level(entry.role);
            level.filter(l -> l > 0).ifPresent(l -> new IrqlCheck(analysis, this).check(e.getKey(), l, entry.synthetic != null || entry.irql >= 0));
        }
    }

    // ---- variables ---------------------------------------------------------------------------------------------------------

    GlobalSymbol global(Entry entry) {
        GlobalSymbol known = globals.get(entry);
        if (known != null) {
            return known;
        }
        entry.used = true;
        Type type = fitting(analysis.entries.variableType(entry), entry.span);
        GlobalSymbol global = new GlobalSymbol(entry.name, type, analysis.entries.isConstVariable(entry), entry.span);
        globals.put(entry, global);
        symbol.globals().add(global);
        pending.add(() -> new Initializers(analysis.constantBody(entry.scope, this)).global(global, entry));
        return global;
    }

    /// A type that the image has room for; a finding and a small one instead if it has not.
    private Type fitting(Type type, Span span) {
        if (type.size() <= MOST_DATA - taken) {
            taken += type.size();
            return type;
        }
        analysis.report(SemanticFindings.imageTooLarge(span, MOST_DATA));
        return CTypes.ERROR;
    }

    /// A static local.
    GlobalSymbol staticLocal(String name, Type type, boolean isConst, Span span) {
        GlobalSymbol global = new GlobalSymbol(name, fitting(type, span), isConst, span);
        symbol.globals().add(global);
        return global;
    }

    /// A string that a variable's first value points to.
    GlobalSymbol text(List<Byte> bytes, Span span) {
        return texts.computeIfAbsent(bytes, key -> {
            GlobalSymbol global = new GlobalSymbol("\"…\"", new Type.Array(CTypes.CHAR, key.size()), true, span);
            byte[] content = new byte[key.size()];
            for (int i = 0; i < content.length; i++) {
                content[i] = key.get(i);
            }
            global.initial(content);
            symbol.globals().add(global);
            return global;
        });
    }

    /// `WDF_<T>_TYPE_INFO`: what the framework knows a context type by. One for each type and image; custom types are one type with many
    /// names.
    GlobalSymbol typeInfo(Type context, String name, Span span) {
        return infos.computeIfAbsent(name.startsWith(Forms.CUSTOM_TYPE) ? name : context, _ -> {
            Type library = analysis.entries.libraryType("WDF_OBJECT_CONTEXT_TYPE_INFO");
            Type type = CTypes.isComplete(library) && !CTypes.isError(library) ? library : new Type.Array(CTypes.ULONG64, 5);
            GlobalSymbol global = new GlobalSymbol("WDF_" + name + "_TYPE_INFO", type, true, span);
            symbol.globals().add(global);
            // Size, ContextName, ContextSize, UniqueType, EvtDriverGetUniqueContextType, as wdfobject.h has them.
            byte[] bytes = global.initial();
            put(bytes, 0, 40, 4);
            put(bytes, 16, context.size(), 8);
            address(global, 8, text(Literals.bytes(name, false, true), span), 0);
            address(global, 24, global, 0);
            return global;
        });
    }

    static void put(byte[] bytes, long offset, long value, int size) {
        for (int i = 0; i < size && offset + i < bytes.length; i++) {
            bytes[(int) offset + i] = (byte) (value >>> 8 * i);
        }
    }

    /// At `offset` of a variable stands the address of `target` (a function or variable), `addend` bytes further.
    void address(GlobalSymbol in, long offset, Object target, long addend) {
        addresses.add(new Address(in, offset, target, addend));
    }

    /// Gives every variable its place: constants in one section, the others in the other.
    void layOut() {
        layOut(new Extent(0, 0, 0, 0, 0), 0);
    }

    /// How far an image goes that grows: its functions, variables and addresses, the bytes of its data, and those that count
    /// against its limit.
    record Extent(int functions, int globals, int addresses, long data, long taken) {}

    Extent extent() {
        return new Extent(symbol.functions().size(), symbol.globals().size(), addresses.size(), dataLength, taken);
    }

    /// Takes back what came in since: it did not pass the checker.
    void takeBack(Extent before) {
        pending.clear();
        java.util.Set<Object> gone = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
        gone.addAll(symbol.functions().subList(before.functions(), symbol.functions().size()));
        gone.addAll(symbol.globals().subList(before.globals(), symbol.globals().size()));
        functions.values().removeIf(gone::contains);
        declarations.keySet().removeIf(gone::contains);
        globals.values().removeIf(gone::contains);
        infos.values().removeIf(gone::contains);
        texts.values().removeIf(gone::contains);
        symbol.functions().subList(before.functions(), symbol.functions().size()).clear();
        symbol.globals().subList(before.globals(), symbol.globals().size()).clear();
        addresses.subList(before.addresses(), addresses.size()).clear();
        taken = before.taken();
    }

    private long dataLength;

    /// Gives the variables that came in since their places, the constants from an offset on.
    void layOut(Extent since, long firstConstant) {
        long data = since.data();
        long constants = firstConstant;
        for (GlobalSymbol global : symbol.globals().subList(since.globals(), symbol.globals().size())) {
            int alignment = Math.max(global.type().alignment(), global.type().size() >= 16 ? 16 : 1);
            if (global.isReadOnly()) {
                constants = Layout.alignUp(constants, alignment);
                global.imageOffset(constants);
                constants += Math.max(1, global.type().size());
            } else {
                data = Layout.alignUp(data, alignment);
                global.imageOffset(data);
                data += Math.max(1, global.type().size());
            }
        }
        dataLength = data;
        for (Address a : addresses.subList(since.addresses(), addresses.size())) {
            symbol.relocations().add(new ImageSymbol.Relocation(a.in().isReadOnly(), a.in().imageOffset() + a.offset(), a.target(), a.addend()));
        }
    }
}

package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.diagnostics.Findings;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Name;
import wdfs.syntax.Parser;
import wdfs.syntax.TypeSyntax;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// A driver: its scope, its callbacks and handlers as functions, the C that its declaration stands for, and the instances
/// that its code may name.
final class DriverBinder {
    private final Analysis analysis;
    private final Decl.Driver driver;
    private final ImageSymbol symbol;
    private final Scope scope;
    private final Image image;
    private final DriverShape shape;
    private final Set<String> reportedLibrary = new HashSet<>();

    DriverBinder(Analysis analysis, Decl.Driver driver, ImageSymbol symbol, Scope around) {
        this.analysis = analysis;
        this.driver = driver;
        this.symbol = symbol;
        this.scope = around.ofDriver(symbol.kind());
        analysis.driverScopes.add(scope);
        this.image = new Image(analysis, symbol, scope, false, this);
        this.shape = new DriverShape(analysis, driver, symbol.kind(), scope);
    }

    void bind() {
        declareMembers(driver.members(), scope);
        boolean ownEntry = scope.own("DriverEntry") instanceof Entry e && e.kind == Entry.Kind.FUNCTION && e.definition != null;
        shape.check(ownEntry);
        symbol.inf(shape.inf());
        symbol.parameters(shape.parameters());
        for (Decl member : driver.members()) {
            switch (member) {
                case Decl.Device d -> device(d);
                case Decl.Callback c -> callback(c, isWdm() ? CallbackTable.ofWdm(c.name().text()) : CallbackTable.ofDriver(), Mangled.callback(c),
                        isWdm() ? "a wdm driver" : "a driver", scope);
                default -> { }
            }
        }
        if (!ownEntry) {
            lower();
        }
        if (scope.own("DriverEntry") instanceof Entry entry && entry.kind == Entry.Kind.FUNCTION && entry.definition != null) {
            symbol.entry(image.function(entry));
        } else if (!analysis.hasErrors()) {
            analysis.report(SemanticFindings.libraryLacks(driver.name().span(), "DriverEntry"));
        }
        image.drain();
        bindUnused(scope);
        bindLater.forEach(this::bindUnused);
        image.checkIrql();
        image.layOut();
    }

    private boolean isWdm() {
        return symbol.kind() == ImageSymbol.Kind.WDM_DRIVER;
    }

    private boolean isUmdf() {
        return symbol.kind() == ImageSymbol.Kind.UMDF_DRIVER;
    }

    /// What nothing calls is checked all the same.
    private void bindUnused(Scope members) {
        for (Symbol member : members.symbols()) {
            if (member instanceof Entry e) {
                switch (e.kind) {
                    case FUNCTION -> {
                        if (e.definition != null || e.synthetic != null) {
                            image.function(e);
                        }
                    }
                    case VARIABLE -> {
                        if (!e.used && !(analysis.entries.variableType(e) instanceof Type.Function) && !CTypes.isError(analysis.entries.variableType(e))) {
                            image.global(e);
                        }
                    }
                    case TYPEDEF -> analysis.entries.type(e);
                    case MACRO -> {
                        if (((Decl.Define) e.node).value().isPresent()) {
                            analysis.entries.macro(e, image);
                        }
                    }
                    default -> { }
                }
            }
        }
        image.drain();
    }

    private void declareMembers(List<Decl> members, Scope into) {
        for (Decl member : members) {
            switch (member) {
                case Decl.Callback _, Decl.Handle _, Decl.Device _, Decl.Queue _, Decl.FrameworkObject _, Decl.Property _, Decl.PropertyBlock _ -> { }
                default -> into.declare(member, this::clash);
            }
        }
        for (Decl member : members) {
            switch (member) {
                case Decl.Context c -> {
                    Type type = analysis.types.struct(c.body(), into);
                    if (type.size() == 0) {
                        analysis.report(SemanticFindings.emptyStruct(c.name().span(), (Type.Struct) type));
                    }
                }
                case Decl.TypeOnly t -> analysis.types.resolve(t.type(), into, null);
                case Decl.FormDecl f -> {
                    if (Forms.promises(f.form().form().text())) {
                        Forms.promise(analysis.constantBody(into), f.form());
                    } else if (!Forms.declares(f.form().form().text())) {
                        analysis.report(SemanticFindings.formNotHere(f.span(), f.form().form().text()));
                    }
                }
                default -> { }
            }
        }
    }

    private void clash(Name again, Symbol before) {
        analysis.report(SemanticFindings.declaredTwice(again.span(), again.text(), before.span()));
        analysis.report(SemanticFindings.declaredTwice(before.span(), again.text(), again.span()));
    }

    // ---- devices, queues, objects ------------------------------------------------------------------------------------------

    private void device(Decl.Device device) {
        Scope own = scope.inner(Scope.Level.DEVICE);
        declareMembers(device.members(), own);
        Map<String, Span> names = new HashMap<>();
        for (Decl member : device.members()) {
            switch (member) {
                case Decl.Queue q -> instance(device, q.name(), "queue", own, names);
                case Decl.FrameworkObject o -> instance(device, o.name(), o.kind().text(), own, names);
                default -> { }
            }
        }
        if (!isWdm() && device.control() && scope.own(device.name().text()) == null) {
            scope.put(new Symbol.DeviceInstance(device, handle("WDFDEVICE"), device.name().span()));
        }
        for (Decl member : device.members()) {
            switch (member) {
                case Decl.Callback c -> {
                    Map<String, String> table = isWdm() ? CallbackTable.ofWdm(c.name().text()) : CallbackTable.ofDevice();
                    callback(c, table, Mangled.callback(device, c), "a device", own);
                }
                case Decl.Queue q -> queue(device, q, own);
                case Decl.FrameworkObject o -> object(device, o, own);
                default -> { }
            }
        }
        bindLater.add(own);
    }

    private final List<Scope> bindLater = new ArrayList<>();

    private void instance(Decl.Device device, Name name, String kind, Scope own, Map<String, Span> names) {
        Span before = names.putIfAbsent(name.text(), name.span());
        if (before != null) {
            analysis.report(SemanticFindings.declaredTwice(name.span(), name.text(), before));
            return;
        }
        Symbol.Instance instance = new Symbol.Instance(device, name.text(), handle(CallbackTable.handleOf(kind)), name.span());
        own.put(instance);
        // In a plain function of the driver the name means something only if one device can be meant.
        Symbol outside = scope.own(name.text());
        if (outside == null) {
            scope.put(instance);
        } else if (outside instanceof Symbol.Instance other && other.owner() != device) {
            scope.put(new Symbol.Instance(null, name.text(), other.type(), name.span()));
        }
    }

    private Type handle(String name) {
        Type type = analysis.entries.libraryType(name);
        if (CTypes.isError(type) && reportedLibrary.add(name)) {
            return new Type.Handle(name);
        }
        return CTypes.isError(type) ? new Type.Handle(name) : type;
    }

    private void queue(Decl.Device device, Decl.Queue queue, Scope around) {
        Scope own = around.inner(Scope.Level.DEVICE);
        declareMembers(queue.members(), own);
        shape.queue(queue, device.control());
        irql = shape.raises(device, queue) ? DISPATCH : -1;
        Map<Integer, Span> codes = new HashMap<>();
        for (Decl member : queue.members()) {
            switch (member) {
                case Decl.Callback c -> {
                    callback(c, CallbackTable.ofQueue(), Mangled.callback(device, queue.name().text(), c), "a queue", own);
                    if (queue.dispatch().text().equals("manual") && c.name().text().startsWith("EvtIo") && shape.isPresenting(c.name().text())) {
                        analysis.report(DeclarationFindings.manualQueueCallback(c.name().span(), c.name().text(), queue.name().text()));
                    }
                    if (isUmdf() && c.name().text().equals("EvtIoInternalDeviceControl")) {
                        analysis.report(UmdfFindings.internalNeverCalled(c.name().span(), c.name().text()));
                    }
                }
                case Decl.Handle h -> handle(device, queue, h, own, codes);
                default -> { }
            }
        }
        irql = -1;
    }

    private static final int DISPATCH = 2;
    /// Of the queue or object whose callbacks are declared now; -1 if their types say.
    private int irql = -1;

    private static boolean isPassive(Decl member) {
        return member instanceof Decl.Property p && p.word().text().equals("execution_level") && p.span().text().contains("passive");
    }

    private void object(Decl.Device device, Decl.FrameworkObject object, Scope around) {
        irql = object.members().stream().anyMatch(DriverBinder::isPassive) ? 0 : -1;
        Scope own = around.inner(Scope.Level.DEVICE);
        declareMembers(object.members(), own);
        for (Decl member : object.members()) {
            if (member instanceof Decl.Callback c) {
                callback(c, CallbackTable.ofObject(object.kind().text()), Mangled.callback(device, object.name().text(), c),
                        "a " + object.kind().text(), own);
            } else if (member instanceof Decl.Handle h) {
                analysis.report(DeclarationFindings.handleOutsideQueue(h.span()));
            }
        }
        irql = -1;
    }

    // ---- callbacks -----------------------------------------------------------------------------------------------------------

    /// The cleanup and destroy callbacks of an object are not among those that its lock keeps apart.
    private int raised(String callback) {
        return callback.equals("EvtCleanupCallback") || callback.equals("EvtDestroyCallback") ? -1 : irql;
    }

    private void callback(Decl.Callback c, Map<String, String> table, String mangled, String place, Scope around) {
        String name = c.name().text();
        if (isUmdf() && UmdfFindings.CALLBACKS.containsKey(name) && table.containsKey(name)) {
            analysis.report(UmdfFindings.noCallback(c.name().span(), name));
            return;
        }
        String typeName = table.get(name);
        if (typeName == null) {
            String home = CallbackTable.home(name);
            analysis.report(DeclarationFindings.unknownCallback(c.name().span(), name, place, home, Suggestions.near(name, table.keySet())));
            return;
        }
        if (!(analysis.entries.libraryType(typeName) instanceof Type.Function type)) {
            if (reportedLibrary.add(typeName)) {
                analysis.report(SemanticFindings.libraryLacks(c.name().span(), typeName));
            }
            return;
        }
        if (c.function().isPresent()) {
            named(c, type, typeName, around);
            return;
        }
        List<Name> names = new ArrayList<>();
        for (Decl.CallbackParameter p : c.parameters()) {
            names.add(p.name());
        }
        if (names.size() != type.parameters().size()) {
            analysis.report(DeclarationFindings.callbackParameters(c.name().span(), name, signature(typeName, type), type.parameters().size(), names.size()));
            while (names.size() < type.parameters().size()) {
                names.add(new Name("", c.name().span()));
            }
        }
        for (int i = 0; i < c.parameters().size() && i < type.parameters().size(); i++) {
            checkParameter(c.parameters().get(i), type.parameters().get(i), name, around);
        }
        Entry entry = register(mangled, new Symbol.SyntheticFunction(type, names.subList(0, type.parameters().size()), c.body().get(), around, c.name().span()),
                c.name().span());
        entry.role = typeName;
        entry.irql = raised(c.name().text());
    }

    private void checkParameter(Decl.CallbackParameter p, Type expected, String callback, Scope around) {
        if (p.type().isPresent()) {
            Type written = CTypes.decayed(analysis.types.resolve(p.type().get(), around, null));
            if (!CTypes.same(written, expected)) {
                analysis.report(DeclarationFindings.callbackParameterType(p.span(), callback, p.name().text(), written, expected));
            }
        }
    }

    /// `EvtIoRead (Queue, Request, Length)`, with the names that the library's function type has.
    private String signature(String typeName, Type.Function type) {
        List<String> words = new ArrayList<>();
        if (analysis.libraryScope.lookup(typeName) instanceof Entry e && e.node instanceof Decl.Typedef d && d.type() instanceof TypeSyntax.FunctionOf f) {
            f.parameters().forEach(p -> words.add(p.name().map(Name::text).orElse("?")));
        } else {
            type.parameters().forEach(t -> words.add(t.show()));
        }
        return String.join(", ", words);
    }

    private Entry register(String mangled, Symbol.SyntheticFunction function, Span span) {
        Entry entry = new Entry(Entry.Kind.FUNCTION, mangled, span, scope, function);
        entry.synthetic = function;
        if (scope.own(mangled) != null) {
            if (!mangled.endsWith("$again")) {
                analysis.report(SemanticFindings.declaredTwice(span, span.text(), scope.own(mangled).span()));
            }
            return entry;
        }
        scope.put(entry);
        image.markCallback(entry);
        return entry;
    }

    /// `EvtIoRead = EchoEvtIoRead;`
    private void named(Decl.Callback c, Type.Function type, String typeName, Scope around) {
        Body body = analysis.constantBody(around, image);
        BoundExpr value = body.exprs.value(c.function().get());
        if (CTypes.isError(value.type())) {
            return;
        }
        if (!(value instanceof BoundExpr.FunctionAddress f)) {
            analysis.report(DeclarationFindings.callbackNoFunction(c.function().get().span(), c.name().text()));
        } else if (!CTypes.same(f.function().type(), type)) {
            analysis.report(DeclarationFindings.callbackOtherSignature(c.function().get().span(), c.name().text(), f.function(), type, typeName));
        } else {
            image.entryOf(f.function()).ifPresent(entry -> entry.irql = Math.max(entry.irql, raised(c.name().text())));
        }
    }

    // ---- handle blocks -------------------------------------------------------------------------------------------------------

    private void handle(Decl.Device device, Decl.Queue queue, Decl.Handle h, Scope around, Map<Integer, Span> codes) {
        boolean again = false;
        Symbol named = around.lookup(h.ioctl().text());
        Optional<Entries.IoctlFacts> facts = analysis.entries.controlCode(named);
        if (facts.isEmpty()) {
            if (named == null) {
                List<String> candidates = new ArrayList<>();
                for (String n : Suggestions.near(h.ioctl().text(), around.namesInSight())) {
                    if (analysis.entries.controlCode(around.lookup(n)).isPresent()) {
                        candidates.add(n);
                    }
                }
                analysis.report(DeclarationFindings.unknownIoctl(h.ioctl().span(), h.ioctl().text(), candidates));
            } else {
                analysis.report(DeclarationFindings.notAnIoctl(h.ioctl().span(), h.ioctl().text(), named.span()));
            }
        } else {
            int key = facts.get().code() ^ (h.internal() ? 0x5555_5555 : 0);
            Span before = codes.putIfAbsent(key, h.ioctl().span());
            if (before != null) {
                analysis.report(DeclarationFindings.handledTwice(h.ioctl().span(), h.ioctl().text(), before));
                again = true;
            }
        }
        if (symbol.kind() == ImageSymbol.Kind.WDM_DRIVER) {
            analysis.report(DeclarationFindings.handleInWdm(h.span()));
            return;
        }
        List<String> order = List.of("Request", "In", "InLength", "Out", "OutLength");
        Map<String, Decl.CallbackParameter> given = new HashMap<>();
        for (Decl.CallbackParameter p : h.parameters()) {
            String name = p.name().text();
            if (!order.contains(name)) {
                analysis.report(DeclarationFindings.handleParameter(p.name().span(), name, Suggestions.near(name, order)));
            } else if (given.putIfAbsent(name, p) != null) {
                analysis.report(SemanticFindings.declaredTwice(p.name().span(), name, given.get(name).name().span()));
            }
        }
        if (!given.containsKey("Request")) {
            analysis.report(DeclarationFindings.handleWithoutRequest(h.ioctl().span()));
        }
        if (isUmdf() && h.internal()) {
            analysis.report(UmdfFindings.internalNeverCalled(h.ioctl().span(), "the block"));
        }
        boolean neither = facts.isPresent() && (facts.get().code() & 3) == 3;
        if (neither && isUmdf() && !symbol.inf().getOrDefault("UmdfMethodNeitherAction", "Reject").equals("Copy")) {
            analysis.report(UmdfFindings.neitherRejected(h.ioctl().span(), h.ioctl().text()));
        }
        List<Name> names = new ArrayList<>();
        List<Type> types = new ArrayList<>();
        for (String name : order) {
            Decl.CallbackParameter p = given.get(name);
            if (p == null && !name.equals("Request")) {
                continue;
            }
            if (neither && !name.equals("Request") && symbol.kind() == ImageSymbol.Kind.KMDF_DRIVER) {
                analysis.report(DeclarationFindings.handleNeither(p.span(), name, h.ioctl().text()));
            }
            names.add(p == null ? new Name("Request", h.ioctl().span()) : p.name());
            types.add(parameterType(name, p, around));
        }
        Type.Function type = new Type.Function(analysis.entries.statusType(), types, false);
        register(Mangled.handle(device, queue, h) + (again ? "$again"
                : ""), new Symbol.SyntheticFunction(type, names, h.body(), around, h.ioctl().span()), h.ioctl().span()).irql = irql;
    }

    private Type parameterType(String name, Decl.CallbackParameter p, Scope around) {
        Type written = p == null || p.type().isEmpty() ? null : CTypes.decayed(analysis.types.resolve(p.type().get(), around, null));
        return switch (name) {
            case "Request" -> {
                if (written != null && !CTypes.same(written, handle("WDFREQUEST"))) {
                    analysis.report(DeclarationFindings.callbackParameterType(p.span(), "a handle block", name, written, handle("WDFREQUEST")));
                }
                yield handle("WDFREQUEST");
            }
            case "In", "Out" -> {
                if (written != null && !(written instanceof Type.Pointer) && !CTypes.isError(written)) {
                    analysis.report(DeclarationFindings.handlePointer(p.span(), name, written));
                    yield CTypes.ERROR;
                }
                yield written == null ? CTypes.VOID_POINTER : written;
            }
            default -> {
                if (written != null && !CTypes.isInteger(written) && !CTypes.isError(written)) {
                    analysis.report(DeclarationFindings.callbackParameterType(p.span(), "a handle block", name, written, analysis.entries.sizeType()));
                }
                yield written == null ? analysis.entries.sizeType() : written;
            }
        };
    }

    // ---- the C that it stands for ----------------------------------------------------------------------------------------------

    private void lower() {
        Findings findings = new Findings();
        Lowering.Lowered lowered = Lowering.lower(driver, new Lowering.Surroundings() {
            @Override public Optional<Lowering.IoctlFacts> ioctl(String name) {
                return analysis.entries.controlCode(scope.lookup(name)).map(f -> new Lowering.IoctlFacts(f.name(), f.code(), least(f.input()), least(f.output())));
            }

            @Override public long pointeeSize(TypeSyntax type) {
                Type[] resolved = new Type[1];
                analysis.isolated(() -> resolved[0] = CTypes.decayed(analysis.types.resolve(type, scope,
                        null)));
                return resolved[0] instanceof Type.Pointer p && CTypes.isComplete(p.target()) && !CTypes.isError(p.target()) ? Math.max(1, p.target().size()) : 1;
            }
        }, findings);
        findings.sorted().forEach(analysis::report);
        SourceFile file = lowered.text();
        analysis.standsFor(file, lowered.places());
        Findings syntax = new Findings();
        List<Decl> declarations = Parser.parseDeclarations(file, 0, file.text().length(), syntax, this::isType, false);
        syntax.sorted().forEach(analysis::report);
        for (Decl d : declarations) {
            scope.declare(d, this::clash);
        }
    }

    private static long least(Type type) {
        return type == null ? -1 : type.size();
    }

    private boolean isType(String name) {
        return scope.lookupTag(name) != null || scope.lookup(name) instanceof Entry e && e.kind == Entry.Kind.TYPEDEF || TypeResolver.isManagedName(name);
    }

    // ---- instances -------------------------------------------------------------------------------------------------------------

    /// A control device's handle.
    BoundExpr device(Symbol.DeviceInstance instance, Body body, Span span) {
        return deviceVariable(instance.device(), body, span);
    }

    private BoundExpr deviceVariable(Decl.Device device, Body body, Span span) {
        if (scope.own(Mangled.device(device)) instanceof Entry e && e.kind == Entry.Kind.VARIABLE) {
            return new BoundExpr.Load(new LValue.Global(image.global(e)), span);
        }
        if (!analysis.hasErrors()) {
            body.report(SemanticFindings.libraryLacks(span, Mangled.device(device)));
        }
        return body.bad(span);
    }

    /// `Parked` is `<Device>$Instance(<device>)->Parked`.
    BoundExpr instance(Symbol.Instance instance, Body body, Span span) {
        if (instance.owner() == null) {
            body.report(DeclarationFindings.instanceAmbiguous(span, instance.name()));
            return body.bad(span);
        }
        Optional<BoundExpr> device = instance.owner().control() ? Optional.of(deviceVariable(instance.owner(), body, span)) : subjectDevice(body, span);
        if (device.isEmpty()) {
            body.report(DeclarationFindings.instanceWithoutDevice(span, instance.name(), instance.type(), instance.owner().name().text()));
            return body.bad(span);
        }
        if (CTypes.isError(device.get().type())) {
            return body.bad(span);
        }
        if (!(scope.own(Mangled.instance(instance.owner())) instanceof Entry accessor) || accessor.kind != Entry.Kind.ACCESSOR
                || !(analysis.entries.contextType(accessor) instanceof Type.Struct struct) || struct.find(instance.name()).isEmpty()) {
            if (!analysis.hasErrors()) {
                body.report(SemanticFindings.libraryLacks(span, Mangled.instance(instance.owner())));
            }
            return body.bad(span);
        }
        BoundExpr context = new Calls(body, body.exprs).accessorCall(struct, Mangled.instanceType(instance.owner()), device.get(), span);
        if (CTypes.isError(context.type())) {
            return context;
        }
        Type.Field field = struct.find(instance.name()).get();
        return new BoundExpr.Load(new LValue.Deref(context, field.offset(), field.type()), span);
    }

    /// The device that the callback is about, through its first handle.
    private Optional<BoundExpr> subjectDevice(Body body, Span span) {
        Body outermost = body;
        if (outermost.subject.isEmpty() || !(outermost.subject.get().type() instanceof Type.Handle(String name))) {
            return Optional.empty();
        }
        BoundExpr handle = new BoundExpr.Load(ExprBinder.placeOf(outermost.subject.get()), span);
        Calls calls = new Calls(body, body.exprs);
        if (name.equals("WDFDEVICE")) {
            return Optional.of(handle);
        }
        if (name.equals("WDFREQUEST")) {
            BoundExpr queue = calls.library("WdfRequestGetIoQueue", List.of(handle), span);
            return Optional.of(calls.library("WdfIoQueueGetDevice", List.of(queue), span));
        }
        String ddi = CallbackTable.deviceOf(name);
        if (ddi.isEmpty()) {
            return Optional.empty();
        }
        BoundExpr device = calls.library(ddi, List.of(handle), span);
        return Optional.of(body.converter.convert(device, handle("WDFDEVICE")));
    }

}

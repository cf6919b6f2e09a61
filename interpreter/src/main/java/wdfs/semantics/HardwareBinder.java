package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import wdfs.diagnostics.Suggestions;
import wdfs.runtime.HardwareShape;
import wdfs.semantics.HardwareRegisters.Field;
import wdfs.semantics.HardwareRegisters.Register;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Name;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// A `hardware` declaration: an image of its own, whose variables are the registers and the state of the device, and whose
/// functions are what it does when somebody reads or writes, when time has passed, or when a script asks it to.
final class HardwareBinder {
    private static final int MOST_PARAMETERS = 4;
    private static final int MOST_MESSAGES = 16;

    private final Analysis analysis;
    private final Decl.Hardware hardware;
    private final ImageSymbol symbol;
    private final Scope scope;
    private final Image image;
    private final HardwareRegisters registers;
    private final Map<String, HardwareShape.Line> lines = new LinkedHashMap<>();
    private final Map<String, Event> events = new LinkedHashMap<>();
    private final Map<Register, Event> reads = new IdentityHashMap<>();
    private final Map<Register, Event> writes = new IdentityHashMap<>();
    /// The parameter `value` of an `on write`: its bits have the names that the register's have.
    private final Map<LocalSymbol, Register> values = new IdentityHashMap<>();
    private final Map<Entry, Register> valueOf = new IdentityHashMap<>();
    private int delayed;

    /// @param givesValue its body returns one
    private record Event(FunctionSymbol function, int parameters, boolean givesValue, Span span) {}

    HardwareBinder(Analysis analysis, Decl.Hardware hardware, ImageSymbol symbol, Scope around) {
        this.analysis = analysis;
        this.hardware = hardware;
        this.symbol = symbol;
        this.scope = around.inner(Scope.Level.DRIVER);
        this.image = new Image(analysis, symbol, scope, this);
        this.registers = new HardwareRegisters(analysis, image, scope, this::clash);
    }

    void bind() {
        for (Decl member : hardware.members()) {
            switch (member) {
                case Decl.Typedef _, Decl.TypeOnly _, Decl.Define _, Decl.Variable _, Decl.Function _ -> scope.declare(member, this::clash);
                default -> { }
            }
        }
        for (Decl member : hardware.members()) {
            switch (member) {
                case Decl.Registers r -> registers.space(r);
                case Decl.FrameworkObject o -> line(o);
                case Decl.TypeOnly t -> analysis.types.resolve(t.type(), scope, null);
                case Decl.Property p -> analysis.report(HardwareFindings.memberNotHere(p.word().span(), p.word().text()));
                case Decl.PropertyBlock p -> analysis.report(HardwareFindings.memberNotHere(p.word().span(), p.word().text()));
                default -> { }
            }
        }
        for (Decl member : hardware.members()) {
            if (member instanceof Decl.OnEvent e) {
                event(e);
            }
        }
        image.drain();
        unused();
        image.layOut();
        symbol.hardware(shape());
    }

    private void clash(Name again, Symbol before) {
        analysis.report(SemanticFindings.declaredTwice(again.span(), again.text(), before.span()));
        analysis.report(SemanticFindings.declaredTwice(before.span(), again.text(), again.span()));
    }

    /// What nothing calls is checked all the same.
    private void unused() {
        for (Symbol member : scope.symbols()) {
            if (member instanceof Entry e) {
                switch (e.kind) {
                    case FUNCTION -> {
                        if (e.definition != null) {
                            image.function(e);
                        }
                    }
                    case VARIABLE -> {
                        if (!(analysis.entries.variableType(e) instanceof Type.Function) && !CTypes.isError(analysis.entries.variableType(e))) {
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

    // ---- interrupts --------------------------------------------------------------------------------------------------------------

    /// `interrupt Line level_sensitive irql 8 shared vector 11;`
    private void line(Decl.FrameworkObject o) {
        HardwareShape.Trigger trigger = null;
        int irql = 5;                                                 // OBJ-349
        int vector = 0;
        int messages = 1;
        boolean shared = false;
        List<String> known = List.of("level_sensitive", "latched", "message", "irql", "vector", "shared");
        for (Decl.Clause clause : o.clauses()) {
            String word = clause.word().text();
            HardwareShape.Trigger said = switch (word) {
                case "level_sensitive" -> HardwareShape.Trigger.LEVEL_SENSITIVE;
                case "latched" -> HardwareShape.Trigger.LATCHED;
                case "message" -> HardwareShape.Trigger.MESSAGE;
                default -> null;
            };
            if (said != null) {
                if (trigger != null) {
                    analysis.report(HardwareFindings.lineKind(clause.span(), o.name().text()));
                }
                trigger = said;
            }
            switch (word) {
                case "level_sensitive", "latched", "shared" -> {
                    shared |= word.equals("shared");
                    if (clause.value().isPresent()) {
                        analysis.report(DeclarationFindings.propertyWants(clause.span(), word, "no value"));
                    }
                }
                case "message" -> messages = clause.value().isEmpty() ? 1 : number(clause, 1, MOST_MESSAGES);
                case "irql" -> irql = number(clause, 3, 12);            // ENV-001
                case "vector" -> vector = number(clause, 1, 255);
                default -> analysis.report(HardwareFindings.lineWord(clause.word().span(), word, Suggestions.near(word, known), known));
            }
        }
        if (shared && trigger != null && trigger != HardwareShape.Trigger.LEVEL_SENSITIVE) {
            analysis.report(HardwareFindings.sharedLatched(o.name().span(), o.name().text()));
        }
        HardwareShape.Line line = new HardwareShape.Line(o.name().text(), trigger == null ? HardwareShape.Trigger.LEVEL_SENSITIVE : trigger, irql, vector, messages, shared);
        if (lines.putIfAbsent(line.name(), line) != null) {
            analysis.report(SemanticFindings.declaredTwice(o.name().span(), line.name(), o.name().span()));
        }
    }

    private int number(Decl.Clause clause, long least, long most) {
        OptionalLong value = clause.value().isEmpty() ? OptionalLong.empty()
                : analysis.constantBody(scope, image).exprs.constant(clause.value().get(), "the value of " + clause.word().text());
        if (value.isEmpty() && clause.value().isPresent() && analysis.hasErrors()) {
            return (int) least;
        }
        if (value.isEmpty() || value.getAsLong() < least || value.getAsLong() > most) {
            analysis.report(HardwareFindings.lineValue(clause.span(), clause.word().text(), least, most));
            return (int) least;
        }
        return (int) value.getAsLong();
    }

    // ---- what happens --------------------------------------------------------------------------------------------------------------

    private void event(Decl.OnEvent e) {
        String word = e.event().text();
        boolean access = word.equals("read") || word.equals("write");
        if (e.register().isPresent() && !access) {
            analysis.report(HardwareFindings.eventOfRegister(e.span(), word));
        } else if (access && e.register().isEmpty()) {
            analysis.report(HardwareFindings.event(e.event().span(), word));
        } else if (access) {
            access(e, word.equals("read"));
        } else {
            named(e);
        }
    }

    private void access(Decl.OnEvent e, boolean read) {
        Name name = e.register().get();
        Register register = registers.find(name.text());
        if (register == null) {
            analysis.report(HardwareFindings.unknownRegister(name.span(), name.text(), Suggestions.near(name.text(), registers.names())));
            return;
        }
        if (read && register.mode() == HardwareShape.Mode.WRITE_ONLY) {
            analysis.report(HardwareFindings.neverRead(name.span(), name.text()));
        } else if (!read && register.mode() == HardwareShape.Mode.READ_ONLY) {
            analysis.report(HardwareFindings.neverWritten(name.span(), name.text()));
        }
        String what = "on " + (read ? "read " : "write ") + name.text();
        boolean array = register.isArray();
        int wanted = (array ? 1 : 0) + (read ? 0 : 1);
        if (e.parameters().size() != wanted) {
            analysis.report(HardwareFindings.eventParameters(e.span(), what, what + (wanted == 0 ? "" : array ? read ? "(index)" : "(index, value)" : "(value)") + " { … }"));
            return;
        }
        List<Type> types = new ArrayList<>();
        if (array) {
            types.add(CTypes.ULONG64);
        }
        if (!read) {
            types.add(register.element());
        }
        boolean gives = read && returnsValue(e.body());
        Event event = function(e, what, gives ? register.element() : CTypes.VOID, types, gives, register);
        Event before = (read ? reads : writes).putIfAbsent(register, event);
        if (before != null) {
            analysis.report(HardwareFindings.eventTwice(e.span(), what, before.span()));
        }
    }

    private void named(Decl.OnEvent e) {
        String word = e.event().text();
        if (word.equals("reset") && !e.parameters().isEmpty()) {
            analysis.report(HardwareFindings.eventParameters(e.span(), "on reset", "on reset { … }"));
            return;
        }
        if (e.parameters().size() > MOST_PARAMETERS) {
            analysis.report(HardwareFindings.eventArguments(e.span(), word, MOST_PARAMETERS));
            return;
        }
        if (events.containsKey(word)) {
            analysis.report(HardwareFindings.eventTwice(e.span(), "on " + word, events.get(word).span()));
            return;
        }
        boolean gives = returnsValue(e.body());
        List<Type> types = new ArrayList<>();
        e.parameters().forEach(_ -> types.add(CTypes.ULONG64));
        events.put(word, function(e, "on " + word, gives ? CTypes.ULONG64 : CTypes.VOID, types, gives, null));
    }

    private Event function(Decl.OnEvent e, String name, Type result, List<Type> types, boolean gives, Register register) {
        Type.Function type = new Type.Function(result, types, false);
        Symbol.SyntheticFunction synthetic = new Symbol.SyntheticFunction(type, e.parameters(), e.body(), scope, e.event().span());
        Entry entry = new Entry(Entry.Kind.FUNCTION, name, e.event().span(), scope, synthetic);
        entry.synthetic = synthetic;
        if (register != null && !types.isEmpty() && name.startsWith("on write")) {
            valueOf.put(entry, register);
        }
        return new Event(image.function(entry), types.size(), gives, e.span());
    }

    /// Whether the body says what is read: then it does so on every path.
    private static boolean returnsValue(Stmt statement) {
        return switch (statement) {
            case Stmt.Return r -> r.value().isPresent();
            case Stmt.Block b -> b.statements().stream().anyMatch(HardwareBinder::returnsValue);
            case Stmt.If i -> returnsValue(i.then()) || i.otherwise().map(HardwareBinder::returnsValue).orElse(false);
            case Stmt.While w -> returnsValue(w.body());
            case Stmt.DoWhile w -> returnsValue(w.body());
            case Stmt.For f -> returnsValue(f.body());
            case Stmt.Switch s -> returnsValue(s.body());
            case Stmt.TryExcept t -> returnsValue(t.body()) || returnsValue(t.handler());
            case Stmt.TryFinally t -> returnsValue(t.body());
            default -> false;
        };
    }

    /// A parameter of a body is declared: the value that was written has named bits, which need it in memory.
    void parameter(Entry entry, LocalSymbol local) {
        Register register = valueOf.get(entry);
        if (register != null && local.name().equals(entry.synthetic.parameters().getLast().text())) {
            local.storage(LocalSymbol.Storage.FRAME);
            values.put(local, register);
        }
    }

    // ---- in bodies -----------------------------------------------------------------------------------------------------------------

    /// `STATUS.BUSY`, `value.START`; empty if the left side is no register.
    Optional<Operand> field(Operand base, Expr.Member e, Body body) {
        if (!(base instanceof Operand.Place place) || !(place.lvalue() instanceof LValue.InMemory unit)) {
            return Optional.empty();
        }
        Register register = switch (unit) {
            case LValue.Global(GlobalSymbol global) -> registers.of(global);
            case LValue.Frame(LocalSymbol local) -> values.get(local);
            default -> null;
        };
        if (register == null || register.fields().isEmpty()) {
            return Optional.empty();
        }
        Field field = register.field(e.member().text());
        if (field == null) {
            body.report(HardwareFindings.unknownField(e.member().span(), e.base().span().text(), e.member().text(),
                    Suggestions.near(e.member().text(), register.fields().stream().map(Field::name).toList())));
            return Optional.of(new Operand.Value(body.bad(e.span())));
        }
        if (field.width() == CTypes.bits(register.element())) {
            return Optional.of(base);
        }
        return Optional.of(new Operand.Place(new LValue.BitField(unit, field.low(), field.width(), register.element()), false, e.span()));
    }

    /// `after 50us { … }`: a function of its own, which gets the values that the locals it uses have now.
    BoundStmt after(Stmt.After s, Body body) {
        BoundExpr delay = body.exprs.value(s.delay());
        if (!CTypes.isError(delay.type()) && !CTypes.isInteger(delay.type())) {
            body.report(HardwareFindings.delay(s.delay().span()));
            delay = body.bad(s.delay().span());
        }
        List<LocalSymbol> outer = new ArrayList<>();
        Stmt.Block asThread = new Stmt.Block(List.of(new Stmt.Thread(s.body(), s.span())), s.span());
        Captures.of(asThread).captured().stream().sorted().forEach(name -> {
            if (body.scope.lookup(name) instanceof Symbol.Local(LocalSymbol local, _) && body.reaches(local) && CTypes.isScalar(local.type())) {
                outer.add(local);
            }
        });
        List<Type> types = outer.stream().map(LocalSymbol::type).toList();
        FunctionSymbol function = image.helperFunction("after#" + ++delayed, new Type.Function(CTypes.VOID, types, false), s.span());
        Body inner = new Body(analysis, image, function, null, body.scope.inner(Scope.Level.BODY), Captures.of(s.body()));
        List<BoundExpr> arguments = new ArrayList<>();
        for (LocalSymbol local : outer) {
            LocalSymbol copy = inner.declareLocal(local.name(), local.type(), true, false, local.span());
            if (values.containsKey(local)) {
                copy.storage(LocalSymbol.Storage.FRAME);
                values.put(copy, values.get(local));
            }
            BoundExpr value = new BoundExpr.Load(ExprBinder.placeOf(local), s.span());
            arguments.add(CTypes.isInteger(local.type()) ? body.converter.convert(value, CTypes.isSigned(local.type()) ? CTypes.LONG64 : CTypes.ULONG64) : value);
        }
        image.finish(inner, s.body());
        BoundExpr address = new BoundExpr.FunctionAddress(function, CTypes.VOID_POINTER, s.span());
        BoundExpr call = new Calls(body, body.exprs).library("HardwareAfter", List.of(body.converter.convert(delay, CTypes.ULONG64), address), arguments, s.span());
        return new BoundStmt.Expression(call, s.span());
    }

    /// `raise Line;`, `lower Line;`, `raise Messages[2];`
    BoundStmt line(Stmt.InterruptLine s, Body body) {
        String name = s.line().text();
        HardwareShape.Line line = lines.get(name);
        BoundStmt nothing = new BoundStmt.Block(List.of(), s.span());
        if (line == null) {
            body.report(HardwareFindings.unknownLine(s.line().span(), name, Suggestions.near(name, lines.keySet())));
            return nothing;
        }
        if (s.message().isPresent() && line.trigger() != HardwareShape.Trigger.MESSAGE) {
            body.report(HardwareFindings.noMessages(s.span(), name));
            return nothing;
        }
        if (!s.raise() && line.trigger() == HardwareShape.Trigger.MESSAGE) {
            body.report(HardwareFindings.lowersMessage(s.span(), name));
            return nothing;
        }
        BoundExpr message = s.message().isPresent() ? body.exprs.valueFor(s.message().get(), CTypes.UINT, "the number of a message")
                : new BoundExpr.Constant(0, CTypes.UINT, s.span());
        int index = List.copyOf(lines.keySet()).indexOf(name);
        BoundExpr call = new Calls(body, body.exprs).library("HardwareLine",
                List.of(new BoundExpr.Constant(index, CTypes.UINT, s.span()), message, new BoundExpr.Constant(s.raise() ? 1 : 0, CTypes.BOOL, s.span())), s.span());
        return new BoundStmt.Expression(call, s.span());
    }

    // ---- for the run -----------------------------------------------------------------------------------------------------------------

    private HardwareShape shape() {
        Map<String, HardwareShape.Handler> handlers = new HashMap<>();
        events.forEach((name, e) -> handlers.put(name, new HardwareShape.Handler(e.function().index(), e.parameters(), e.givesValue())));
        Map<String, HardwareShape.Cell> cells = new HashMap<>();
        for (GlobalSymbol global : symbol.globals()) {
            if (!global.isReadOnly() && CTypes.isInteger(global.type())) {
                cells.putIfAbsent(global.name(), new HardwareShape.Cell(global.imageOffset(), (int) global.type().size(), CTypes.isSigned(global.type())));
            }
        }
        return new HardwareShape(registers.spaces(r -> reads.containsKey(r) ? reads.get(r).function().index() : -1,
                r -> reads.containsKey(r) && reads.get(r).givesValue(), r -> writes.containsKey(r) ? writes.get(r).function().index() : -1),
                List.copyOf(lines.values()), handlers, cells);
    }
}

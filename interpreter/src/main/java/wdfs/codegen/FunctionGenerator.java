package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.Span;
import wdfs.types.Type;

/// The statements of one function; expressions are {@link ExpressionGenerator}'s.
///
/// A frame begins with `enter` and ends with `leave` on every way out, by a structured exception too. `__finally` blocks
/// are written out on each way out of their `__try`, outside of its own exception range.
final class FunctionGenerator {
    static final ClassDesc EXCEPTION = ClassDesc.of("wdfs.runtime.ScriptException");
    static final ClassDesc IRQL_CEILING = ClassDesc.of("wdfs.runtime.IrqlCeiling");
    static final ClassDesc RUNTIME = ClassDesc.of("wdfs.runtime.ScriptRuntime");
    static final ClassDesc VIEW = ClassDesc.of("wdfs.machine.View");
    private static final ClassDesc MACHINE = ClassDesc.of("wdfs.runtime.Machine");
    static final ClassDesc LIST = ClassDesc.of("java.util.List");

    final CodeGenerator.ImageGenerator image;
    final FunctionSymbol function;
    private final boolean joins;
    private boolean startsThreads;
    private Boolean holdsThreads;
    CodeBuilder code;
    private ExpressionGenerator expressions;
    private final Map<LocalSymbol, Integer> slots = new IdentityHashMap<>();
    private final Map<BoundStmt, Label> labels = new IdentityHashMap<>();
    private int baseSlot;
    private int cellsSlot = -1;
    private int resultSlot = -1;
    private int line = -1;

    /// What a jump has to do on its way: cleanup of a `__finally`, or nothing but know its depth.
    private static final class Guard {
        final BoundStmt.TryFinally statement;       // null for the ends of loops, switches and __try bodies
        final Label breakTo;
        final Label continueTo;
        final Label leaveTo;
        final List<Label[]> ranges = new ArrayList<>();
        Label rangeStart;
        int abnormalSlot;

        Guard(BoundStmt.TryFinally statement, Label breakTo, Label continueTo, Label leaveTo) {
            this.statement = statement;
            this.breakTo = breakTo;
            this.continueTo = continueTo;
            this.leaveTo = leaveTo;
        }
    }

    private final Deque<Guard> guards = new ArrayDeque<>();
    private final Map<BoundStmt.Label, Integer> labelDepths = new IdentityHashMap<>();
    private final Map<BoundStmt.Label, List<BoundStmt.TryFinally>> labelGuards = new IdentityHashMap<>();

    FunctionGenerator(CodeGenerator.ImageGenerator image, FunctionSymbol function, boolean joins) {
        this.image = image;
        this.function = function;
        this.joins = joins;
    }

    /// Whether the body holds a `thread { … }`: its end waits for it.
    boolean startsThreads() {
        // Every block asks; the walk through the whole function is taken once.
        if (holdsThreads == null) {
            holdsThreads = !image.symbol.isDriver() && function.body().map(b -> new ThreadFinder().in(b)).orElse(false);
        }
        return startsThreads || holdsThreads;
    }

    void generate(CodeBuilder builder) {
        code = builder;
        expressions = new ExpressionGenerator(this);
        parameters();
        locals();
        function.body().ifPresent(this::collectLabels);
        code.lineNumber(Math.min(function.span().line(), 65535));
        poll();
        checkIrql(function);
        code.aload(0).loadConstant(function.frameSize()).invokevirtual(CodeGenerator.CALLER, "enter", MethodTypeDesc.of(CD_long, CD_long)).lstore(baseSlot);
        Label start = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(start);
        spillParameters();
        makeCells();
        function.body().ifPresent(this::statement);
        Kinds.Kind result = Kinds.of(function.type().returnType());
        if (!endsInJump) {
            epilogue();
            switch (result) {
                case VOID -> code.return_();
                case INT -> code.iconst_0().ireturn();
                case LONG -> code.lconst_0().lreturn();
                case REFERENCE -> code.aconst_null().areturn();
            }
        }
        code.labelBinding(end);
        Label handler = code.newLabel();
        code.labelBinding(handler);
        code.aload(0).lload(baseSlot).loadConstant(function.frameSize()).invokevirtual(CodeGenerator.CALLER, "leave", MethodTypeDesc.of(CD_void, CD_long, CD_long)).athrow();
        code.exceptionCatch(start, end, handler, EXCEPTION);
    }

    /// A routine of the kernel that has a ceiling is asked in the run whether its caller is above it.
    void checkIrql(FunctionSymbol routine) {
        if (image.kernel && routine.irqlCeiling().isPresent()) {
            code.aload(0).loadConstant(routine.irqlCeiling().getAsInt()).loadConstant(routine.name())
                    .invokestatic(IRQL_CEILING, "check", MethodTypeDesc.of(CD_void, CodeGenerator.CALLER, CD_int, CD_String));
        }
    }

    private boolean endsInJump;

    private void parameters() {
        int slot = 1;
        if (function.enclosing().isPresent()) {
            slot = 4;
        } else {
            if (function.type().returnType() instanceof Type.Struct) {
                resultSlot = slot;
                slot += 2;
            }
            for (LocalSymbol parameter : function.parameters()) {
                slots.put(parameter, slot);
                slot += Kinds.of(parameter.type()) == Kinds.Kind.LONG ? 2 : 1;
            }
        }
    }

    private int allocate(TypeKind kind) {
        return code.allocateLocal(kind);
    }

    int temporary(Kinds.Kind kind) {
        return allocate(kind == Kinds.Kind.LONG ? TypeKind.LONG : kind == Kinds.Kind.INT ? TypeKind.INT : TypeKind.REFERENCE);
    }

    private void locals() {
        baseSlot = allocate(TypeKind.LONG);
        code.lconst_0().lstore(baseSlot);
        for (LocalSymbol local : function.locals()) {
            if (local.storage() == LocalSymbol.Storage.REGISTER) {
                Kinds.Kind kind = Kinds.of(local.type());
                int slot = temporary(kind);
                slots.put(local, slot);
                switch (kind) {
                    case INT -> code.iconst_0().istore(slot);
                    case LONG -> code.lconst_0().lstore(slot);
                    default -> code.aconst_null().astore(slot);
                }
            }
        }
        boolean cells = function.cellCount() > 0 || startsThreads() || joins || !image.symbol.isDriver() && new ThreadFinder().hasBodies(function);
        if (cells) {
            cellsSlot = allocate(TypeKind.REFERENCE);
        }
    }

    private void makeCells() {
        if (cellsSlot < 0) {
            return;
        }
        code.loadConstant(Math.max(2, function.cellCount() + 2)).anewarray(CD_Object).astore(cellsSlot);
        if (function.enclosing().isPresent()) {
            code.aload(cellsSlot).iconst_0().aload(3).aastore();
            code.aload(cellsSlot).iconst_1().lload(1).invokestatic(CD_Long, "valueOf", MethodTypeDesc.of(CD_Long, CD_long)).aastore();
        }
    }

    /// Parameters whose address is taken move to the frame; a struct is the callee's own copy there.
    private void spillParameters() {
        for (LocalSymbol parameter : function.parameters()) {
            if (parameter.storage() != LocalSymbol.Storage.FRAME) {
                continue;
            }
            int slot = slots.get(parameter);
            expressions.memory();
            code.lload(baseSlot).loadConstant(parameter.frameOffset()).ladd();
            if (parameter.type() instanceof Type.Struct s) {
                code.lload(slot).loadConstant(s.size()).invokevirtual(VIEW, "copy", MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long));
            } else {
                if (Kinds.of(parameter.type()) == Kinds.Kind.LONG) {
                    code.lload(slot);
                } else {
                    code.iload(slot);
                }
                expressions.storeMemory(parameter.type());
            }
        }
    }

    int slot(LocalSymbol local) {
        Integer slot = slots.get(local);
        if (slot == null) {
            throw new IllegalStateException("no register for " + local + " in " + function);
        }
        return slot;
    }

    /// Pushes the base of the frame that holds the local.
    void frameBase(LocalSymbol local) {
        FunctionSymbol owner = local.owner();
        if (owner == function || owner == null) {
            code.lload(baseSlot);
            return;
        }
        FunctionSymbol outer = function.enclosing().orElse(null);
        if (outer == owner || outer == null) {
            code.lload(1);
            return;
        }
        code.aload(3);
        outer = outer.enclosing().orElse(null);
        while (outer != owner && outer != null) {
            code.iconst_0().aaload().checkcast(CodeGenerator.OBJECTS);
            outer = outer.enclosing().orElse(null);
        }
        code.iconst_1().aaload().checkcast(CD_Long).invokevirtual(CD_Long, "longValue", MethodTypeDesc.of(CD_long));
    }

    /// Pushes the array of cells of the function that holds the local.
    void cells(LocalSymbol local) {
        FunctionSymbol owner = local.owner();
        if (owner == function) {
            code.aload(cellsSlot);
            return;
        }
        code.aload(3);
        FunctionSymbol outer = function.enclosing().orElse(null);
        while (outer != owner && outer != null) {
            code.iconst_0().aaload().checkcast(CodeGenerator.OBJECTS);
            outer = outer.enclosing().orElse(null);
        }
    }

    /// Pushes what a body of its own gets: this frame's base and cells.
    void pushSurroundings() {
        code.lload(baseSlot);
        code.aload(cellsSlot);
    }

    void pushImage() {
        code.aload(0).getfield(CodeGenerator.CALLER, "image", ClassDesc.of("wdfs.runtime.LoadedImage"))
                .invokevirtual(ClassDesc.of("wdfs.runtime.LoadedImage"), "code", MethodTypeDesc.of(CodeGenerator.IMAGE));
    }

    void startedThread() {
        startsThreads = true;
    }

    void lineOf(Span span) {
        int now = span.line();
        if (now != line) {
            line = now;
            code.lineNumber(Math.min(now, 65535));
        }
    }

    /// Tells the thread where the script calls into the system; library code leaves the place of its caller.
    void site(Span span) {
        int site = image.owner().site(span);
        if (site != 0) {
            code.aload(0).loadConstant(site).putfield(CodeGenerator.CALLER, "site", CD_int);
        }
    }

    /// Counts a step: at function entry and at each loop edge.
    private void poll() {
        Label enough = code.newLabel();
        code.aload(0).dup().getfield(CodeGenerator.CALLER, "fuel", CD_int).iconst_1().isub().dup_x1()
                .putfield(CodeGenerator.CALLER, "fuel", CD_int).ifge(enough)
                .aload(0).invokevirtual(CodeGenerator.CALLER, "refuel", MethodTypeDesc.of(CD_void));
        code.labelBinding(enough);
    }

    /// Counts a run of a statement, for coverage. Takes neither a step nor time, so the run stays the same.
    private void count(int number) {
        code.aload(0).getfield(CodeGenerator.CALLER, "machine", MACHINE).getfield(MACHINE, "probes", CD_int.arrayType()).loadConstant(number)
                .dup2().iaload().iconst_1().iadd().iastore();
    }

    private void epilogue() {
        if (joins) {
            code.aload(0).lload(baseSlot).iconst_0().invokevirtual(CodeGenerator.CALLER, "joinThreads", MethodTypeDesc.of(CD_void, CD_long, CD_int));
        }
        code.aload(0).lload(baseSlot).loadConstant(function.frameSize()).invokevirtual(CodeGenerator.CALLER, "leave", MethodTypeDesc.of(CD_void, CD_long, CD_long));
    }

    // ---- statements ----------------------------------------------------------------------------------------------------------------

    private void collectLabels(BoundStmt statement) {
        walkLabels(statement, new ArrayDeque<>());
    }

    private void walkLabels(BoundStmt statement, Deque<BoundStmt.TryFinally> inside) {
        switch (statement) {
            case BoundStmt.Block b -> b.statements().forEach(s -> walkLabels(s, inside));
            case BoundStmt.If i -> {
                walkLabels(i.then(), inside);
                i.otherwise().ifPresent(s -> walkLabels(s, inside));
            }
            case BoundStmt.Loop l -> walkLabels(l.body(), inside);
            case BoundStmt.ForIn f -> walkLabels(f.body(), inside);
            case BoundStmt.Switch s -> walkLabels(s.body(), inside);
            case BoundStmt.TryExcept t -> {
                walkLabels(t.body(), inside);
                walkLabels(t.handler(), inside);
            }
            case BoundStmt.TryFinally t -> {
                inside.push(t);
                walkLabels(t.body(), inside);
                inside.pop();
            }
            case BoundStmt.Label l -> {
                labels.put(l, code.newLabel());
                labelGuards.put(l, List.copyOf(inside));
            }
            default -> { }
        }
    }

    void statement(BoundStmt statement) {
        if (!(statement instanceof BoundStmt.Block)) {
            lineOf(statement.span());
        }
        endsInJump = false;
        if (image.owner().interleaving() && isTurn(statement)) {
            poll();
        }
        if (image.measured()) {
            image.owner().probes().flatMap(probes -> probes.number(statement)).ifPresent(this::count);
        }
        switch (statement) {
            case BoundStmt.Block b -> block(b);
            case BoundStmt.Expression e -> expressions.discard(e.expr());
            case BoundStmt.Declare d -> declare(d.local());
            case BoundStmt.Zero z -> {
                expressions.memory();
                expressions.address(z.target());
                code.loadConstant(z.offset()).ladd().loadConstant(z.length()).iconst_0()
                        .invokevirtual(VIEW, "fill", MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_int));
            }
            case BoundStmt.FillBytes f -> {
                expressions.memory();
                expressions.address(f.target());
                code.loadConstant(f.offset()).ladd();
                expressions.managed.bytes(f.bytes());
                code.iconst_0().loadConstant(f.bytes().size())
                        .invokevirtual(VIEW, "write", MethodTypeDesc.of(CD_void, CD_long, CD_byte.arrayType(), CD_int, CD_int));
            }
            case BoundStmt.If i -> ifStatement(i);
            case BoundStmt.Loop l -> loop(l);
            case BoundStmt.ForIn f -> forIn(f);
            case BoundStmt.Switch s -> switchStatement(s);
            case BoundStmt.Case c -> code.labelBinding(labels.get(c));
            case BoundStmt.Default d -> code.labelBinding(labels.get(d));
            case BoundStmt.Label l -> code.labelBinding(labels.get(l));
            case BoundStmt.Goto g -> gotoStatement(g);
            case BoundStmt.Break _ -> jump(g -> g.breakTo);
            case BoundStmt.Continue _ -> jump(g -> g.continueTo);
            case BoundStmt.Leave _ -> jump(g -> g.leaveTo);
            case BoundStmt.Return r -> returnStatement(r);
            case BoundStmt.TryExcept t -> tryExcept(t);
            case BoundStmt.TryFinally t -> tryFinally(t);
            case BoundStmt.Expect e -> expect(e);
            case BoundStmt.ExpectEvent e -> expectEvent(e);
            case BoundStmt.StartProcess p -> {
                code.aload(0);
                pushImage();
                code.invokevirtual(CodeGenerator.IMAGE, "info", MethodTypeDesc.of(CodeGenerator.INFO))
                        .invokevirtual(CodeGenerator.INFO, "processes", MethodTypeDesc.of(LIST))
                        .loadConstant(image.symbol.processes().indexOf(p.process()))
                        .invokeinterface(LIST, "get", MethodTypeDesc.of(CD_Object, CD_int)).checkcast(CodeGenerator.IMAGE)
                        .invokevirtual(CodeGenerator.CALLER, "startProcess", MethodTypeDesc.of(CD_void, CodeGenerator.IMAGE));
            }
        }
        endsInJump = statement instanceof BoundStmt.Return || statement instanceof BoundStmt.Block b && !b.statements().isEmpty() && endsInReturn(b);
    }

    /// Before these, other threads may run; the others do nothing by themselves, or count a step anyway.
    private static boolean isTurn(BoundStmt statement) {
        return switch (statement) {
            case BoundStmt.Expression _, BoundStmt.If _, BoundStmt.Switch _, BoundStmt.Return _, BoundStmt.Zero _, BoundStmt.FillBytes _, BoundStmt.StartProcess _ -> true;
            case BoundStmt.Block _, BoundStmt.Declare _, BoundStmt.Loop _, BoundStmt.ForIn _, BoundStmt.Case _, BoundStmt.Default _, BoundStmt.Label _, BoundStmt.Goto _,
                    BoundStmt.Break _, BoundStmt.Continue _, BoundStmt.Leave _, BoundStmt.TryExcept _, BoundStmt.TryFinally _, BoundStmt.Expect _, BoundStmt.ExpectEvent _ -> false;
        };
    }

    /// A block waits at its end for the threads begun in it, since they see its locals.
    private void block(BoundStmt.Block block) {
        boolean waits = startsThreads() && block != function.body().orElse(null) && block.span().text().startsWith("{") && new ThreadFinder().in(block);
        int mark = waits ? allocate(TypeKind.INT) : -1;
        if (waits) {
            code.aload(0).invokevirtual(CodeGenerator.CALLER, "threadMark", MethodTypeDesc.of(CD_int)).istore(mark);
        }
        for (BoundStmt inner : block.statements()) {
            statement(inner);
        }
        if (waits && !endsInReturn(block)) {
            code.aload(0).lload(baseSlot).iload(mark).invokevirtual(CodeGenerator.CALLER, "joinThreads", MethodTypeDesc.of(CD_void, CD_long, CD_int));
        }
    }

    private static boolean endsInReturn(BoundStmt.Block block) {
        BoundStmt last = block.statements().getLast();
        return last instanceof BoundStmt.Return || last instanceof BoundStmt.Block b && !b.statements().isEmpty() && endsInReturn(b);
    }

    private void declare(LocalSymbol local) {
        switch (local.storage()) {
            case FRAME -> {
                expressions.memory();
                frameBase(local);
                code.loadConstant(local.frameOffset()).ladd().loadConstant(local.type().size())
                        .invokevirtual(VIEW, "unwritten", MethodTypeDesc.of(CD_void, CD_long, CD_long));
            }
            case CELL -> {
                cells(local);
                code.loadConstant((int) local.frameOffset());
                if (local.type() instanceof Type.Managed managed) {
                    code.loadConstant(managed.kind().name()).invokestatic(RUNTIME, "unset", MethodTypeDesc.of(CD_Object, CD_String));
                } else {
                    code.aconst_null();
                }
                code.aastore();
            }
            case REGISTER -> { }
        }
    }

    private void ifStatement(BoundStmt.If statement) {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        expressions.operators.jump(statement.condition(), otherwise, false);
        statement(statement.then());
        if (statement.otherwise().isPresent()) {
            code.goto_(end);
            code.labelBinding(otherwise);
            statement(statement.otherwise().get());
        } else {
            code.labelBinding(otherwise);
        }
        code.labelBinding(end);
    }

    private void loop(BoundStmt.Loop loop) {
        Label top = code.newLabel();
        Label test = code.newLabel();
        Label step = code.newLabel();
        Label end = code.newLabel();
        if (loop.testFirst() && loop.condition().isPresent()) {
            code.goto_(test);
        }
        code.labelBinding(top);
        guards.push(new Guard(null, end, step, null));
        statement(loop.body());
        guards.pop();
        code.labelBinding(step);
        loop.step().ifPresent(expressions::discard);
        code.labelBinding(test);
        poll();
        if (loop.condition().isPresent()) {
            lineOf(loop.condition().get().span());
            expressions.operators.jump(loop.condition().get(), top, true);
        } else {
            code.goto_(top);
        }
        code.labelBinding(end);
    }

    private void forIn(BoundStmt.ForIn loop) {
        ClassDesc iteratorClass = ClassDesc.of("java.util.Iterator");
        int iterator = allocate(TypeKind.REFERENCE);
        expressions.value(loop.values());
        code.invokestatic(RUNTIME, "iterate", MethodTypeDesc.of(iteratorClass, CD_Object)).astore(iterator);
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(top);
        poll();
        code.aload(iterator).invokeinterface(iteratorClass, "hasNext", MethodTypeDesc.of(java.lang.constant.ConstantDescs.CD_boolean)).ifeq(end);
        code.aload(iterator).invokeinterface(iteratorClass, "next", MethodTypeDesc.of(CD_Object));
        int element = allocate(TypeKind.REFERENCE);
        code.astore(element);
        declare(loop.element());
        expressions.managed.storeElement(loop.element(), element);
        guards.push(new Guard(null, end, top, null));
        statement(loop.body());
        guards.pop();
        code.goto_(top);
        code.labelBinding(end);
    }

    private void switchStatement(BoundStmt.Switch statement) {
        Label end = code.newLabel();
        Label otherwise = statement.otherwise().isPresent() ? code.newLabel() : end;
        statement.otherwise().ifPresent(d -> labels.put(d, otherwise));
        for (BoundStmt.Case c : statement.cases()) {
            labels.put(c, code.newLabel());
        }
        expressions.value(statement.value());
        if (Kinds.of(statement.value().type()) == Kinds.Kind.INT) {
            List<SwitchCase> cases = new ArrayList<>();
            Map<Integer, Boolean> seen = new HashMap<>();
            for (BoundStmt.Case c : statement.cases()) {
                if (seen.put((int) c.value(), true) == null) {
                    cases.add(SwitchCase.of((int) c.value(), labels.get(c)));
                }
            }
            code.lookupswitch(otherwise, cases);
        } else {
            int value = allocate(TypeKind.LONG);
            code.lstore(value);
            for (BoundStmt.Case c : statement.cases()) {
                code.lload(value).loadConstant(c.value()).lcmp().ifeq(labels.get(c));
            }
            code.goto_(otherwise);
        }
        guards.push(new Guard(null, end, null, null));
        statement(statement.body());
        guards.pop();
        code.labelBinding(end);
    }

    // ---- jumps -----------------------------------------------------------------------------------------------------------------------

    private void jump(java.util.function.Function<Guard, Label> target) {
        List<Guard> crossed = new ArrayList<>();
        for (Guard guard : guards) {
            Label label = target.apply(guard);
            if (label != null) {
                unwind(crossed);
                code.goto_(label);
                rewind(crossed);
                return;
            }
            if (guard.statement != null) {
                crossed.add(guard);
            }
        }
        throw new IllegalStateException("a jump without a target in " + function);
    }

    private void gotoStatement(BoundStmt.Goto statement) {
        List<BoundStmt.TryFinally> inside = labelGuards.get(statement.target());
        List<Guard> crossed = new ArrayList<>();
        for (Guard guard : guards) {
            if (guard.statement != null && inside.stream().noneMatch(t -> t == guard.statement)) {
                crossed.add(guard);
            }
        }
        unwind(crossed);
        poll();
        code.goto_(labels.get(statement.target()));
        rewind(crossed);
    }

    /// Writes the cleanup of every `__try` that is left, each outside of its own range.
    private void unwind(List<Guard> crossed) {
        for (int i = 0; i < crossed.size(); i++) {
            Guard guard = crossed.get(i);
            closeRange(guard);
            code.iconst_1().istore(guard.abnormalSlot);           // ENV-042: return, break, continue and goto are abnormal
            // The cleanup stands outside of the guards that it has passed.
            List<Guard> hidden = new ArrayList<>();
            while (guards.peek() != guard) {
                hidden.add(guards.pop());
            }
            guards.pop();
            statement(guard.statement.cleanup());
            guards.push(guard);
            for (int k = hidden.size() - 1; k >= 0; k--) {
                guards.push(hidden.get(k));
            }
        }
    }

    private void rewind(List<Guard> crossed) {
        for (Guard guard : crossed) {
            guard.rangeStart = code.newLabel();
            code.labelBinding(guard.rangeStart);
        }
    }

    private void closeRange(Guard guard) {
        Label end = code.newLabel();
        code.labelBinding(end);
        guard.ranges.add(new Label[] {guard.rangeStart, end});
    }

    private void returnStatement(BoundStmt.Return statement) {
        List<Guard> crossed = new ArrayList<>();
        for (Guard guard : guards) {
            if (guard.statement != null) {
                crossed.add(guard);
            }
        }
        Optional<BoundExpr> value = statement.value();
        Kinds.Kind kind = Kinds.of(function.type().returnType());
        int held = -1;
        if (value.isPresent() && function.type().returnType() instanceof Type.Struct s) {
            expressions.memory();
            code.lload(resultSlot);
            expressions.value(value.get());
            code.loadConstant(s.size()).invokevirtual(VIEW, "copy", MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long));
        } else if (value.isPresent() && kind != Kinds.Kind.VOID) {
            expressions.value(value.get());
            held = temporary(kind);
            switch (kind) {
                case INT -> code.istore(held);
                case LONG -> code.lstore(held);
                default -> code.astore(held);
            }
        } else if (value.isPresent()) {
            expressions.discard(value.get());
        }
        unwind(crossed);
        epilogue();
        if (function.type().returnType() instanceof Type.Struct) {
            code.lload(resultSlot).lreturn();
        } else {
            switch (kind) {
                case VOID -> code.return_();
                case INT -> {
                    if (held < 0) {
                        code.iconst_0();
                    } else {
                        code.iload(held);
                    }
                    code.ireturn();
                }
                case LONG -> {
                    if (held < 0) {
                        code.lconst_0();
                    } else {
                        code.lload(held);
                    }
                    code.lreturn();
                }
                case REFERENCE -> {
                    if (held < 0) {
                        code.aconst_null();
                    } else {
                        code.aload(held);
                    }
                    code.areturn();
                }
            }
        }
        rewind(crossed);
    }

    // ---- exceptions ------------------------------------------------------------------------------------------------------------------

    private void tryExcept(BoundStmt.TryExcept statement) {
        Label start = code.newLabel();
        Label stop = code.newLabel();
        Label handler = code.newLabel();
        Label end = code.newLabel();
        int exception = allocate(TypeKind.REFERENCE);
        code.labelBinding(start);
        code.nop();
        guards.push(new Guard(null, null, null, stop));
        statement(statement.body());
        guards.pop();
        code.labelBinding(stop);
        code.goto_(end);
        code.labelBinding(handler);
        code.astore(exception);
        code.aload(0).aload(exception).invokevirtual(CodeGenerator.CALLER, "handling", MethodTypeDesc.of(CD_void, EXCEPTION));
        lineOf(statement.filter().span());
        expressions.value(statement.filter());
        Label accepted = code.newLabel();
        code.ifgt(accepted);
        // EXCEPTION_CONTINUE_SEARCH; there is nothing to continue at, so EXCEPTION_CONTINUE_EXECUTION searches on, too.
        code.aload(exception).athrow();
        code.labelBinding(accepted);
        statement(statement.handler());
        code.labelBinding(end);
        code.exceptionCatch(start, stop, handler, EXCEPTION);
    }

    private void tryFinally(BoundStmt.TryFinally statement) {
        Label leave = code.newLabel();
        Guard guard = new Guard(statement, null, null, leave);
        guard.abnormalSlot = allocate(TypeKind.INT);
        code.iconst_0().istore(guard.abnormalSlot);
        guard.rangeStart = code.newLabel();
        code.labelBinding(guard.rangeStart);
        code.nop();
        // `__leave` ends this __try normally: its own cleanup follows below.
        Guard inner = new Guard(null, null, null, leave);
        guards.push(guard);
        guards.push(inner);
        abnormal.push(guard.abnormalSlot);
        statement(statement.body());
        abnormal.pop();
        guards.pop();
        guards.pop();
        code.labelBinding(leave);
        closeRange(guard);
        abnormal.push(guard.abnormalSlot);
        code.iconst_0().istore(guard.abnormalSlot);
        statement(statement.cleanup());
        Label end = code.newLabel();
        code.goto_(end);
        Label handler = code.newLabel();
        code.labelBinding(handler);
        int exception = allocate(TypeKind.REFERENCE);
        code.astore(exception);
        code.iconst_1().istore(guard.abnormalSlot);
        statement(statement.cleanup());
        code.aload(exception).athrow();
        abnormal.pop();
        code.labelBinding(end);
        for (Label[] range : guard.ranges) {
            code.exceptionCatch(range[0], range[1], handler, EXCEPTION);
        }
    }

    private final Deque<Integer> abnormal = new ArrayDeque<>();

    /// Pushes what AbnormalTermination() gives here.
    void abnormalTermination() {
        if (abnormal.isEmpty()) {
            code.iconst_0();
        } else {
            code.iload(abnormal.peek());
        }
    }

    // ---- expectations ------------------------------------------------------------------------------------------------------------------

    private static String place(Span span) {
        String path = span.file().path();
        return path.substring(path.lastIndexOf('/') + 1) + ":" + span.line();
    }

    private void expect(BoundStmt.Expect statement) {
        Label held = code.newLabel();
        Label end = code.newLabel();
        if (statement.left().isPresent() && statement.condition() instanceof BoundExpr.Binary binary
                && statement.left().get() == binary.left() && statement.right().isPresent()) {
            // Both sides are evaluated once, so that they can be shown.
            Kinds.Kind kind = Kinds.of(binary.left().type());
            int left = temporary(kind);
            int right = temporary(kind);
            expressions.value(binary.left());
            expressions.store(kind, left);
            expressions.value(binary.right());
            expressions.store(kind, right);
            expressions.load(kind, left);
            expressions.load(kind, right);
            expressions.operators.compare(binary, held);
            code.aload(0).loadConstant(statement.text());
            expressions.load(kind, left);
            expressions.managed.box(binary.left().type());
            expressions.load(kind, right);
            expressions.managed.box(binary.right().type());
        } else {
            expressions.operators.jump(statement.condition(), held, true);
            code.aload(0).loadConstant(statement.text());
            if (statement.left().isPresent() && statement.right().isPresent() && statement.condition() instanceof BoundExpr.RuntimeCall) {
                expressions.managed.boxed(statement.left().get());
                expressions.managed.boxed(statement.right().get());
            } else {
                code.aconst_null().aconst_null();
            }
        }
        code.loadConstant(place(statement.span())).invokestatic(RUNTIME, "expectFailed",
                MethodTypeDesc.of(CD_void, CodeGenerator.CALLER, CD_String, CD_Object, CD_Object, CD_String));
        code.goto_(end);
        code.labelBinding(held);
        code.aload(0).invokestatic(RUNTIME, "expectHeld", MethodTypeDesc.of(CD_void, CodeGenerator.CALLER));
        code.labelBinding(end);
    }

    private void expectEvent(BoundStmt.ExpectEvent statement) {
        code.aload(0).loadConstant(statement.kind()).loadConstant(statement.name());
        code.loadConstant(statement.parameters().size()).anewarray(CD_Long);
        for (int i = 0; i < statement.parameters().size(); i++) {
            if (statement.parameters().get(i).isPresent()) {
                code.dup().loadConstant(i);
                expressions.asLong(statement.parameters().get(i).get());
                code.invokestatic(CD_Long, "valueOf", MethodTypeDesc.of(CD_Long, CD_long)).aastore();
            }
        }
        pushImage();
        code.loadConstant(statement.body().index());
        pushSurroundings();
        code.loadConstant(place(statement.span()));
        code.invokevirtual(CodeGenerator.CALLER, "expectEvent", MethodTypeDesc.of(CD_void, CD_String, CD_String, CD_Long.arrayType(), CodeGenerator.IMAGE, CD_int, CD_long,
                CodeGenerator.OBJECTS, CD_String));
    }
}

package wdfs.semantics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.diagnostics.Diagnostic;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.Span;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// One function's body, or one constant expression, while it is bound: where names are looked up, what jumps may do, and
/// which locals there are.
final class Body {
    final Analysis analysis;
    final Image image;
    /// Null for a constant expression outside any function.
    final FunctionSymbol function;
    /// The body around a `thread` or `expect` body; null otherwise.
    final Body outer;
    final Captures captures;
    final ExprBinder exprs;
    final Converter converter;
    Scope scope;
    /// Of a line of a session: where its outermost variables go. Null otherwise.
    SessionVariables session;
    /// What an instance name (`Parked`) in this body is about: the first handle among a callback's parameters.
    Optional<LocalSymbol> subject = Optional.empty();
    /// Bytes at the frame's start that hold the structures which calls return.
    private long resultBytes;
    /// Inside sizeof nothing is evaluated, so nothing is read either.
    boolean unevaluated;

    // ---- where jumps may go ------------------------------------------------------------------------------------------------

    int loopDepth;
    int breakDepth;
    int tryDepth;
    boolean inFilter;
    boolean inHandler;
    boolean inFinally;
    /// In the default value of a parameter, which is evaluated wherever the function is called: no locals are in reach.
    boolean inDefaultValue;
    final Map<String, BoundStmt.Label> labels = new HashMap<>();
    final Map<String, Span> labelUses = new HashMap<>();

    Body(Analysis analysis, Image image, FunctionSymbol function, Body outer, Scope scope, Captures captures) {
        this.analysis = analysis;
        this.image = image;
        this.function = function;
        this.outer = outer;
        this.scope = scope;
        this.captures = captures;
        this.converter = new Converter(this);
        this.exprs = new ExprBinder(this);
    }

    /// Whether this is code of a process or test, where managed values and named arguments exist.
    boolean script() {
        return image.isScript();
    }

    void report(Diagnostic finding) {
        analysis.report(finding);
    }

    /// What stands for an expression that could not be bound; its finding has been given.
    BoundExpr bad(Span span) {
        return new BoundExpr.Constant(0, CTypes.ERROR, span);
    }

    /// A new local in the current scope.
    LocalSymbol declareLocal(String name, Type type, boolean parameter, boolean isConst, Span span) {
        LocalSymbol local = new LocalSymbol(name, type, parameter, function, span);
        boolean managed = CTypes.isManaged(type);
        boolean captured = captures.captured().contains(name);
        if (managed) {
            local.storage(captured ? LocalSymbol.Storage.CELL : LocalSymbol.Storage.REGISTER);
        } else if (type instanceof Type.Array || type instanceof Type.Struct || captured || captures.addressTaken().contains(name)) {
            local.storage(LocalSymbol.Storage.FRAME);
        }
        (parameter ? function.parameters() : function.locals()).add(local);
        scope.put(new Symbol.Local(local, isConst));
        return local;
    }

    /// A local that the checker needs for itself, such as a value that is used twice but evaluated once.
    LocalSymbol temporary(Type type, Span span) {
        LocalSymbol local = new LocalSymbol("$" + function.locals().size(), type, false, function, span);
        if (type instanceof Type.Struct || type instanceof Type.Array) {
            local.storage(LocalSymbol.Storage.FRAME);
        }
        function.locals().add(local);
        return local;
    }

    /// Room in the frame for a structure that a call returns; gives its offset.
    int reserveResult(Type type) {
        long offset = wdfs.types.Layout.alignUp(resultBytes, 16);
        resultBytes = offset + Math.max(1, type.size());
        return (int) offset;
    }

    /// Whether this body may reach the local: its own, or one of the bodies around a thread or expect body.
    boolean reaches(LocalSymbol local) {
        for (FunctionSymbol f = inDefaultValue ? null : function; f != null; f = f.enclosing().orElse(null)) {
            if (local.owner() == f) {
                return true;
            }
        }
        return false;
    }

    void within(Scope.Level level, Runnable work) {
        Scope before = scope;
        scope = scope.inner(level);
        work.run();
        scope = before;
    }

    /// Where the frame locals lie, once all are known. Cells are numbered from 2: slots 0 and 1 of the array lead to the
    /// cells and the frame of the function around.
    void layOutFrame() {
        long offset = resultBytes;
        int cells = 0;
        for (List<LocalSymbol> list : List.of(function.parameters(), function.locals())) {
            for (LocalSymbol local : list) {
                switch (local.storage()) {
                    case FRAME -> {
                        offset = wdfs.types.Layout.alignUp(offset, Math.max(1, local.type().alignment()));
                        local.frameOffset(offset);
                        offset += Math.max(1, local.type().size());
                    }
                    case CELL -> local.frameOffset(2 + cells++);
                    case REGISTER -> { }
                }
            }
        }
        function.frameSize(wdfs.types.Layout.alignUp(offset, 16));
        function.cellCount(cells);
    }
}

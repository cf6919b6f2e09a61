package wdfs.semantics;

import wdfs.diagnostics.Findings;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.syntax.Stmt;

/// Checks what an `expect error` holds: against the file around it, with findings of its own, and for nothing else.
final class IsolatedCheck {
    private final Analysis analysis;

    IsolatedCheck(Analysis analysis) {
        this.analysis = analysis;
    }

    /// @param inside the body that the expectation stands in: its locals are in sight
    Findings check(Stmt.ExpectError s, Body inside) {
        return analysis.isolated(() -> {
            if (!s.declarations().isEmpty()) {
                new FileBinder(analysis, analysis.fileScope.inner(Scope.Level.FILE)).check(s.declarations());
            }
            if (!s.body().isEmpty()) {
                statements(s, inside);
            }
        });
    }

    private void statements(Stmt.ExpectError s, Body inside) {
        ImageSymbol symbol = new ImageSymbol(ImageSymbol.Kind.TEST, "expect error", -1, s.span());
        Image image = new Image(analysis, symbol, analysis.fileScope, false, null);
        FunctionSymbol function = image.bodyFunction("expect error", inside.function, s.span());
        Stmt.Block block = s.body().size() == 1 && s.body().getFirst() instanceof Stmt.Block b ? b : new Stmt.Block(s.body(), s.span());
        Body body = new Body(analysis, image, function, inside, inside.scope.inner(Scope.Level.BODY), Captures.of(block));
        image.finish(body, block);
        image.drain();
    }
}

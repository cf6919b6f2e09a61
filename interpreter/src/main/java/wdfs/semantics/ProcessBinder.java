package wdfs.semantics;

import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.syntax.Stmt;

/// Processes and tests: an image whose entry is the block itself.
final class ProcessBinder {
    private final Analysis analysis;

    ProcessBinder(Analysis analysis) {
        this.analysis = analysis;
    }

    void bind(ImageSymbol symbol, Stmt.Block block, Scope scope) {
        Image image = new Image(analysis, symbol, scope, false, null);
        String name = symbol.kind() == ImageSymbol.Kind.TEST ? "test" : symbol.name();
        FunctionSymbol function = image.bodyFunction(name, null, symbol.span());
        symbol.entry(function);
        Body body = new Body(analysis, image, function, null, scope.inner(Scope.Level.BODY), Captures.of(block));
        image.finish(body, block);
        image.drain();
        image.layOut();
    }
}

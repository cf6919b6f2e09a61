package wdfs.semantics;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/// Walks bound trees: whatever records and lists hold.
final class Trees {
    private Trees() {}

    static void visit(Object node, Consumer<Object> visitor) {
        switch (node) {
            case null -> { }
            case Optional<?> o -> o.ifPresent(inner -> visit(inner, visitor));
            case Collection<?> list -> list.forEach(inner -> visit(inner, visitor));
            case Record r when r.getClass().getPackageName().equals("wdfs.semantics.bound") -> {
                visitor.accept(r);
                for (RecordComponent c : r.getClass().getRecordComponents()) {
                    try {
                        visit(c.getAccessor().invoke(r), visitor);
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                }
            }
            default -> { }
        }
    }
}

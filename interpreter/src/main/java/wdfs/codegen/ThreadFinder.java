package wdfs.codegen;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.LValue;

/// Looks for what makes a function's frame visible to others: `thread` blocks, and the bodies of `expect bugcheck`. Only
/// functions of scripts can have them, so the walk is taken for those alone.
final class ThreadFinder {
    /// The parts of each kind of node that can hold others: looked up once, as reflection is slow at that.
    private static final ClassValue<List<Method>> PARTS = new ClassValue<>() {
        @Override protected List<Method> computeValue(Class<?> node) {
            List<Method> parts = new ArrayList<>();
            for (RecordComponent component : node.getRecordComponents()) {
                Class<?> type = component.getType();
                if (BoundExpr.class.isAssignableFrom(type) || BoundStmt.class.isAssignableFrom(type) || LValue.class.isAssignableFrom(type)
                        || type == List.class || type == Optional.class) {
                    component.getAccessor().setAccessible(true);
                    parts.add(component.getAccessor());
                }
            }
            return parts;
        }
    };

    private boolean threads;
    private boolean bodies;

    boolean in(BoundStmt statement) {
        walk(statement);
        return threads;
    }

    boolean hasBodies(FunctionSymbol function) {
        function.body().ifPresent(this::walk);
        return bodies;
    }

    private void walk(Object node) {
        switch (node) {
            case BoundExpr.StartThread _ -> {
                threads = true;
                bodies = true;
            }
            case BoundStmt.ExpectEvent _ -> bodies = true;
            case BoundExpr.Constant _, BoundExpr.StringAddress _, BoundExpr.FunctionAddress _, BoundExpr.ManagedConstant _ -> { }
            case BoundExpr _, BoundStmt _, LValue _ -> components(node);
            case Optional<?> o -> o.ifPresent(this::walk);
            case List<?> l -> {
                for (Object element : l) {
                    if (element instanceof BoundExpr || element instanceof BoundStmt || element instanceof Optional) {
                        walk(element);
                    } else {
                        break;
                    }
                }
            }
            default -> { }
        }
    }

    private void components(Object node) {
        if (!node.getClass().isRecord()) {
            return;
        }
        for (Method part : PARTS.get(node.getClass())) {
            try {
                walk(part.invoke(node));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

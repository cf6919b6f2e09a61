package wdfs.runtime;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The Java bodies of prototypes, by name: every method marked {@link Native} of the given classes.
public final class Natives {
    private final Map<String, Method> methods = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> ordinals = new HashMap<>();

    public Natives(List<Class<?>> owners) {
        for (Class<?> owner : owners) {
            for (Method method : owner.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Native.class)) {
                    String name = method.getName();
                    if (methods.put(name, method) != null) {
                        throw new IllegalStateException("two bodies for " + name);
                    }
                    names.add(name);
                }
            }
        }
        names.sort(null);
        for (int i = 0; i < names.size(); i++) {
            ordinals.put(names.get(i), i);
        }
    }

    /// The same bodies, but for those that `owner` has others of: a system in which these rules differ.
    public Natives replacedBy(Class<?> owner) {
        Natives other = new Natives(List.of());
        other.methods.putAll(methods);
        other.names.addAll(names);
        other.ordinals.putAll(ordinals);
        new Natives(List.of(owner)).methods.forEach((name, method) -> {
            if (other.methods.replace(name, method) == null) {
                throw new IllegalArgumentException("there is no body of " + name + " to replace");
            }
        });
        return other;
    }

    public boolean has(String name) {
        return methods.containsKey(name);
    }

    public Method find(String name) {
        return methods.get(name);
    }

    public int ordinal(String name) {
        return ordinals.getOrDefault(name, -1);
    }

    public Method at(int ordinal) {
        return ordinal >= 0 && ordinal < names.size() ? methods.get(names.get(ordinal)) : null;
    }

    public List<String> names() {
        return List.copyOf(names);
    }
}

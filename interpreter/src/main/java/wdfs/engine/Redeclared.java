package wdfs.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wdfs.syntax.Decl;
import wdfs.syntax.TypeSyntax;
import wdfs.syntax.Words;

/// What a session has declared so far, for a name that is declared anew: the functions, constants and drivers that mention it
/// are declared anew with it, or they would go on with the old one.
final class Redeclared {
    /// The newest declaration of each name, in the order in which the names came.
    private final Map<String, Decl> newest = new LinkedHashMap<>();
    private final Map<Decl, Set<String>> words = new java.util.IdentityHashMap<>();

    void add(List<Decl> declarations) {
        for (Decl declaration : declarations) {
            String name = nameOf(declaration);
            if (!name.isEmpty()) {
                newest.put(name, declaration);
            }
        }
    }

    /// The earlier declarations that mention, directly or by others, what `added` declares anew.
    /// @param known the names that the session has declared
    List<Decl> by(List<Decl> added, Collection<String> known) {
        Set<String> own = new HashSet<>(known);
        Set<String> now = new HashSet<>();
        Set<String> changed = new HashSet<>();
        for (Decl declaration : added) {
            String name = nameOf(declaration);
            now.add(name);
            if (own.contains(name) || newest.containsKey(name)) {
                changed.add(name);
            }
        }
        changed.remove("");
        List<Decl> again = new ArrayList<>();
        for (boolean more = !changed.isEmpty(); more; ) {
            more = false;
            for (Map.Entry<String, Decl> each : newest.entrySet()) {
                if (!now.contains(each.getKey()) && words.computeIfAbsent(each.getValue(), Redeclared::wordsOf).stream().anyMatch(changed::contains)) {
                    now.add(each.getKey());
                    changed.add(each.getKey());
                    again.add(each.getValue());
                    more = true;
                }
            }
        }
        return again;
    }

    private static Set<String> wordsOf(Decl declaration) {
        Set<String> found = new HashSet<>();
        Words.of(declaration.span().text()).stream().filter(w -> w.kind() == Words.Kind.WORD).forEach(w -> found.add(w.text()));
        found.remove(nameOf(declaration));
        return found;
    }

    /// Empty for what has none, and for what is no code: devnodes, processes and tests stay what they are.
    static String nameOf(Decl declaration) {
        return switch (declaration) {
            case Decl.Driver d -> d.name().text();
            case Decl.Function d when d.body().isPresent() -> d.name().text();
            case Decl.Define d -> d.name().text();
            case Decl.Ioctl d -> d.name().text();
            case Decl.Typedef d -> d.name().text();
            case Decl.Context d -> d.name().text();
            case Decl.TypeOnly d -> switch (d.type()) {
                case TypeSyntax.StructBody s -> s.tag().map(wdfs.syntax.Name::text).orElse("");
                case TypeSyntax.EnumBody e -> e.tag().map(wdfs.syntax.Name::text).orElse("");
                default -> "";
            };
            default -> "";
        };
    }
}

package wdfs.kernel;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import wdfs.runtime.Machine;

/// The object manager's names: `\Device\X`, `\Driver\X`, and symbolic links in `\DosDevices` (= `\??`). Case does not count.
public final class Namespace {
    private final Map<String, Object> objects = new HashMap<>();

    /// A link and where it leads.
    public record SymbolicLink(String name, String target) {}

    public static Namespace of(Machine machine) {
        return machine.part(Namespace.class, m -> new Namespace());
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("\\dosdevices\\") ? "\\??\\" + lower.substring(12) : lower.startsWith("\\global??\\") ? "\\??\\" + lower.substring(10) : lower;
    }

    /// Whether the directory that would hold the name exists.
    public boolean hasDirectory(String name) {
        String key = key(name);
        int slash = key.lastIndexOf('\\');
        String directory = slash <= 0 ? "" : key.substring(0, slash);
        return directory.equals("\\device") || directory.equals("\\??") || directory.equals("\\driver") || directory.equals("\\basenamedobjects") || directory.equals("\\callback") || directory.isEmpty() && slash == 0;
    }

    public boolean insert(String name, Object object) {
        return objects.putIfAbsent(key(name), object) == null;
    }

    public boolean remove(String name) {
        return objects.remove(key(name)) != null;
    }

    /// The symbolic links there are, by name.
    public List<SymbolicLink> links() {
        return objects.values().stream().filter(SymbolicLink.class::isInstance).map(SymbolicLink.class::cast).sorted(Comparator.comparing(SymbolicLink::name)).toList();
    }

    /// Everything that has a name, by name in lower case.
    public java.util.SortedMap<String, Object> all() {
        return new java.util.TreeMap<>(objects);
    }

    public Object find(String name) {
        return objects.get(key(name));
    }

    /// What a name leads to when links are followed, and the rest of the path behind a device's name; null if nothing.
    public record Found(Object object, String rest) {}

    public Found resolve(String name) {
        String path = name;
        for (int hops = 0; hops < 16; hops++) {
            String key = key(path);
            Object exact = objects.get(key);
            String rest = "";
            if (exact == null) {
                for (int slash = key.lastIndexOf('\\'); slash > 0 && exact == null; slash = key.lastIndexOf('\\', slash - 1)) {
                    exact = objects.get(key.substring(0, slash));
                    rest = path.substring(path.length() - (key.length() - slash));
                }
            }
            if (exact == null) {
                return null;
            }
            if (exact instanceof SymbolicLink link) {
                path = link.target() + rest;
                continue;
            }
            return new Found(exact, rest);
        }
        return null;
    }
}

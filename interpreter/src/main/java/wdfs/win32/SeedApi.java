package wdfs.win32;

import java.util.List;
import wdfs.kernel.FileSystem;
import wdfs.kernel.Registry;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.ScriptRuntime;
import wdfs.runtime.Value;

/// What a script puts onto the volume and into the registry, and reads back of what drivers left there (ENV-092).
public final class SeedApi {
    private static final int NAME_NOT_FOUND = 0xC0000034;
    private static final int NAME_INVALID = 0xC0000033;

    private SeedApi() {}

    @Native
    public static void file(Caller caller, String path, Object data) {
        String onVolume = FileSystem.ofScript(path);
        if (onVolume == null) {
            throw caller.raise(NAME_INVALID, 0, 0);
        }
        try {
            FileSystem.of(caller.machine).seed(onVolume, ScriptRuntime.bytesOf(caller, data));
        } catch (IllegalArgumentException _) {
            throw caller.raise(NAME_INVALID, 0, 0);
        }
    }

    private static FileSystem.Node node(Caller caller, String path) {
        String onVolume = FileSystem.ofScript(path);
        return onVolume == null ? null : FileSystem.of(caller.machine).find(onVolume);
    }

    @Native
    public static byte[] file_bytes(Caller caller, String path) {
        FileSystem.Node node = node(caller, path);
        if (node == null || node.isDirectory()) {
            throw caller.raise(NAME_NOT_FOUND, 0, 0);
        }
        return node.contents();
    }

    @Native
    public static int file_exists(Caller caller, String path) {
        return node(caller, path) == null ? 0 : 1;
    }

    /// `HKLM\\…` and `HKEY_LOCAL_MACHINE\\…` are Windows' short names; a name alone is a driver.
    private static String key(String path) {
        for (String prefix : List.of("HKLM\\", "HKEY_LOCAL_MACHINE\\")) {
            if (path.regionMatches(true, 0, prefix, 0, prefix.length())) {
                return "\\Registry\\Machine\\" + path.substring(prefix.length());
            }
        }
        return path.indexOf('\\') < 0 ? Registry.SERVICES + path + "\\Parameters" : path;
    }

    @Native
    public static void registry(Caller caller, String path, String name, Object data) {
        Registry.Key key = Registry.of(caller.machine).make(key(path));
        if (key == null) {
            throw caller.raise(NAME_INVALID, 0, 0);
        }
        if (data instanceof String text) {
            key.set(name, Registry.REG_SZ, Registry.text(text));
        } else if (data instanceof List<?> texts) {
            key.set(name, Registry.REG_MULTI_SZ, Registry.texts(texts.stream().map(String::valueOf).toList()));
        } else if (data instanceof Value v && !v.kind().startsWith("array:") && !v.kind().startsWith("struct:")) {
            boolean wide = ScriptRuntime.bytesOf(caller, data).length > 4;
            key.set(name, wide ? Registry.REG_QWORD : Registry.REG_DWORD, Registry.number(v.bits(), wide ? 8 : 4));
        } else {
            key.set(name, Registry.REG_BINARY, ScriptRuntime.bytesOf(caller, data));
        }
    }

    private static Registry.Value value(Caller caller, String path, String name) {
        Registry.Key key = Registry.of(caller.machine).find(key(path));
        return key == null ? null : key.value(name);
    }

    @Native
    public static byte[] registry_bytes(Caller caller, String path, String name) {
        Registry.Value value = value(caller, path, name);
        if (value == null) {
            throw caller.raise(NAME_NOT_FOUND, 0, 0);
        }
        return value.data().clone();
    }

    @Native
    public static int registry_exists(Caller caller, String path, String name) {
        return (name.isEmpty() ? Registry.of(caller.machine).find(key(path)) != null : value(caller, path, name) != null) ? 1 : 0;
    }
}

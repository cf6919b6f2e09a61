package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import wdfs.source.Span;
import wdfs.semantics.TextLibrary;

/// The names of device types, as the library defines them.
final class DeviceTypes {
    private DeviceTypes() {}

    static String names(Session session, int type) {
        List<String> found = new ArrayList<>();
        if (session.engine().library() instanceof TextLibrary library) {
            for (String name : library.names()) {
                if (name.startsWith("FILE_DEVICE_")) {
                    String text = library.place(name).map(Span::text).orElse("");
                    var matcher = java.util.regex.Pattern.compile("\\b" + name + "\\s+(0x[0-9A-Fa-f]+|\\d+)").matcher(text);
                    if (matcher.find() && Integer.decode(matcher.group(1)) == type) {
                        found.add(name);
                    }
                }
            }
        }
        return found.isEmpty() ? type >= 0x8000 ? "(a vendor's own)" : "(unknown)" : String.join(", ", found);
    }
}

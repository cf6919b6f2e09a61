package wdfs.explain;

import java.util.HashMap;
import java.util.Map;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;

/// An image that differs from a compiled one in a word of its outline, or that begins at another function. So all probes of a
/// framework are one script, which is compiled once.
final class Variant extends CompiledImage {
    private final CompiledImage image;
    private final Info info;
    private final int entry;
    private final long[] arguments;

    private Variant(CompiledImage image, Info info, int entry, long[] arguments) {
        this.image = image;
        this.info = info;
        this.entry = entry;
        this.arguments = arguments;
    }

    /// A process or test that begins at a function of its image, with arguments.
    static CompiledImage at(CompiledImage image, String function, long... arguments) {
        int entry = image.info().functionNames().indexOf(function);
        if (entry < 0) {
            throw new IllegalArgumentException("no function " + function);
        }
        return new Variant(image, image.info(), entry, arguments.clone());
    }

    /// A driver as if its text had `verifier off;` or not.
    static CompiledImage verifier(CompiledImage driver, boolean on) {
        Info i = driver.info();
        return new Variant(driver, new Info(i.kind(), i.name(), i.ordinal(), i.constants(), i.data(), i.functionNames(), i.entryIndex(), i.version(), i.startsOnDemand(), on, i.after(), i.processes(),
                i.place(), i.inf(), i.parameters(), i.hardware()), i.entryIndex(), null);
    }

    /// A UMDF driver as if its `inf` had another value of a directive.
    static CompiledImage inf(CompiledImage driver, String directive, String value) {
        Info i = driver.info();
        Map<String, String> inf = new HashMap<>(i.inf());
        inf.put(directive, value);
        return new Variant(driver, new Info(i.kind(), i.name(), i.ordinal(), i.constants(), i.data(), i.functionNames(), i.entryIndex(), i.version(), i.startsOnDemand(), i.verifier(), i.after(),
                i.processes(), i.place(), Map.copyOf(inf), i.parameters(), i.hardware()), i.entryIndex(), null);
    }

    @Override
    public Info info() {
        return info;
    }

    @Override
    public long dispatch(int index, Caller caller, long[] given) {
        return arguments != null && index == info.entryIndex() ? image.dispatch(entry, caller, arguments.clone()) : image.dispatch(index, caller, given);
    }

    @Override
    public void runBody(int index, Caller caller, long frameBase, Object[] cells) {
        image.runBody(index, caller, frameBase, cells);
    }
}

package wdfs.semantics;

import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.types.Type;

/// What a name means where it stands.
sealed interface Symbol {
    String name();

    Span span();

    /// A declaration of a file, driver, body or the library; resolved when it is first used, so that order does not matter.
    final class Entry implements Symbol {
        enum Kind { TYPEDEF, TAG, ENUMERATOR, MACRO, FUNCTION, VARIABLE, IOCTL, ACCESSOR, GUID, UNICODE_STRING, DRIVER, HARDWARE, DEVNODE, PROCESS }

        final Kind kind;
        final String name;
        final Span span;
        final Scope scope;
        /// The declaration; of a function, the first one until {@link #definition} is known.
        final Object node;
        /// A function's declaration with a body, if there is one.
        Decl.Function definition;
        /// The callback's or handle's body of a function that the driver's declaration makes.
        SyntheticFunction synthetic;
        Type type;
        long value;
        /// Of a typedef, whether what it names is const.
        boolean isConst;
        Prototype prototype;
        /// The function type that a prototype was made with: `EVT_WDF_TIMER` of `EVT_WDF_TIMER Tick;`, or of a declared callback.
        String role = "";
        /// The IRQL that the declaration of its queue or object gives it; -1 if its role says.
        int irql = -1;
        boolean resolving;
        boolean failed;
        boolean used;

        Entry(Kind kind, String name, Span span, Scope scope, Object node) {
            this.kind = kind;
            this.name = name;
            this.span = span;
            this.scope = scope;
            this.node = node;
        }

        @Override public String name() { return name; }
        @Override public Span span() { return span; }
        @Override public String toString() { return kind + " " + name; }
    }

    /// A function whose signature comes from a table and whose body from a callback or a `handle` block.
    record SyntheticFunction(Type.Function type, java.util.List<wdfs.syntax.Name> parameters, wdfs.syntax.Stmt.Block body, Scope scope, Span span) {}

    record Local(LocalSymbol local, boolean isConst) implements Symbol {
        @Override public String name() { return local.name(); }
        @Override public Span span() { return local.span(); }
    }

    /// A static local: it lies in the image.
    record Static(wdfs.semantics.bound.GlobalSymbol global, boolean isConst) implements Symbol {
        @Override public String name() { return global.name(); }
        @Override public Span span() { return global.span(); }
    }

    /// A register of a device behind which values queue up.
    /// @param pointer what its name is in the device's code
    record Fifo(wdfs.semantics.bound.GlobalSymbol global, Type pointer) implements Symbol {
        @Override public String name() { return global.name(); }
        @Override public Span span() { return global.span(); }
    }

    /// A name that stands for a value: an element of a constant function call, a temporary.
    record Value(String name, long value, Type type, Span span) implements Symbol {}

    /// A queue, timer, lock … of a device, by its name.
    /// @param owner the device
    record Instance(Decl.Device owner, String name, Type type, Span span) implements Symbol {}

    /// A control device by its name: its handle.
    record DeviceInstance(Decl.Device device, Type type, Span span) implements Symbol {
        @Override public String name() { return device.name().text(); }
    }
}

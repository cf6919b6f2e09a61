package wdfs.syntax;

import java.util.List;
import java.util.Optional;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// A declaration as it is written, at file level or as a member of a block.
public sealed interface Decl {
    Span span();

    /// A whole file.
    record Unit(SourceFile file, List<Decl> declarations) {
        public Unit { declarations = List.copyOf(declarations); }
    }

    // ---- C -----------------------------------------------------------------------------------------------------------

    /// @param target the path, or the module's name if `system` (`<ntddk.h>`)
    record Import(String target, boolean system, Span targetSpan, Span span) implements Decl {}

    /// `#define NAME expr`, also `#define NAME` (then `value` is empty).
    record Define(Name name, Optional<Expr> value, Optional<String> doc, Span span) implements Decl {}

    record Typedef(TypeSyntax type, Name name, Optional<String> doc, Span span) implements Decl {}

    /// `struct S { … };`, `enum E { … };`, `struct S;`
    record TypeOnly(TypeSyntax type, Optional<String> doc, Span span) implements Decl {}

    /// @param storage `static`, `extern` or empty
    record Variable(String storage, TypeSyntax type, Name name, Optional<Initializer> initializer, List<Sal> sal, List<Attribute> attributes,
            Optional<String> doc, Span span) implements Decl {
        public Variable { sal = List.copyOf(sal); attributes = List.copyOf(attributes); }
    }

    /// @param type always a {@link TypeSyntax.FunctionOf}, unless the prototype is made with a function type's name
    ///     (`EVT_WDF_TIMER EchoTimer;` arrives as a {@link Variable} and the checker sees that its type is a function)
    record Function(String storage, TypeSyntax.FunctionOf type, Name name, Optional<Stmt.Block> body, List<Sal> sal, List<Attribute> attributes,
            Optional<String> doc, Span span) implements Decl {
        public Function { sal = List.copyOf(sal); attributes = List.copyOf(attributes); }
    }

    record Parameter(TypeSyntax type, Optional<Name> name, Optional<Expr> defaultValue, List<Sal> sal, Span span) {
        public Parameter { sal = List.copyOf(sal); }
    }

    /// A SAL annotation: `_In_reads_(n)`, `_IRQL_requires_max_(DISPATCH_LEVEL)`, `IN`, `OPTIONAL`.
    record Sal(String name, List<Expr> arguments, Span span) {
        public Sal { arguments = List.copyOf(arguments); }
    }

    /// One attribute of `[[kmdf(1.0), rules(KBUF-061)]]`; each argument is the words as written.
    record Attribute(String name, List<String> arguments, Span span) {
        public Attribute { arguments = List.copyOf(arguments); }
    }

    /// A form that declares: `WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(T, F)`, `DEFINE_GUID(…)`, `EVT_…` stay ordinary.
    record FormDecl(Expr.Form form, Span span) implements Decl {}

    // ---- wdfs --------------------------------------------------------------------------------------------------------

    /// @param code `ioctl X = CTL_CODE(…)`; else the properties
    record Ioctl(Name name, Optional<Expr> code, List<Property> properties, Optional<String> doc, Span span) implements Decl {
        public Ioctl { properties = List.copyOf(properties); }
    }

    /// `word value, value;` in a block: `name L"…"; io_type buffered; access read, write; output UCHAR[64]; exclusive;`.
    record Property(Name word, List<PropertyValue> values, Span span) implements Decl {
        public Property { values = List.copyOf(values); }
    }

    /// `word { … }` in a block that holds properties (`io_type { … }`) or directives (`inf { … }`).
    record PropertyBlock(Name word, List<Property> properties, List<Directive> directives, Span span) implements Decl {
        public PropertyBlock { properties = List.copyOf(properties); directives = List.copyOf(directives); }
    }

    /// `UmdfMethodNeitherAction = Copy;`.
    /// @param values the words as written, a string without its quotes
    record Directive(Name name, List<Name> values, Span span) {
        public Directive { values = List.copyOf(values); }
    }

    sealed interface PropertyValue {
        Span span();
        record OfExpr(Expr expr) implements PropertyValue { @Override public Span span() { return expr.span(); } }
        record OfType(TypeSyntax type) implements PropertyValue { @Override public Span span() { return type.span(); } }
    }

    /// @param framework `kmdf`, `umdf` or `wdm`
    record Driver(Name name, Name framework, Optional<String> version, List<Decl> members, Optional<String> doc, Span span) implements Decl {
        public Driver { members = List.copyOf(members); }
    }

    record Context(Name name, Optional<Name> accessor, TypeSyntax.StructBody body, Optional<String> doc, Span span) implements Decl {}

    record Device(Name name, boolean control, List<Decl> members, Optional<String> doc, Span span) implements Decl {
        public Device { members = List.copyOf(members); }
    }

    /// @param dispatch `sequential`, `parallel` or `manual`
    record Queue(Name name, Name dispatch, Optional<Name> accessor, List<Decl> members, Optional<String> doc, Span span) implements Decl {
        public Queue { members = List.copyOf(members); }
    }

    /// Another object that is declared: `timer Tick every 100ms { … }`, `lookaside Packets size 512 tag 'tkPX';`,
    /// `interrupt Line { … }`, `work_item W { … }`, `dpc D { … }`, `spin_lock L;`, `wait_lock L;`, `dma_enabler E profile …;`.
    record FrameworkObject(Name kind, Name name, Optional<Name> accessor, List<Clause> clauses, List<Decl> members, Optional<String> doc, Span span) implements Decl {
        public FrameworkObject { clauses = List.copyOf(clauses); members = List.copyOf(members); }
    }

    /// `every 100ms`, `size 512`, `tag 'tkPX'`.
    record Clause(Name word, Optional<Expr> value, Span span) {}

    /// `EvtIoRead(Queue, Request, Length) { … }` or `EvtIoRead = EchoEvtIoRead;`. Also `IRP_MJ_READ(DeviceObject, Irp) { … }`.
    /// Exactly one of `body` and `function` is present.
    record Callback(Name name, List<CallbackParameter> parameters, Optional<Stmt.Block> body, Optional<Expr> function, Optional<String> doc, Span span) implements Decl {
        public Callback { parameters = List.copyOf(parameters); }
    }

    /// A parameter whose type need not be written.
    record CallbackParameter(Optional<TypeSyntax> type, Name name, Span span) {}

    /// `handle IOCTL_X(Request, T *In, UCHAR *Out) { … }`, `handle internal …`.
    record Handle(boolean internal, Name ioctl, List<CallbackParameter> parameters, Stmt.Block body, Optional<String> doc, Span span) implements Decl {
        public Handle { parameters = List.copyOf(parameters); }
    }

    record Hardware(Name name, List<Decl> members, Optional<String> doc, Span span) implements Decl {
        public Hardware { members = List.copyOf(members); }
    }

    /// `registers memory { … }`.
    record Registers(Name space, List<Register> registers, Span span) implements Decl {
        public Registers { registers = List.copyOf(registers); }
    }

    /// @param flags `read_only`, `write_1_clears`, `fifo(16)` …
    /// @param reset what it holds when the device is switched on
    record Register(Expr offset, Name name, TypeSyntax type, List<Clause> flags, Optional<Expr> reset, List<RegisterField> fields, Optional<String> doc, Span span) {
        public Register { flags = List.copyOf(flags); fields = List.copyOf(fields); }
    }

    /// `START : 0;` or `MODE : 6..4 read_only = 2;`
    record RegisterField(Name name, Expr high, Optional<Expr> low, List<Clause> flags, Optional<Expr> reset, Span span) {
        public RegisterField { flags = List.copyOf(flags); }
    }

    /// `on write CTRL(value) { … }`, `on reset { … }`, `on receive(value) { … }`.
    record OnEvent(Name event, Optional<Name> register, List<Name> parameters, Stmt.Block body, Span span) implements Decl {
        public OnEvent { parameters = List.copyOf(parameters); }
    }

    record Devnode(Name name, List<Property> properties, Optional<String> doc, Span span) implements Decl {
        public Devnode { properties = List.copyOf(properties); }
    }

    record Process(Name name, Optional<Name> after, Stmt.Block body, Optional<String> doc, Span span) implements Decl {}

    record Test(String title, Span titleSpan, Stmt.Block body, Optional<String> doc, Span span) implements Decl {}
}

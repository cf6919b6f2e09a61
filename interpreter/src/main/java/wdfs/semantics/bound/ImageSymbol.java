package wdfs.semantics.bound;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.runtime.HardwareShape;
import wdfs.source.Span;

/// What is loaded as one: a driver, a process, a test (with the process `test` it runs in), or a simulated device. It has
/// functions, variables and constants of its own.
public final class ImageSymbol {
    public enum Kind { KMDF_DRIVER, UMDF_DRIVER, WDM_DRIVER, PROCESS, TEST, HARDWARE }

    /// At `offset` of the data section (or of the constants, if `inConstants`) stands the address of a function, a
    /// variable or a string literal, plus `addend`.
    public record Relocation(boolean inConstants, long offset, Object target, long addend) {}

    private final Kind kind;
    private final String name;
    private final int ordinal;
    private final Span span;
    private final List<FunctionSymbol> functions = new ArrayList<>();
    private final List<GlobalSymbol> globals = new ArrayList<>();
    private final List<Relocation> relocations = new ArrayList<>();
    private final List<ImageSymbol> processes = new ArrayList<>();
    private FunctionSymbol entry;
    private String version = "";
    private boolean startDemand;
    private boolean verifierOn = true;
    private Optional<String> after = Optional.empty();
    private Map<String, String> parameters = Map.of();
    private Map<String, String> inf = Map.of();
    private HardwareShape hardware = HardwareShape.NONE;

    public ImageSymbol(Kind kind, String name, int ordinal, Span span) {
        this.kind = kind;
        this.name = name;
        this.ordinal = ordinal;
        this.span = span;
    }

    public Kind kind() { return kind; }
    /// A driver's or process's name, or a test's title.
    public String name() { return name; }
    /// Position among the images of the program, from 0; decides the load address.
    public int ordinal() { return ordinal; }
    public Span span() { return span; }
    public boolean isDriver() { return kind.ordinal() <= Kind.WDM_DRIVER.ordinal(); }
    /// Its code and data have the kernel's addresses.
    public boolean isKernel() { return kind == Kind.KMDF_DRIVER || kind == Kind.WDM_DRIVER || kind == Kind.HARDWARE; }
    public List<FunctionSymbol> functions() { return functions; }
    public List<GlobalSymbol> globals() { return globals; }
    public List<Relocation> relocations() { return relocations; }
    /// The processes inside a test.
    public List<ImageSymbol> processes() { return processes; }
    /// DriverEntry; or the body of the process or test, a function without parameters.
    public FunctionSymbol entry() { return entry; }
    public void entry(FunctionSymbol function) { entry = function; }
    /// A driver's framework version, `1.33`.
    public String version() { return version; }
    public void version(String text) { version = text; }
    public boolean startsOnDemand() { return startDemand; }
    public void startsOnDemand(boolean demand) { startDemand = demand; }
    /// The framework verifier; `verifier off;` in a driver turns it off.
    public boolean verifierOn() { return verifierOn; }
    public void verifierOn(boolean on) { verifierOn = on; }
    /// `process b after a`.
    public Optional<String> after() { return after; }
    public void after(Optional<String> process) { after = process; }
    /// A UMDF driver's `inf { … }`: directive → value, both in Windows' spelling; only what is given.
    public Map<String, String> inf() { return inf; }
    public void inf(Map<String, String> directives) { inf = directives; }
    /// Of a simulated device, what it is.
    public HardwareShape hardware() { return hardware; }
    public void hardware(HardwareShape shape) { hardware = shape; }
    /// A driver's `parameters { … }`: value → type and data, `dword:3`, `sz:text`, `multi:a\0b\0`, `binary:DEAD`.
    public Map<String, String> parameters() { return parameters; }
    public void parameters(Map<String, String> values) { parameters = values; }
    @Override public String toString() { return name; }
}

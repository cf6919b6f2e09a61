package wdfs.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import wdfs.codegen.CodeGenerator;
import wdfs.codegen.Program;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.hardware.HardwareApi;
import wdfs.hardware.RegisterApi;
import wdfs.host.HostApi;
import wdfs.io.DmaAdapterApi;
import wdfs.io.ErrorLog;
import wdfs.io.InterfaceApi;
import wdfs.io.InterruptRoutines;
import wdfs.io.IoApi;
import wdfs.io.PnpApi;
import wdfs.io.PowerApi;
import wdfs.io.RemoveLocks;
import wdfs.kernel.DebugApi;
import wdfs.kernel.DeferredRoutines;
import wdfs.kernel.DispatcherApi;
import wdfs.kernel.HalDmaApi;
import wdfs.kernel.KernelApi;
import wdfs.kernel.LookasideLists;
import wdfs.kernel.MdlApi;
import wdfs.kernel.NamedObjects;
import wdfs.kernel.PoolApi;
import wdfs.kernel.RtlApi;
import wdfs.kernel.RundownProtection;
import wdfs.kernel.SafeStringApi;
import wdfs.kernel.StringApi;
import wdfs.kernel.SystemThreads;
import wdfs.kernel.WaitingLocks;
import wdfs.runtime.Natives;
import wdfs.runtime.Statuses;
import wdfs.semantics.CheckResult;
import wdfs.semantics.Checker;
import wdfs.semantics.Features;
import wdfs.semantics.Imports;
import wdfs.semantics.Library;
import wdfs.semantics.SourceLoader;
import wdfs.semantics.TextLibrary;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.wdf.ChildListApi;
import wdfs.wdf.CollectionApi;
import wdfs.wdf.DeferredApi;
import wdfs.wdf.DeviceApi;
import wdfs.wdf.DmaApi;
import wdfs.wdf.DmaTransactionApi;
import wdfs.wdf.DriverApi;
import wdfs.wdf.FxInterfaceApi;
import wdfs.wdf.HostHardwareApi;
import wdfs.wdf.InterruptApi;
import wdfs.wdf.FileApi;
import wdfs.wdf.KmdfRequests;
import wdfs.wdf.LockApi;
import wdfs.wdf.LookasideApi;
import wdfs.wdf.MemoryApi;
import wdfs.wdf.ObjectApi;
import wdfs.wdf.PdoApi;
import wdfs.wdf.PnpPowerApi;
import wdfs.wdf.PropertyApi;
import wdfs.wdf.QueryInterfaceApi;
import wdfs.wdf.QueueApi;
import wdfs.wdf.RegistryApi;
import wdfs.wdf.RequestApi;
import wdfs.wdf.RequirementsApi;
import wdfs.wdf.ResourceApi;
import wdfs.wdf.SendApi;
import wdfs.wdf.TargetApi;
import wdfs.wdf.UmdfRequests;
import wdfs.wdf.WdmDispatchApi;
import wdfs.win32.CompletionApi;
import wdfs.win32.ConfigApi;
import wdfs.win32.HandleApi;
import wdfs.win32.NtApi;
import wdfs.win32.RtlRegistryApi;
import wdfs.win32.ScriptApi;
import wdfs.win32.SeedApi;
import wdfs.win32.SetupApi;
import wdfs.win32.Win32Api;
import wdfs.win32.WaitApi;
import wdfs.win32.Win32FileApi;
import wdfs.win32.ZwFileApi;
import wdfs.win32.ZwRegistryApi;

/// Text to program: the library, the bodies of its prototypes, and the way through checker and code generator. One
/// engine serves any number of scripts, one after the other.
public final class Engine {
    /// What the runtime does not have yet; a script that declares it is refused by name.
    private static final Set<String> NOT_YET = Set.of();

    /// The classes that hold the Java bodies of prototypes.
    public static final List<Class<?>> BODIES = List.of(
            DispatcherApi.class, DeferredRoutines.class, PoolApi.class, MdlApi.class, HalDmaApi.class, KernelApi.class, RtlApi.class,
            StringApi.class, SafeStringApi.class, DebugApi.class, WaitingLocks.class, SystemThreads.class, IoApi.class, PnpApi.class,
            DmaAdapterApi.class, PowerApi.class, InterfaceApi.class, ConfigApi.class, PnpPowerApi.class, PdoApi.class, ChildListApi.class,
            FxInterfaceApi.class, QueryInterfaceApi.class, RequirementsApi.class, LookasideLists.class, RemoveLocks.class, NtApi.class,
            Win32Api.class, Win32FileApi.class, ScriptApi.class, SeedApi.class, ZwFileApi.class, ZwRegistryApi.class, ObjectApi.class,
            DriverApi.class, DeviceApi.class, QueueApi.class, RequestApi.class, FileApi.class, CompletionApi.class, WaitApi.class, SetupApi.class,
            HandleApi.class, WdmDispatchApi.class, PropertyApi.class, NamedObjects.class, ErrorLog.class, RtlRegistryApi.class,
            RundownProtection.class,
            MemoryApi.class, LookasideApi.class, TargetApi.class, SendApi.class, KmdfRequests.class, LockApi.class, CollectionApi.class, RegistryApi.class, DmaApi.class, DmaTransactionApi.class,
            UmdfRequests.class, DeferredApi.class, HostApi.class, RegisterApi.class, HardwareApi.class, ResourceApi.class, InterruptApi.class, HostHardwareApi.class, InterruptRoutines.class);

    private final Natives natives;
    private final Library library;
    private final boolean counting;
    private final Statuses statuses = new Statuses();

    public Engine() {
        this(TextLibrary.fromClassPath(Engine.class.getClassLoader()), new Natives(BODIES));
    }

    /// The same, whose programs count how often their statements run.
    public Engine counting() {
        return new Engine(library, natives, true);
    }

    /// A system whose library or bodies are others than the usual ones.
    public Engine(Library library, Natives natives) {
        this(library, natives, false);
    }

    private Engine(Library library, Natives natives, boolean counting) {
        this.library = library;
        this.natives = natives;
        this.counting = counting;
    }

    public Natives natives() {
        return natives;
    }

    Features features() {
        return new Features(NOT_YET);
    }

    public Statuses statuses() {
        return statuses;
    }

    public Library library() {
        return library;
    }

    /// Never throws for what a script holds: what is wrong with it stands in the findings.
    public Compilation compile(SourceFile main, SourceLoader loader) {
        Findings findings = new Findings();
        List<Decl.Unit> units = List.of();
        try {
            units = Imports.resolve(main, loader, library, findings);
        } catch (StackOverflowError _) {
            findings.add(tooDeep(main));
            return new Compilation(main, units, findings, Optional.empty());
        }
        return compile(main, units, findings);
    }

    private static Diagnostic tooDeep(SourceFile main) {
        return Diagnostic.error("LANG-016", main.span(0, 0), "the script is nested too deeply");
    }

    /// @param units what was read already, in import order
    public Compilation compile(SourceFile main, List<Decl.Unit> units, Findings findings) {
        try {
            CheckResult checked = Checker.check(units, library, natives::has, new Features(NOT_YET), findings);
            findings.dropEchoes();
            if (!checked.sound()) {
                return new Compilation(main, units, findings, Optional.empty());
            }
            Program program = counting ? CodeGenerator.counting(checked.program(), natives::find, natives::ordinal)
                    : CodeGenerator.generate(checked.program(), natives::find, natives::ordinal);
            return new Compilation(main, units, findings, Optional.of(program));
        } catch (CodeGenerator.TooLarge e) {
            findings.add(Diagnostic.error("LANG-017", e.function().span(), "%s is too large: its code does not fit a method of the virtual machine", e.function().name())
                    .help("divide it into several functions"));
        } catch (StackOverflowError _) {
            findings.add(tooDeep(main));
        }
        return new Compilation(main, units, findings, Optional.empty());
    }
}

package wdfs.semantics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.TypeSyntax;

/// Writes the C that a declared driver stands for: `DriverEntry`, the creation of its devices, queues and other objects,
/// and the callback that dispatches control codes to `handle` blocks.
///
/// The text is parsed as declarations of the driver's scope. It refers to the bodies of callbacks by their {@link Mangled}
/// names, which the checker declares itself; a callback that names a function (`EvtIoRead = EchoEvtIoRead;`) is written
/// out as that expression (`callback.function().get().span().text()`). The text declares, for each control device,
/// `static WDFDEVICE <device>$device;`, and for each device that has named instances the structure
/// `<device>$INSTANCE` with its accessor (`WDF_DECLARE_CONTEXT_TYPE_WITH_NAME`), and for `queue Parked manual as GetParked;`
/// the function `GetParked`. A declared context needs nothing: the checker declares its type, pointer type and accessor.
public final class Lowering {
    private static final String DEFAULT_SDDL = "SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R";

    private final Decl.Driver driver;
    private final Surroundings surroundings;
    private final Findings findings;
    private final LoweredText out = new LoweredText();

    private Lowering(Decl.Driver driver, Surroundings surroundings, Findings findings) {
        this.driver = driver;
        this.surroundings = surroundings;
        this.findings = findings;
    }

    /// What the checker knows of the file around the driver.
    public interface Surroundings {
        /// The ioctl of that name; empty if there is none (a finding has been given).
        Optional<IoctlFacts> ioctl(String name);

        /// Bytes of the type that `type` points to (`XFORM_REQUEST *In` gives sizeof(XFORM_REQUEST)); 1 if unknown.
        long pointeeSize(TypeSyntax type);
    }

    /// @param inputLeast bytes that a caller must pass as the ioctl declares; -1 if it declares no input
    /// @param outputLeast likewise for the output
    public record IoctlFacts(String name, int code, long inputLeast, long outputLeast) {
        /// METHOD_BUFFERED 0, METHOD_IN_DIRECT 1, METHOD_OUT_DIRECT 2, METHOD_NEITHER 3.
        public int method() {
            return code & 3;
        }
    }

    /// @param text declarations in C, {@link SourceFile.Origin#GENERATED}, with the driver's name in its path
    /// @param places where in it stands what the user wrote
    record Lowered(SourceFile text, List<LoweredText.Place> places) {}

    /// The driver has no `DriverEntry` of its own. Never throws for what a user wrote: what the checker has already
    /// refused is left out.
    static Lowered lower(Decl.Driver driver, Surroundings surroundings, Findings findings) {
        Lowering lowering = new Lowering(driver.framework().text().equals("umdf") ? UserMode.of(driver) : driver, surroundings, findings);
        if (driver.framework().text().equals("wdm")) {
            new WdmLowering(driver, lowering.out).write();
        } else {
            lowering.write();
        }
        return new Lowered(new SourceFile("<driver " + driver.name().text() + ">", lowering.out.toString(), SourceFile.Origin.GENERATED), lowering.out.places());
    }

    // ---- members by kind -------------------------------------------------------------------------------------------------------

    static <T extends Decl> List<T> members(List<Decl> of, Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (Decl member : of) {
            if (kind.isInstance(member)) {
                found.add(kind.cast(member));
            }
        }
        return found;
    }

    static Optional<Decl.Property> property(List<Decl> members, String word) {
        return members(members, Decl.Property.class).stream().filter(p -> p.word().text().equals(word)).findFirst();
    }

    /// The text behind a property's word, if there is exactly one value.
    static Optional<String> value(List<Decl> members, String word) {
        return property(members, word).filter(p -> p.values().size() == 1).map(p -> p.values().getFirst().span().text());
    }

    /// The same, to be put into a line.
    static Optional<LoweredText.Written> written(List<Decl> members, String word) {
        return property(members, word).filter(p -> p.values().size() == 1).map(p -> new LoweredText.Written(p.values().getFirst().span()));
    }

    static Object writtenOr(List<Decl> members, String word, String otherwise) {
        return written(members, word).<Object>map(w -> w).orElse(otherwise);
    }

    static boolean isString(Decl.Property property) {
        return property.values().size() == 1 && property.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.StringLiteral _);
    }

    private static Optional<Decl.Callback> callback(List<Decl> members, String name) {
        return members(members, Decl.Callback.class).stream().filter(c -> c.name().text().equals(name)).findFirst();
    }

    /// How the text names a callback: its mangled name, or the function that stands in its place.
    static String target(Decl.Callback callback, String mangled) {
        return callback.function().map(f -> f.span().text()).orElse(mangled);
    }

    // ---- the driver ------------------------------------------------------------------------------------------------------------

    private void write() {
        List<Decl.Device> devices = members(driver.members(), Decl.Device.class);
        for (Decl.Device device : devices) {
            declarations(device);
        }
        for (Decl.Device device : devices) {
            for (Decl.Queue queue : members(device.members(), Decl.Queue.class)) {
                dispatcher(device, queue, false);
                dispatcher(device, queue, true);
            }
            creation(device);
        }
        entry(devices);
    }

    private void entry(List<Decl.Device> devices) {
        Optional<Decl.Device> plugAndPlay = devices.stream().filter(d -> !d.control()).findFirst();
        Optional<Decl.Callback> deviceAdd = callback(driver.members(), "EvtDriverDeviceAdd");
        if (plugAndPlay.isPresent() && deviceAdd.isEmpty()) {
            out.line("static NTSTATUS %s$EvtDriverDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit) {", driver.name().text());
            out.line("return %s(Driver, DeviceInit);", create(plugAndPlay.get()));
            out.line("}");
        }
        out.line("NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {");
        out.line("WDF_DRIVER_CONFIG config;");
        out.line("WDF_OBJECT_ATTRIBUTES attributes;");
        out.line("WDFDRIVER driver;");
        out.line("NTSTATUS status;");
        String add = deviceAdd.map(c -> target(c, Mangled.callback(c)))
                .orElse(plugAndPlay.isPresent() ? driver.name().text() + "$EvtDriverDeviceAdd" : "WDF_NO_EVENT_CALLBACK");
        out.line("WDF_DRIVER_CONFIG_INIT(&config, %s);", add);
        if (plugAndPlay.isEmpty() && deviceAdd.isEmpty()) {
            out.line("config.DriverInitFlags |= WdfDriverInitNonPnpDriver;");
        }
        callback(driver.members(), "EvtDriverUnload").ifPresent(c -> out.line("config.EvtDriverUnload = %s;", target(c, Mangled.callback(c))));
        written(driver.members(), "pool_tag").ifPresent(tag -> out.line("config.DriverPoolTag = %s;", tag));
        boolean constrained = property(driver.members(), "execution_level").isPresent() || property(driver.members(), "synchronization_scope").isPresent();
        if (constrained) {
            out.line("WDF_OBJECT_ATTRIBUTES_INIT(&attributes);");
            scopes(driver.members());
        }
        out.step("WdfDriverCreate(DriverObject, RegistryPath, %s, &config, &driver);", constrained ? "&attributes" : "WDF_NO_OBJECT_ATTRIBUTES");
        for (Decl.Device device : devices) {
            if (device.control()) {
                out.step("%s(driver, NULL);", create(device));
            }
        }
        out.line("return STATUS_SUCCESS;");
        out.line("}");
    }

    // ---- devices ---------------------------------------------------------------------------------------------------------------

    private static String create(Decl.Device device) {
        return device.name().text() + "$Create";
    }

    private void declarations(Decl.Device device) {
        if (device.control()) {
            out.line("static WDFDEVICE %s;", Mangled.device(device));
        }
        List<String[]> instances = new ArrayList<>();
        for (Decl.Queue queue : members(device.members(), Decl.Queue.class)) {
            instances.add(new String[] {"WDFQUEUE", queue.name().text(), queue.accessor().map(n -> n.text()).orElse("")});
        }
        for (Decl.FrameworkObject object : members(device.members(), Decl.FrameworkObject.class)) {
            instances.add(new String[] {CallbackTable.handleOf(object.kind().text()), object.name().text(), object.accessor().map(n -> n.text()).orElse("")});
        }
        if (instances.isEmpty()) {
            return;
        }
        String type = Mangled.instanceType(device);
        out.line("typedef struct _%s {", type);
        for (String[] instance : instances) {
            out.line("%s %s;", instance[0], instance[1]);
        }
        out.line("} %s;", type);
        out.line("WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(%s, %s)", type, Mangled.instance(device));
        for (String[] instance : instances) {
            if (!instance[2].isEmpty()) {
                out.line("%s %s(WDFDEVICE Device) {", instance[0], instance[2]);
                out.line("return %s(Device)->%s;", Mangled.instance(device), instance[1]);
                out.line("}");
            }
        }
    }

    private void creation(Decl.Device device) {
        List<Decl> members = device.members();
        out.line("static NTSTATUS %s(WDFDRIVER Driver, PWDFDEVICE_INIT init) {", create(device));
        out.line("WDF_OBJECT_ATTRIBUTES attributes;");
        out.line("WDF_IO_QUEUE_CONFIG queue;");
        out.line("WDF_FILEOBJECT_CONFIG files;");
        out.line("WDF_IO_TYPE_CONFIG types;");
        out.line("WDF_PNPPOWER_EVENT_CALLBACKS events;");
        out.line("WDF_POWER_POLICY_EVENT_CALLBACKS policy;");
        out.line("UNICODE_STRING text;");
        out.line("WDFDEVICE device;");
        out.line("PVOID instances;");
        out.line("NTSTATUS status;");
        if (device.control()) {
            Optional<Decl.Property> sddl = property(members, "sddl");
            if (sddl.isPresent() && isString(sddl.get())) {
                out.line("RtlInitUnicodeString(&text, %s);", new LoweredText.Written(sddl.get().values().getFirst().span()));
                out.line("init = WdfControlDeviceInitAllocate(Driver, &text);");
            } else {
                out.line("init = WdfControlDeviceInitAllocate(Driver, &%s);", value(members, "sddl").orElse(DEFAULT_SDDL));
            }
            out.line("if (init == NULL) return STATUS_INSUFFICIENT_RESOURCES;");
        }
        initialisation(device, members);
        callback(members, "EvtDeviceShutdownNotification").ifPresent(c ->
                out.line("WdfControlDeviceInitSetShutdownNotification(init, %s, WdfDeviceShutdown);", target(c, Mangled.callback(device, c))));
        written(members, "name").ifPresent(name -> {
            out.line("RtlInitUnicodeString(&text, %s);", name);
            out.line("status = WdfDeviceInitAssignName(init, &text);");
            out.line("if (!NT_SUCCESS(status)) goto Fail;");
        });
        attributes(members, "context", "EvtCleanupCallback", "EvtDestroyCallback", c -> Mangled.callback(device, c));
        scopes(members);
        out.line("status = WdfDeviceCreate(&init, &attributes, &device);");
        out.line("if (!NT_SUCCESS(status)) goto Fail;");
        if (device.control()) {
            out.line("%s = device;", Mangled.device(device));
        }
        written(members, "symbolic_link").ifPresent(link -> {
            out.line("RtlInitUnicodeString(&text, %s);", link);
            out.step("WdfDeviceCreateSymbolicLink(device, &text);");
        });
        for (Decl.Property p : members(members, Decl.Property.class)) {
            if (p.word().text().equals("interface")) {
                p.values().forEach(guid -> out.step("WdfDeviceCreateDeviceInterface(device, &%s, NULL);", new LoweredText.Written(guid.span())));
            }
        }
        List<Decl.Queue> queues = members(members, Decl.Queue.class);
        List<Decl.FrameworkObject> objects = members(members, Decl.FrameworkObject.class);
        if (!queues.isEmpty() || !objects.isEmpty()) {
            out.line("WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, %s);", Mangled.instanceType(device));
            out.step("WdfObjectAllocateContext(device, &attributes, &instances);");
        }
        queues.forEach(q -> queue(device, q));
        objects.forEach(o -> object(device, o));
        if (device.control()) {
            out.line("WdfControlFinishInitializing(device);");
        }
        out.line("return STATUS_SUCCESS;");
        out.line("Fail:");
        if (device.control()) {
            out.line("WdfDeviceInitFree(init);");
        }
        out.line("return status;");
        out.line("}");
    }

    private void initialisation(Decl.Device device, List<Decl> members) {
        value(members, "io_type").ifPresent(word -> out.line("WdfDeviceInitSetIoType(init, %s);", ioType(word)));
        members(members, Decl.PropertyBlock.class).stream().filter(b -> b.word().text().equals("io_type")).findFirst().ifPresent(block -> {
            List<Decl> inner = List.copyOf(block.properties());
            out.line("WDF_IO_TYPE_CONFIG_INIT(&types);");
            value(inner, "read_write").ifPresent(word -> out.line("types.ReadWriteIoType = %s;", ioType(word)));
            value(inner, "ioctl").ifPresent(word -> out.line("types.DeviceControlIoType = %s;", ioType(word)));
            written(inner, "threshold").ifPresent(bytes -> out.line("types.DirectTransferThreshold = %s;", bytes));
            out.line("WdfDeviceInitSetIoTypeEx(init, &types);");
        });
        if (property(members, "exclusive").isPresent()) {
            out.line("WdfDeviceInitSetExclusive(init, TRUE);");
        }
        written(members, "device_type").ifPresent(type -> out.line("WdfDeviceInitSetDeviceType(init, %s);", type));
        written(members, "characteristics").ifPresent(flags -> out.line("WdfDeviceInitSetCharacteristics(init, %s, TRUE);", flags));
        callback(members, "EvtIoInCallerContext").ifPresent(c ->
                out.line("WdfDeviceInitSetIoInCallerContextCallback(init, %s);", target(c, Mangled.callback(device, c))));
        if (property(members, "request_context").isPresent() || callback(members, "EvtRequestCleanup").isPresent()
                || callback(members, "EvtRequestDestroy").isPresent()) {
            attributes(members, "request_context", "EvtRequestCleanup", "EvtRequestDestroy", c -> Mangled.callback(device, c));
            out.line("WdfDeviceInitSetRequestAttributes(init, &attributes);");
        }
        Optional<String> create = fileCallback(device, "EvtDeviceFileCreate");
        Optional<String> close = fileCallback(device, "EvtFileClose");
        Optional<String> cleanup = fileCallback(device, "EvtFileCleanup");
        boolean files = create.isPresent() || close.isPresent() || cleanup.isPresent() || property(members, "file_context").isPresent();
        if (files || property(members, "file_object").isPresent() || property(members, "auto_forward").isPresent()) {
            out.line("WDF_FILEOBJECT_CONFIG_INIT(&files, %s, %s, %s);", create.orElse("NULL"), close.orElse("NULL"), cleanup.orElse("NULL"));
            value(members, "auto_forward").ifPresent(word -> out.line("files.AutoForwardCleanupClose = %s;", word.equals("off") ? "WdfFalse" : "WdfTrue"));
            attributes(members, "file_context", "", "", c -> "");
            out.line("WdfDeviceInitSetFileObjectConfig(init, &files, &attributes);");
        }
        if (!device.control()) {
            plugAndPlay(device, members);
        }
    }

    private void plugAndPlay(Decl.Device device, List<Decl> members) {
        if (property(members, "filter").isPresent()) {
            out.line("WdfFdoInitSetFilter(init);");
        }
        property(members, "power_policy_owner").ifPresent(p -> out.line("WdfDeviceInitSetPowerPolicyOwnership(init, %s);",
                p.values().stream().anyMatch(v -> v.span().text().equals("off")) ? "FALSE" : "TRUE"));
        events(device, members, false, "events", "PnpPower");
        events(device, members, true, "policy", "PowerPolicy");
    }

    /// The table of the declared callbacks, plug and play's or those of the power policy.
    private void events(Decl.Device device, List<Decl> members, boolean policy, String variable, String table) {
        List<Decl.Callback> events = members(members, Decl.Callback.class).stream()
                .filter(c -> CallbackTable.isPnpEvent(c.name().text()) && CallbackTable.isPolicyEvent(c.name().text()) == policy).toList();
        if (events.isEmpty()) {
            return;
        }
        out.line("WDF_%s_EVENT_CALLBACKS_INIT(&%s);", policy ? "POWER_POLICY" : "PNPPOWER", variable);
        events.forEach(c -> out.line("%s.%s = %s;", variable, c.name().text(), target(c, Mangled.callback(device, c))));
        out.line("WdfDeviceInitSet%sEventCallbacks(init, &%s);", table, variable);
    }

    private static Optional<String> fileCallback(Decl.Device device, String name) {
        return callback(device.members(), name).map(c -> target(c, Mangled.callback(device, c)));
    }

    private static String ioType(String word) {
        return switch (word) {
            case "direct" -> "WdfDeviceIoDirect";
            case "neither" -> "WdfDeviceIoNeither";
            case "buffered_or_direct" -> "WdfDeviceIoBufferedOrDirect";
            default -> "WdfDeviceIoBuffered";
        };
    }

    /// `attributes`, initialised, with the context that the property `context` names and the cleanup and destroy callbacks.
    private void attributes(List<Decl> members, String context, String cleanup, String destroy, java.util.function.Function<Decl.Callback, String> mangled) {
        Optional<String> type = value(members, context);
        if (type.isPresent()) {
            out.line("WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, %s);", type.get());
        } else {
            out.line("WDF_OBJECT_ATTRIBUTES_INIT(&attributes);");
        }
        callback(members, cleanup).ifPresent(c -> out.line("attributes.EvtCleanupCallback = %s;", target(c, mangled.apply(c))));
        callback(members, destroy).ifPresent(c -> out.line("attributes.EvtDestroyCallback = %s;", target(c, mangled.apply(c))));
    }

    private void scopes(List<Decl> members) {
        value(members, "synchronization_scope").ifPresent(word -> out.line("attributes.SynchronizationScope = WdfSynchronizationScope%s;", capitalised(word)));
        value(members, "execution_level").ifPresent(word -> out.line("attributes.ExecutionLevel = WdfExecutionLevel%s;", capitalised(word)));
    }

    private static String capitalised(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    // ---- queues and other objects ----------------------------------------------------------------------------------------------

    private void queue(Decl.Device device, Decl.Queue queue) {
        String name = queue.name().text();
        out.line(name.equals("Default") ? "WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, %s);" : "WDF_IO_QUEUE_CONFIG_INIT(&queue, %s);",
                switch (queue.dispatch().text()) {
                    case "parallel" -> "WdfIoQueueDispatchParallel";
                    case "manual" -> "WdfIoQueueDispatchManual";
                    default -> "WdfIoQueueDispatchSequential";
                });
        for (Decl.Callback c : members(queue.members(), Decl.Callback.class)) {
            String member = c.name().text();
            boolean handled = member.equals("EvtIoDeviceControl") && handles(queue, false) || member.equals("EvtIoInternalDeviceControl") && handles(queue, true);
            if (member.startsWith("EvtIo") && !handled && !CallbackTable.OF_FORWARD_PROGRESS.contains(member)) {
                out.line("queue.%s = %s;", member, target(c, Mangled.callback(device, name, c)));
            }
        }
        if (handles(queue, false)) {
            out.line("queue.EvtIoDeviceControl = %s;", dispatch(device, queue, false));
        }
        if (handles(queue, true)) {
            out.line("queue.EvtIoInternalDeviceControl = %s;", dispatch(device, queue, true));
        }
        if (property(queue.members(), "allow_zero_length").isPresent()) {
            out.line("queue.AllowZeroLengthRequests = TRUE;");
        }
        property(queue.members(), "power_managed").ifPresent(_ ->
                out.line("queue.PowerManaged = %s;", value(queue.members(), "power_managed").filter("off"::equals).isPresent() ? "WdfFalse" : "WdfTrue"));
        written(queue.members(), "number_of_presented_requests").ifPresent(n -> out.line("queue.Settings.Parallel.NumberOfPresentedRequests = %s;", n));
        attributes(queue.members(), "context", "EvtCleanupCallback", "EvtDestroyCallback", c -> Mangled.callback(device, name, c));
        scopes(queue.members());
        out.step("WdfIoQueueCreate(device, &queue, &attributes, &%s(device)->%s);", Mangled.instance(device), name);
        property(queue.members(), "forward").ifPresent(p -> {
            for (Decl.PropertyValue value : p.values()) {
                String type = switch (value.span().text()) {
                    case "create" -> "WdfRequestTypeCreate";
                    case "read" -> "WdfRequestTypeRead";
                    case "write" -> "WdfRequestTypeWrite";
                    case "device_control" -> "WdfRequestTypeDeviceControl";
                    case "internal_device_control" -> "WdfRequestTypeDeviceControlInternal";
                    default -> value.span().text();
                };
                out.step("WdfDeviceConfigureRequestDispatching(device, %s(device)->%s, %s);", Mangled.instance(device), name, type);
            }
        });
        written(queue.members(), "total_forward_progress_requests").ifPresent(total -> forwardProgress(device, queue, total));
    }

    private void forwardProgress(Decl.Device device, Decl.Queue queue, LoweredText.Written total) {
        String name = queue.name().text();
        Optional<Decl.Callback> examine = callback(queue.members(), "EvtIoWdmIrpForForwardProgress");
        boolean paging = value(queue.members(), "forward_progress_reserved_policy").filter("paging_io"::equals).isPresent();
        out.line("{");
        out.line("WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY reserve;");
        if (examine.isPresent()) {
            out.line("WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY_EXAMINE_INIT(&reserve, %s, %s);", total, target(examine.get(), Mangled.callback(device, name, examine.get())));
        } else {
            out.line("WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY_%s_INIT(&reserve, %s);", paging ? "PAGINGIO" : "DEFAULT", total);
        }
        for (String member : List.of("EvtIoAllocateResourcesForReservedRequest", "EvtIoAllocateRequestResources")) {
            callback(queue.members(), member).ifPresent(c -> out.line("reserve.%s = %s;", member, target(c, Mangled.callback(device, name, c))));
        }
        out.step("WdfIoQueueAssignForwardProgressPolicy(%s(device)->%s, &reserve);", Mangled.instance(device), name);
        out.line("}");
    }

    private void object(Decl.Device device, Decl.FrameworkObject object) {
        String create = switch (object.kind().text()) {
            case "spin_lock" -> "WdfSpinLockCreate";
            case "wait_lock" -> "WdfWaitLockCreate";
            case "lookaside" -> "WdfLookasideListCreate";
            case "timer" -> "WdfTimerCreate";
            case "dpc" -> "WdfDpcCreate";
            case "work_item" -> "WdfWorkItemCreate";
            case "interrupt" -> "WdfInterruptCreate";
            default -> "WdfDmaEnablerCreate";
        };
        attributes(object.members(), "context", "EvtCleanupCallback", "EvtDestroyCallback", c -> Mangled.callback(device, object.name().text(), c));
        if (create.equals("WdfInterruptCreate")) {
            interrupt(device, object);
            return;
        }
        if (create.equals("WdfDmaEnablerCreate")) {
            enabler(device, object);
            return;
        }
        out.line("attributes.ParentObject = %s;", value(object.members(), "parent").map(queue -> Mangled.instance(device) + "(device)->" + queue).orElse("device"));
        scopes(object.members());
        if (deferred(device, object, create)) {
            return;
        }
        if (create.equals("WdfLookasideListCreate")) {
            String pool = clause(object, "paged").isPresent() ? "PagedPool" : "NonPagedPoolNx";
            out.step("WdfLookasideListCreate(&attributes, %s, %s, WDF_NO_OBJECT_ATTRIBUTES, %s, &%s(device)->%s);", writtenOr(object, "size"), pool,
                    writtenOr(object, "tag"), Mangled.instance(device), object.name().text());
            return;
        }
        out.step("%s(&attributes, &%s(device)->%s);", create, Mangled.instance(device), object.name().text());
    }

    /// An interrupt, made before the device has resources: it gets one in the order of the text.
    private void interrupt(Decl.Device device, Decl.FrameworkObject object) {
        String variable = object.name().text() + "$config";
        out.line("{");
        out.line("WDF_INTERRUPT_CONFIG %s;", variable);
        out.line("WDF_INTERRUPT_CONFIG_INIT(&%s, NULL, NULL);", variable);
        for (Decl.Callback c : members(object.members(), Decl.Callback.class)) {
            if (c.name().text().startsWith("EvtInterrupt")) {
                out.line("%s.%s = %s;", variable, c.name().text(), target(c, Mangled.callback(device, object.name().text(), c)));
            }
        }
        if (clause(object, "passive").isPresent()) {
            out.line("%s.PassiveHandling = TRUE;", variable);
        }
        clause(object, "lock").ifPresent(lock -> {
            boolean waits = members(device.members(), Decl.FrameworkObject.class).stream().anyMatch(o -> o.name().text().equals(lock) && o.kind().text().equals("wait_lock"));
            out.line("%s.%s = %s(device)->%s;", variable, waits ? "WaitLock" : "SpinLock", Mangled.instance(device), lock);
        });
        value(object.members(), "automatic_serialization").ifPresent(word -> out.line("%s.AutomaticSerialization = %s;", variable, word.equals("off") ? "FALSE" : "TRUE"));
        out.step("WdfInterruptCreate(device, &%s, &attributes, &%s(device)->%s);", variable, Mangled.instance(device), object.name().text());
        out.line("}");
    }

    /// The words for WDF_DMA_PROFILE.
    static final Map<String, String> DMA_PROFILES = profiles("packet", "Packet", "scatter_gather", "ScatterGather", "packet64", "Packet64", "scatter_gather64", "ScatterGather64",
            "scatter_gather_duplex", "ScatterGatherDuplex", "scatter_gather64_duplex", "ScatterGather64Duplex");

    private static Map<String, String> profiles(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], "WdfDmaProfile" + pairs[i + 1]);
        }
        return map;
    }

    private void enabler(Decl.Device device, Decl.FrameworkObject object) {
        String variable = object.name().text() + "$config";
        out.line("{");
        out.line("WDF_DMA_ENABLER_CONFIG %s;", variable);
        out.line("WDF_DMA_ENABLER_CONFIG_INIT(&%s, %s, %s);", variable, DMA_PROFILES.getOrDefault(clause(object, "profile").orElse(""), "WdfDmaProfileInvalid"), writtenOr(object, "length"));
        for (Decl.Callback c : members(object.members(), Decl.Callback.class)) {
            if (c.name().text().startsWith("EvtDmaEnabler")) {
                out.line("%s.%s = %s;", variable, c.name().text(), target(c, Mangled.callback(device, object.name().text(), c)));
            }
        }
        out.step("WdfDmaEnablerCreate(device, &%s, &attributes, &%s(device)->%s);", variable, Mangled.instance(device), object.name().text());
        out.line("}");
    }

    /// Timers, DPCs and work items: created, not started.
    private boolean deferred(Decl.Device device, Decl.FrameworkObject object, String create) {
        String kind = switch (create) {
            case "WdfTimerCreate" -> "TIMER";
            case "WdfDpcCreate" -> "DPC";
            case "WdfWorkItemCreate" -> "WORKITEM";
            default -> "";
        };
        if (kind.isEmpty()) {
            return false;
        }
        String variable = object.name().text() + "$config";
        String callback = members(object.members(), Decl.Callback.class).stream().filter(c -> c.name().text().endsWith("Func") || c.name().text().equals("EvtWorkItem"))
                .findFirst().map(c -> target(c, Mangled.callback(device, object.name().text(), c))).orElse("NULL");
        out.line("{");
        out.line("WDF_%s_CONFIG %s;", kind, variable);
        Optional<Long> period = milliseconds(object, "every");
        if (period.isPresent()) {
            out.line("WDF_TIMER_CONFIG_INIT_PERIODIC(&%s, %s, %d);", variable, callback, period.get());
        } else {
            out.line("WDF_%s_CONFIG_INIT(&%s, %s);", kind, variable, callback);
        }
        milliseconds(object, "tolerance").ifPresent(t -> out.line("%s.TolerableDelay = %d;", variable, t));
        if (clause(object, "high_resolution").isPresent()) {
            out.line("%s.UseHighResolutionTimer = WdfTrue;", variable);
        }
        value(object.members(), "automatic_serialization").ifPresent(word -> out.line("%s.AutomaticSerialization = %s;", variable, word.equals("off") ? "FALSE" : "TRUE"));
        out.step("%s(&%s, &attributes, &%s(device)->%s);", create, variable, Mangled.instance(device), object.name().text());
        out.line("}");
        return true;
    }

    /// A clause's duration in whole milliseconds; {@link DriverShape} has refused what is none.
    static Optional<Long> milliseconds(Decl.FrameworkObject object, String word) {
        return object.clauses().stream().filter(c -> c.word().text().equals(word)).findFirst().flatMap(Decl.Clause::value)
                .map(v -> v instanceof Expr.DurationLiteral(long nanos, _) ? nanos / 1_000_000 : 0L);
    }

    /// The value of a clause, or the empty text of one without.
    private static Optional<String> clause(Decl.FrameworkObject object, String word) {
        return object.clauses().stream().filter(c -> c.word().text().equals(word)).findFirst().map(c -> c.value().map(v -> v.span().text()).orElse(""));
    }

    /// The value of a clause, to be put into a line; 0 without one.
    private static Object writtenOr(Decl.FrameworkObject object, String word) {
        return object.clauses().stream().filter(c -> c.word().text().equals(word)).findFirst().flatMap(Decl.Clause::value)
                .<Object>map(v -> new LoweredText.Written(v.span())).orElse("0");
    }

    // ---- handle blocks -----------------------------------------------------------------------------------------------------------

    private static boolean handles(Decl.Queue queue, boolean internal) {
        return members(queue.members(), Decl.Handle.class).stream().anyMatch(h -> h.internal() == internal);
    }

    private static String dispatch(Decl.Device device, Decl.Queue queue, boolean internal) {
        return device.name().text() + "$" + queue.name().text() + (internal ? "$dispatch$EvtIoInternalDeviceControl" : "$dispatch$EvtIoDeviceControl");
    }

    /// The callback behind a queue's `handle` blocks: a `switch` over the codes, with what the language promises around each.
    private void dispatcher(Decl.Device device, Decl.Queue queue, boolean internal) {
        if (!handles(queue, internal)) {
            return;
        }
        out.line("static VOID %s(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength, size_t InputBufferLength, ULONG IoControlCode) {",
                dispatch(device, queue, internal));
        out.line("NTSTATUS status;");
        out.line("PVOID in, out;");
        out.line("size_t inLength, outLength;");
        out.line("switch (IoControlCode) {");
        for (Decl.Handle handle : members(queue.members(), Decl.Handle.class)) {
            if (handle.internal() == internal) {
                surroundings.ioctl(handle.ioctl().text()).ifPresent(facts -> handle(device, queue, handle, facts));
            }
        }
        out.line("default: {");
        Optional<Decl.Callback> rest = callback(queue.members(), internal ? "EvtIoInternalDeviceControl" : "EvtIoDeviceControl");
        if (rest.isPresent()) {
            out.line("%s(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode);",
                    target(rest.get(), Mangled.callback(device, queue.name().text(), rest.get())));
        } else {
            out.line("WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);");
        }
        out.line("}");
        out.line("}");
        out.line("}");
    }

    private void handle(Decl.Device device, Decl.Queue queue, Decl.Handle handle, IoctlFacts facts) {
        Optional<Decl.CallbackParameter> in = parameter(handle, "In");
        Optional<Decl.CallbackParameter> target = parameter(handle, "Out");
        out.line("case 0x%X: {", facts.code());
        in.ifPresent(p -> retrieve("Input", least(facts.inputLeast(), p), "in"));
        target.ifPresent(p -> retrieve("Output", least(facts.outputLeast(), p), "out"));
        List<String> arguments = new ArrayList<>(List.of("Request"));
        if (in.isPresent()) {
            arguments.add("in");
        }
        if (parameter(handle, "InLength").isPresent()) {
            arguments.add(in.isPresent() ? "inLength" : "InputBufferLength");
        }
        if (target.isPresent()) {
            arguments.add("out");
        }
        if (parameter(handle, "OutLength").isPresent()) {
            arguments.add(target.isPresent() ? "outLength" : "OutputBufferLength");
        }
        out.line("status = %s(%s);", Mangled.handle(device, queue, handle), String.join(", ", arguments));
        long information = facts.outputLeast() >= 0 ? facts.outputLeast() : target.map(p -> least(-1, p)).orElse(0L);
        out.line("if (status != STATUS_PENDING) WdfsCompleteHandled(Request, status, %d);", information);
        out.line("return;");
        out.line("}");
    }

    private void retrieve(String direction, long least, String variable) {
        out.line("status = WdfRequestRetrieve%sBuffer(Request, %d, &%s, &%sLength);", direction, least, variable, variable);
        out.line("if (!NT_SUCCESS(status)) {");
        out.line("WdfRequestCompleteWithInformation(Request, status, 0);");
        out.line("return;");
        out.line("}");
    }

    private long least(long declared, Decl.CallbackParameter parameter) {
        return declared >= 0 ? declared : parameter.type().map(surroundings::pointeeSize).orElse(1L);
    }

    private static Optional<Decl.CallbackParameter> parameter(Decl.Handle handle, String name) {
        return handle.parameters().stream().filter(p -> p.name().text().equals(name)).findFirst();
    }
}

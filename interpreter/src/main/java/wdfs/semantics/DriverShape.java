package wdfs.semantics;

import java.util.List;
import java.util.Map;
import java.util.Set;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;

/// The outline of a driver's declaration: which words its blocks know, how many devices it may have, and what this
/// version of the machine cannot run.
final class DriverShape {
    private static final List<String> DRIVER_WORDS = List.of("start", "inf", "io_type", "verifier", "pool_tag", "parameters", "execution_level", "synchronization_scope");
    /// Refused in other drivers in words of their own.
    private static final Set<String> UMDF_WORDS = Set.of("inf", "io_type");
    private static final List<String> IO_TYPE_WORDS = List.of("read_write", "ioctl", "threshold");
    private static final List<String> DEVICE_WORDS = List.of("name", "symbolic_link", "io_type", "context", "request_context", "file_context", "sddl",
            "exclusive", "interface", "extension", "device_type", "characteristics", "power_policy_owner", "filter", "file_object", "auto_forward",
            "execution_level", "synchronization_scope");
    private static final List<String> QUEUE_WORDS = List.of("context", "power_managed", "allow_zero_length", "number_of_presented_requests", "forward",
            "execution_level", "synchronization_scope", "total_forward_progress_requests", "forward_progress_reserved_policy");
    private static final Map<String, List<String>> CLAUSES = Map.of("timer", List.of("every", "tolerance", "high_resolution"),
            "lookaside", List.of("size", "tag", "paged", "nonpaged"), "dma_enabler", List.of("profile", "length"),
            "interrupt", List.of("passive", "lock"), "work_item", List.of(), "dpc", List.of(), "spin_lock", List.of(), "wait_lock", List.of());
    /// What a wdm driver's blocks know. The rest is the framework's.
    private static final List<String> WDM_DRIVER_WORDS = List.of("start", "verifier", "parameters");
    private static final List<String> WDM_DEVICE_WORDS = List.of("name", "symbolic_link", "io_type", "sddl", "exclusive", "extension", "device_type", "characteristics");
    /// Objects whose attributes have neither an execution level nor a synchronization scope of their own.
    private static final Set<String> PLAIN_OBJECTS = Set.of("lookaside", "spin_lock", "wait_lock", "dma_enabler");
    /// Properties with one value, and what it is; those whose values have words of their own are looked at by {@link #oneOf}.
    private static final Map<String, String> ONE_VALUE = Map.of("pool_tag", "a tag, as in 'tkPX'", "context", "a context type", "request_context", "a context type",
            "file_context", "a context type", "extension", "a type", "device_type", "one of FILE_DEVICE_…", "characteristics", "FILE_… flags",
            "number_of_presented_requests", "a number", "threshold", "a size in bytes");
    private static final Set<String> NO_VALUE = Set.of("exclusive", "filter", "file_object", "allow_zero_length");
    private static final List<String> OBJECT_WORDS = List.of("context", "execution_level", "automatic_serialization", "parent");
    private static final Set<String> PRESENTING = Set.of("EvtIoDefault", "EvtIoRead", "EvtIoWrite", "EvtIoDeviceControl", "EvtIoInternalDeviceControl");

    private final Analysis analysis;
    private final Decl.Driver driver;
    private final ImageSymbol.Kind kind;
    private final Scope scope;
    private Map<String, String> inf = Map.of();
    private Map<String, String> parameters = Map.of();

    DriverShape(Analysis analysis, Decl.Driver driver, ImageSymbol.Kind kind, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
        this.driver = driver;
        this.kind = kind;
    }

    /// The directives of `inf { … }`, once {@link #check} has seen it.
    Map<String, String> inf() {
        return inf;
    }

    /// What `parameters { … }` puts into the registry, as {@link ServiceParameters} writes it.
    Map<String, String> parameters() {
        return parameters;
    }

    private boolean isUmdf() {
        return kind == ImageSymbol.Kind.UMDF_DRIVER;
    }

    boolean isPresenting(String callback) {
        return PRESENTING.contains(callback);
    }

    void check(boolean ownEntry) {
        if (isUmdf()) {
            feature("umdf driver", driver.framework().span());
        } else if (kind == ImageSymbol.Kind.WDM_DRIVER) {
            feature("wdm driver", driver.framework().span());
        }
        Decl.Device plugAndPlay = null;
        int devices = 0;
        for (Decl member : driver.members()) {
            switch (member) {
                case Decl.Device d -> {
                    devices++;
                    if (ownEntry) {
                        analysis.report(DeclarationFindings.entryAndDevices(d.name().span(), d.name().text()));
                    }
                    if (!d.control() && kind != ImageSymbol.Kind.WDM_DRIVER) {
                        if (plugAndPlay != null) {
                            analysis.report(DeclarationFindings.secondDevice(d.name().span(), d.name().text(), plugAndPlay.name().span()));
                        }
                        plugAndPlay = d;
                    }
                    if (d.control() && isUmdf()) {
                        analysis.report(UmdfFindings.controlDevice(d.name().span(), d.name().text()));
                    }
                    device(d);
                }
                case Decl.Property p -> {
                    word(p.word(), "driver", DRIVER_WORDS, WDM_DRIVER_WORDS);
                    counted(p);
                    oneOf(p, "start", List.of("boot", "demand"));
                    oneOf(p, "verifier", List.of("on", "off"));
                    serialisation(p);
                    boolean ofAttributes = p.word().text().equals("execution_level") || p.word().text().equals("synchronization_scope");
                    if (ofAttributes && ownEntry && kind != ImageSymbol.Kind.WDM_DRIVER) {
                        analysis.report(DeclarationFindings.entryAndDevices(p.word().span(), p.word().text()));
                    }
                    if (p.word().text().equals("io_type")) {
                        ofUmdf(p.word(), ownEntry);
                        oneOf(p, "io_type", ioTypes());
                    } else if (p.word().text().equals("parameters")) {
                        analysis.report(DeclarationFindings.propertyWants(p.span(), "parameters", "a block: parameters { NAME VALUE; }"));
                    } else if (p.word().text().equals("inf")) {
                        ofUmdf(p.word(), false);
                        analysis.report(DeclarationFindings.propertyWants(p.span(), "inf", "a block: inf { NAME = VALUE; }"));
                    }
                }
                case Decl.PropertyBlock p -> {
                    word(p.word(), "driver", DRIVER_WORDS, WDM_DRIVER_WORDS);
                    block(p, "a driver");
                    if (p.word().text().equals("io_type")) {
                        ofUmdf(p.word(), ownEntry);
                    } else if (p.word().text().equals("inf")) {
                        inf(p);
                    } else if (p.word().text().equals("parameters")) {
                        if (!parameters.isEmpty()) {
                            analysis.report(SemanticFindings.propertyTwice(p.word().span(), "parameters"));
                        }
                        parameters = ServiceParameters.of(analysis, p, scope);
                    }
                }
                case Decl.Callback c when ownEntry && kind != ImageSymbol.Kind.WDM_DRIVER ->
                        analysis.report(DeclarationFindings.entryAndDevices(c.name().span(), c.name().text()));
                case Decl.Handle h -> analysis.report(DeclarationFindings.handleOutsideQueue(h.span()));
                default -> { }
            }
        }
        ioTypeOnce(plugAndPlay);
        if (devices == 0 && !ownEntry && !driver.framework().text().isEmpty() && kind != ImageSymbol.Kind.WDM_DRIVER && driver.members().stream().noneMatch(m -> m instanceof Decl.Callback)) {
            analysis.report(DeclarationFindings.driverWithoutDevice(driver.name().span(), driver.name().text()));
        }
    }

    private void device(Decl.Device d) {
        int defaults = 0;
        for (Decl member : d.members()) {
            switch (member) {
                case Decl.Property p -> {
                    word(p.word(), "device", DEVICE_WORDS, WDM_DEVICE_WORDS);
                    if (isUmdf() && UmdfFindings.OF_INF.containsKey(p.word().text())) {
                        analysis.report(UmdfFindings.ofInf(p.span(), p.word().text()));
                    }
                    property(p);
                }
                case Decl.PropertyBlock p -> {
                    word(p.word(), "device", DEVICE_WORDS, WDM_DEVICE_WORDS);
                    block(p, "a device");
                }
                case Decl.Handle h -> analysis.report(DeclarationFindings.handleOutsideQueue(h.span()));
                case Decl.Callback c when d.control() && CallbackTable.isPnpEvent(c.name().text()) ->
                        analysis.report(DeclarationFindings.pnpEventOfControlDevice(c.name().span(), c.name().text()));
                case Decl.FrameworkObject o -> object(d, o);
                case Decl.Queue q -> {
                    if (kind == ImageSymbol.Kind.WDM_DRIVER) {
                        analysis.report(DeclarationFindings.frameworkInWdm(q.name().span(), "a queue"));
                    }
                    defaults += q.name().text().equals("Default") ? 1 : 0;
                }
                default -> { }
            }
        }
    }

    private void property(Decl.Property p) {
        switch (p.word().text()) {
            case "name", "symbolic_link", "sddl" -> {
                if (p.values().size() != 1 || !(p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.StringLiteral s) && s.wide())
                        && !(p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.NameRef _))) {
                    analysis.report(DeclarationFindings.propertyWants(p.span(), p.word().text(), "a wide string, L\"…\""));
                }
            }
            case "io_type" -> oneOf(p, "io_type", ioTypes());
            case "extension" -> {
                counted(p);
                if (kind != ImageSymbol.Kind.WDM_DRIVER) {
                    analysis.report(DeclarationFindings.extensionOfFramework(p.word().span()));
                }
            }
            case "interface" -> {
                if (p.values().isEmpty() || !p.values().stream().allMatch(v -> v instanceof Decl.PropertyValue.OfExpr(Expr.NameRef _))) {
                    analysis.report(DeclarationFindings.propertyWants(p.span(), "interface", "the name of a GUID, declared with DEFINE_GUID"));
                }
            }
            case "power_policy_owner" -> oneOf(p, "power_policy_owner", List.of("on", "off"));
            case "auto_forward" -> oneOf(p, "auto_forward", List.of("on", "off"));
            case "execution_level", "synchronization_scope" -> serialisation(p);
            default -> counted(p);
        }
    }

    /// A property with too many values or too few would be one that is not there.
    private void counted(Decl.Property p) {
        String word = p.word().text();
        if (ONE_VALUE.containsKey(word) && p.values().size() != 1) {
            analysis.report(DeclarationFindings.propertyWants(p.span(), word, ONE_VALUE.get(word)));
        } else if (NO_VALUE.contains(word) && !p.values().isEmpty()) {
            analysis.report(DeclarationFindings.propertyWants(p.span(), word, "nothing behind it"));
        } else if (word.equals("forward") && p.values().isEmpty()) {
            analysis.report(DeclarationFindings.propertyWants(p.span(), word, "the types of requests that go to the queue, as in read, write"));
        }
    }

    private void serialisation(Decl.Property p) {
        oneOf(p, "execution_level", List.of("passive", "dispatch"));
        oneOf(p, "synchronization_scope", List.of("device", "queue", "none"));
    }

    /// Whether the callbacks of a queue run at DISPATCH_LEVEL because they hold a spin lock (REQ-172): a synchronization scope, and
    /// no passive execution level, in the queue, its device or the driver.
    boolean raises(Decl.Device device, Decl.Queue queue) {
        return kind == ImageSymbol.Kind.KMDF_DRIVER && !inherited(device, queue, "synchronization_scope", "none").equals("none")
                && inherited(device, queue, "execution_level", "dispatch").equals("dispatch");
    }

    private String inherited(Decl.Device device, Decl.Queue queue, String word, String otherwise) {
        return Lowering.value(queue.members(), word).or(() -> Lowering.value(device.members(), word)).or(() -> Lowering.value(driver.members(), word)).orElse(otherwise);
    }

    // ---- io_type and inf -------------------------------------------------------------------------------------------------------

    /// A UMDF driver cannot ask for neither, which a KMDF driver can; and only it can leave the choice open (UMDF-013, UMDF-015).
    private List<String> ioTypes() {
        return isUmdf() ? List.of("buffered", "direct", "buffered_or_direct") : List.of("buffered", "direct", "neither");
    }

    private void block(Decl.PropertyBlock block, String place) {
        if (block.word().text().equals("io_type")) {
            for (Decl.Property p : block.properties()) {
                word(p.word(), "io_type", IO_TYPE_WORDS);
                counted(p);
                if (isUmdf()) {
                    oneOf(p, "read_write", ioTypes());
                    oneOf(p, "ioctl", ioTypes());
                }
            }
        }
        if (!block.word().text().equals("inf")) {
            block.directives().forEach(d -> analysis.report(DeclarationFindings.directiveNotHere(d.span(), d.name().text(), place)));
        }
    }

    private void inf(Decl.PropertyBlock block) {
        ofUmdf(block.word(), false);
        if (!isUmdf()) {
            return;
        }
        if (!inf.isEmpty()) {
            analysis.report(SemanticFindings.propertyTwice(block.word().span(), "inf"));
        }
        inf = InfDirectives.of(analysis, block);
    }

    /// @param ownEntry what it says would be said by a call in C
    private void ofUmdf(wdfs.syntax.Name word, boolean ownEntry) {
        if (!isUmdf()) {
            analysis.report(UmdfFindings.ofUmdfDrivers(word.span(), word.text()));
        } else if (ownEntry) {
            analysis.report(DeclarationFindings.entryAndDevices(word.span(), word.text()));
        }
    }

    /// In the driver's block `io_type` speaks for the one device that it has.
    private void ioTypeOnce(Decl.Device device) {
        Span last = null;
        List<Decl> all = new java.util.ArrayList<>(driver.members());
        if (device != null) {
            all.addAll(device.members());
        }
        for (Decl member : all) {
            Span here = switch (member) {
                case Decl.Property p when p.word().text().equals("io_type") -> p.word().span();
                case Decl.PropertyBlock p when p.word().text().equals("io_type") -> p.word().span();
                default -> null;
            };
            if (here != null && last != null && isUmdf()) {
                analysis.report(SemanticFindings.propertyTwice(here, "io_type"));
            }
            last = here == null ? last : here;
        }
    }

    private void oneOf(Decl.Property p, String word, List<String> words) {
        if (!p.word().text().equals(word)) {
            return;
        }
        if (p.values().size() != 1) {
            analysis.report(DeclarationFindings.propertyWantsOneWord(p.span(), word, words));
            return;
        }
        String given = p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.NameRef n) ? n.name().text() : "";
        if (!words.contains(given)) {
            analysis.report(DeclarationFindings.unknownWord(p.span(), p.values().getFirst().span().text(), word, words));
        }
    }

    void queue(Decl.Queue queue, boolean ofControlDevice) {
        String dispatch = queue.dispatch().text();
        List<String> kinds = List.of("sequential", "parallel", "manual");
        if (!kinds.contains(dispatch)) {
            analysis.report(DeclarationFindings.unknownWord(queue.dispatch().span(), dispatch, "a queue's dispatching", kinds));
        }
        for (Decl member : queue.members()) {
            switch (member) {
                case Decl.Property p -> {
                    word(p.word(), "a queue", QUEUE_WORDS);
                    counted(p);
                    serialisation(p);
                    oneOf(p, "power_managed", List.of("on", "off"));
                    oneOf(p, "forward_progress_reserved_policy", List.of("always_use_reserved_request", "paging_io", "use_examine"));
                    boolean powered = p.word().text().equals("power_managed") && !p.values().isEmpty() && p.values().getFirst().span().text().equals("on");
                    if (powered && ofControlDevice) {
                        analysis.report(DeclarationFindings.powerOfControlDevice(p.span()));
                    }
                }
                case Decl.PropertyBlock p -> {
                    word(p.word(), "a queue", QUEUE_WORDS);
                    block(p, "a queue");
                }
                case Decl.Variable v when !v.storage().equals("typedef") ->
                        analysis.report(DeclarationFindings.variableNotHere(v.name().span(), v.name().text()));
                default -> { }
            }
        }
        forwardProgress(queue);
    }

    private void forwardProgress(Decl.Queue queue) {
        List<Decl.Property> properties = queue.members().stream().filter(Decl.Property.class::isInstance).map(Decl.Property.class::cast).toList();
        boolean reserves = properties.stream().anyMatch(p -> p.word().text().equals("total_forward_progress_requests"));
        String policy = "";
        for (Decl.Property p : properties) {
            String word = p.word().text();
            if (word.equals("total_forward_progress_requests") || word.equals("forward_progress_reserved_policy")) {
                if (isUmdf()) {
                    analysis.report(UmdfFindings.noForwardProgress(p.span(), word));
                } else if (!reserves) {
                    analysis.report(DeclarationFindings.noReserve(p.span(), word));
                }
                policy = word.equals("forward_progress_reserved_policy") && !p.values().isEmpty() ? p.values().getFirst().span().text() : policy;
            }
        }
        boolean examines = false;
        for (Decl member : queue.members()) {
            if (member instanceof Decl.Callback c && CallbackTable.OF_FORWARD_PROGRESS.contains(c.name().text()) && !isUmdf()) {
                boolean examine = c.name().text().equals("EvtIoWdmIrpForForwardProgress");
                examines |= examine;
                if (!reserves) {
                    analysis.report(DeclarationFindings.noReserve(c.name().span(), c.name().text()));
                } else if (examine && !policy.isEmpty() && !policy.equals("use_examine")) {
                    analysis.report(DeclarationFindings.neverExamines(c.name().span(), policy));
                }
            }
        }
        if (policy.equals("use_examine") && !examines && !isUmdf()) {
            analysis.report(DeclarationFindings.examinesNothing(queue.name().span(), queue.name().text()));
        }
    }

    private void object(Decl.Device device, Decl.FrameworkObject o) {
        String word = o.kind().text();
        if (isUmdf() && UmdfFindings.OBJECTS.containsKey(word)) {
            analysis.report(UmdfFindings.noObject(o.name().span(), word));
        } else {
            feature(word, o.name().span());
        }
        if (kind == ImageSymbol.Kind.WDM_DRIVER) {
            analysis.report(DeclarationFindings.frameworkInWdm(o.name().span(), "a " + word));
        }
        List<String> clauses = CLAUSES.getOrDefault(word, List.of());
        for (Decl.Clause clause : o.clauses()) {
            if (!clauses.contains(clause.word().text())) {
                analysis.report(DeclarationFindings.unknownProperty(clause.word().span(), clause.word().text(), "a " + word,
                        Suggestions.near(clause.word().text(), clauses), clauses));
            } else if (isUmdf() && clause.word().text().equals("high_resolution")) {
                analysis.report(UmdfFindings.highResolution(clause.word().span()));
            }
        }
        for (Decl member : o.members()) {
            if (member instanceof Decl.Property p) {
                word(p.word(), "a " + word, PLAIN_OBJECTS.contains(word) ? List.of("context") : OBJECT_WORDS);
                counted(p);
                oneOf(p, "execution_level", List.of("passive", "dispatch"));
                oneOf(p, "automatic_serialization", List.of("on", "off"));
                List<String> queues = Lowering.members(device.members(), Decl.Queue.class).stream().map(q -> q.name().text()).toList();
                if (p.word().text().equals("parent") && !(p.values().size() == 1 && queues.contains(p.values().getFirst().span().text()))) {
                    analysis.report(DeclarationFindings.propertyWants(p.span(), "parent", "the name of a queue of the device"));
                }
            }
        }
        for (Decl.Clause clause : o.clauses()) {
            boolean duration = clause.word().text().equals("every") || clause.word().text().equals("tolerance");
            if (duration && !(clause.value().orElse(null) instanceof Expr.DurationLiteral(long nanos, _) && nanos > 0 && nanos % 1_000_000 == 0 && nanos <= Integer.MAX_VALUE * 1_000_000L)) {
                analysis.report(DeclarationFindings.propertyWants(clause.span(), clause.word().text(), "a duration in whole milliseconds, as in 100ms"));
            }
        }
        boolean lookasideWithoutSize = word.equals("lookaside") && o.clauses().stream().noneMatch(c -> c.word().text().equals("size"));
        if (lookasideWithoutSize) {
            analysis.report(DeclarationFindings.propertyWants(o.name().span(), "lookaside", "size N: the bytes of each entry"));
        }
        if (word.equals("dma_enabler") && !isUmdf()) {
            enabler(o);
        } else if (word.equals("interrupt")) {
            o.clauses().stream().filter(c -> c.word().text().equals("lock")).forEach(c -> lock(device, o, c));
        }
        String callback = switch (word) {
            case "timer" -> "EvtTimerFunc";
            case "work_item" -> "EvtWorkItemFunc";
            case "dpc" -> "EvtDpcFunc";
            default -> "";
        };
        if (!callback.isEmpty() && o.members().stream().noneMatch(m -> m instanceof Decl.Callback)) {
            analysis.report(DeclarationFindings.objectWithoutCallback(o.name().span(), word, o.name().text(), callback));
        }
    }

    private void enabler(Decl.FrameworkObject o) {
        for (String word : List.of("profile", "length")) {
            if (o.clauses().stream().noneMatch(c -> c.word().text().equals(word) && c.value().isPresent())) {
                analysis.report(DeclarationFindings.propertyWants(o.name().span(), "dma_enabler", word.equals("profile") ? "profile NAME: how the device does DMA" : "length N: the most bytes of a transfer"));
            }
        }
        o.clauses().stream().filter(c -> c.word().text().equals("profile")).flatMap(c -> c.value().stream()).filter(v -> !Lowering.DMA_PROFILES.containsKey(v.span().text()))
                .forEach(v -> analysis.report(DeclarationFindings.unknownWord(v.span(), v.span().text(), "profile", List.copyOf(Lowering.DMA_PROFILES.keySet()))));
    }

    /// A lock stands above the interrupt that takes it, for they are made in the order of the text.
    private void lock(Decl.Device device, Decl.FrameworkObject interrupt, Decl.Clause clause) {
        String wanted = isUmdf() || interrupt.clauses().stream().anyMatch(c -> c.word().text().equals("passive")) ? "wait_lock" : "spin_lock";
        String named = clause.value().map(v -> v.span().text()).orElse("");
        boolean found = Lowering.members(device.members(), Decl.FrameworkObject.class).stream().takeWhile(o -> o != interrupt)
                .anyMatch(o -> o.kind().text().equals(wanted) && o.name().text().equals(named));
        if (!found) {
            analysis.report(DeclarationFindings.propertyWants(clause.span(), "lock", "the name of a " + wanted + " of the device that stands above the interrupt"));
        }
    }

    /// A word of a driver's or device's block: what the framework would do with it, WDM has not.
    private void word(wdfs.syntax.Name name, String place, List<String> ofFramework, List<String> ofWdm) {
        boolean wdm = kind == ImageSymbol.Kind.WDM_DRIVER;
        if (wdm && ofFramework.contains(name.text()) && !ofWdm.contains(name.text()) && !UMDF_WORDS.contains(name.text())) {
            analysis.report(DeclarationFindings.propertyOfFramework(name.span(), name.text(), place, ofWdm));
        } else {
            word(name, "a " + place, wdm && !UMDF_WORDS.contains(name.text()) ? ofWdm : ofFramework);
        }
    }

    private void word(wdfs.syntax.Name name, String place, List<String> allowed) {
        if (!allowed.contains(name.text())) {
            analysis.report(DeclarationFindings.unknownProperty(name.span(), name.text(), place, Suggestions.near(name.text(), allowed), allowed));
        }
    }

    private void feature(String feature, Span span) {
        if (!analysis.features.runs(feature)) {
            analysis.report(SemanticFindings.featureNotYet(span, feature));
        }
    }

}

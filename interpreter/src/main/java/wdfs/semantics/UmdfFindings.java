package wdfs.semantics;

import java.util.Map;
import wdfs.diagnostics.Diagnostic;
import wdfs.source.Span;

/// The findings about the outline of UMDF drivers: what a driver in a host process cannot declare.
final class UmdfFindings {
    /// Properties of a device that stand in the INF (OBJ-139, OBJ-460), and what they are called there.
    static final Map<String, String> OF_INF = Map.of("name", "", "sddl", "HKR,,Security,,\"D:P(A;;GA;;;SY)…\"", "exclusive", "HKR,,Exclusive,0x10001,1",
            "characteristics", "HKR,,DeviceCharacteristics,0x10001,…", "device_type", "HKR,,DeviceType,0x10001,…");
    /// Objects that UMDF does not have, and what to declare instead.
    static final Map<String, String> OBJECTS = Map.of("lookaside", "take memory with WdfMemoryCreate", "dpc", "declare a work_item", "dma_enabler", "");
    /// Callbacks that are never registered in UMDF, and why.
    static final Map<String, String> CALLBACKS = Map.of(
            "EvtIoInCallerContext", "it never runs in the requestor's thread (UMDF-003, UMDF-061)",
            "EvtDeviceShutdownNotification", "it has no control devices (OBJ-139, OBJ-460)",
            "EvtIoAllocateResourcesForReservedRequest", "it has no forward progress (UMDF-061, REQ-240)",
            "EvtIoAllocateRequestResources", "it has no forward progress (UMDF-061, REQ-240)",
            "EvtIoWdmIrpForForwardProgress", "it has no forward progress (UMDF-061, REQ-240)");

    private UmdfFindings() {}

    static Diagnostic controlDevice(Span span, String name) {
        return Diagnostic.error("LANG-146", span, "%s cannot be a control device: UMDF has none (OBJ-139, OBJ-460)", name)
                .help("leave `control` out: the device is that of the driver's devnode");
    }

    static Diagnostic ofInf(Span span, String word) {
        Diagnostic finding = Diagnostic.error("LANG-142", span, "%s cannot be set by a UMDF driver: it is for the INF to say (OBJ-139, OBJ-460)", word);
        String inInf = OF_INF.get(word);
        return inInf.isEmpty() ? finding.help("the framework names the device; symbolic_link gives it a name to open it by") : finding.help("in the INF: %s", inInf);
    }

    static Diagnostic noObject(Span span, String word) {
        Diagnostic finding = Diagnostic.error("LANG-146", span, "a %s is KMDF only: UMDF has no such object (UMDF-061, OBJ-460)", word);
        return OBJECTS.get(word).isEmpty() ? finding : finding.help("%s", OBJECTS.get(word));
    }

    static Diagnostic noForwardProgress(Span span, String word) {
        return Diagnostic.error("LANG-142", span, "%s is KMDF only: UMDF has no forward progress (UMDF-061, REQ-240)", word);
    }

    static Diagnostic highResolution(Span span) {
        return Diagnostic.error("LANG-146", span, "timers of UMDF have no high resolution (OBJ-461)");
    }

    static Diagnostic noCallback(Span span, String name) {
        return Diagnostic.error("LANG-143", span, "%s is KMDF only: of a UMDF driver, %s", name, CALLBACKS.get(name));
    }

    static Diagnostic internalNeverCalled(Span span, String name) {
        return Diagnostic.warning("LANG-143", span, "%s is never called: UMDF delivers no internal device controls (UMDF-007, REQ-240)", name);
    }

    static Diagnostic neitherRejected(Span span, String ioctl) {
        return Diagnostic.warning("LANG-143", span, "the block is never called: %s is METHOD_NEITHER, and such requests are rejected (UMDF-123, UMDF-124)", ioctl)
                .help("inf { UmdfMethodNeitherAction = Copy; } has them delivered");
    }

    static Diagnostic ofUmdfDrivers(Span span, String word) {
        return Diagnostic.error("LANG-142", span, "%s in a driver's block is for UMDF drivers", word);
    }
}

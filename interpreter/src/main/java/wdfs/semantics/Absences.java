package wdfs.semantics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// Why something that the library has does not exist in UMDF drivers, and what to write instead. That it does not exist
/// stands with its declaration; here are only the words.
final class Absences {
    /// @param why completes "… is KMDF only: a UMDF driver "
    /// @param rules ids, with commas
    /// @param instead empty if there is nothing
    record Absence(String why, String rules, String instead) {}

    /// By the beginning of the name; the longest that fits counts.
    private static final Map<String, Absence> FRAMEWORK = table(
            "Wdf", "does not have it in its framework", "UMDF-061", "",
            "WdfRequestRetrieveInputWdmMdl", "has no MDLs", "UMDF-061, UMDF-064",
                    "WdfRequestRetrieveInputMemory or WdfRequestRetrieveInputBuffer, for buffered and direct requests alike",
            "WdfRequestRetrieveOutputWdmMdl", "has no MDLs", "UMDF-061, UMDF-064",
                    "WdfRequestRetrieveOutputMemory or WdfRequestRetrieveOutputBuffer, for buffered and direct requests alike",
            "WdfRequestRetrieveUnsafeUser", "is never given addresses of the application", "UMDF-061, UMDF-120",
                    "inf { UmdfMethodNeitherAction = Copy; }, and WdfRequestRetrieveInputBuffer and …OutputBuffer",
            "WdfRequestProbeAndLockUserBuffer", "has nothing to lock: its buffers lie in its host process", "UMDF-061, UMDF-064",
                    "inf { UmdfMethodNeitherAction = Copy; }, and WdfRequestRetrieveInputMemory and …OutputMemory",
            "WdfDeviceInitSetIoInCallerContextCallback", "never runs in the requestor's thread", "UMDF-003, UMDF-061", "the callbacks of a queue",
            "WdfDeviceEnqueueRequest", "never runs in the requestor's thread", "UMDF-003, UMDF-061", "the callbacks of a queue",
            "WdfLookasideList", "has no lookaside lists", "UMDF-061", "WdfMemoryCreate",
            "WdfMemoryCreateFromLookaside", "has no lookaside lists", "UMDF-061", "WdfMemoryCreate",
            "WdfRequestWdmGetIrp", "never sees an IRP", "UMDF-002, UMDF-061", "WdfRequestGetParameters",
            "WdfRequestWdmFormatUsingStackLocation", "never sees an IRP", "UMDF-002, UMDF-061", "WdfRequestFormatRequestUsingCurrentType",
            "WdfRequestCreateFromIrp", "never sees an IRP", "UMDF-002, REQ-240", "WdfRequestCreate",
            "WdfRequestCompleteWithPriorityBoost", "boosts no thread's priority", "UMDF-061, REQ-240", "WdfRequestComplete",
            "WdfRequestForwardToParentDeviceIoQueue", "has no child devices' requests to forward", "UMDF-061, REQ-240", "",
            "WdfRequestIsReserved", "has no forward progress", "UMDF-061, REQ-240", "",
            "WdfIoQueueAssignForwardProgressPolicy", "has no forward progress", "UMDF-061, REQ-240", "",
            "WdfControl", "has no control devices", "OBJ-139, OBJ-460", "the PWDFDEVICE_INIT that EvtDriverDeviceAdd is given",
            "WdfDeviceInitFree", "has no control devices, and the framework frees what EvtDriverDeviceAdd is given", "OBJ-139, OBJ-460", "",
            "WdfDeviceInitAssignName", "leaves its device's name to the framework", "OBJ-139, OBJ-460", "WdfDeviceCreateSymbolicLink",
            "WdfDeviceInitAssignSDDLString", "leaves its device's security to the INF", "OBJ-139, OBJ-460", "HKR,,Security,,\"…\" in the INF",
            "WdfDeviceInitSetExclusive", "leaves its device's properties to the INF", "OBJ-139, OBJ-460", "HKR,,Exclusive,0x10001,1 in the INF",
            "WdfDeviceInitSetCharacteristics", "leaves its device's properties to the INF", "OBJ-139, OBJ-460", "HKR,,DeviceCharacteristics,0x10001,… in the INF",
            "WdfDeviceInitSetDeviceType", "leaves its device's properties to the INF", "OBJ-139, OBJ-460", "HKR,,DeviceType,0x10001,… in the INF",
            "WdfDeviceWdm", "never sees a DEVICE_OBJECT", "UMDF-002, OBJ-460", "",
            "WdfWdm", "never sees a DEVICE_OBJECT", "UMDF-002, OBJ-460", "",
            "WdfIoTargetWdm", "never sees a DEVICE_OBJECT", "UMDF-002, OBJ-460", "",
            "WdfFileObjectWdm", "never sees a FILE_OBJECT", "UMDF-002, OBJ-460", "",
            "WdfDriverWdm", "has no DRIVER_OBJECT", "UMDF-002, OBJ-460", "",
            "WdfInterruptWdm", "has no KINTERRUPT", "UMDF-002, OBJ-460", "",
            "WdfIoTargetSendInternalIoctl", "neither gets nor sends internal device controls", "UMDF-007, OBJ-460", "WdfIoTargetSendIoctlSynchronously",
            "WdfIoTargetFormatRequestForInternalIoctl", "neither gets nor sends internal device controls", "UMDF-007, OBJ-460", "WdfIoTargetFormatRequestForIoctl",
            "WdfDpc", "runs at PASSIVE_LEVEL and has no DPC objects", "OBJ-460, OBJ-462", "a work item",
            "WdfDma", "has no DMA objects", "UMDF-061, OBJ-460", "",
            "WdfCommonBuffer", "has no DMA objects", "UMDF-061, OBJ-460", "",
            "WDF_MEMORY_DESCRIPTOR_INIT_MDL", "has no MDLs", "UMDF-063, UMDF-064", "WDF_MEMORY_DESCRIPTOR_INIT_HANDLE or …_INIT_BUFFER",
            "WDF_IO_TARGET_OPEN_PARAMS_INIT_EXISTING_DEVICE", "never sees a DEVICE_OBJECT", "UMDF-002, OBJ-461",
                    "WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME or …_OPEN_BY_FILE");
    private static final Map<String, Absence> KERNEL = table(
            "ExAllocatePool", "", "", "WdfMemoryCreate, malloc or HeapAlloc", "ExFreePool", "", "", "free, HeapFree, or WdfObjectDelete of a WDFMEMORY",
            "ExRaise", "", "", "RaiseException", "DbgPrint", "", "", "OutputDebugStringA",
            "KeDelayExecutionThread", "", "", "Sleep", "KeWaitForSingleObject", "", "", "WaitForSingleObject",
            "KeWaitForMultipleObjects", "", "", "WaitForMultipleObjects", "KeInitializeEvent", "", "", "CreateEvent", "KeSetEvent", "", "", "SetEvent",
            "KeResetEvent", "", "", "ResetEvent", "KeClearEvent", "", "", "ResetEvent", "KeAcquireSpinLock", "", "", "WdfSpinLockAcquire",
            "KeReleaseSpinLock", "", "", "WdfSpinLockRelease", "KeInitializeSpinLock", "", "", "WdfSpinLockCreate",
            "KeGetCurrentIrql", "", "", "nothing: all code of a UMDF driver runs at PASSIVE_LEVEL", "PsGetCurrentProcessId", "", "", "GetCurrentProcessId",
            "PsGetCurrentThreadId", "", "", "GetCurrentThreadId", "KeQuery", "", "", "GetTickCount64", "IoAllocateMdl", "", "", "WdfMemoryGetBuffer",
            "MmGetSystemAddressForMdlSafe", "", "", "WdfRequestRetrieveInputBuffer or WdfRequestRetrieveOutputBuffer",
            "MmProbeAndLockPages", "", "", "WdfRequestRetrieveInputBuffer or WdfRequestRetrieveOutputBuffer",
            "ProbeFor", "", "", "WdfRequestRetrieveInputBuffer or WdfRequestRetrieveOutputBuffer", "IoCompleteRequest", "", "", "WdfRequestComplete",
            "MmMapIoSpace", "", "", "WdfDeviceMapIoSpace", "MmUnmapIoSpace", "", "", "WdfDeviceUnmapIoSpace",
            "IoConnectInterrupt", "", "", "WdfInterruptCreate", "IofCompleteRequest", "", "", "WdfRequestComplete", "IoCallDriver", "", "", "WdfRequestSend", "IofCallDriver", "", "", "WdfRequestSend");
    /// Types of `wdm.h` that the headers for user-mode drivers have as well. The structures behind these pointers are closed.
    private static final Set<String> KNOWN_TYPES = Set.of("PDRIVER_OBJECT", "PDEVICE_OBJECT", "PFILE_OBJECT", "PIRP", "PMDL", "_DRIVER_OBJECT", "_DEVICE_OBJECT",
            "_FILE_OBJECT", "DRIVER_INITIALIZE", "PDRIVER_INITIALIZE", "POOL_TYPE", "_POOL_TYPE", "EVENT_TYPE", "_EVENT_TYPE");

    private static final Pattern REGISTER_ACCESS = Pattern.compile("(READ|WRITE)_(REGISTER|PORT)_\\w+");

    private Absences() {}

    private static Map<String, Absence> table(String... rows) {
        Map<String, Absence> map = new LinkedHashMap<>();
        for (int i = 0; i < rows.length; i += 4) {
            map.put(rows[i], new Absence(rows[i + 1], rows[i + 2], rows[i + 3]));
        }
        return map;
    }

    /// Why a DDI of KMDF is none of UMDF.
    static Absence ofFramework(String name) {
        return longest(FRAMEWORK, name, FRAMEWORK.get("Wdf"));
    }

    /// What user mode has in place of a kernel routine; empty if there is nothing.
    static String insteadOf(String kernelRoutine) {
        if (REGISTER_ACCESS.matcher(kernelRoutine).matches()) {
            return "WDF_" + kernelRoutine + ", with the device";
        }
        return longest(KERNEL, kernelRoutine, new Absence("", "", "")).instead();
    }

    private static Absence longest(Map<String, Absence> table, String name, Absence otherwise) {
        String best = "";
        for (String beginning : table.keySet()) {
            if (name.startsWith(beginning) && beginning.length() > best.length()) {
                best = beginning;
            }
        }
        return best.isEmpty() ? otherwise : table.get(best);
    }

    /// Whether a type's name is one that a UMDF driver's code cannot write: it stands in the kernel's headers alone
    /// (UMDF-062, OBJ-462).
    /// @param where the code; what the checker or the library wrote is not asked
    static boolean isKernelType(Symbol.Entry type, ImageSymbol.Kind kind, Span where) {
        return kind == ImageSymbol.Kind.UMDF_DRIVER && isWritten(where) && isOfKernelHeader(type) && !KNOWN_TYPES.contains(type.name);
    }

    /// Whether members of the structure with this tag are closed to a UMDF driver.
    static boolean isKernelStructure(Symbol.Entry tag, Span where) {
        return tag != null && isWritten(where) && isOfKernelHeader(tag);
    }

    private static boolean isWritten(Span where) {
        return switch (where.file().origin()) {
            case LIBRARY, GENERATED -> false;
            case SCRIPT, HEADER -> true;
        };
    }

    private static boolean isOfKernelHeader(Symbol.Entry entry) {
        String path = entry.span.file().path();
        return entry.span.file().origin() == SourceFile.Origin.LIBRARY && (path.endsWith("/wdm.wdfs") || path.endsWith("/ntkernel.wdfs") || path.endsWith("/ntio.wdfs"));
    }
}

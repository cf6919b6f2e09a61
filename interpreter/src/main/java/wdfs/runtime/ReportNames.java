package wdfs.runtime;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/// The names that reports have, for those who announce them: `expect violation NAME`, `expect bugcheck NAME` and
/// `expect host_kill NAME` find a misspelt one before the run.
public final class ReportNames {
    /// Every violation and warning that a block of a script can meet. What is left behind a test (`LeftBehind`) is found when all blocks are over.
    public static final Set<String> VIOLATIONS = Set.of("UninitializedRead", "UseAfterReturn", "UseAfterFree", "BufferOverrun", "UserPointerNoProbe", "WriteToReadOnlyBuffer",
            "BadPoolRequest", "PoolTagMismatch", "FreeFrameworkBuffer", "PoolLeak", "NotificationLeak", "NonPnPDrvPowerPolicyOwnerAPI", "AssignWhileInUse", "BadMdlRequest", "BadLookasideRequest", "FreeRetrievedMdl",
            "FreeLockedMdl", "PartialMdlOutside", "NullMdl", "InfoLeak",
            "BadIrpReuse", "BadRemoveLock", "InformationTooLarge", "CompleteRequestStatusCheck", "PendedCompletedRequest", "StackMethodMismatch", "LowerDriverReturn", "RequestNotCompleted",
            "DoubleCompletion", "CompleteCanceledReq", "MarkCancOnCancReq", "ReqIsCancOnCancReq", "StopAckWithinEvtIoStop", "EvtIoStopResume", "InvalidReqAccess", "ReqNotCanceled", "ReqMarkCancelableSend", "WdfRequestSendSyncAtDispatch", "ReqDelete", "ObjectLeak",
            "DmaBufferTouched", "DmaBufferUnlocked", "DmaOutsideMapping", "DmaWrongDirection", "WrongProcessProbe", "ProbeBeyondBuffer", "AssignOverLockedPages", "FrameworkBreak",
            "TimeoutIsSuccess", "FileObjectConfigured", "DriverCreate", "KmdfIrql", "CtlDeviceFinishInitDrEntry",
            "CtlDeviceFinishInitDeviceAdd", "NullBufferOnSuccess", "UserPointerInHost", "BufAfterReqCompleted", "IrqlReturn",
            "LockOrder", "NeverPresents", "WdfWaitLockRelease", "PAGED_CODE", "BadFormatArgument", "WideFormatAboveDispatch",
            "AssertionFailed", "Breakpoint", "ThreadRunningAtUnload", "HardwareFault", "HardwareOff", "HardwareScript",
            "UnmappedRegister", "RegisterMode", "RegisterWidth", "UnassignedResource", "BadUnmapIoSpace", "IoSpaceLeak",
            "InterruptStorm", "UnclaimedInterrupt", "LongIsr", "LongDpc", "UnknownPoint", "IntegerOverflow", "DoubleFetch",
            "WrongProcessContext", "InputBufferAPI", "OutputBufferAPI", "SyncReqSend", "WrongAccessBits");

    /// The end of a driver host that does not answer (UMDF-177).
    private static final String HOST_TIMEOUT = "HOST_TIMEOUT";

    private ReportNames() {}

    /// How a driver host can end: as the kernel would by a bug check, by an exception's status, or for not answering.
    public static Collection<String> hostEnds() {
        Set<String> names = new LinkedHashSet<>(BugChecks.names());
        names.add(HOST_TIMEOUT);
        names.addAll(new Statuses().names());
        return names;
    }
}

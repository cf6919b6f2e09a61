package wdfs.wdf;

import java.util.List;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs that only UMDF has (UMDF-116).
public final class UmdfRequests {
    private static final int ACCESS_DENIED = 0xC0000022;
    private static final List<String> LEVELS = List.of("Anonymous", "Identification", "Impersonation", "Delegation");

    private UmdfRequests() {}

    /// UMDF-020.
    @Native
    public static void WdfDeviceGetDeviceStackIoType(Caller caller, long handle, long readWrite, long control) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, readWrite, "ReadWriteIoType");
        Framework.required(caller, control, "IoControlIoType");
        caller.memory.store32(readWrite, device.hostedStack().readWriteType());
        caller.memory.store32(control, device.hostedStack().controlType());
    }

    /// A request, completed or not; on a completed one the call breaks.
    private static FxRequest live(Caller caller, long handle, String ddi, String rule) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        if (request.completed) {
            Framework.broken(caller, ddi + " of " + request.label() + ", which is completed", rule, request);
            return null;
        }
        return request;
    }

    /// UMDF-022, UMDF-023. @return WDF_DEVICE_IO_TYPE
    @Native
    public static int WdfRequestGetEffectiveIoType(Caller caller, long handle) {
        FxRequest request = live(caller, handle, "WdfRequestGetEffectiveIoType", "UMDF-023");
        return request == null ? 0 : request.hosted != null && request.hosted.direct() ? 3 : 2;
    }

    /// UMDF-191, in its order; the level is limited by the INF and by what the application granted (UMDF-192).
    @Native
    public static int WdfRequestImpersonate(Caller caller, long handle, int level, long callback, long context) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        if (level < 0 || level > 3) {
            Framework.broken(caller, "there is no impersonation level " + level, "UMDF-191", request);
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (callback == 0) {
            Framework.broken(caller, "WdfRequestImpersonate without a callback", "UMDF-191", request);
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (request.completed) {
            Framework.broken(caller, "WdfRequestImpersonate of " + request.label() + ", which is completed", "UMDF-191", request);
            return Framework.STATUS_INTERNAL_ERROR;
        }
        int limit = Math.min(LEVELS.indexOf(request.device.hostedStack().directive("UmdfImpersonationLevel", "Identification")),
                request.irp.file == null ? 3 : request.irp.file.impersonationLevel);
        if (level > limit) {
            return ACCESS_DENIED;
        }
        caller.invoke(callback, handle, context);                     // UMDF-193: synchronously
        return 0;
    }

    /// No request of one UMDF driver reaches another as such: a stack has one host, and requests between hosts come through files.
    @Native
    public static int WdfRequestIsFromUserModeDriver(Caller caller, long handle) {
        FxRequest request = live(caller, handle, "WdfRequestIsFromUserModeDriver", "UMDF-118");
        return request != null && request.irp.fromUserModeDriver ? 1 : 0;
    }

    @Native
    public static void WdfRequestSetUserModeDriverInitiatedIo(Caller caller, long handle, int initiated) {
        FxRequest request = live(caller, handle, "WdfRequestSetUserModeDriverInitiatedIo", "UMDF-118");
        if (request != null) {
            request.userModeDriverInitiated = initiated != 0;
        }
    }

    @Native
    public static int WdfRequestGetUserModeDriverInitiatedIo(Caller caller, long handle) {
        FxRequest request = live(caller, handle, "WdfRequestGetUserModeDriverInitiatedIo", "UMDF-118");
        return request != null && request.userModeDriverInitiated ? 1 : 0;
    }

    @Native
    public static void WdfRequestSetActivityId(Caller caller, long handle, long id) {
        FxRequest request = live(caller, handle, "WdfRequestSetActivityId", "UMDF-118");
        if (request != null) {
            Framework.required(caller, id, "ActivityId");
            request.activityId = new long[] {caller.memory.load64(id), caller.memory.load64(id + 8)};
        }
    }

    /// UMDF-117.
    @Native
    public static int WdfRequestRetrieveActivityId(Caller caller, long handle, long id) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        Framework.required(caller, id, "ActivityId");
        if (request.completed) {
            Framework.broken(caller, "WdfRequestRetrieveActivityId of " + request.label() + ", which is completed", "UMDF-117", request);
            return Framework.STATUS_INTERNAL_ERROR;
        }
        if (request.activityId == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        caller.memory.store64(id, request.activityId[0]);
        caller.memory.store64(id + 8, request.activityId[1]);
        return 0;
    }

    /// The process that asked; 0 for a completed request (UMDF-118).
    @Native
    public static int WdfRequestGetRequestorProcessId(Caller caller, long handle) {
        FxRequest request = live(caller, handle, "WdfRequestGetRequestorProcessId", "UMDF-118");
        return request == null ? 0 : (int) request.irp.requestorProcessId();
    }
}

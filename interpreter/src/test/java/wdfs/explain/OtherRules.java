package wdfs.explain;

import wdfs.host.HostApi;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.wdf.KmdfRequests;
import wdfs.wdf.RequestApi;
import wdfs.wdf.UmdfRequests;

/// Bodies of DDIs that do not behave as Windows' do; an engine made with them runs a system of other rules.
public final class OtherRules {
    private OtherRules() {}

    /// The two retrieving DDIs are the wrong way round.
    public static final class Swapped {
        @Native
        public static int WdfRequestRetrieveInputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
            return RequestApi.WdfRequestRetrieveOutputBuffer(caller, handle, minimum, buffer, length);
        }

        @Native
        public static int WdfRequestRetrieveOutputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
            return RequestApi.WdfRequestRetrieveInputBuffer(caller, handle, minimum, buffer, length);
        }
    }

    /// An error counts as a warning, so that its bytes are copied back.
    public static final class CopiesBackOnError {
        @Native
        public static void WdfRequestCompleteWithInformation(Caller caller, long handle, int status, long information) {
            RequestApi.WdfRequestCompleteWithInformation(caller, handle, status >>> 30 == 3 ? status & ~0x4000_0000 : status, information);
        }
    }

    /// A request of a UMDF driver is said to be the other way.
    public static final class LiesAboutTheType {
        @Native
        public static int WdfRequestGetEffectiveIoType(Caller caller, long handle) {
            return UmdfRequests.WdfRequestGetEffectiveIoType(caller, handle) == 3 ? 2 : 3;
        }
    }

    /// The reflector takes no METHOD_OUT_DIRECT.
    public static final class RefusesOutDirect {
        @Native
        public static int ReflectorDispatch(Caller caller, long device, long address) {
            IoManager io = IoManager.of(caller);
            Irp irp = io.irp(address);
            if (irp.majorFunction() != 0x0E || (irp.controlCode() & 3) != 2) {
                return HostApi.ReflectorDispatch(caller, device, address);
            }
            irp.status(0xC00000BB);
            irp.information(0);
            io.complete(caller, irp);
            return 0xC00000BB;
        }
    }

    /// A UMDF driver gets its output filled with what it is told to be the application's.
    public static final class FillsTheOutput {
        @Native
        public static int WdfRequestRetrieveOutputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
            int status = RequestApi.WdfRequestRetrieveOutputBuffer(caller, handle, minimum, buffer, length);
            if (status == 0 && !caller.inKernel()) {
                caller.memory.fill(caller.memory.load64(buffer), caller.memory.load64(length), ProbeScript.APP_OUT);
            }
            return status;
        }
    }

    /// Pages that are to be written are locked for reading.
    public static final class LocksForReading {
        @Native
        public static int WdfRequestProbeAndLockUserBufferForWrite(Caller caller, long handle, long buffer, long length, long result) {
            return KmdfRequests.WdfRequestProbeAndLockUserBufferForRead(caller, handle, buffer, length, result);
        }
    }
}

package wdfs.explain;

import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.wdf.KmdfRequests;
import wdfs.wdf.RequestApi;

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

    /// Pages that are to be written are locked for reading.
    public static final class LocksForReading {
        @Native
        public static int WdfRequestProbeAndLockUserBufferForWrite(Caller caller, long handle, long buffer, long length, long result) {
            return KmdfRequests.WdfRequestProbeAndLockUserBufferForRead(caller, handle, buffer, length, result);
        }
    }
}

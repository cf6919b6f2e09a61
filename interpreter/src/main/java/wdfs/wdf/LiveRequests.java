package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;

/// The requests of a device that are not over, in the order in which they came. They are linked through themselves, for there can
/// be very many.
final class LiveRequests {
    private FxRequest first;
    private FxRequest last;

    void add(FxRequest request) {
        request.olderLive = last;
        if (last == null) {
            first = request;
        } else {
            last.youngerLive = request;
        }
        last = request;
    }

    /// Without effect for one that is not there.
    void remove(FxRequest request) {
        if (request != first && request.olderLive == null) {
            return;
        }
        if (request.olderLive == null) {
            first = request.youngerLive;
        } else {
            request.olderLive.youngerLive = request.youngerLive;
        }
        if (request.youngerLive == null) {
            last = request.olderLive;
        } else {
            request.youngerLive.olderLive = request.olderLive;
        }
        request.olderLive = null;
        request.youngerLive = null;
    }

    List<FxRequest> all() {
        List<FxRequest> all = new ArrayList<>();
        for (FxRequest request = first; request != null; request = request.youngerLive) {
            all.add(request);
        }
        return all;
    }
}

package wdfs.wdf;

/// Requests in the order in which they came, linked through their own fields: each is in one list at most, and leaves it at
/// once, wherever it stands.
final class RequestList {
    private FxRequest first;
    private FxRequest last;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    FxRequest first() {
        return first;
    }

    /// The one behind it in this list; null at the end.
    static FxRequest after(FxRequest request) {
        return request.after;
    }

    boolean contains(FxRequest request) {
        return request.list == this;
    }

    void add(FxRequest request) {
        join(request);
        request.before = last;
        if (last == null) {
            first = request;
        } else {
            last.after = request;
        }
        last = request;
    }

    void addFirst(FxRequest request) {
        join(request);
        request.after = first;
        if (first == null) {
            last = request;
        } else {
            first.before = request;
        }
        first = request;
    }

    private void join(FxRequest request) {
        if (request.list != null) {
            throw new IllegalStateException(request.label() + " is in a list already");
        }
        request.list = this;
        size++;
    }

    void remove(FxRequest request) {
        if (request.list != this) {
            throw new IllegalStateException(request.label() + " is not in this list");
        }
        if (request.before == null) {
            first = request.after;
        } else {
            request.before.after = request.after;
        }
        if (request.after == null) {
            last = request.before;
        } else {
            request.after.before = request.before;
        }
        request.before = null;
        request.after = null;
        request.list = null;
        size--;
    }

    /// Null if there is none.
    FxRequest poll() {
        FxRequest request = first;
        if (request != null) {
            remove(request);
        }
        return request;
    }

    /// All of them go behind those of another list.
    void moveTo(RequestList other) {
        for (FxRequest request = poll(); request != null; request = poll()) {
            other.add(request);
        }
    }
}

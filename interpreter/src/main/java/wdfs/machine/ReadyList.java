package wdfs.machine;

import java.util.ArrayList;
import java.util.List;

/// The threads that could run, in the order in which they became ready. Taking the first costs the same however many there are.
final class ReadyList {
    private final List<SimThread> threads = new ArrayList<>();
    /// The first of {@link #threads} that was not taken.
    private int first;

    boolean isEmpty() {
        return first == threads.size();
    }

    int size() {
        return threads.size() - first;
    }

    void add(SimThread thread) {
        threads.add(thread);
    }

    /// Takes one out; the others keep their order.
    SimThread take(int index) {
        if (index > 0) {
            return threads.remove(first + index);
        }
        SimThread thread = threads.set(first++, null);
        if (first == threads.size()) {
            threads.clear();
            first = 0;
        } else if (first > 1024 && first > threads.size() / 2) {
            threads.subList(0, first).clear();
            first = 0;
        }
        return thread;
    }
}

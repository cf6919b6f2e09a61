package wdfs.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// In which orders locks are taken, by all threads of a run: two orders that contradict each other can end in a deadlock, and
/// are told though none has come of them (OBJ-365, VER-150).
public final class LockOrder {
    /// What a kind of lock has for this; its owner keeps one for each lock.
    public static final class Lock {
        private final String name;
        /// The locks that were taken while this one was held, and where.
        private final Map<Lock, String> then = new LinkedHashMap<>(0);

        public Lock(String name) {
            this.name = name;
        }
    }

    private final Machine machine;

    private LockOrder(Machine machine) {
        this.machine = machine;
    }

    public static LockOrder of(Machine machine) {
        return machine.part(LockOrder.class, LockOrder::new);
    }

    /// A thread has taken, or begins to wait for, a lock.
    public void take(Caller caller, Lock lock) {
        if (caller.locks == null) {
            caller.locks = new ArrayList<>(2);
        }
        List<Object> held = caller.locks;
        for (Object other : held) {
            Lock first = (Lock) other;
            if (first != lock && !first.then.containsKey(lock)) {
                List<Lock> way = way(lock, first, new ArrayList<>());
                first.then.put(lock, machine.siteText(machine.site()));
                if (way != null && machine.verifierOn()) {
                    tell(caller, first, lock, way);
                }
            }
        }
        held.add(lock);
    }

    public static void release(Caller caller, Lock lock) {
        if (caller.locks != null) {
            int at = caller.locks.lastIndexOf(lock);
            if (at >= 0) {
                caller.locks.remove(at);
            }
        }
    }

    /// The locks by which one follows the other already; null if it does not.
    private static List<Lock> way(Lock from, Lock to, List<Lock> seen) {
        if (from == to) {
            return List.of(to);
        }
        seen.add(from);
        for (Lock next : from.then.keySet()) {
            if (!seen.contains(next)) {
                List<Lock> rest = way(next, to, seen);
                if (rest != null) {
                    List<Lock> all = new ArrayList<>(rest);
                    all.addFirst(from);
                    return all;
                }
            }
        }
        return null;
    }

    private void tell(Caller caller, Lock first, Lock second, List<Lock> way) {
        Report.Builder report = new Report.Builder(Report.Kind.VIOLATION, "LockOrder", "OBJ-365",
                "%s is taken while %s is held; elsewhere it is the other way round".formatted(second.name, first.name)).blank();
        report.fact("here", first.name + ", then " + second.name);
        for (int i = 0; i + 1 < way.size(); i++) {
            String place = way.get(i).then.get(way.get(i + 1));
            report.fact(i == 0 ? "elsewhere" : "", way.get(i).name + ", then " + way.get(i + 1).name + (place.isEmpty() ? "" : "  " + place));
        }
        machine.violation(report.stack(ScriptStack.frames(), Irql.name(caller.irql()))
                .help("two threads that are halfway in both orders wait for each other for ever: take the locks in one order everywhere").build(), first.name + second.name);
    }
}

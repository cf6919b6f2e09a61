package wdfs.engine;

import wdfs.machine.SimThread;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;

/// Threads that wait when nothing can happen any more.
final class Stalls {
    private Stalls() {}

    /// @param lost requests have been told of that nobody completed, and so of whoever waits for one
    static void report(Machine machine, boolean lost) {
        Report.Builder report = new Report.Builder(Report.Kind.STALL, "Stall", "", "nothing can happen any more, and somebody still waits");
        int count = 0;
        for (SimThread thread : machine.scheduler.alive()) {
            if (thread instanceof Caller caller && caller.isWaiting() && !isToldOf(caller.waitingFor(), lost) && !caller.isIdle()) {
                count++;
                if (count <= 20) {
                    report.fact(caller.threadName(), "waits for " + caller.waitingFor());
                }
            }
        }
        if (count == 0) {
            return;
        }
        if (count > 20) {
            report.line("  … and %d more", count - 20);
        }
        machine.violations++;
        machine.emit(new Events.Reported(report.help("somebody must signal it, complete the request, or let go of it").build(), false));
    }

    /// Whoever waits for a request has been told of by its story.
    private static boolean isToldOf(String awaited, boolean lost) {
        return awaited.startsWith("request ") || lost && awaited.startsWith("a request of file ");
    }
}

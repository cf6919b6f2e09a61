package wdfs.repl;

import wdfs.engine.Live;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.machine.Clock;

/// What is said of a line that waits.
final class Waiting {
    private Waiting() {}

    /// What a line waits for: `request #3` if it is a request of its thread.
    static String subject(Live live, Live.Line line) {
        String what = line.waitsFor();
        if (what.startsWith("request #")) {
            return what.replaceFirst("(request #\\d+).*", "$1");
        }
        if (!what.isEmpty()) {
            for (Irp irp : IoManager.of(live.machine()).pending()) {
                if (irp.requestor != null && irp.requestor.thread() == line.thread() && what.startsWith("a request of")) {
                    return "request #" + irp.number;
                }
            }
        }
        return what;
    }

    static String text(Live live, Live.Line line) {
        String what = subject(live, line);
        if (what.startsWith("request #")) {
            int number = Integer.parseInt(what.substring(9).replaceAll("\\D.*", ""));
            for (Irp irp : IoManager.of(live.machine()).pending()) {
                if (irp.number == number) {
                    return "pending: request #%d, held by %s since %s; .run lets time pass".formatted(number, irp.holder.isEmpty() ? "nobody" : irp.holder, Clock.stamp(line.startedNanos()));
                }
            }
        }
        return "pending: waits for %s; .run lets time pass".formatted(what.isEmpty() ? "its turn" : what);
    }
}

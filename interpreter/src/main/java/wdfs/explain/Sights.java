package wdfs.explain;

import java.util.Optional;
import java.util.function.Function;

/// Who saw whose stores: what driver and application found in the first and in the last byte of each buffer, put into words.
/// The last byte is told apart only where it differs: UMDF can share some pages of a buffer and copy the rest.
final class Sights {
    private Sights() {}

    private static String both(Function<String, String> end) {
        String first = end.apply("");
        String last = end.apply("End");
        return first.equals(last) || last.equals(Wording.NOT_OBSERVED) ? first : "first byte:\n" + first + "\nlast byte:\n" + last;
    }

    /// What the output holds before the driver has written to it.
    static String outputAtFirst(Column c) {
        return both(end -> c.sight().number("first.out" + end).map(n -> switch (n) {
            case ProbeScript.APP_IN -> "the input";
            case ProbeScript.APP_OUT -> "what the app has";
            default -> "garbage";
        } + Wording.violations(c.sight().violationsAfter("load=out" + end))).orElse(Wording.NOT_OBSERVED));
    }

    static String driverStoresInput(Column c) {
        return both(end -> {
            Optional<Integer> pending = c.sight().number("pending.in" + end);
            Optional<Integer> done = c.sight().number("done.in" + end);
            if (c.sight().number("driver.in").isEmpty() || pending.isEmpty() || done.isEmpty()) {
                return Wording.NOT_OBSERVED;
            }
            boolean late = done.get() == ProbeScript.DRIVER_IN || done.get() == ProbeScript.DRIVER_OUT;
            return pending.get() == ProbeScript.DRIVER_IN ? "app sees it at once" : late ? "app sees it after completion" : "app never sees it";
        }) + Wording.violations(c.sight().violationsAfter("store=in"));
    }

    static String driverStoresOutput(Column c) {
        return both(end -> {
            Optional<Integer> pending = c.sight().number("pending.out" + end);
            Optional<Integer> done = c.sight().number("done.out" + end);
            if (c.sight().number("driver.out").isEmpty() || pending.isEmpty() || done.isEmpty()) {
                return Wording.NOT_OBSERVED;
            }
            return pending.get() == ProbeScript.DRIVER_OUT ? "app sees it at once" : done.get() == ProbeScript.DRIVER_OUT ? "app sees it after completion" : "app never sees it";
        }) + (c.sight().number("alias").orElse(0) != 0 ? "\nand In changes with it" : "") + Wording.violations(c.sight().violationsAfter("store=out"));
    }

    static String appChangesInput(Column c) {
        return both(end -> c.sight().number("driver.in" + end).map(n -> n == ProbeScript.LATER_IN ? "driver sees it" : "driver does not see it").orElse(Wording.NOT_OBSERVED));
    }

    static String appChangesOutput(Column c) {
        return both(end -> {
            Optional<Integer> done = c.sight().number("done.out" + end);
            return c.sight().number("driver.out" + end).map(n -> (n == ProbeScript.LATER_OUT ? "driver sees it" : "driver does not see it")
                    + (done.isPresent() && done.get() != ProbeScript.LATER_OUT ? "\nlost at completion" : "")).orElse(Wording.NOT_OBSERVED);
        });
    }
}

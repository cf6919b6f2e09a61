package wdfs.explain;

import java.util.Optional;

/// Who saw whose stores: what driver and application found in the first byte of each buffer, put into words.
final class Sights {
    private Sights() {}

    static String driverStoresInput(Column c) {
        Optional<Integer> pending = c.sight().number("pending.in");
        Optional<Integer> done = c.sight().number("done.in");
        if (c.sight().number("driver.in").isEmpty() || pending.isEmpty() || done.isEmpty()) {
            return Wording.NOT_OBSERVED;
        }
        boolean late = done.get() == ProbeScript.DRIVER_IN || done.get() == ProbeScript.DRIVER_OUT;
        return (pending.get() == ProbeScript.DRIVER_IN ? "app sees it at once" : late ? "app sees it after completion" : "app never sees it")
                + Wording.violations(c.sight().violationsAfter("store=in"));
    }

    static String driverStoresOutput(Column c) {
        Optional<Integer> pending = c.sight().number("pending.out");
        Optional<Integer> done = c.sight().number("done.out");
        if (c.sight().number("driver.out").isEmpty() || pending.isEmpty() || done.isEmpty()) {
            return Wording.NOT_OBSERVED;
        }
        return (pending.get() == ProbeScript.DRIVER_OUT ? "app sees it at once" : done.get() == ProbeScript.DRIVER_OUT ? "app sees it after completion" : "app never sees it")
                + (c.sight().number("alias").orElse(0) != 0 ? "\nand In changes with it" : "")
                + Wording.violations(c.sight().violationsAfter("store=out"));
    }

    static String appChangesInput(Column c) {
        return c.sight().number("driver.in").map(n -> n == ProbeScript.LATER_IN ? "driver sees it" : "driver does not see it").orElse(Wording.NOT_OBSERVED);
    }

    static String appChangesOutput(Column c) {
        Optional<Integer> done = c.sight().number("done.out");
        return c.sight().number("driver.out").map(n -> (n == ProbeScript.LATER_OUT ? "driver sees it" : "driver does not see it")
                + (done.isPresent() && done.get() != ProbeScript.LATER_OUT ? "\nlost at completion" : "")).orElse(Wording.NOT_OBSERVED);
    }
}

package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import wdfs.engine.Live;
import wdfs.io.DeviceObject;
import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.syntax.Decl;
import wdfs.wdf.FxView;

/// What is said of what was loaded: a line for each driver, and what is there besides.
final class Loading {
    private Loading() {}

    static List<String> lines(Live live, List<Decl.Unit> units, Live.Loaded loaded, boolean typed) {
        List<String> lines = new ArrayList<>();
        if (!loaded.again().isEmpty()) {
            lines.add("declared anew with it: " + String.join(", ", loaded.again()));
        }
        Set<String> names = units.stream().flatMap(u -> u.declarations().stream()).filter(Decl.Driver.class::isInstance).map(d -> ((Decl.Driver) d).name().text())
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        for (String name : names) {
            if (!loaded.failed().contains(name)) {
                lines.add(driver(live, name, units));
            }
        }
        loaded.loaded().stream().filter(name -> !names.contains(name)).forEach(name -> lines.add("driver " + name + ": loaded again"));
        loaded.started().forEach(node -> lines.add("devnode " + node + ": started"));
        if (!loaded.processes().isEmpty()) {
            lines.add((loaded.processes().size() == 1 ? "process " : "processes ") + String.join(", ", loaded.processes()) + ": not started; .start NAME runs one");
        }
        if (!loaded.tests().isEmpty()) {
            lines.add(loaded.tests().size() + (loaded.tests().size() == 1 ? " test" : " tests") + ": wdfs test runs them");
        }
        if (lines.isEmpty() && !typed) {
            lines.add("loaded");
        }
        return lines;
    }

    private static String driver(Live live, String name, List<Decl.Unit> units) {
        Decl.Driver declared = units.stream().flatMap(u -> u.declarations().stream()).filter(d -> d instanceof Decl.Driver x && x.name().text().equals(name)).map(Decl.Driver.class::cast)
                .findFirst().get();
        String kind = declared.framework().text() + declared.version().map(v -> " " + v).orElse("");
        List<String> parts = new ArrayList<>();
        for (DriverObject driver : IoManager.of(live.machine()).drivers()) {
            if (driver.name().equals(name)) {
                for (DeviceObject device : driver.devices.reversed()) {
                    parts.add("device " + (device.name.isEmpty() ? "without a name" : device.name));
                    FxView.queuesOf(device).forEach(queue -> parts.add("queue " + queue.shown() + " (" + queue.dispatching() + ")"));
                }
                return "driver " + name + " (" + kind + ")" + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
            }
        }
        return "driver " + name + " (" + kind + "): loaded when a device needs it";
    }
}

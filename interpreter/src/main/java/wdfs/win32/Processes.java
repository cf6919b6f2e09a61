package wdfs.win32;

import java.util.ArrayList;
import java.util.List;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;

/// The processes of a machine.
public final class Processes {
    private final Machine machine;
    private final List<Process> all = new ArrayList<>();
    private final List<CompiledImage> waiting = new ArrayList<>();

    public Processes(Machine machine) {
        this.machine = machine;
    }

    public static Processes of(Machine machine) {
        return machine.part(Processes.class, Processes::new);
    }

    public List<Process> all() {
        return List.copyOf(all);
    }

    /// Starts a process, or keeps it until the one has ended behind which it says that it comes.
    public void begin(CompiledImage code) {
        if (code.info().after().isEmpty()) {
            start(code);
        } else {
            waiting.add(code);
        }
    }

    /// Whether no process runs, and none is still to come.
    public boolean areOver() {
        return waiting.isEmpty() && all.stream().allMatch(p -> p.ended);
    }

    /// Between two turns: begins what waited for a process that has ended.
    public void startWaiting() {
        for (CompiledImage next : List.copyOf(waiting)) {
            if (all.stream().anyMatch(p -> p.ended && p.processName().equals(next.info().after()))) {
                waiting.remove(next);
                start(next);
            }
        }
    }

    /// A process without a thread, for a session: its lines become threads.
    public SessionProcess session(wdfs.runtime.GrowingImage code) {
        var space = machine.memory.newSpace(code.info().name());
        SessionProcess process = new SessionProcess(machine, code, space, 1000 + 4 * all.size());
        all.add(process);
        return process;
    }

    /// Loads an image into a process of its own; its body becomes the main thread.
    public Process start(CompiledImage code) {
        String name = code.info().kind().equals("TEST") ? "test" : code.info().name();
        var space = machine.memory.newSpace(name);
        LoadedImage image = new LoadedImage(code, space);
        image.load(machine);
        Process process = new Process(machine, name, image, space, 1000 + 4 * all.size());
        all.add(process);
        UserThread thread = new UserThread(process, true, t -> {
            code.dispatch(code.info().entryIndex(), t, new long[0]);
            return 0;
        });
        machine.scheduler.start(thread);
        return process;
    }
}

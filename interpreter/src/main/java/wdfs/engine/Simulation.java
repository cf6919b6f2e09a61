package wdfs.engine;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import wdfs.codegen.Program;
import wdfs.hardware.SystemBus;
import wdfs.host.DriverHosts;
import wdfs.io.Devnode;
import wdfs.io.IoManager;
import wdfs.io.PnpManager;
import wdfs.io.PowerManager;
import wdfs.kernel.SystemThread;
import wdfs.machine.Choices;
import wdfs.machine.Clock;
import wdfs.machine.Schedule;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Event;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.win32.Drivers;
import wdfs.win32.Process;
import wdfs.win32.Processes;
import wdfs.win32.Win32Api;

/// One run of a program on a machine of its own: boot, processes, shutdown, summary.
public final class Simulation {
    private final Program program;
    private final RunOptions options;
    private final Machine machine;
    private final Transcript transcript;

    /// @param program as {@link Program#under} gives it for the schedule of the options
    public Simulation(Engine engine, Program program, RunOptions options, Consumer<String> out) {
        this.program = program;
        this.options = options;
        this.machine = new Machine(engine.natives(), engine.statuses(), options.limits(), new Choices(options.seed(), options.schedule(), List.of(), false), options.verifier());
        this.machine.tracing = options.trace();
        this.machine.probes = new int[program.counted().size()];
        this.machine.ioctlNames(program::ioctlName);
        this.machine.siteFiles(program.siteFiles());
        this.transcript = new Transcript(machine, out, options.trace());
        this.machine.listen(transcript);
    }

    /// The machine, for those who look into it.
    public Machine machine() {
        return machine;
    }

    /// Hears of everything that happens, the travel of buffers included. To be called before the run.
    /// @param listener gets virtual nanoseconds and the event
    public void listen(BiConsumer<Long, Event> listener) {
        machine.tracing = true;
        machine.listen(listener);
    }

    /// Runs the processes of the script, and prints the summary.
    public Outcome run() {
        Outcome outcome = run(program.processes(), false);
        transcript.closing(summary(outcome));
        return outcome;
    }

    /// Runs one test in place of the processes; without a summary. Whatever the machine still holds behind the shutdown fails it.
    public Outcome runTest(CompiledImage test) {
        return run(List.of(test), true);
    }

    private Outcome run(List<CompiledImage> processes, boolean balanced) {
        try {
            boot();
            if (!machine.isDead()) {
                applications(processes);
            }
            if (!machine.isDead() && !machine.scheduler.timedOut()) {
                shutdown();
                // A request that nobody completed keeps its IRP, its device and its driver: that has been told.
                if (balanced && Drivers.of(machine).lostRequests() == 0 && !machine.isDead() && !machine.scheduler.timedOut()) {
                    Balance.check(machine);
                }
            }
        } catch (MachineStop _) {
            // noted in the machine
        } catch (OutOfMemoryError _) {
            outOfMemory();
        }
        try {
            transcript.flush();
            Win32Api.flush(machine);
        } catch (MachineStop _) {
            // the output is full
        }
        String limit = machine.scheduler.timedOut() ? "virtual time" : machine.limitReached();
        return new Outcome(machine.failures, machine.held, machine.violations, machine.bugChecks, machine.hostKills, limit);
    }

    /// The host's memory is used up by values of the script: the machine is let go, and the limit is told.
    private void outOfMemory() {
        machine.kill();
        try {
            machine.limit("memory");
        } catch (MachineStop _) {
            // noted
        }
    }

    private void boot() {
        Drivers drivers = Drivers.of(machine);
        DriverHosts hosts = DriverHosts.of(machine);
        for (CompiledImage driver : program.drivers()) {
            if (driver.info().isKernel()) {
                drivers.declare(driver);
            } else {
                hosts.declare(driver);
            }
        }
        system(caller -> {
            for (CompiledImage driver : program.drivers()) {
                if (driver.info().isKernel() && !driver.info().startsOnDemand()) {
                    drivers.load(caller, driver.info().name());
                }
            }
        });
        if (machine.isDead() || program.bound().devnodes().isEmpty()) {
            return;
        }
        PnpManager pnp = PnpManager.of(machine);
        program.bound().devnodes().forEach(d -> pnp.declare(new Devnode(d.name(), d.lowerFilters(), d.function(), d.upperFilters(), d.unplugged(), d.hardwareIds(),
                program.hardware(d.hardware()).map(h -> SystemBus.of(machine).add(d.name(), h)).orElse(null))));
        system(caller -> pnp.startAll(caller, hosts));
    }

    /// A thread of the process System does `work`; the machine runs until nothing more can happen. @return whether it came to its end
    private boolean system(Consumer<Caller> work) {
        SystemThread thread = new SystemThread(machine, work);
        machine.scheduler.start(thread);
        runOut(thread::isEnded, () -> { });
        return !machine.isDead() && thread.isEnded();
    }

    private void applications(List<CompiledImage> images) {
        Processes processes = Processes.of(machine);
        for (CompiledImage image : images) {
            processes.begin(image);
        }
        runOut(processes::areOver, processes::startWaiting);
        if (!machine.isDead() && !machine.scheduler.timedOut()) {
            Drivers.of(machine).neverCompleted();
            Stalls.report(machine, Drivers.of(machine).lostRequests() > 0);
        }
    }

    /// A timer or thread of a driver can go on for ever. Once all processes, or a step of boot or shutdown, are over, the rest has
    /// this long, and what is due later, or behind the limit of virtual time, does not happen. A driver host that does not answer is
    /// ended sooner.
    private static final long REST_NANOS = 70_000_000_000L;

    /// Runs the machine until nothing more can happen, or it is over and the rest has had its time.
    /// @param turn what is done between two turns
    private void runOut(BooleanSupplier over, Runnable turn) {
        boolean rests = false;
        while (!rests) {
            machine.scheduler.run(() -> {
                turn.run();
                return machine.isDead() || over.getAsBoolean();
            });
            if (machine.isDead() || !over.getAsBoolean()) {
                return;
            }
            long last = Math.min(machine.clock.nowNanos() + REST_NANOS, options.limits().virtualNanos());
            machine.scheduler.run(() -> {
                turn.run();
                return machine.isDead() || !over.getAsBoolean() || machine.clock.nowNanos() > last;
            }, last);
            rests = machine.isDead() || over.getAsBoolean();
        }
    }

    private void shutdown() {
        if (!Processes.of(machine).areOver()) {
            system(caller -> {
                for (Process process : Processes.of(machine).all()) {
                    process.terminate(caller);
                }
            });
        }
        if (machine.isDead()) {
            return;
        }
        Drivers drivers = Drivers.of(machine);
        drivers.neverCompleted();
        boolean down = system(caller -> {
            PowerManager.of(machine).enter(caller, PowerManager.WORKING);     // a run that ends asleep wakes up first
            IoManager.of(machine).shutDown(caller);
            PnpManager pnp = PnpManager.of(machine);
            pnp.nodes().reversed().forEach(node -> pnp.shutDown(caller, node));
            for (String name : drivers.loadedNames().reversed()) {
                drivers.unload(caller, name);
            }
        });
        if (down) {
            system(_ -> {                                             // behind the closes of files whose last requests only the removals have completed
                IoManager.of(machine).forgetSystemDrivers();
                SystemBus.of(machine).shutDown();
            });
        }
    }

    private String summary(Outcome outcome) {
        StringBuilder text = new StringBuilder("-- ");
        text.append(!outcome.limit().isEmpty() ? "stopped at the limit of " + outcome.limit() : outcome.bugChecks() > 0 ? "the machine stopped" : "done");
        text.append(" at ").append(Clock.stamp(machine.clock.nowNanos())).append(": ");
        int requests = IoManager.of(machine).requestsEver();
        text.append(count(requests, "request"));
        if (outcome.held() + outcome.failures() > 0) {
            text.append(", ").append(outcome.held()).append(" of ").append(count(outcome.held() + outcome.failures(), "expectation")).append(" held");
        }
        if (outcome.bugChecks() > 0) {
            text.append(", a bug check");
        }
        if (outcome.hostKills() > 0) {
            text.append(", ").append(count(outcome.hostKills(), "driver host")).append(" terminated");
        }
        text.append(", ").append(outcome.violations() == 0 ? "no violations" : count(outcome.violations(), "violation"));
        if (options.seed() != 1) {
            text.append(", seed ").append(options.seed());
        }
        if (options.schedule() != Schedule.of(options.seed())) {
            text.append(", schedule ").append(options.schedule().word());
        }
        return text.toString();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}

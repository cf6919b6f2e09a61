package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wdfs.machine.Irql;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.SystemProcess;

/// The processor's interrupts: vectors, who is connected to them, and how they take the processor (ENV-034, OBJ-349). An
/// interrupt service routine runs at the IRQL of its vector, on top of whatever runs below it.
public final class Interrupts implements Scheduler.InterruptLines {
    /// How often a level-sensitive line is served without ever falling before it counts as a storm. Real machines notice at
    /// some ten thousand.
    private static final int STORM = 1_000;
    /// The number of the first vector that devices get.
    private static final int FIRST = 0x30;

    /// An interrupt service routine that is connected to a vector.
    public interface Connection {
        /// Calls the routine at the vector's IRQL. @return whether it says that the interrupt is its own
        boolean service(Caller caller);

        /// The driver's, whose code the routine is.
        LoadedImage image();

        /// `WDFINTERRUPT#1 of driver Fifo`, for reports.
        String described();

        /// The routine runs at PASSIVE_LEVEL on a thread of the system; until it is over, the vector is masked.
        default boolean isPassive() {
            return false;
        }
    }

    /// One input of the interrupt controller.
    public final class Vector {
        private final String name;
        private final int number;
        private final int irql;
        private final boolean level;
        private final boolean shared;
        private final Set<Object> asserted = new LinkedHashSet<>();
        private final List<Connection> connections = new ArrayList<>();
        private boolean edge;
        private boolean masked;
        private boolean inService;
        private int unbroken;

        private Vector(String name, int number, int irql, boolean level, boolean shared) {
            this.name = name;
            this.number = number;
            this.irql = irql;
            this.level = level;
            this.shared = shared;
        }

        public String name() { return name; }
        public int number() { return number; }
        public int irql() { return irql; }
        public boolean isLevel() { return level; }
        public boolean isShared() { return shared; }

        /// Of a level: it is up until this source, and all others, release it. Else one interrupt.
        public void raise(Object source) {
            if (level) {
                asserted.add(source);
            } else if (!connections.isEmpty()) {
                edge = true;                                          // OBJ-347: without a routine an edge is lost
            }
        }

        public void release(Object source) {
            asserted.remove(source);
            if (asserted.isEmpty()) {
                unbroken = 0;
            }
        }

        public void connect(Connection connection) {
            connections.add(connection);
            masked = false;
            unbroken = 0;
        }

        public void disconnect(Connection connection) {
            connections.remove(connection);
            if (connections.isEmpty()) {
                edge = false;
            }
        }

        public boolean isConnected() {
            return !connections.isEmpty();
        }

        private boolean waits() {
            return !masked && !inService && !connections.isEmpty() && (level ? !asserted.isEmpty() : edge);
        }
    }

    private final Machine machine;
    private final List<Vector> vectors = new ArrayList<>();
    private final Map<Integer, Vector> numbered = new LinkedHashMap<>();
    private final Deque<Server> idle = new ArrayDeque<>();

    private Interrupts(Machine machine) {
        this.machine = machine;
        machine.scheduler.interrupts(this);
    }

    public static Interrupts of(Machine machine) {
        return machine.part(Interrupts.class, Interrupts::new);
    }

    /// @param line the number that devices share a line by; 0 for one of its own
    /// @return null if another device has the line, and one of them does not share it
    public Vector vector(String name, int line, int irql, boolean level, boolean shared) {
        Vector known = line == 0 ? null : numbered.get(line);
        if (known != null) {
            return known.shared && shared && known.irql == irql && known.level == level ? known : null;
        }
        Vector vector = new Vector(name, FIRST + vectors.size(), irql, level, shared);
        vectors.add(vector);
        if (line != 0) {
            numbered.put(line, vector);
        }
        return vector;
    }

    /// The input with that number; null if there is none.
    public Vector numbered(int number) {
        return number < FIRST || number - FIRST >= vectors.size() ? null : vectors.get(number - FIRST);
    }

    // ---- delivery ------------------------------------------------------------------------------------------------------------------

    private Vector next(int irql) {
        Vector highest = null;
        for (Vector vector : vectors) {
            if (vector.irql > irql && vector.waits() && (highest == null || vector.irql > highest.irql)) {
                highest = vector;
            }
        }
        return highest;
    }

    @Override
    public boolean pending(int irql) {
        return next(irql) != null;
    }

    @Override
    public void deliver(int irql) {
        int before = machine.memory.irql;
        for (Vector vector = next(irql); vector != null && !machine.isDead(); vector = next(irql)) {
            if (vector.connections.stream().anyMatch(Connection::isPassive)) {
                vector.inService = true;
                machine.scheduler.start(new PassiveServer(machine, this, vector));
                continue;
            }
            Server server = idle.isEmpty() ? new Server(machine, this) : idle.pop();
            server.vector = vector;
            machine.scheduler.runInside(server);
            machine.memory.irql = before;
        }
    }

    /// The routines of a vector, one after the other: of a level the first that knows the interrupt ends the search.
    private void serve(Caller caller, Vector vector) {
        vector.edge = false;
        boolean claimed = false;
        for (Connection connection : List.copyOf(vector.connections)) {
            caller.image = connection.image();
            int before = machine.memory.irql;
            int irql = connection.isPassive() ? before : Math.max(before, vector.irql);
            machine.memory.irql = irql;
            long since = caller.busyNanos();
            boolean own = connection.service(caller);
            if (machine.memory.irql != irql) {                        // VER-054, VER-145
                throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "IRQL_UNEXPECTED_VALUE", "VER-054", "the interrupt service routine of %s was called at %s and returned at %s"
                        .formatted(connection.described(), Irql.name(irql), Irql.name(machine.memory.irql))).code(0xC8, machine.memory.irql << 16 | irql << 8).build());
            }
            machine.memory.irql = before;
            if (!connection.isPassive()) {
                RaisedTime.ofIsr(caller, since, connection.described());
            }
            claimed |= own;
            if (own && vector.level) {
                break;
            }
        }
        if (vector.level && !vector.asserted.isEmpty() && !vector.connections.isEmpty()) {
            stillUp(vector, claimed);
        }
    }

    /// OBJ-341: a level that nobody lowers interrupts again at once, and the machine does nothing else any more. Here it is
    /// told, and the line is masked.
    private void stillUp(Vector vector, boolean claimed) {
        if (claimed && ++vector.unbroken < STORM) {
            return;
        }
        vector.masked = true;
        Report.Builder report = claimed
                ? new Report.Builder(Report.Kind.VIOLATION, "InterruptStorm", "OBJ-341", "line %s was served %,d times and never fell".formatted(vector.name, vector.unbroken))
                : new Report.Builder(Report.Kind.VIOLATION, "UnclaimedInterrupt", "OBJ-341", "line %s is up, and no interrupt service routine says that the interrupt is its own".formatted(vector.name));
        for (Connection connection : vector.connections) {
            report.fact("routine", connection.described());
        }
        machine.violation(report.help(claimed ? "the routine has to make the device lower its line: read or write the register that acknowledges the interrupt"
                : "return TRUE once the device's status says that it interrupts; on Windows the machine would do nothing but call these routines again").build(), vector.name);
    }

    /// What serves an interrupt: on top of whatever runs, at the vector's IRQL.
    private static final class Server extends SystemCaller {
        private static final String NEXT = "an interrupt";
        private final Interrupts interrupts;
        private Vector vector;

        Server(Machine machine, Interrupts interrupts) {
            super(machine, SystemProcess.INSTANCE);
            this.interrupts = interrupts;
        }

        @Override
        protected boolean isUrgent() {
            return true;
        }

        @Override
        public boolean isIdle() {
            return isWaiting() && waitingFor().equals(NEXT);
        }

        @Override
        protected void work() {
            while (true) {
                machine.memory.irql = vector.irql;
                interrupts.serve(this, vector);
                interrupts.idle.push(this);
                waitFor(NEXT);
            }
        }

        @Override
        public String threadName() {
            return "ISR";
        }
    }

    /// What serves an interrupt whose routine runs at PASSIVE_LEVEL.
    private static final class PassiveServer extends SystemCaller {
        private final Interrupts interrupts;
        private final Vector vector;

        PassiveServer(Machine machine, Interrupts interrupts, Vector vector) {
            super(machine, SystemProcess.INSTANCE);
            this.interrupts = interrupts;
            this.vector = vector;
        }

        @Override
        protected void work() {
            machine.memory.irql = Irql.PASSIVE;
            interrupts.serve(this, vector);
            vector.inService = false;
            letDpcsRun();
        }

        @Override
        public String threadName() {
            return "ISR";
        }
    }
}

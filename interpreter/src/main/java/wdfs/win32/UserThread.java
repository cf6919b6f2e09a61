package wdfs.win32;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import wdfs.io.ThreadRequests;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.MachineStop;
import wdfs.runtime.ScriptException;

/// A thread of a process.
public final class UserThread extends Caller {
    /// Gives the exit code.
    private final ToIntFunction<UserThread> body;
    private final String name;
    final ThreadObject object = new ThreadObject(this);
    private final Process owner;
    private final boolean main;
    /// Threads that `thread { … }` blocks began, by the frame that began them.
    private final List<long[]> started = new ArrayList<>();
    private final List<UserThread> children = new ArrayList<>();
    boolean finished;
    int exitCode;

    /// Ends a thread, or its process, from inside.
    static final class Exit extends MachineStop {
        final boolean process;
        final int code;

        Exit(boolean process, int code) {
            super("exit");
            this.process = process;
            this.code = code;
        }
    }

    UserThread(Process owner, boolean main, ToIntFunction<UserThread> body) {
        super(owner.machine, owner);
        this.owner = owner;
        this.main = main;
        this.body = body;
        this.name = owner.processName() + "." + ++owner.threadsEver;
        owner.threads.add(this);
    }

    @Override
    public String threadName() {
        return name;
    }

    public Process owner() {
        return owner;
    }

    @Override
    protected void run() {
        boolean endProcess = main;
        int code = 0;
        try {
            runUserApcs();                                            // ENV-139: what was queued before it began
            code = body.applyAsInt(this);
        } catch (ScriptException e) {
            code = e.code();
            endProcess = true;
            owner.unhandled(this, e);
        } catch (Exit e) {
            code = e.code;
            endProcess |= e.process;
        } catch (MachineStop _) {
            // The machine ended, or this thread's process did.
        } catch (StackOverflowError _) {
            machine.kill();
            try {
                machine.limit("call depth");
            } catch (MachineStop _) {
                // noted
            }
        }
        exitCode = code;
        if (!machine.isDead() && !endProcess && !ending) {
            try {
                requestsEnd();
            } catch (MachineStop _) {
                // the machine or the process ended meanwhile
            }
        }
        finished = true;
        if (!machine.isDead()) {
            try {
                if (crew != null) {
                    crew.leaves(this);
                }
                if (endProcess) {
                    owner.end(this, code);
                }
                object.changed();
            } catch (MachineStop _) {
                // the end of the process ended the machine
            }
        }
    }

    /// ENV-036, ENV-132: what the thread began and has not seen the end of is cancelled, and it waits for it.
    private void requestsEnd() {
        enterKernel();
        try {
            ThreadRequests.cancelAndWait(this);
        } finally {
            leaveKernel();
        }
    }

    @Override
    public long startThread(CompiledImage code, int function, long frameBase, Object[] cells) {
        if (machine.scheduler.aliveCount() >= machine.limits.threads()) {
            throw machine.limit("threads");
        }
        UserThread thread = new UserThread(owner, false, t -> {
            code.runBody(function, t, frameBase, cells);
            return 0;
        });
        machine.scheduler.start(thread);
        children.add(thread);
        started.add(new long[] {frameBase});
        return owner.open(thread.object, 0x1FFFFF);
    }

    @Override
    public int threadMark() {
        return children.size();
    }

    @Override
    public void joinThreads(long frameBase, int mark) {
        for (int i = mark; i < children.size(); i++) {
            if (started.get(i)[0] == frameBase && !children.get(i).finished) {
                Waits.wait(this, List.of(children.get(i).object), false, Waits.FOREVER);
            }
        }
    }

    @Override
    public void startProcess(CompiledImage code) {
        Processes.of(machine).begin(code);
    }
}

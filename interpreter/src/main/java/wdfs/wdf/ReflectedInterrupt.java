package wdfs.wdf;

import java.util.List;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;

/// The reflector's part of a UMDF driver's interrupt (OBJ-350): its own routine in the kernel is what is connected, and the
/// driver's runs on a thread of the host.
///
/// A level is handled at PASSIVE_LEVEL: the reflector waits for the driver's answer, and the line is masked meanwhile. A message
/// or an edge it takes at the interrupt's IRQL and sets an event, whose wait calls the driver; so those that come before the
/// driver's routine has begun are one call.
final class ReflectedInterrupt {
    /// The driver's answer to a level.
    private static final class Answer extends Waitable {
        private final String what;
        private boolean given;
        private boolean claimed;

        Answer(String what) {
            this.what = what;
        }

        void give(boolean own) {
            if (!given) {
                given = true;
                claimed = own;
                changed();
            }
        }

        @Override public boolean isSignaled() { return given; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "the host's answer to " + what; }
    }

    private final FxInterrupt interrupt;
    private Answer awaited;
    private boolean signaled;
    private boolean running;

    ReflectedInterrupt(FxInterrupt interrupt) {
        this.interrupt = interrupt;
    }

    boolean isQuiet() {
        return awaited == null && !running;
    }

    /// The reflector's routine. @return whether the interrupt is the device's
    boolean service(Caller caller) {
        if (!interrupt.isConnected()) {
            return false;
        }
        return interrupt.vector().isLevel() ? ask(caller) : signal();
    }

    private boolean ask(Caller caller) {
        Answer answer = new Answer(interrupt.label());
        awaited = answer;
        post(thread -> answer.give(interrupt.isConnected() && interrupt.routine(thread)));
        Waits.wait(caller, List.of(answer), false, Waits.FOREVER);
        awaited = null;
        interrupt.settled();
        return answer.claimed;
    }

    private boolean signal() {
        signaled = true;
        if (!running) {
            running = true;
            post(this::serveSignals);
        }
        return true;
    }

    private void serveSignals(Caller thread) {
        while (signaled && interrupt.isConnected()) {
            signaled = false;
            interrupt.routine(thread);
        }
        running = false;
        interrupt.settled();
    }

    private void post(java.util.function.Consumer<Caller> work) {
        interrupt.device().driver.process.runLater(interrupt.label(), work);
    }

    /// The host is gone: nobody will answer.
    void lost() {
        running = false;
        if (awaited != null) {
            awaited.give(false);
        }
    }
}

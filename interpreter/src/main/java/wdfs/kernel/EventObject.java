package wdfs.kernel;

/// An event that lives behind handles (CreateEvent).
public class EventObject extends Waitable {
    private final boolean manualReset;
    private boolean signaled;

    public EventObject(boolean manualReset, boolean signaled) {
        this.manualReset = manualReset;
        this.signaled = signaled;
    }

    @Override
    public boolean isSignaled() {
        return signaled;
    }

    @Override
    public void satisfied() {
        if (!manualReset) {
            signaled = false;
        }
    }

    public void set() {
        signaled = true;
        changed();
    }

    public void reset() {
        signaled = false;
    }

    @Override
    public String waitName() {
        return "an event";
    }
}

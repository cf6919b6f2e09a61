package wdfs.wdf;

import wdfs.runtime.Caller;

/// Which of the callbacks EvtDeviceSelfManagedIo… is due: …Init the first time, …Restart later, and …Flush and …Cleanup only
/// for a device whose …Init has been called.
final class SelfManagedIo {
    private enum State { CREATED, INIT_FAILED, STARTED, STOPPED, FAILED, FLUSHED, FINAL }

    private final FxPnp pnp;
    private State state = State.CREATED;

    SelfManagedIo(FxPnp pnp) {
        this.pnp = pnp;
    }

    /// @return a status
    int start(Caller caller) {
        return switch (state) {
            case CREATED -> {
                int status = pnp.call(caller, PnpEvent.SELF_MANAGED_IO_INIT);
                state = status < 0 ? State.INIT_FAILED : State.STARTED;
                yield status;
            }
            case STOPPED, FLUSHED -> {
                int status = pnp.call(caller, PnpEvent.SELF_MANAGED_IO_RESTART);
                state = status < 0 ? State.FAILED : State.STARTED;
                yield status;
            }
            case INIT_FAILED, STARTED, FAILED, FINAL -> 0;
        };
    }

    /// @return a status
    int suspend(Caller caller) {
        if (state != State.STARTED) {
            return 0;
        }
        int status = pnp.call(caller, PnpEvent.SELF_MANAGED_IO_SUSPEND);
        state = status < 0 ? State.FAILED : State.STOPPED;
        return status;
    }

    void flush(Caller caller) {
        switch (state) {
            case INIT_FAILED, STOPPED, FAILED, STARTED -> {
                pnp.call(caller, PnpEvent.SELF_MANAGED_IO_FLUSH);
                state = State.FLUSHED;
            }
            case CREATED, FLUSHED, FINAL -> { }
        }
    }

    void cleanup(Caller caller) {
        if (state == State.FLUSHED) {
            pnp.call(caller, PnpEvent.SELF_MANAGED_IO_CLEANUP);
        }
        state = State.FINAL;
    }
}

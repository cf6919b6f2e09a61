package wdfs.wdf;

import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// WDFDMATRANSACTION: one transfer between memory that an MDL describes and a device. So far it can be prepared and let go
/// (OBJ-382).
final class FxDmaTransaction extends FxObject {
    /// In the order of the framework's numbers, which the bug check shows.
    enum State {
        INVALID, CREATED, RESERVED, INITIALIZED, TRANSFER, TRANSFER_COMPLETED, TRANSFER_FAILED, RELEASED, DELETED
    }

    final FxDmaEnabler enabler;
    private State state = State.CREATED;
    /// The request whose buffer it is, if WdfDmaTransactionInitializeUsingRequest prepared it.
    private FxRequest request;

    FxDmaTransaction(Machine machine, FxDmaEnabler enabler) {
        super(machine, "WDFDMATRANSACTION", enabler);
        this.enabler = enabler;
    }

    /// OBJ-382: legal in the states Created, Reserved and Released, otherwise the end of the machine.
    /// @param length bytes, checked already. @return a status
    int initialize(Caller caller, long length) {
        switch (state) {
            case CREATED, RESERVED, RELEASED -> { }
            case INVALID, INITIALIZED, TRANSFER, TRANSFER_COMPLETED, TRANSFER_FAILED, DELETED ->
                throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "OBJ-382", label() + " is initialized in the state " + state)
                        .code(0x10D, 8, handle, state.ordinal(), 0).stack(ScriptStack.frames(), "").help("WdfDmaTransactionRelease first").build());
        }
        if (enabler.singleTransfer) {
            if (length > enabler.maximumLength) {                     // OBJ-383
                release();
                return 0xC0200213;                                    // STATUS_WDF_TOO_MANY_TRANSFERS
            }
            throw caller.raise(0xC0000005, 8, 0);                     // the adapter is asked, and there is none yet
        }
        state = State.INITIALIZED;
        return 0;
    }

    void uses(FxRequest of) {
        request = of;
    }

    FxRequest request() {
        return request;
    }

    /// OBJ-390: twice is harmless.
    void release() {
        state = State.RELEASED;
        request = null;
    }

    @Override
    protected void disposing(Caller caller) {
        state = State.DELETED;
        request = null;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }
}

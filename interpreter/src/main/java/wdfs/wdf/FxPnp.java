package wdfs.wdf;

import wdfs.io.Devnode;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Report;

/// What the framework does for a device with IRP_MJ_PNP: start, stop, queries and removal, with the driver's callbacks in
/// their order (OBJ §5). All at PASSIVE_LEVEL, in a thread of the system or of the driver's host. Power is {@link FxPower}'s.
final class FxPnp {
    /// WDF_DEVICE_PNP_STATE, as far as a driver can see one from a callback or another thread.
    enum State {
        INIT(0x105), STARTING(0x108), STARTED(0x119), QUERY_STOP(0x10F), QUERY_STOP_PENDING(0x110), STOPPED(0x11E), RESTARTING(0x11D), QUERY_REMOVE(0x10B), QUERY_REMOVE_PENDING(0x10C),
        REMOVING(0x117), SURPRISE_REMOVED(0x127), FAILED(0x12B), FAILED_WAIT_FOR_REMOVE(0x12E), REMOVED(0x113),
        /// A physical device that its bus still has (OBJ-187).
        REMOVED_PDO_WAIT(0x115);

        final int number;

        State(int number) {
            this.number = number;
        }
    }

    private static final int QUERY_DEVICE_RELATIONS = 0x07;
    private static final int BUS_RELATIONS = 0;
    private static final int NOT_SUPPORTED = 0xC00000BB;

    private final FxDevice device;
    final FxPower power;
    private State state = State.INIT;
    /// EvtDevicePrepareHardware was called: EvtDeviceReleaseHardware is owed.
    private boolean prepared;
    private boolean cleaned;
    /// WdfDeviceSetFailed, or a callback of power that failed.
    private boolean failed;
    /// The device is kept in D0 between a query and what follows it.
    private boolean keptAwake;
    /// How often the driver said that the device cannot be stopped (WdfDeviceSetStaticStopRemove).
    private int unstoppable;

    FxPnp(FxDevice device) {
        this.device = device;
        this.power = new FxPower(device, this);
    }

    State state() {
        return state;
    }

    int dispatch(Caller caller, Irp irp) {
        return switch (irp.minorFunction()) {
            case PnpManager.START_DEVICE -> start(caller, irp);
            case PnpManager.QUERY_REMOVE_DEVICE -> query(caller, irp, PnpEvent.QUERY_REMOVE, State.QUERY_REMOVE, State.QUERY_REMOVE_PENDING);
            case PnpManager.QUERY_STOP_DEVICE -> query(caller, irp, PnpEvent.QUERY_STOP, State.QUERY_STOP, State.QUERY_STOP_PENDING);
            case PnpManager.CANCEL_REMOVE_DEVICE, PnpManager.CANCEL_STOP_DEVICE -> cancelQuery(caller, irp);
            case PnpManager.STOP_DEVICE -> stop(caller, irp);
            case PnpManager.SURPRISE_REMOVAL -> surpriseRemoval(caller, irp);
            case PnpManager.REMOVE_DEVICE -> remove(caller, irp);
            case PnpManager.QUERY_PNP_DEVICE_STATE -> deviceState(caller, irp);
            case PnpManager.FILTER_RESOURCE_REQUIREMENTS -> filterResources(caller, irp);
            case PnpManager.QUERY_INTERFACE -> queryInterface(caller, irp);
            case QUERY_DEVICE_RELATIONS -> relations(caller, irp);
            case PnpManager.DEVICE_USAGE_NOTIFICATION -> device.specialFiles.notify(caller, irp);
            case PnpManager.QUERY_CAPABILITIES -> device.pdo == null ? device.facts.capabilities(caller, irp) : unhandled(caller, irp);
            default -> unhandled(caller, irp);
        };
    }

    /// Sets the status that a lower driver sees, and passes the request down.
    private int onward(Caller caller, Irp irp) {
        irp.status(0);
        return device.onward(caller, irp);
    }

    private int unhandled(Caller caller, Irp irp) {
        return device.pdo != null ? device.pdo.dispatch(caller, irp) : device.onward(caller, irp);
    }

    /// Which devices hang on this one, on their way to PnP.
    private int relations(Caller caller, Irp irp) {
        int type = device.machine.memory.field32(irp.stackLocation() + 8);
        if (type == BUS_RELATIONS) {                                  // of others the framework has no list for a driver to bring up to date
            call(caller, PnpEvent.RELATIONS_QUERY, type);
        }
        if (device.pdo == null) {
            device.bus.relations(caller, irp, type);
            if (irp.status() == Framework.STATUS_INSUFFICIENT_RESOURCES) {
                return refuse(caller, irp, irp.status());
            }
        }
        return unhandled(caller, irp);
    }

    private int queryInterface(Caller caller, Irp irp) {
        FxQueryInterfaces.Exposed exposed = device.queryInterfaces.find(caller, irp);
        return exposed == null ? unhandled(caller, irp) : device.queryInterfaces.answer(caller, irp, exposed);
    }

    private int refuse(Caller caller, Irp irp, int status) {
        irp.status(status);
        irp.information(0);
        IoManager.of(caller).complete(caller, irp);
        return status;
    }

    // ---- callbacks -------------------------------------------------------------------------------------------------------------------

    boolean has(PnpEvent event) {
        return device.init.pnpCallbacks[event.ordinal()] != 0;
    }

    int call(Caller caller, PnpEvent event, long... arguments) {
        return call(caller, event.callback(), device.init.pnpCallbacks[event.ordinal()], arguments);
    }

    /// One of the driver's callbacks of plug and play and power; STATUS_SUCCESS if it has none. OBJ-183: ten minutes, and the
    /// framework stops the machine. A fault injected under the callback's name makes it fail when it has returned.
    int call(Caller caller, String name, long callback, long... arguments) {
        if (callback == 0) {
            return 0;
        }
        long[] all = new long[arguments.length + 1];
        all[0] = device.handle;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int[] status = new int[1];
        Runnable work = () -> status[0] = (int) device.driver.call(caller, callback, all);
        if (device.driver.inHost()) {
            work.run();                                               // UMDF-177: the host has its own limit
        } else {
            power.within(work, () -> new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "OBJ-183",
                    "%s of driver %s has not returned in ten minutes".formatted(name, device.driver.driver.name())).code(0x10D, 1, 0, 0, 0)
                    .help("a callback of plug and play or power must not wait for what may never come").build());
        }
        if (caller.machine.fails(name)) {
            return 0xC0000001;
        }
        return status[0];
    }

    // ---- start -----------------------------------------------------------------------------------------------------------------------

    /// The lower drivers start first; then this one has its hardware.
    private int start(Caller caller, Irp irp) {
        boolean again = state == State.STOPPED;
        if (state == State.REMOVED_PDO_WAIT) {
            cleaned = false;
            failed = false;
            device.reopenQueues(caller);
        }
        Region[] lists = new Region[2];
        int before = withoutAdded(caller, irp, lists);
        if (before < 0) {
            return refuse(caller, irp, before);
        }
        irp.markPending();
        irp.status(0);
        device.sendDown(caller, irp, before == ALL_OF_IT ? null : new long[] {address(lists[0]), address(lists[1])}, back -> {
            for (Region list : lists) {
                if (list != null) {
                    device.machine.nonpaged.free(list);
                }
            }
            int status = irp.status() < 0 ? irp.status() : started(back, again);
            irp.status(status);
            irp.information(0);
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    /// OBJ-170; OBJ-172, OBJ-173: on a failure what was entered is left at once, before the drivers above hear of it.
    private int started(Caller caller, boolean again) {
        state = again ? State.RESTARTING : State.STARTING;
        prepared = true;                                              // OBJ-172: released even if preparing it fails
        device.hardware.prepare(caller);
        int status = call(caller, PnpEvent.PREPARE_HARDWARE, device.hardware.rawResources(), device.hardware.translatedResources());
        device.hardware.prepared();
        if (status >= 0 && !power.enterD0(caller, false)) {
            status = FxPower.DEVICE_POWER_FAILURE;                    // whatever the callback said
        }
        if (status < 0) {
            fail(caller);
            return status;
        }
        device.interfaces.started();
        state = State.STARTED;
        power.started(caller);
        return 0;
    }

    // ---- requirements ------------------------------------------------------------------------------------------------------------------

    private static final int FILTER_ADD = 0;
    private static final int FILTER_REMOVE = 1;
    private static final int REMOVE_ADDED = 2;
    private static final int ALL_OF_IT = 1;

    /// OBJ-170: what a driver takes out it takes out on the way down, what it adds it adds on the way up, when the bus's own is there.
    private int filterResources(Caller caller, Irp irp) {
        if (device.init.fdoCallbacks[FILTER_ADD] == 0 && device.init.fdoCallbacks[FILTER_REMOVE] == 0) {
            return unhandled(caller, irp);
        }
        int status = filtered(caller, irp, "EvtDeviceFilterRemoveResourceRequirements", FILTER_REMOVE);
        if (status < 0) {                                             // the list stays there: it is PnP's to free
            irp.status(status);
            IoManager.of(caller).complete(caller, irp);
            return status;
        }
        irp.markPending();
        device.sendDown(caller, irp, back -> {
            if (irp.status() >= 0 || irp.status() == NOT_SUPPORTED) {
                int added = filtered(back, irp, "EvtDeviceFilterAddResourceRequirements", FILTER_ADD);
                irp.status(added < 0 || device.init.fdoCallbacks[FILTER_ADD] != 0 ? added : irp.status());
            }
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    private int filtered(Caller caller, Irp irp, String name, int which) {
        if (device.init.fdoCallbacks[which] == 0) {
            return 0;
        }
        FxRequirements list = new FxRequirements(device.machine, device, irp.information());
        int status = call(caller, name, device.init.fdoCallbacks[which], list.handle);
        if (status >= 0 && list.changed) {
            Region block = list.windows();
            if (block == null) {
                status = Framework.STATUS_INSUFFICIENT_RESOURCES;
            } else {
                Region old = device.machine.memory.regionAt(null, irp.information());
                if (irp.information() != 0 && old != null) {
                    (old.paged ? device.machine.paged : device.machine.nonpaged).free(old);
                }
                irp.information(block.base);
            }
        }
        list.deleteNow(caller);
        return status;
    }

    /// OBJ-170: EvtDeviceRemoveAddedResources, before the lower drivers hear of the start. @param lists gets what they see, raw and
    /// translated, if it is not what came; null for an empty one. @return a status, or ALL_OF_IT if nothing was taken out
    private int withoutAdded(Caller caller, Irp irp, Region[] lists) {
        long rawList = device.machine.memory.field64(irp.stackLocation() + 8);
        long translatedList = device.machine.memory.field64(irp.stackLocation() + 0x10);
        if (device.init.fdoCallbacks[REMOVE_ADDED] == 0 || rawList == 0 || translatedList == 0) {
            return ALL_OF_IT;
        }
        byte[][] came = {FxResourceList.windows(device.machine, rawList), FxResourceList.windows(device.machine, translatedList)};
        FxResourceList[] shown = {new FxResourceList(device.machine, device, came[0]), new FxResourceList(device.machine, device, came[1])};
        shown[0].removable = shown[1].removable = true;
        int status = call(caller, "EvtDeviceRemoveAddedResources", device.init.fdoCallbacks[REMOVE_ADDED], shown[0].handle, shown[1].handle);
        boolean changed = shown[0].changed || shown[1].changed;
        for (int i = 0; i < 2 && status >= 0 && changed; i++) {
            if (shown[i].count() == 0) {
                continue;
            }
            byte[] left = shown[i].windows(came[i]);
            lists[i] = device.machine.nonpaged.allocate(left.length, "CM_RESOURCE_LIST", true);
            if (lists[i] == null) {
                throw device.machine.limit("memory");
            }
            device.machine.memory.store(null, lists[i].base, left);
        }
        shown[0].deleteNow(caller);
        shown[1].deleteNow(caller);
        return status < 0 ? status : changed ? 0 : ALL_OF_IT;
    }

    private static long address(Region list) {
        return list == null ? 0 : list.base;
    }

    // ---- queries -----------------------------------------------------------------------------------------------------------------------

    /// OBJ-178. Behind a query that was granted the device is kept awake, so that it can be stopped or removed out of D0.
    private int query(Caller caller, Irp irp, PnpEvent event, State asking, State granted) {
        if (state != State.STARTED) {
            return onward(caller, irp);
        }
        if (unstoppable > 0) {
            return refuse(caller, irp, Framework.STATUS_INVALID_DEVICE_STATE);
        }
        if (device.specialFiles.inUse()) {
            return refuse(caller, irp, device.specialFiles.refusal());
        }
        state = asking;
        int status = call(caller, event);
        if (status < 0) {
            state = State.STARTED;
            return refuse(caller, irp, status);
        }
        status = power.stopIdle(caller, true);
        if (status < 0) {                                             // it did not wake up, and has failed
            state = state == asking ? State.STARTED : state;
            return refuse(caller, irp, status);
        }
        keptAwake = true;
        state = granted;
        return onward(caller, irp);
    }

    private void wakeful(Caller caller) {
        if (keptAwake) {
            keptAwake = false;
            power.resumeIdle(caller);
        }
    }

    private int cancelQuery(Caller caller, Irp irp) {
        if (state == State.QUERY_REMOVE_PENDING || state == State.QUERY_STOP_PENDING) {
            state = State.STARTED;
            wakeful(caller);
        }
        return onward(caller, irp);
    }

    void unstoppable(boolean stoppable) {
        unstoppable += stoppable ? -1 : 1;
    }

    // ---- stop and removal --------------------------------------------------------------------------------------------------------------

    /// OBJ-186.
    private int stop(Caller caller, Irp irp) {
        power.leaveD0(caller, FxPower.D3_FINAL);
        power.forgetIdle(caller);
        wakeful(caller);
        releaseHardware(caller);
        state = State.STOPPED;
        return onward(caller, irp);
    }

    private int releaseHardware(Caller caller) {
        if (!prepared) {
            return 0;
        }
        prepared = false;
        int status = call(caller, PnpEvent.RELEASE_HARDWARE, device.hardware.translatedResources());
        device.hardware.released(caller);
        return status;
    }

    /// What is owed once the hardware is given back, whichever way the device goes (OBJ-176, OBJ-177).
    private void cleanUp(Caller caller) {
        if (cleaned) {
            return;
        }
        cleaned = true;
        device.interfaces.stopped();
        device.removeLink();
        device.purgeQueues(caller, true);
        power.selfManaged.flush(caller);
    }

    private void fail(Caller caller) {
        state = State.FAILED;
        releaseHardware(caller);
        cleanUp(caller);
        state = State.FAILED_WAIT_FOR_REMOVE;
    }

    /// OBJ-177. A device that is gone already, by its own failure, hears of it all the same.
    private int surpriseRemoval(Caller caller, Irp irp) {
        State before = state;
        state = State.SURPRISE_REMOVED;
        call(caller, PnpEvent.SURPRISE_REMOVAL);
        if (before != State.FAILED_WAIT_FOR_REMOVE) {
            power.leaveD0(caller, FxPower.D3_FINAL);
            power.forgetIdle(caller);
            wakeful(caller);
            fail(caller);
        }
        return onward(caller, irp);
    }

    /// OBJ-176: the driver's part first, then the lower drivers', then the device goes. Behind a surprise removal only the rest.
    private int remove(Caller caller, Irp irp) {
        boolean kept = device.pdo != null && !device.pdo.goes();      // OBJ-187
        if (kept && state == State.INIT) {
            return onward(caller, irp);
        }
        if (state != State.FAILED_WAIT_FOR_REMOVE && state != State.INIT && state != State.REMOVED_PDO_WAIT) {
            state = State.REMOVING;
            power.leaveD0(caller, FxPower.D3_FINAL);
        }
        power.forgetIdle(caller);
        releaseHardware(caller);
        cleanUp(caller);
        if (kept) {
            state = State.REMOVED_PDO_WAIT;
            return onward(caller, irp);
        }
        device.bus.deleteDevices(caller);
        device.purgeQueues(caller, false);
        power.selfManaged.cleanup(caller);
        state = State.REMOVED;
        if (device.localTarget != null) {
            device.localTarget.remove(caller);                        // OBJ-214: before the devices below hear of the removal
        }
        int status = onward(caller, irp);
        device.delete(caller);
        return status;
    }

    /// The bus of a physical device goes, and the device with it; PnP has removed what was above it.
    void parentGone(Caller caller) {
        device.pdo.parentGoes = true;
        if (state != State.INIT) {
            device.purgeQueues(caller, false);
            power.selfManaged.cleanup(caller);
            state = State.REMOVED;
        }
        device.delete(caller);
    }

    // ---- failure -----------------------------------------------------------------------------------------------------------------------

    /// A callback of power failed while the device ran: it gives up its hardware, and PnP comes and takes it away.
    void powerFailed(Caller caller) {
        failed = true;
        fail(caller);
        invalidate(false);
    }

    /// OBJ-094.
    void setFailed(boolean restart) {
        failed = true;
        invalidate(restart);
    }

    /// IoInvalidateDeviceState; of a control device PnP knows nothing.
    void invalidate(boolean restart) {
        Devnode node = device.devnode();
        if (node == null) {
            return;
        }
        PnpManager pnp = PnpManager.of(device.machine);
        if (restart) {
            pnp.restartAfterFailure(node);
        } else {
            pnp.invalidate(node);
        }
    }

    /// The drivers below have answered; that they have nothing to say is no failure.
    private int deviceState(Caller caller, Irp irp) {
        irp.markPending();
        device.sendDown(caller, irp, back -> {
            if (irp.status() == NOT_SUPPORTED) {
                irp.status(0);
            }
            if (irp.status() >= 0) {
                irp.information(device.facts.state(irp.information(), failed, device.specialFiles.inUse()));
            }
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }
}

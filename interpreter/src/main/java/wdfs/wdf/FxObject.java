package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Heap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// A framework object: a handle, a parent, children, typed contexts, references (OBJ §1).
public class FxObject {
    /// A typed context that is attached to an object.
    record Context(long typeInfo, Region memory, long cleanup, long destroy) {}

    public final Machine machine;
    public final String type;
    public final long handle;
    protected FxObject parent;
    protected final List<FxObject> children = new ArrayList<>();
    private final List<Context> contexts = new ArrayList<>();
    public int references = 1;
    /// Where contexts lie, and what else the framework allocates for the driver: nonpaged pool, or the heap of its host.
    final Heap heap;
    boolean deleting;
    boolean disposed;
    boolean destroyed;

    public FxObject(Machine machine, String type, FxObject parent) {
        this(machine, type, parent, parent == null ? machine.nonpaged : parent.heap);
    }

    FxObject(Machine machine, String type, FxObject parent, Heap heap) {
        this.heap = heap;
        this.machine = machine;
        this.type = type;
        this.handle = machine.handles.create(type, this);
        this.parent = parent;
        if (parent != null) {
            parent.children.add(this);
        }
    }

    /// An object without a parent that has a number already.
    FxObject(Machine machine, String type, int number, Heap heap) {
        this.heap = heap;
        this.machine = machine;
        this.type = type;
        this.handle = machine.handles.create(type, number, this);
    }

    public FxObject parent() {
        return parent;
    }

    public String label() {
        return machine.handles.label(handle);
    }

    /// OBJ-020: zero-initialised, nonpaged. The address, or 0 without memory.
    long addContext(Attributes attributes) {
        long address = 0;
        Region memory = null;
        if (attributes.typeInfo() != 0 && attributes.contextSize() > 0) {
            memory = heap.allocate(attributes.contextSize(), attributes.contextName().isEmpty() ? "Context" : attributes.contextName(), true);
            if (memory == null) {
                return 0;
            }
            address = memory.base;
            memory.subject = this;
        }
        contexts.add(new Context(attributes.uniqueType(), memory, attributes.cleanup(), attributes.destroy()));
        return memory == null ? -1 : address;
    }

    public long context(long typeInfo) {
        for (Context context : contexts) {
            if (context.typeInfo == typeInfo && context.memory != null) {
                return context.memory.base;
            }
        }
        return 0;
    }

    boolean hasContext(long typeInfo) {
        return context(typeInfo) != 0;
    }

    // ---- deletion --------------------------------------------------------------------------------------------------------------------

    /// OBJ-006: children first, then this object's cleanup; then the children are released and the last reference goes.
    public void delete(Caller caller) {
        if (deleting) {
            return;
        }
        dispose(caller);
        release(caller);
    }

    void dispose(Caller caller) {
        deleting = true;
        for (FxObject child : new ArrayList<>(children)) {
            if (!child.deleting) {
                child.dispose(caller);
            }
        }
        if (!disposed) {
            disposed = true;
            disposing(caller);
            for (Context context : new ArrayList<>(contexts)) {
                if (context.cleanup != 0) {
                    caller.invoke(context.cleanup, handle);
                }
            }
        }
    }

    void release(Caller caller) {
        for (FxObject child : new ArrayList<>(children)) {
            child.release(caller);
        }
        children.clear();
        if (parent != null) {
            parent.children.remove(this);
            parent = null;
        }
        dereference(caller);
    }

    public void reference() {
        references++;
    }

    public void dereference(Caller caller) {
        if (--references == 0 && !destroyed) {
            destroyed = true;
            for (Context context : contexts) {
                if (context.destroy != 0) {
                    caller.invoke(context.destroy, handle);
                }
            }
            destroying(caller);
            machine.handles.close(handle);
            for (Context context : contexts) {
                if (context.memory != null) {
                    heap.free(context.memory);
                }
            }
        }
    }

    /// The host that it lived in is gone: no callback runs, and its handles lead nowhere.
    void abandon() {
        for (FxObject child : new ArrayList<>(children)) {
            child.abandon();
        }
        destroyed = true;
        deleting = true;
        machine.handles.close(handle);
    }

    public boolean isDeleting() {
        return deleting;
    }

    /// What the kind of object does when it is cleaned up, before the driver's callbacks.
    protected void disposing(Caller caller) {}

    /// What it does when the last reference has gone.
    protected void destroying(Caller caller) {}

    /// Whether a driver may delete it (OBJ-004).
    protected boolean mayBeDeleted() {
        return true;
    }
}

package wdfs.wdf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import wdfs.machine.Heap;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;

/// A framework object: a handle, a parent, children, typed contexts, references (OBJ-001). It is created, its deletion
/// disposes of it (children first, then its cleanup callbacks), and it is destroyed when the last reference goes.
public class FxObject {
    static final int STATUS_DELETE_PENDING = 0xC0000056;
    static final int STATUS_INTEGER_OVERFLOW = 0xC0000095;

    /// A typed context that is attached to an object. Its cleanup runs once.
    private static final class Context {
        final long typeInfo;
        final Region memory;
        long cleanup;
        final long destroy;

        Context(long typeInfo, Region memory, long cleanup, long destroy) {
            this.typeInfo = typeInfo;
            this.memory = memory;
            this.cleanup = cleanup;
            this.destroy = destroy;
        }
    }

    public final Machine machine;
    public final String type;
    public final long handle;
    /// Where its driver made it, as the machine counts places; 0 if the framework made it by itself.
    final int madeAt;
    private FxDriver home;
    protected FxObject parent;
    /// In the order in which they were made. Most objects never have any, and share the empty set.
    protected Set<FxObject> children = Set.of();
    private List<Context> contexts = List.of();
    public int references = 1;
    /// Where contexts lie, and what else the framework allocates for the driver: nonpaged pool, or the heap of its host.
    final Heap heap;
    /// WdfObjectDelete was called, or the deletion of a parent has come here: nothing new may be attached.
    boolean deleting;
    private boolean disposing;
    boolean destroyed;
    /// Its destroy callbacks run.
    private boolean inDestroy;
    /// No driver has seen it: none of its callbacks runs (REQ-087).
    private boolean unseen;
    private boolean told;

    public FxObject(Machine machine, String type, FxObject parent) {
        this(machine, type, parent, parent == null ? machine.nonpaged : parent.heap);
    }

    FxObject(Machine machine, String type, FxObject parent, Heap heap) {
        this.heap = heap;
        this.machine = machine;
        this.type = type;
        this.handle = machine.handles.create(type, this);
        this.madeAt = machine.site();
        this.parent = parent;
        this.home = this instanceof FxDriver driver ? driver : parent == null ? null : parent.home;
        if (parent != null) {
            parent.adopt(this);
        }
    }

    /// An object without a parent that has a number already.
    FxObject(Machine machine, String type, int number, FxDriver home, Heap heap) {
        this.heap = heap;
        this.machine = machine;
        this.type = type;
        this.handle = machine.handles.create(type, number, this);
        this.madeAt = 0;
        this.home = home;
    }

    public FxObject parent() {
        return parent;
    }

    /// The driver whose object it is; null for a request's own memory.
    FxDriver home() {
        return home;
    }

    public String label() {
        return machine.handles.label(handle);
    }

    /// What is left of it, for a report: `WDFMEMORY#4 with 1 reference, made at x.wdfs:12`.
    public String remains() {
        String made = machine.siteText(madeAt);
        return label() + " with " + Report.count(references, "reference") + (made.isEmpty() ? "" : ", made at " + made);
    }

    /// Its leak has been reported, and with it that of the memory it holds.
    void told() {
        told = true;
        contexts.forEach(context -> told(context.memory));
    }

    static void told(Region memory) {
        if (memory != null) {
            memory.told = true;
        }
    }

    public boolean isTold() {
        return told;
    }

    private void adopt(FxObject child) {
        if (children.isEmpty()) {
            children = new LinkedHashSet<>();
        }
        children.add(child);
    }

    private void disown(FxObject child) {
        if (!children.isEmpty()) {
            children.remove(child);
        }
    }

    // ---- contexts ----------------------------------------------------------------------------------------------------------------------

    /// OBJ-020: zero-initialised, nonpaged. The address, -1 if the attributes name no type, or 0 without memory.
    long addContext(Attributes attributes) {
        Region memory = null;
        if (attributes.typeInfo() != 0 && attributes.contextSize() != 0) {
            memory = heap.allocate(attributes.contextSize(), attributes.contextName().isEmpty() ? "Context" : attributes.contextName(), true);
            if (memory == null) {
                return 0;
            }
            memory.subject = this;
            memory.allocatedAt = machine.siteText(machine.site());
        }
        if (contexts.isEmpty()) {
            contexts = new ArrayList<>(1);
        }
        contexts.add(new Context(attributes.uniqueType(), memory, attributes.cleanup(), attributes.destroy()));   // OBJ-032
        return memory == null ? -1 : memory.base;
    }

    /// The last step of a creation: the context and the callbacks of the attributes, and a parent that still lives (OBJ-049).
    /// If that fails the object is gone again, and none of its callbacks has run. @return a status
    int commit(Caller caller, Attributes attributes) {
        int status = attributes.overflows() ? STATUS_INTEGER_OVERFLOW               // OBJ-031
                : addContext(attributes) == 0 ? Framework.STATUS_INSUFFICIENT_RESOURCES
                : parent != null && parent.deleting ? STATUS_DELETE_PENDING : 0;
        if (status < 0) {
            unseen();
            deleteNow(caller);
        }
        return status;
    }

    /// The contexts with the names of their types, for those who look.
    List<FxView.Ctx> contextViews() {
        List<FxView.Ctx> views = new ArrayList<>();
        for (Context context : contexts) {
            if (context.memory != null) {
                long name = machine.memory.field64(context.typeInfo + 8);
                StringBuilder text = new StringBuilder();
                for (int c = machine.memory.peek(null, name); c > 0 && text.length() < 128; c = machine.memory.peek(null, name + text.length())) {
                    text.append((char) c);
                }
                views.add(new FxView.Ctx(text.isEmpty() ? "context" : text.toString(), context.memory));
            }
        }
        return views;
    }

    public long context(long typeInfo) {
        for (Context context : contexts) {
            if (context.typeInfo == typeInfo && context.memory != null) {
                return context.memory.base;
            }
        }
        return 0;
    }

    /// OBJ-012: whether its destroy callbacks run, which still have its contexts.
    boolean isInDestroy() {
        return inDestroy;
    }

    boolean hasContext(long typeInfo) {
        return context(typeInfo) != 0;
    }

    // ---- deletion --------------------------------------------------------------------------------------------------------------------

    /// OBJ-006: children first, then this object's cleanup; then the children are released and the last reference goes.
    /// OBJ-011: asked for above PASSIVE_LEVEL, the disposal of what belongs there is put off.
    public void delete(Caller caller) {
        if (deleting) {
            return;
        }
        if (caller.irql() > Irql.PASSIVE && wantsPassive()) {
            deleting = true;
            Disposals.of(machine).later(this);
            return;
        }
        deleteNow(caller);
    }

    /// The deletion itself; nothing if a parent's has been here.
    void deleteNow(Caller caller) {
        if (!disposing) {
            dispose(caller);
            release(caller);
        }
    }

    private boolean wantsPassive() {
        return disposesPassive() || children.stream().anyMatch(FxObject::wantsPassive);
    }

    void dispose(Caller caller) {
        deleting = true;
        disposing = true;
        for (FxObject child : new ArrayList<>(children)) {
            if (!child.disposing) {
                child.dispose(caller);
            }
        }
        disposing(caller);
        for (Context context : new ArrayList<>(contexts)) {           // OBJ-009: in the order in which they were added
            cleanUp(caller, context);
        }
    }

    private void cleanUp(Caller caller, Context context) {
        long cleanup = context.cleanup;
        context.cleanup = 0;                                          // OBJ-010: at most once
        if (cleanup != 0 && !unseen) {
            call(caller, cleanup);
        }
    }

    private void call(Caller caller, long callback) {
        if (home != null) {
            home.call(caller, callback, handle);
        } else {
            caller.invoke(callback, handle);
        }
    }

    void release(Caller caller) {
        for (FxObject child : new ArrayList<>(children)) {
            child.release(caller);
        }
        children = Set.of();
        if (parent != null) {
            parent.disown(this);
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
            inDestroy = true;
            for (Context context : contexts) {
                cleanUp(caller, context);                             // OBJ-010: if the disposal was skipped
                if (context.destroy != 0 && !unseen) {
                    call(caller, context.destroy);
                }
            }
            inDestroy = false;
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
    protected void abandon() {
        for (FxObject child : new ArrayList<>(children)) {
            child.abandon();
        }
        destroyed = true;
        deleting = true;
        machine.handles.close(handle);
    }

    /// From now on none of its callbacks runs: no driver has got it.
    void unseen() {
        unseen = true;
    }

    public boolean isDeleting() {
        return deleting;
    }

    /// What the kind of object does when it is cleaned up, before the driver's callbacks.
    protected void disposing(Caller caller) {}

    /// What it does when the last reference has gone.
    protected void destroying(Caller caller) {}

    /// Whether its cleanup may run at PASSIVE_LEVEL only (OBJ-011).
    protected boolean disposesPassive() {
        return false;
    }

    /// Whether a driver may delete it (OBJ-004).
    protected boolean mayBeDeleted() {
        return true;
    }
}

package wdfs.wdf;

import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of WDFCOLLECTION.
public final class CollectionApi {
    private CollectionApi() {}

    private static FxCollection collection(Caller caller, long handle) {
        return Framework.object(caller, handle, FxCollection.class, "WDFCOLLECTION");
    }

    @Native
    public static int WdfCollectionCreate(Caller caller, long attributes, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, result, "Collection");
        caller.memory.store64(result, 0);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxCollection collection = new FxCollection(caller.machine, parent);
        status = collection.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, collection.handle);
        }
        return status;
    }

    @Native
    public static int WdfCollectionGetCount(Caller caller, long handle) {
        return collection(caller, handle).items.size();
    }

    @Native
    public static int WdfCollectionAdd(Caller caller, long handle, long object) {
        FxCollection collection = collection(caller, handle);
        FxObject item = ObjectApi.any(caller, object);
        if (caller.machine.fails("framework")) {
            return 0xC0000001;                                        // STATUS_UNSUCCESSFUL
        }
        collection.add(item);
        return 0;
    }

    @Native
    public static void WdfCollectionRemoveItem(Caller caller, long handle, int index) {
        FxCollection collection = collection(caller, handle);
        if (Integer.compareUnsigned(index, collection.items.size()) >= 0) {
            Framework.broken(caller, "%s has no item %s: it has %d".formatted(collection.label(), Integer.toUnsignedString(index), collection.items.size()), "VER-211", null);
            return;
        }
        collection.remove(caller, index);
    }

    @Native
    public static void WdfCollectionRemove(Caller caller, long handle, long object) {
        FxCollection collection = collection(caller, handle);
        int index = collection.items.indexOf(ObjectApi.any(caller, object));
        if (index < 0) {
            Framework.broken(caller, "%s does not hold %s".formatted(collection.label(), caller.machine.handles.label(object)), "VER-211", null);
            return;
        }
        collection.remove(caller, index);
    }

    /// NULL if there is no such item.
    @Native
    public static long WdfCollectionGetItem(Caller caller, long handle, int index) {
        FxCollection collection = collection(caller, handle);
        return Integer.compareUnsigned(index, collection.items.size()) < 0 ? collection.items.get(index).handle : 0;
    }

    @Native
    public static long WdfCollectionGetFirstItem(Caller caller, long handle) {
        FxCollection collection = collection(caller, handle);
        return collection.items.isEmpty() ? 0 : collection.items.getFirst().handle;
    }

    @Native
    public static long WdfCollectionGetLastItem(Caller caller, long handle) {
        FxCollection collection = collection(caller, handle);
        return collection.items.isEmpty() ? 0 : collection.items.getLast().handle;
    }
}

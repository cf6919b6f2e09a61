package wdfs.wdf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a bus driver says of a device on its bus before it creates the physical device object: WdfPdoInit….
final class PdoInit {
    /// The texts that people are shown, in one language.
    record Text(String description, String location) {}

    /// WDF_PDO_EVENT_CALLBACKS without its Size.
    static final int CALLBACKS = 7;
    static final int EJECT = 2;
    static final int REPORTED_MISSING = 6;

    final FxDevice parent;
    /// Of a child list; null for a device that the driver reports by WdfFdoAddStaticChild.
    final FxChildList.Entry entry;
    String deviceId = "";
    String instanceId = "";
    String containerId = "";
    final List<String> hardwareIds = new ArrayList<>();
    final List<String> compatibleIds = new ArrayList<>();
    final Map<Integer, Text> texts = new LinkedHashMap<>();
    int defaultLocale;
    /// It works without a function driver.
    boolean raw;
    boolean forwardsToParent;
    boolean powerNeedsParent = true;
    final long[] callbacks = new long[CALLBACKS];

    PdoInit(FxDevice parent, FxChildList.Entry entry) {
        this.parent = parent;
        this.entry = entry;
    }
}

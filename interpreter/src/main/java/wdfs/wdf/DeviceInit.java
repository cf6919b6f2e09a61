package wdfs.wdf;

import wdfs.machine.Region;

/// What PWDFDEVICE_INIT points to.
final class DeviceInit {
    final FxDriver driver;
    final Region block;
    String name = "";
    String sddl = "";
    int ioType = 2;                                  // KBUF-007: buffered
    boolean exclusive;
    int deviceType = 0x22;
    int characteristics;
    long callerContext;
    Attributes requestAttributes;
    boolean fileConfig;
    long fileCreate;
    long fileClose;
    long fileCleanup;
    Attributes fileAttributes;
    boolean used;

    DeviceInit(FxDriver driver, Region block) {
        this.driver = driver;
        this.block = block;
    }
}

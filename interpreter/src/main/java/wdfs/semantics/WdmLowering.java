package wdfs.semantics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.syntax.Decl;

/// The C that a declared `wdm` driver stands for: its `DriverEntry`, the creation of its devices, and an unload routine
/// that takes back what they are. Routines that stand in a device serve that device only.
final class WdmLowering {
    private final Decl.Driver driver;
    private final LoweredText out;
    private final List<Decl.Device> devices;

    WdmLowering(Decl.Driver driver, LoweredText out) {
        this.driver = driver;
        this.out = out;
        this.devices = Lowering.members(driver.members(), Decl.Device.class);
    }

    void write() {
        for (Decl.Device device : devices) {
            out.line("static PDEVICE_OBJECT %s;", object(device));
        }
        Map<String, String> majors = majors();
        devices.forEach(this::creation);
        unload();
        out.line("NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {");
        out.line("NTSTATUS status;");
        majors.forEach((major, routine) -> out.line("DriverObject->MajorFunction[%s] = %s;", major, routine));
        out.line("DriverObject->DriverUnload = %s$unload$DriverUnload;", driver.name().text());
        driver("AddDevice").ifPresent(c -> out.line("DriverObject->DriverExtension->AddDevice = %s;", Lowering.target(c, Mangled.callback(c))));
        for (Decl.Device device : devices) {
            out.line("status = %s$Create(DriverObject);", device.name().text());
            out.line("if (!NT_SUCCESS(status)) {");
            out.line("%s$TakeBack(DriverObject);", driver.name().text());
            out.line("return status;");
            out.line("}");
        }
        out.line("return STATUS_SUCCESS;");
        out.line("}");
    }

    private static String object(Decl.Device device) {
        return device.name().text() + "$object";
    }

    private Optional<Decl.Callback> driver(String name) {
        return Lowering.members(driver.members(), Decl.Callback.class).stream().filter(c -> c.name().text().equals(name)).findFirst();
    }

    /// Which routine stands in the dispatch table for each major function; writes the routines that choose between devices.
    private Map<String, String> majors() {
        Map<String, String> majors = new LinkedHashMap<>();
        Map<String, StringBuilder> choices = new LinkedHashMap<>();
        for (Decl.Callback c : Lowering.members(driver.members(), Decl.Callback.class)) {
            if (c.name().text().startsWith("IRP_MJ_")) {
                majors.put(c.name().text(), Lowering.target(c, Mangled.callback(c)));
            }
        }
        for (Decl.Device device : devices) {
            for (Decl.Callback c : Lowering.members(device.members(), Decl.Callback.class)) {
                if (c.name().text().startsWith("IRP_MJ_")) {
                    choices.computeIfAbsent(c.name().text(), _ -> new StringBuilder()).append("if (DeviceObject == ").append(object(device)).append(") return ")
                            .append(Lowering.target(c, Mangled.callback(device, c))).append("(DeviceObject, Irp);\n    ");
                }
            }
        }
        choices.forEach((major, choice) -> {
            String routine = driver.name().text() + "$dispatch$" + major;
            out.line("static NTSTATUS %s(PDEVICE_OBJECT DeviceObject, PIRP Irp) {", routine);
            out.line("%s", choice.toString().strip());
            if (majors.containsKey(major)) {
                out.line("return %s(DeviceObject, Irp);", majors.get(major));
            } else {
                out.line("Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;");
                out.line("Irp->IoStatus.Information = 0;");
                out.line("IoCompleteRequest(Irp, IO_NO_INCREMENT);");
                out.line("return STATUS_INVALID_DEVICE_REQUEST;");
            }
            out.line("}");
            majors.put(major, routine);
        });
        return majors;
    }

    private void creation(Decl.Device device) {
        List<Decl> members = device.members();
        out.line("static NTSTATUS %s$Create(PDRIVER_OBJECT DriverObject) {", device.name().text());
        out.line("UNICODE_STRING name, link;");
        out.line("NTSTATUS status;");
        Optional<LoweredText.Written> name = Lowering.written(members, "name");
        name.ifPresent(text -> out.line("RtlInitUnicodeString(&name, %s);", text));
        Optional<Decl.Property> sddl = Lowering.property(members, "sddl");
        sddl.filter(Lowering::isString).ifPresent(s -> {
            out.line("UNICODE_STRING sddl;");
            out.line("RtlInitUnicodeString(&sddl, %s);", s.values().getFirst().span().text());
        });
        String security = sddl.map(s -> Lowering.isString(s) ? ", &sddl, NULL" : ", &" + s.values().getFirst().span().text() + ", NULL").orElse("");
        out.step("%s(DriverObject, %s, %s, %s, %s, %s%s, &%s);", sddl.isPresent() ? "IoCreateDeviceSecure" : "IoCreateDevice",
                Lowering.value(members, "extension").map(t -> "sizeof(" + t + ")").orElse("0"),
                name.isPresent() ? "&name" : "NULL", Lowering.writtenOr(members, "device_type", "FILE_DEVICE_UNKNOWN"),
                Lowering.writtenOr(members, "characteristics", "0"), Lowering.property(members, "exclusive").isPresent() ? "TRUE" : "FALSE", security, object(device));
        switch (Lowering.value(members, "io_type").orElse("neither")) {
            case "buffered" -> out.line("%s->Flags |= DO_BUFFERED_IO;", object(device));
            case "direct" -> out.line("%s->Flags |= DO_DIRECT_IO;", object(device));
            default -> { }
        }
        Optional<LoweredText.Written> link = Lowering.written(members, "symbolic_link");
        if (link.isPresent() && name.isPresent()) {
            out.line("RtlInitUnicodeString(&link, %s);", link.get());
            out.step("IoCreateSymbolicLink(&link, &name);");
        }
        out.line("return STATUS_SUCCESS;");
        out.line("}");
    }

    /// A declared device goes with its driver, unless the driver's own routine has deleted it.
    private void unload() {
        String name = driver.name().text();
        out.line("static VOID %s$TakeBack(PDRIVER_OBJECT DriverObject) {", name);
        out.line("UNICODE_STRING link;");
        out.line("PDEVICE_OBJECT each;");
        for (Decl.Device device : devices) {
            Lowering.written(device.members(), "symbolic_link").ifPresent(link -> {
                out.line("RtlInitUnicodeString(&link, %s);", link);
                out.line("if (%s != NULL) IoDeleteSymbolicLink(&link);", object(device));
            });
            out.line("for (each = DriverObject->DeviceObject; each != NULL && each != %s; each = each->NextDevice) {", object(device));
            out.line("}");
            out.line("if (each != NULL) IoDeleteDevice(each);");
        }
        out.line("}");
        out.line("static VOID %s$unload$DriverUnload(PDRIVER_OBJECT DriverObject) {", name);
        driver("DriverUnload").ifPresent(c -> out.line("%s(DriverObject);", Lowering.target(c, Mangled.callback(c))));
        out.line("%s$TakeBack(DriverObject);", name);
        out.line("}");
    }
}

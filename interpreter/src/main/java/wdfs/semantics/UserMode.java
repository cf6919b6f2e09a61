package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import wdfs.syntax.Decl;

/// A UMDF driver's declaration as {@link Lowering} takes it. A device of UMDF is created as a function device of KMDF is, in
/// EvtDriverDeviceAdd; so all that is to do is to give the device the `io_type` of the driver's block, and to leave out what
/// the checker has refused, lest the C that stands for it be refused as well.
final class UserMode {
    private UserMode() {}

    static Decl.Driver of(Decl.Driver driver) {
        List<Decl> ioType = driver.members().stream().filter(UserMode::isIoType).toList();
        List<Decl> members = driver.members().stream().map(m -> m instanceof Decl.Device d ? device(d, ioType) : m).toList();
        return new Decl.Driver(driver.name(), driver.framework(), driver.version(), members, driver.doc(), driver.span());
    }

    private static Decl device(Decl.Device device, List<Decl> ioType) {
        List<Decl> members = new ArrayList<>();
        for (Decl member : device.members()) {
            boolean refused = switch (member) {
                case Decl.Property p -> UmdfFindings.OF_INF.containsKey(p.word().text());
                case Decl.Callback c -> UmdfFindings.CALLBACKS.containsKey(c.name().text());
                case Decl.FrameworkObject o -> UmdfFindings.OBJECTS.containsKey(o.kind().text());
                default -> false;
            };
            if (!refused) {
                members.add(member);
            }
        }
        members.addAll(ioType);
        return new Decl.Device(device.name(), false, members, device.doc(), device.span());
    }

    private static boolean isIoType(Decl member) {
        return switch (member) {
            case Decl.Property p -> p.word().text().equals("io_type");
            case Decl.PropertyBlock b -> b.word().text().equals("io_type");
            default -> false;
        };
    }
}

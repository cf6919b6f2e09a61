package wdfs.semantics;

import java.util.List;
import wdfs.diagnostics.Diagnostic;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.source.Span;
import wdfs.types.Type;

/// The findings about what is declared around code: ioctls, drivers, devices, queues, callbacks, imports.
final class DeclarationFindings {
    private DeclarationFindings() {}

    static Diagnostic variableAtFileLevel(Span span, String name) {
        return Diagnostic.error("LANG-140", span, "%s is a variable at file level, where nothing says whose memory it lies in", name)
                .help("move it into the driver, process or test that it belongs to, or make it const");
    }

    static Diagnostic variableNotHere(Span span, String name) {
        return Diagnostic.error("LANG-140", span, "%s is a variable in a queue; variables stand in drivers, and what belongs to an instance in a context", name);
    }

    static Diagnostic noExternInside(Span span, String name) {
        return Diagnostic.error("LANG-140", span, "%s cannot be extern inside a function", name);
    }

    static Diagnostic ioctlLacks(Span span, String name, String word) {
        return Diagnostic.error("LANG-141", span, "%s does not say its %s", name, word);
    }

    static Diagnostic badControlCode(Span span, String what, long value, long most, String why) {
        return Diagnostic.warning("IOM-022", span, "BadCtlCode: %s is 0x%X, and the most is 0x%X: %s", what, value, most, why);
    }

    static Diagnostic unknownIoctl(Span span, String name, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-141", span, "there is no ioctl %s", name), near);
    }

    static Diagnostic notAnIoctl(Span span, String name, Span declared) {
        return Diagnostic.error("LANG-141", span, "%s is no control code", name).label(declared, "declared here");
    }

    static Diagnostic unknownProperty(Span span, String word, String place, List<String> near, List<String> known) {
        return nearOr(Diagnostic.error("LANG-142", span, "%s means nothing in %s", word, place), near, known);
    }

    static Diagnostic propertyOfFramework(Span span, String word, String place, List<String> known) {
        return Diagnostic.error("LANG-142", span, "%s is the framework's, which a wdm driver does not have", word).help("a wdm %s knows %s", place, String.join(", ", known));
    }

    static Diagnostic extensionOfFramework(Span span) {
        return Diagnostic.error("LANG-142", span, "the device extension is the framework's own; a driver keeps its state in a context").help("context TYPE; with context TYPE { … } in the driver");
    }

    static Diagnostic powerOfControlDevice(Span span) {
        return Diagnostic.error("LANG-159", span, "a control device has no power state, so none of its queues can follow one").help("leave it out, or say power_managed off;");
    }

    static Diagnostic noReserve(Span span, String word) {
        return Diagnostic.error("LANG-164", span, "%s is for a queue with reserved requests, and this one has none", word).help("total_forward_progress_requests 4;");
    }

    static Diagnostic neverExamines(Span span, String policy) {
        return Diagnostic.error("LANG-164", span, "EvtIoWdmIrpForForwardProgress is never called: the policy is %s (REQ-231)", policy)
                .help("forward_progress_reserved_policy use_examine;");
    }

    static Diagnostic examinesNothing(Span span, String queue) {
        return Diagnostic.error("LANG-164", span, "the policy of %s is use_examine, and there is no callback that examines (REQ-230)", queue)
                .help("EvtIoWdmIrpForForwardProgress(Queue, Irp) { return WdfIoForwardProgressActionUseReservedRequest; }");
    }

    static Diagnostic unknownWord(Span span, String word, String property, List<String> allowed) {
        return Diagnostic.error("LANG-142", span, "%s is nothing that %s can be", word, property).help("%s", String.join(" | ", allowed));
    }

    static Diagnostic propertyWants(Span span, String word, String what) {
        return Diagnostic.error("LANG-142", span, "%s wants %s", word, what);
    }

    static Diagnostic propertyWantsOneWord(Span span, String word, List<String> allowed) {
        return Diagnostic.error("LANG-142", span, "%s wants one word behind it", word).help("%s", String.join(" | ", allowed));
    }

    static Diagnostic unknownDirective(Span span, String name, List<String> near, List<String> known) {
        return nearOr(Diagnostic.error("LANG-142", span, "%s is no directive of a UMDF driver's INF (UMDF-153)", name), near, known);
    }

    static Diagnostic unknownDirectiveValue(Span span, String value, String directive, List<String> near, List<String> allowed) {
        Diagnostic finding = Diagnostic.error("LANG-142", span, "%s is nothing that %s can be (UMDF-153)", value, directive);
        return near.isEmpty() ? finding.help("%s", String.join(" | ", allowed)) : SemanticFindings.near(finding, near);
    }

    static Diagnostic directiveNotHere(Span span, String name, String place) {
        return Diagnostic.error("LANG-142", span, "%s = is for inf { }; a property of %s has no =", name, place);
    }

    static Diagnostic unknownCallback(Span span, String name, String place, String home, List<String> near) {
        return home(Diagnostic.error("LANG-143", span, "%s is no callback of %s", name, place), place, home, near);
    }

    static Diagnostic callbackParameters(Span span, String name, String signature, int expected, int given) {
        return Diagnostic.error("LANG-143", span, "%s has %d parameters; here it has %d", name, expected, given).help("%s(%s)", name, signature);
    }

    static Diagnostic callbackParameterType(Span span, String callback, String parameter, Type written, Type expected) {
        return Diagnostic.error("LANG-143", span, "%s of %s is a %s, not %s", parameter, callback, expected.show(), written.show())
                .help("its type need not be written");
    }

    static Diagnostic callbackNoFunction(Span span, String name) {
        return Diagnostic.error("LANG-143", span, "%s = needs the name of a function", name);
    }

    static Diagnostic callbackOtherSignature(Span span, String name, FunctionSymbol function, Type.Function expected, String typeName) {
        return Diagnostic.error("LANG-143", span, "%s is %s, and %s must be %s", function.name(), function.type().show(), name, expected.show())
                .label(function.span(), "declared here");
    }

    static Diagnostic manualQueueCallback(Span span, String name, String queue) {
        return Diagnostic.warning("LANG-143", span, "%s is never called: the framework presents nothing from the manual queue %s", name, queue)
                .help("take requests with WdfIoQueueRetrieveNextRequest, or make the queue sequential or parallel");
    }

    static Diagnostic handledTwice(Span span, String name, Span before) {
        return Diagnostic.error("LANG-144", span, "the code of %s is handled twice in this queue", name).label(before, "the other one");
    }

    static Diagnostic handleParameter(Span span, String name, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-144", span, "a handle block knows Request, In, InLength, Out and OutLength, not %s", name), near);
    }

    static Diagnostic handleWithoutRequest(Span span) {
        return Diagnostic.error("LANG-144", span, "the first parameter of a handle block is Request");
    }

    static Diagnostic handleNeither(Span span, String parameter, String ioctl) {
        return Diagnostic.error("LANG-144", span, "%s is METHOD_NEITHER: the framework has no buffer to give for %s", ioctl, parameter)
                .help("use EvtIoInCallerContext and WdfRequestRetrieveUnsafeUserInputBuffer, probe and lock what the application named");
    }

    static Diagnostic handlePointer(Span span, String name, Type type) {
        return Diagnostic.error("LANG-144", span, "%s is a pointer to the buffer; this is %s", name, type.show());
    }

    static Diagnostic handleOutsideQueue(Span span) {
        return Diagnostic.error("LANG-144", span, "a handle block stands in a queue");
    }

    static Diagnostic handleInWdm(Span span) {
        return Diagnostic.error("LANG-144", span, "a wdm driver has no handle blocks: it gets the IRP")
                .help("IRP_MJ_DEVICE_CONTROL(DeviceObject, Irp) { switch (…IoControlCode) … }");
    }

    static Diagnostic instanceWithoutDevice(Span span, String name, Type type, String device) {
        return Diagnostic.error("LANG-145", span, "nothing here says which instance of the device %s is meant, so %s means nothing", device, name)
                .help("with `as Get%s` behind its name in the declaration there is %s Get%s(WDFDEVICE)", name, type.show(), name);
    }

    static Diagnostic instanceAmbiguous(Span span, String name) {
        return Diagnostic.error("LANG-145", span, "several devices of this driver have a %s", name)
                .help("inside a device's callbacks its own is meant");
    }

    static Diagnostic entryAndDevices(Span span, String name) {
        return Diagnostic.error("LANG-146", span, "this driver has a DriverEntry, so it is C throughout: %s cannot be declared beside it", name)
                .help("create it in DriverEntry or EvtDriverDeviceAdd, or leave DriverEntry out");
    }

    static Diagnostic secondDevice(Span span, String name, Span before) {
        return Diagnostic.error("LANG-146", span, "%s is a second device without control; what PnP finds is one device for each driver",
                name).label(before, "the first")
                .help("make it a control device: device %s control", name);
    }

    static Diagnostic driverWithoutDevice(Span span, String name) {
        return Diagnostic.warning("LANG-146", span, "%s has neither a device nor a DriverEntry: nothing can open it", name);
    }

    static Diagnostic frameworkInWdm(Span span, String what) {
        return Diagnostic.error("LANG-146", span, "%s is an object of the framework, which a wdm driver does not have", what);
    }

    static Diagnostic objectWithoutCallback(Span span, String kind, String name, String callback) {
        return Diagnostic.error("LANG-146", span, "the %s %s has no %s", kind, name, callback);
    }

    static Diagnostic unknownProcess(Span span, String name, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-152", span, "there is no process %s", name), near);
    }

    static Diagnostic waitsForItself(Span span, String name) {
        return Diagnostic.error("LANG-152", span, "the process %s waits for itself", name);
    }

    static Diagnostic unknownPart(Span span, String name, String kind, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-152", span, "there is no %s %s", kind, name), near);
    }

    static Diagnostic importNotFound(Span span, String target, String why) {
        return Diagnostic.error("LANG-153", span, "%s cannot be imported: %s", target, why);
    }

    static Diagnostic importCycle(Span span, String chain) {
        return Diagnostic.error("LANG-154", span, "these files import each other: %s", chain).help("move what both need into a third file");
    }

    // ---- helps ------------------------------------------------------------------------------------------------------------

    private static Diagnostic nearOr(Diagnostic finding, List<String> near, List<String> known) {
        return near.isEmpty() ? known.isEmpty() ? finding : finding.help("known are %s", String.join(", ", known)) : SemanticFindings.near(finding, near);
    }

    private static Diagnostic home(Diagnostic finding, String place, String home, List<String> near) {
        return !near.isEmpty() ? SemanticFindings.near(finding, near) : home.isEmpty() || home.equals(place) ? finding : finding.help("it belongs in %s", home);
    }

    static Diagnostic devnodeWithoutFunction(Span span, String name) {
        return Diagnostic.error("LANG-157", span, "devnode %s names no function driver, and filters alone make no stack", name).help("function NAME; with the driver that serves the device");
    }

    static Diagnostic deviceWithoutDevnode(Span span, String driver, String framework) {
        Diagnostic finding = Diagnostic.warning("LANG-158", span, "no devnode names driver %s, so PnP never finds this device and it is never created", driver)
                .help("devnode %sNode { function %s; } makes PnP find it", driver, driver);
        return framework.equals("kmdf") ? finding.help("or write `control` behind its name: a control device needs no devnode") : finding;
    }

    static Diagnostic pnpEventOfControlDevice(Span span, String callback) {
        return Diagnostic.error("LANG-159", span, "%s is an event of plug-and-play and power, and a control device has neither", callback)
                .help("leave `control` out, and name the driver in a devnode");
    }
}

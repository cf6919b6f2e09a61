package wdfs.explain;

import java.util.List;

/// The text of a framework's probes: drivers that do nothing but show where the buffers are, and their application. It is an
/// ordinary script, and can be run as one. The application first tells the driver what is to be tried, and then makes the
/// request; it begins at `Ask`, with the case as its arguments.
final class ProbeScript {
    /// What the probes fill memory with: the application's two buffers, and the driver's stores.
    static final int APP_IN = 0x11;
    static final int APP_OUT = 0xEE;
    static final int DRIVER_IN = 0xD1;
    static final int DRIVER_OUT = 0xD2;
    static final int LATER_IN = 0xA1;
    static final int LATER_OUT = 0xA2;
    /// Up to where a length that is direct is looked for, in bytes.
    static final int MOST_LEAST = 64 * 1024;

    private final Question question;
    private final boolean umdf;
    private final StringBuilder text = new StringBuilder();

    private ProbeScript(Question question, Probe.Framework framework) {
        this.question = question;
        this.umdf = framework == Probe.Framework.UMDF;
    }

    static String of(Question question, Probe.Framework framework) {
        return new ProbeScript(question, framework).write();
    }

    /// The device that a probe's request goes to, as the application numbers them.
    static int device(Question question, Probe probe) {
        if (probe.isUmdf()) {
            return UMDF_PREFERENCES.indexOf(probe.preference());
        }
        return question.kind() == Question.Kind.CONTROL ? 0 : Transfer.of(question.kind()).indexOf(probe.transfer());
    }

    /// What UMDF drivers can prefer, each with a driver and devnode of its number.
    static final List<Transfer> UMDF_PREFERENCES = List.of(Transfer.BUFFERED, Transfer.DIRECT);

    /// The arguments of `Ask`.
    static long[] arguments(Question question, Probe probe, Scenario scenario) {
        boolean fills = question.kind() != Question.Kind.WRITE && (probe.isUmdf() || probe.transfer() != Transfer.IN_DIRECT);
        return new long[] {device(question, probe), question.code(probe.transfer()), scenario.number(), probe.raw() ? 1 : 0, fills ? 1 : 0,
            scenario instanceof Scenario.Ending e ? e.code() : 0, scenario instanceof Scenario.Ending e ? e.information() : question.some()};
    }

    private boolean control() {
        return question.kind() == Question.Kind.CONTROL;
    }

    private boolean hasIn() {
        return question.kind() != Question.Kind.READ;
    }

    private boolean hasOut() {
        return question.kind() != Question.Kind.WRITE;
    }

    private void line(int depth, String line) {
        text.append(line.isEmpty() ? "" : "    ".repeat(depth) + line).append('\n');
    }

    private String write() {
        int function = (question.code() >>> 2 & 0xFFF) >= 0xFFE ? 0xFFC : 0xFFE;
        line(0, "// The probes of `wdfs explain`: %s, %s.".formatted(question.name(), question.lengths()));
        line(0, "");
        line(0, "ioctl IOCTL_PROBE_ASK = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x%03X, METHOD_BUFFERED, FILE_ANY_ACCESS);".formatted(function));
        line(0, "ioctl IOCTL_PROBE_LOOK = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x%03X, METHOD_BUFFERED, FILE_ANY_ACCESS);".formatted(function + 1));
        line(0, "typedef struct _ASKED { ULONG Scenario; ULONG Raw; ULONG Fills; NTSTATUS Status; ULONG Information; } ASKED;");
        line(0, "typedef struct _PROBE { ASKED Asked; PUCHAR In; PUCHAR Out; size_t InLength; size_t OutLength; WDFREQUEST Waiting;%s } PROBE;".formatted(umdf ? " ULONG Type;" : ""));
        if (!umdf) {
            line(0, "context LOCKED as GetLocked { WDFMEMORY Input; WDFMEMORY Output; }");
        }
        serve();
        side();
        if (umdf) {
            for (int i = 0; i < UMDF_PREFERENCES.size(); i++) {
                umdfDriver(i, UMDF_PREFERENCES.get(i).ioType);
            }
        } else {
            callerContext();
            kmdfDriver();
        }
        application();
        return text.toString();
    }

    // ---- the drivers -----------------------------------------------------------------------------------------------------------------

    private void kmdfDriver() {
        line(0, "driver Probe kmdf 1.33 {");
        line(1, "PROBE Probe;");
        List<Transfer> types = control() ? List.of(Transfer.BUFFERED) : Transfer.of(question.kind());
        for (int i = 0; i < types.size(); i++) {
            line(1, "device Probe%d control {".formatted(i));
            line(2, "name L\"\\\\Device\\\\Probe%d\"; symbolic_link L\"\\\\DosDevices\\\\Probe%d\"; io_type %s; request_context LOCKED;".formatted(i, i, types.get(i).ioType));
            line(2, "EvtIoInCallerContext(Device, Request) { InCaller(&Probe, Device, Request); }");
            queue();
            line(1, "}");
        }
        line(0, "}");
    }

    private void umdfDriver(int number, String preference) {
        line(0, "driver Probe%d umdf 2.15 {".formatted(number));
        line(1, "inf { UmdfHostProcessSharing = ProcessSharingDisabled; UmdfMethodNeitherAction = Copy; }");
        line(1, "PROBE Probe;");
        line(1, "device Probe {");
        line(2, "symbolic_link L\"\\\\DosDevices\\\\Probe%d\"; io_type { read_write %s; ioctl %s; }".formatted(number, preference, preference));
        queue();
        line(1, "}");
        line(0, "}");
        line(0, "devnode Node%d { function Probe%d; }".formatted(number, number));
    }

    private void queue() {
        line(2, "queue Default parallel {");
        line(3, "EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {");
        if (control()) {
            line(4, "if (IoControlCode != IOCTL_PROBE_ASK && IoControlCode != IOCTL_PROBE_LOOK) { Serve(&Probe, Request); return; }");
        }
        line(4, "Side(&Probe, Request, IoControlCode);");
        line(3, "}");
        if (!control()) {
            line(3, "EvtIo%s(Queue, Request, Length) { Serve(&Probe, Request); }".formatted(hasIn() ? "Write" : "Read"));
        }
        line(2, "}");
    }

    /// NEITHER: the raw addresses are worth something only here, in the thread of the application.
    private void callerContext() {
        line(0, "VOID InCaller(PROBE *probe, WDFDEVICE Device, WDFREQUEST Request) {");
        line(1, "PVOID raw;");
        line(1, "size_t length;");
        line(1, "NTSTATUS status = STATUS_SUCCESS;");
        line(1, "WDF_REQUEST_PARAMETERS parameters;");
        line(1, "WDF_REQUEST_PARAMETERS_INIT(&parameters);");
        line(1, "WdfRequestGetParameters(Request, &parameters);");
        line(1, "BOOLEAN asked = parameters.Type == %s;".formatted(switch (question.kind()) {
            case READ -> "WdfRequestTypeRead";
            case WRITE -> "WdfRequestTypeWrite";
            case CONTROL -> "WdfRequestTypeDeviceControl && parameters.Parameters.DeviceIoControl.IoControlCode != IOCTL_PROBE_ASK"
                    + " && parameters.Parameters.DeviceIoControl.IoControlCode != IOCTL_PROBE_LOOK";
        }));
        line(1, "if (asked && (probe->Asked.Raw || probe->Asked.Scenario == %d)) {".formatted(Scenario.Raw.NUMBER));
        for (boolean in : new boolean[] {true, false}) {
            if (in ? hasIn() : hasOut()) {
                String side = in ? "Input" : "Output";
                line(2, "status = WdfRequestRetrieveUnsafeUser%sBuffer(Request, 0, &raw, &length);".formatted(side));
                gave(2, "WdfRequestRetrieveUnsafeUser" + side + "Buffer", "raw", "length");
                line(2, "if (probe->Asked.Raw && NT_SUCCESS(status) && length != 0)");
                line(3, "status = WdfRequestProbeAndLockUserBufferFor%s(Request, raw, length, &GetLocked(Request)->%s);".formatted(in ? "Read" : "Write", side));
            }
        }
        line(1, "}");
        line(1, "if (asked && probe->Asked.Scenario == %d) {".formatted(Scenario.Raw.NUMBER));
        if (control()) {
            line(2, "PMDL mdl;");
            mdl(2, "Output");
        }
        line(2, "WdfRequestComplete(Request, STATUS_SUCCESS);");
        line(2, "return;");
        line(1, "}");
        line(1, "if (NT_SUCCESS(status)) status = WdfDeviceEnqueueRequest(Device, Request);");
        line(1, "if (!NT_SUCCESS(status)) WdfRequestComplete(Request, status);");
        line(0, "}");
    }

    /// The request that is asked about.
    private void serve() {
        line(0, "VOID Serve(PROBE *probe, WDFREQUEST Request) {");
        line(1, "NTSTATUS status;");
        line(1, "PUCHAR in = NULL, out = NULL;");
        line(1, "size_t inLength = 0, outLength = 0;");
        line(1, "BOOLEAN journey = probe->Asked.Scenario == %d;".formatted(Scenario.Journey.NUMBER));
        if (umdf) {
            line(1, "probe->Type = WdfRequestGetEffectiveIoType(Request);");
            line(1, "if (probe->Asked.Scenario == %d) { WdfRequestComplete(Request, STATUS_SUCCESS); return; }".formatted(Scenario.Least.NUMBER));
            say(1, "type=%d\\n", "probe->Type");
        }
        line(1, "if (!probe->Asked.Raw || journey) {");
        // A journey asks for both sides, to see what the wrong one gives.
        retrieve("Input", "in", hasIn());
        retrieve("Output", "out", hasOut());
        line(1, "}");
        line(1, "if (journey) {");
        line(2, "PVOID raw;");
        line(2, "size_t length;");
        line(2, "WDFMEMORY memory;");
        for (String side : new String[] {"Input", "Output"}) {
            line(2, "raw = NULL;");
            line(2, "length = 0;");
            line(2, "status = WdfRequestRetrieve%sMemory(Request, &memory);".formatted(side));
            line(2, "if (NT_SUCCESS(status)) raw = WdfMemoryGetBuffer(memory, &length);");
            gave(2, "WdfRequestRetrieve" + side + "Memory", "raw", "length");
        }
        if (!umdf) {
            line(2, "PMDL mdl;");
            mdl(2, "Input");
            mdl(2, "Output");
        }
        line(1, "}");
        if (!umdf) {
            line(1, "if (probe->Asked.Raw) {");
            line(2, "if (GetLocked(Request)->Input != NULL) in = WdfMemoryGetBuffer(GetLocked(Request)->Input, &inLength);");
            line(2, "if (GetLocked(Request)->Output != NULL) out = WdfMemoryGetBuffer(GetLocked(Request)->Output, &outLength);");
            line(1, "}");
        }
        line(1, "if (probe->Asked.Scenario == %d) {".formatted(Scenario.Sight.NUMBER));
        line(2, "probe->In = in;");
        line(2, "probe->Out = out;");
        line(2, "probe->InLength = inLength;");
        line(2, "probe->OutLength = outLength;");
        line(2, "probe->Waiting = Request;");
        line(2, "if (out != NULL) {");
        say(3, "load=out\\n");
        say(3, "first.out=%d\\n", "out[0]");
        say(3, "load=outEnd\\n");
        say(3, "first.outEnd=%d\\n", "out[outLength - 1]");
        line(2, "}");
        line(2, "if (in != NULL) {");
        say(3, "store=in\\n");
        line(3, "RtlFillMemory(in, inLength, 0x%02X);".formatted(DRIVER_IN));
        line(2, "}");
        line(2, "if (out != NULL) {");
        say(3, "store=out\\n");
        line(3, "RtlFillMemory(out, outLength, 0x%02X);".formatted(DRIVER_OUT));
        line(2, "}");
        say(2, "store=none\\n");
        line(2, "if (in != NULL && out != NULL) {");
        say(3, "alias=%d\\n", "in[0] == 0x%02X".formatted(DRIVER_OUT));
        line(2, "}");
        line(2, "return;");
        line(1, "}");
        line(1, "if (journey && in != NULL && out != NULL) {");
        say(2, "same=%d\\n", "in == out");
        line(1, "}");
        line(1, "if (probe->Asked.Fills && out != NULL) RtlFillMemory(out, outLength, 0x%02X);".formatted(DRIVER_OUT));
        line(1, "WdfRequestCompleteWithInformation(Request, probe->Asked.Status, probe->Asked.Information);");
        line(0, "}");
    }

    private void retrieve(String side, String name, boolean always) {
        line(2, (always ? "" : "if (journey) ") + "{");
        line(3, "status = WdfRequestRetrieve%sBuffer(Request, 0, (PVOID *)&%s, &%sLength);".formatted(side, name, name));
        gave(3, "WdfRequestRetrieve" + side + "Buffer", name, name + "Length");
        line(3, "if (!NT_SUCCESS(status)) %s = NULL;".formatted(name));
        line(2, "}");
    }

    private void mdl(int depth, String side) {
        line(depth, "status = WdfRequestRetrieve%sWdmMdl(Request, &mdl);".formatted(side));
        line(depth, "raw = NT_SUCCESS(status) ? MmGetMdlVirtualAddress(mdl) : NULL;");
        line(depth, "length = NT_SUCCESS(status) ? MmGetMdlByteCount(mdl) : 0;");
        gave(depth, "WdfRequestRetrieve" + side + "WdmMdl", "raw", "length");
    }

    /// The driver says what it was given.
    private void gave(int depth, String ddi, String pointer, String length) {
        say(depth, ddi + "=%x %p %Iu\\n", "status", pointer, length);
    }

    private void say(int depth, String format, String... values) {
        line(depth, "%s(\"%s\"%s);".formatted(umdf ? "printf" : "DbgPrint", format, values.length == 0 ? "" : ", " + String.join(", ", values)));
    }

    /// The requests beside the one that is asked about: what is to be tried; and, while that one is pending, that the driver looks
    /// at what the application did meanwhile, and ends it.
    private void side() {
        line(0, "VOID Side(PROBE *probe, WDFREQUEST Request, ULONG code) {");
        line(1, "NTSTATUS status = STATUS_SUCCESS;");
        line(1, "if (code == IOCTL_PROBE_ASK) {");
        line(2, "WDFMEMORY memory;");
        line(2, "status = WdfRequestRetrieveInputMemory(Request, &memory);");
        line(2, "if (NT_SUCCESS(status)) probe->Asked = *(ASKED *)WdfMemoryGetBuffer(memory, NULL);");
        if (umdf) {
            line(1, "} else if (probe->Asked.Scenario == %d) {".formatted(Scenario.Least.NUMBER));
            line(2, "WDFMEMORY memory;");
            line(2, "status = WdfRequestRetrieveOutputMemory(Request, &memory);");
            line(2, "if (NT_SUCCESS(status)) *(ULONG *)WdfMemoryGetBuffer(memory, NULL) = probe->Type;");
            line(2, "WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? sizeof(ULONG) : 0);");
            line(2, "return;");
        }
        line(1, "} else {");
        for (String side : new String[] {"In", "Out"}) {
            String name = side.toLowerCase(java.util.Locale.ROOT);
            line(2, "if (probe->%s != NULL) {".formatted(side));
            say(3, "driver.%s=%%d\\n".formatted(name), "probe->%s[0]".formatted(side));
            say(3, "driver.%sEnd=%%d\\n".formatted(name), "probe->%s[probe->%sLength - 1]".formatted(side, side));
            line(2, "}");
        }
        line(2, "WdfRequestCompleteWithInformation(probe->Waiting, STATUS_SUCCESS, %d);".formatted(hasOut() ? question.out() : question.in()));
        line(1, "}");
        line(1, "WdfRequestComplete(Request, status);");
        line(0, "}");
    }

    // ---- the application -------------------------------------------------------------------------------------------------------------

    private void application() {
        line(0, "HANDLE Open(ULONG device, DWORD flags) {");
        line(1, "return CreateFile(device == 0 ? L\"\\\\\\\\.\\\\Probe0\" : device == 1 ? L\"\\\\\\\\.\\\\Probe1\" : L\"\\\\\\\\.\\\\Probe2\", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);");
        line(0, "}");
        if (umdf) {
            least();
        }
        line(0, "VOID Ask(ULONG device, ULONG code, ULONG scenario, ULONG raw, ULONG fills, NTSTATUS status, ULONG information) {");
        line(1, "DWORD returned = 0;");
        line(1, "ASKED asked = { scenario, raw, fills, status, information };");
        line(1, "HANDLE h = Open(device, 0);");
        line(1, "DeviceIoControl(h, IOCTL_PROBE_ASK, &asked, sizeof(asked), NULL, 0, &returned, NULL);");
        if (umdf) {
            line(1, "if (scenario == %d) { Least(h, code); CloseHandle(h); return; }".formatted(Scenario.Least.NUMBER));
        }
        line(1, "PUCHAR in = %s;".formatted(buffer(question.in())));
        line(1, "PUCHAR out = %s;".formatted(buffer(question.out())));
        if (question.in() > 0) {
            line(1, "memset(in, 0x%02X, %d);".formatted(APP_IN, question.in()));
        }
        if (question.out() > 0) {
            line(1, "memset(out, 0x%02X, %d);".formatted(APP_OUT, question.out()));
        }
        line(1, "returned = 0;");
        line(1, "if (scenario == %d) {".formatted(Scenario.Sight.NUMBER));
        sightings();
        line(1, "} else {");
        line(2, "BOOL ok = %s;".formatted(call("in", question.in(), "out", question.out(), "&returned", "NULL")));
        line(2, "DWORD error = ok ? 0 : GetLastError();");
        line(2, "printf(\"ok=%d\\nerror=%u\\nreturned=%u\\n\", ok, error, returned);");
        if (question.out() > 0) {
            line(2, "ULONG changed = 0;");
            line(2, "for (ULONG i = 0; i < %d; i++) if (out[i] != 0x%02X) changed++;".formatted(question.out(), APP_OUT));
            line(2, "printf(\"changed=%u\\n\", changed);");
        }
        line(1, "}");
        line(1, "CloseHandle(h);");
        line(0, "}");
        line(0, "test \"probe\" { Ask(0, 0x%08X, 0, 0, 1, STATUS_SUCCESS, %d); }".formatted(question.code(Transfer.BUFFERED), question.some()));
    }

    private static String buffer(int length) {
        return length == 0 ? "NULL" : "VirtualAlloc(NULL, %d, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE)".formatted(length);
    }

    private String call(String in, Object inLength, String out, Object outLength, String returned, String overlapped) {
        return switch (question.kind()) {
            case READ -> "ReadFile(h, %s, %s, %s, %s)".formatted(out, outLength, returned, overlapped);
            case WRITE -> "WriteFile(h, %s, %s, %s, %s)".formatted(in, inLength, returned, overlapped);
            case CONTROL -> "DeviceIoControl(h, code, %s, %s, %s, %s, %s, %s)".formatted(in, inLength, out, outLength, returned, overlapped);
        };
    }

    private void sightings() {
        line(2, "OVERLAPPED first = { 0 }, second = { 0 };");
        line(2, "first.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);");
        line(2, "second.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);");
        line(2, "CloseHandle(h);");
        line(2, "h = Open(device, FILE_FLAG_OVERLAPPED);");
        line(2, "%s;".formatted(call("in", question.in(), "out", question.out(), "NULL", "&first")));
        line(2, "Sleep(1);");
        seen("pending");
        if (question.in() > 0) {
            line(2, "in[0] = in[%d] = 0x%02X;".formatted(question.in() - 1, LATER_IN));
        }
        if (question.out() > 0) {
            line(2, "out[0] = out[%d] = 0x%02X;".formatted(question.out() - 1, LATER_OUT));
        }
        line(2, "DeviceIoControl(h, IOCTL_PROBE_LOOK, NULL, 0, NULL, 0, NULL, &second);");
        line(2, "WaitForSingleObject(first.hEvent, INFINITE);");
        seen("done");
    }

    private void seen(String when) {
        for (boolean in : new boolean[] {true, false}) {
            int length = in ? question.in() : question.out();
            String name = in ? "in" : "out";
            if (length > 0) {
                line(2, "printf(\"%s.%s=%%d\\n%s.%sEnd=%%d\\n\", %s[0], %s[%d]);".formatted(when, name, when, name, name, name, length - 1));
            }
        }
    }

    /// Between a length that is buffered and one that is direct, the middle is tried.
    private void least() {
        line(0, "VOID Least(HANDLE h, ULONG code) {");
        line(1, "PUCHAR buffer = VirtualAlloc(NULL, %d, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);".formatted(MOST_LEAST));
        line(1, "ULONG low = 0, high = %d, length = %d;".formatted(MOST_LEAST, MOST_LEAST));
        line(1, "do {");
        line(2, "DWORD returned = 0;");
        line(2, "ULONG type = 0;");
        line(2, "%s;".formatted(hasOut() ? call("NULL", "0", "buffer", "length", "&returned", "NULL") : call("buffer", "length", "NULL", "0", "&returned", "NULL")));
        line(2, "DeviceIoControl(h, IOCTL_PROBE_LOOK, NULL, 0, &type, sizeof(type), &returned, NULL);");
        line(2, "if (type == %d) high = length; else low = length;".formatted(Wording.DIRECT));
        line(2, "length = (low + high) / 2;");
        line(1, "} while (high - low > 1);");
        line(1, "printf(\"least=%u\\n\", low < high ? high : 0);");
        line(0, "}");
    }
}

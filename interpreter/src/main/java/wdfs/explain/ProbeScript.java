package wdfs.explain;

import java.util.List;

/// The text of a transfer type's probes: for each scenario a driver, and a test as its application, that do nothing but show
/// where the buffers are. It is an ordinary script, and can be run as one.
final class ProbeScript {
    /// What the probes fill memory with: the application's two buffers, and the driver's stores.
    static final int APP_IN = 0x11;
    static final int APP_OUT = 0xEE;
    static final int DRIVER_IN = 0xD1;
    static final int DRIVER_OUT = 0xD2;
    static final int LATER_IN = 0xA1;
    static final int LATER_OUT = 0xA2;

    private final Question question;
    private final Transfer transfer;
    private final StringBuilder text = new StringBuilder();
    private Scenario scenario;
    /// The probe's number, which tells its driver and device from the others'.
    private int number;

    private ProbeScript(Question question, Transfer transfer) {
        this.question = question;
        this.transfer = transfer;
    }

    /// One test for each scenario, in their order.
    static String of(Question question, Transfer transfer, List<Scenario> scenarios) {
        return new ProbeScript(question, transfer).write(scenarios);
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

    private boolean raw() {
        return transfer == Transfer.NEITHER;
    }

    /// Whether the driver is meant to store to the second buffer.
    private boolean fills() {
        return hasOut() && transfer != Transfer.IN_DIRECT;
    }

    private void line(int depth, String line) {
        text.append(line.isEmpty() ? "" : "    ".repeat(depth) + line).append('\n');
    }

    private String write(List<Scenario> scenarios) {
        line(0, "// The probes of `wdfs explain`: %s as %s, %s.".formatted(question.name(), transfer.title(question.kind()), question.lengths()));
        line(0, "");
        if (control()) {
            line(0, "ioctl %s = 0x%08X;".formatted(question.name(), question.code(transfer)));
        }
        line(0, "ioctl IOCTL_PROBE_LOOK = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x%03X, METHOD_BUFFERED, FILE_ANY_ACCESS);".formatted((question.code() >>> 2 & 0xFFF) == 0xFFF ? 0xFFE : 0xFFF));
        for (Scenario each : scenarios) {
            scenario = each;
            number++;
            line(0, "");
            driver();
            line(0, "");
            application();
        }
        return text.toString();
    }

    // ---- the driver ------------------------------------------------------------------------------------------------------------------

    private void driver() {
        line(0, "driver Probe%d kmdf 1.33 {".formatted(number));
        if (scenario instanceof Scenario.Ending e && !e.verifier()) {
            line(1, "verifier off;");
        }
        if (raw()) {
            line(1, "context LOCKED as GetLocked { WDFMEMORY Input; WDFMEMORY Output; }");
        }
        if (scenario instanceof Scenario.Sight) {
            line(1, "PUCHAR In;");
            line(1, "PUCHAR Out;");
            line(1, "WDFREQUEST Waiting;");
        }
        line(1, "device Probe control {");
        line(2, "name L\"\\\\Device\\\\Probe%d\"; symbolic_link L\"\\\\DosDevices\\\\Probe%d\";".formatted(number, number));
        if (!control()) {
            line(2, "io_type " + transfer.ioType + ";");
        }
        if (raw()) {
            line(2, "request_context LOCKED;");
        }
        if (raw() || scenario instanceof Scenario.Raw) {
            line(2, "");
            callerContext();
        }
        line(2, "");
        if (scenario instanceof Scenario.Raw) {
            line(2, "queue Default manual;");
        } else {
            line(2, "queue Default parallel {");
            handler();
            if (scenario instanceof Scenario.Sight && !control()) {
                line(3, "EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {");
                look(4);
                line(3, "}");
            }
            line(2, "}");
        }
        line(1, "}");
        line(0, "}");
    }

    /// NEITHER: the raw addresses are worth something only here, in the thread of the application.
    private void callerContext() {
        line(2, "EvtIoInCallerContext(Device, Request) {");
        line(3, "PVOID raw;");
        line(3, "size_t length;");
        line(3, "NTSTATUS status = STATUS_SUCCESS;");
        line(3, "WDF_REQUEST_PARAMETERS parameters;");
        line(3, "WDF_REQUEST_PARAMETERS_INIT(&parameters);");
        line(3, "WdfRequestGetParameters(Request, &parameters);");
        line(3, "if (parameters.Type == %s%s) {".formatted(switch (question.kind()) {
            case READ -> "WdfRequestTypeRead";
            case WRITE -> "WdfRequestTypeWrite";
            case CONTROL -> "WdfRequestTypeDeviceControl";
        }, control() ? " && parameters.Parameters.DeviceIoControl.IoControlCode == " + question.name() : ""));
        for (boolean in : new boolean[] {true, false}) {
            if (in ? hasIn() : hasOut()) {
                line(4, "status = WdfRequestRetrieveUnsafeUser%sBuffer(Request, 0, &raw, &length);".formatted(in ? "Input" : "Output"));
                gave(4, "WdfRequestRetrieveUnsafeUser" + (in ? "Input" : "Output") + "Buffer", "raw", "length");
                if (raw()) {
                    line(4, "if (NT_SUCCESS(status) && length != 0)");
                    line(5, "status = WdfRequestProbeAndLockUserBufferFor%s(Request, raw, length, &GetLocked(Request)->%s);".formatted(in ? "Read" : "Write", in ? "Input" : "Output"));
                }
            }
        }
        if (scenario instanceof Scenario.Raw) {
            if (control()) {
                line(4, "PMDL mdl;");
                mdl("Output");
            }
            line(4, "WdfRequestComplete(Request, STATUS_SUCCESS);");
            line(4, "return;");
        }
        line(3, "}");
        line(3, "if (NT_SUCCESS(status)) status = WdfDeviceEnqueueRequest(Device, Request);");
        line(3, "if (!NT_SUCCESS(status)) WdfRequestComplete(Request, status);");
        line(2, "}");
    }

    private void handler() {
        line(3, switch (question.kind()) {
            case READ -> "EvtIoRead(Queue, Request, Length) {";
            case WRITE -> "EvtIoWrite(Queue, Request, Length) {";
            case CONTROL -> "EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {";
        });
        if (scenario instanceof Scenario.Sight && control()) {
            line(4, "if (IoControlCode == IOCTL_PROBE_LOOK) {");
            look(5);
            line(5, "return;");
            line(4, "}");
        }
        line(4, "NTSTATUS status;");
        line(4, "PUCHAR in = NULL, out = NULL;");
        line(4, "size_t inLength = 0, outLength = 0;");
        boolean journey = scenario instanceof Scenario.Journey;
        if (!raw() || journey) {
            // A journey asks for both sides, to see what the wrong one gives.
            retrieve("Input", "in", hasIn() || journey);
            retrieve("Output", "out", hasOut() || journey);
        }
        if (journey) {
            line(4, "PVOID raw;");
            line(4, "size_t length;");
            line(4, "WDFMEMORY memory;");
            line(4, "PMDL mdl;");
            for (String side : new String[] {"Input", "Output"}) {
                line(4, "raw = NULL;");
                line(4, "length = 0;");
                line(4, "status = WdfRequestRetrieve%sMemory(Request, &memory);".formatted(side));
                line(4, "if (NT_SUCCESS(status)) raw = WdfMemoryGetBuffer(memory, &length);");
                gave(4, "WdfRequestRetrieve" + side + "Memory", "raw", "length");
            }
            mdl("Input");
            mdl("Output");
        }
        if (raw()) {
            line(4, "if (GetLocked(Request)->Input != NULL) in = WdfMemoryGetBuffer(GetLocked(Request)->Input, &inLength);");
            line(4, "if (GetLocked(Request)->Output != NULL) out = WdfMemoryGetBuffer(GetLocked(Request)->Output, &outLength);");
        }
        switch (scenario) {
            case Scenario.Journey _ -> {
                line(4, "if (in != NULL && out != NULL) DbgPrint(\"same=%d\\n\", in == out);");
                complete("STATUS_SUCCESS", question.some());
            }
            case Scenario.Ending e -> complete(e.status(), e.information());
            case Scenario.Sight _ -> {
                line(4, "In = in;");
                line(4, "Out = out;");
                line(4, "Waiting = Request;");
                line(4, "if (in != NULL) { DbgPrint(\"store=in\\n\"); in[0] = 0x%02X; }".formatted(DRIVER_IN));
                line(4, "if (out != NULL) { DbgPrint(\"store=out\\n\"); out[0] = 0x%02X; }".formatted(DRIVER_OUT));
                line(4, "DbgPrint(\"store=none\\n\");");
                line(4, "if (in != NULL && out != NULL) DbgPrint(\"alias=%d\\n\", in[0] == 0x" + "%02X);".formatted(DRIVER_OUT));
            }
            case Scenario.Raw _ -> { }
        }
        line(3, "}");
    }

    private void retrieve(String side, String name, boolean wanted) {
        if (wanted) {
            line(4, "status = WdfRequestRetrieve%sBuffer(Request, 0, (PVOID *)&%s, &%sLength);".formatted(side, name, name));
            gave(4, "WdfRequestRetrieve" + side + "Buffer", name, name + "Length");
            line(4, "if (!NT_SUCCESS(status)) %s = NULL;".formatted(name));
        }
    }

    private void mdl(String side) {
        line(4, "status = WdfRequestRetrieve%sWdmMdl(Request, &mdl);".formatted(side));
        line(4, "raw = NT_SUCCESS(status) ? MmGetMdlVirtualAddress(mdl) : NULL;");
        line(4, "length = NT_SUCCESS(status) ? MmGetMdlByteCount(mdl) : 0;");
        gave(4, "WdfRequestRetrieve" + side + "WdmMdl", "raw", "length");
    }

    /// The driver says what it was given.
    private void gave(int depth, String ddi, String pointer, String length) {
        line(depth, "DbgPrint(\"%s=%%x %%p %%Iu\\n\", status, %s, %s);".formatted(ddi, pointer, length));
    }

    private void complete(String status, long information) {
        if (fills()) {
            line(4, "if (out != NULL) RtlFillMemory(out, outLength, 0x%02X);".formatted(DRIVER_OUT));
        }
        line(4, "WdfRequestCompleteWithInformation(Request, %s, %d);".formatted(status, information));
    }

    /// The second request: the driver looks at what the application did meanwhile, and ends the first.
    private void look(int depth) {
        line(depth, "if (In != NULL) DbgPrint(\"driver.in=%d\\n\", In[0]);");
        line(depth, "if (Out != NULL) DbgPrint(\"driver.out=%d\\n\", Out[0]);");
        line(depth, "WdfRequestCompleteWithInformation(Waiting, STATUS_SUCCESS, %d);".formatted(question.kind() == Question.Kind.WRITE ? question.in() : Math.min(1, question.out())));
        line(depth, "WdfRequestComplete(Request, STATUS_SUCCESS);");
    }

    // ---- the application -------------------------------------------------------------------------------------------------------------

    private void application() {
        boolean sight = scenario instanceof Scenario.Sight;
        line(0, "test \"%s\" {".formatted(switch (scenario) {
            case Scenario.Journey _ -> "journey";
            case Scenario.Raw _ -> "raw addresses";
            case Scenario.Sight _ -> "who sees whose stores";
            case Scenario.Ending e -> number + ": " + e.title().replace('\n', ' ');
        }));
        line(1, "PUCHAR in = %s;".formatted(buffer(question.in())));
        line(1, "PUCHAR out = %s;".formatted(buffer(question.out())));
        if (question.in() > 0) {
            line(1, "memset(in, 0x%02X, %d);".formatted(APP_IN, question.in()));
        }
        if (question.out() > 0) {
            line(1, "memset(out, 0x%02X, %d);".formatted(APP_OUT, question.out()));
        }
        line(1, "HANDLE h = CreateFile(L\"\\\\\\\\.\\\\Probe%d\", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, %s, NULL);".formatted(number, sight ? "FILE_FLAG_OVERLAPPED" : "0"));
        line(1, "DWORD returned = 0;");
        if (sight) {
            sightings();
        } else {
            line(1, "BOOL ok = %s;".formatted(call("&returned", "NULL")));
            line(1, "DWORD error = ok ? 0 : GetLastError();");
            line(1, "printf(\"ok=%d\\nerror=%u\\nreturned=%u\\n\", ok, error, returned);");
            if (question.out() > 0) {
                line(1, "ULONG changed = 0;");
                line(1, "for (ULONG i = 0; i < %d; i++) if (out[i] != 0x%02X) changed++;".formatted(question.out(), APP_OUT));
                line(1, "printf(\"changed=%u\\n\", changed);");
            }
        }
        line(1, "CloseHandle(h);");
        line(0, "}");
    }

    private static String buffer(int length) {
        return length == 0 ? "NULL" : "VirtualAlloc(NULL, %d, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE)".formatted(length);
    }

    private String call(String returned, String overlapped) {
        return switch (question.kind()) {
            case READ -> "ReadFile(h, out, %d, %s, %s)".formatted(question.out(), returned, overlapped);
            case WRITE -> "WriteFile(h, in, %d, %s, %s)".formatted(question.in(), returned, overlapped);
            case CONTROL -> "DeviceIoControl(h, %s, in, %d, out, %d, %s, %s)".formatted(question.name(), question.in(), question.out(), returned, overlapped);
        };
    }

    private void sightings() {
        line(1, "OVERLAPPED first = { 0 }, second = { 0 };");
        line(1, "first.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);");
        line(1, "second.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);");
        line(1, "%s;".formatted(call("NULL", "&first")));
        seen("pending");
        if (question.in() > 0) {
            line(1, "in[0] = 0x%02X;".formatted(LATER_IN));
        }
        if (question.out() > 0) {
            line(1, "out[0] = 0x%02X;".formatted(LATER_OUT));
        }
        line(1, "DeviceIoControl(h, IOCTL_PROBE_LOOK, NULL, 0, NULL, 0, NULL, &second);");
        line(1, "WaitForSingleObject(first.hEvent, INFINITE);");
        seen("done");
    }

    private void seen(String when) {
        if (question.in() > 0) {
            line(1, "printf(\"%s.in=%%d\\n\", in[0]);".formatted(when));
        }
        if (question.out() > 0) {
            line(1, "printf(\"%s.out=%%d\\n\", out[0]);".formatted(when));
        }
    }
}

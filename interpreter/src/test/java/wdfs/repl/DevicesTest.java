package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import wdfs.engine.Outcome;

/// Drivers in hosts, hardware, PnP and power, typed.
class DevicesTest {
    private static final String WHERE = "h = open(L\"\\\\\\\\.\\\\Where\")";

    @Test
    void aUmdfDriverIsLookedAtInItsHost() {
        Typed t = new Typed().with(".load " + Typed.sample("umdf-buffers.wdfs"), WHERE);
        assertThat(t.type("ioctl(h, IOCTL_HELLO, out: 4)")).containsExactly("STATUS_SUCCESS, 4 bytes: 01 00 00 00");
        assertThat(t.type("!wdfdevice WDFDEVICE#1")).contains("  WDM device objects: DEVICE_OBJECT#4  driver \\Driver\\Where", "  Symbolic links: \\DosDevices\\Where");
        assertThat(t.type("!wdfldr")).anyMatch(l -> l.matches("WDFDRIVER#1  Where      UMDF +2.15 +1"));
        assertThat(t.type("!process")).anyMatch(l -> l.startsWith("WUDFHost-Somewhere"));
        assertThat(t.type("!process WUDFHost-Somewhere")).first().asString().startsWith("PROCESS WUDFHost-Somewhere");
    }

    @Test
    void aHostThatDiesLeavesTheSessionAndTheMachine() {
        Typed t = new Typed().with(".load " + Typed.sample("umdf-buffers.wdfs"), WHERE);
        assertThat(t.type("ioctl(h, IOCTL_CRASH)")).anyMatch(l -> l.startsWith("*** HOST TERMINATED")).last().asString().isEqualTo("STATUS_DRIVER_PROCESS_TERMINATED");
        assertThat(t.code).isEqualTo(Outcome.FOUND);
        assertThat(t.type("!analyze -v")).contains("RULE: UMDF-170");
        assertThat(t.type("!process")).noneMatch(l -> l.startsWith("WUDFHost"));
        assertThat(t.type("close(h)", ".run 5ms", WHERE, "ioctl(h, IOCTL_HELLO, out: 4)")).endsWith("STATUS_SUCCESS, 4 bytes: 01 00 00 00");
    }

    @Test
    void interruptsAreShown() {
        Typed t = new Typed().with(".load " + Typed.sample("fifo-interrupt.wdfs"));
        assertThat(t.type("!wdfinterrupt")).contains("Dumping WDFINTERRUPT WDFINTERRUPT#1", "  Type: line-based, connected",
                "  Vector: 0x30  Irql: 8  Mode: LevelSensitive  exclusive  Line: Sampler.Line", "  EvtInterruptIsr: Fifo!EvtInterruptIsr");
        t.type("unplug(Sampler)");
        assertThat(t.last("!wdfinterrupt")).isEqualTo("no driver has made a WDFINTERRUPT");
        t.type("plug(Sampler)");
        assertThat(t.type("!wdfinterrupt")).contains("  Type: line-based, connected");
    }

    @Test
    void devicesComeGoAndSleep() {
        Typed t = new Typed().with(".load " + Typed.sample("power-cycle.wdfs"));
        assertThat(t.type("power(S3)")).contains("Sensor: leaves D0 for D3").last().asString().startsWith("NTSTATUS STATUS_SUCCESS");
        assertThat(t.last("power(S0)")).startsWith("NTSTATUS STATUS_SUCCESS");
        assertThat(t.last("unplug(SensorNode)")).startsWith("NTSTATUS STATUS_SUCCESS");
        assertThat(t.type("!devnode SensorNode")).anyMatch(l -> l.contains("State = ")).noneMatch(l -> l.contains("DeviceNodeStarted"));
        t.type("plug(SensorNode)");
        assertThat(t.type("!devnode SensorNode")).anyMatch(l -> l.contains("DeviceNodeStarted"));
    }

    @Test
    void timersDpcsAndLocksAreShown() {
        Typed t = new Typed().with("""
                driver Ticks wdm {
                    KTIMER Timer; KDPC Dpc; ERESOURCE Lock;
                    VOID Tick(PKDPC D, PVOID Context, PVOID One, PVOID Two) { DbgPrint("tick\\n"); }
                    VOID Unload(PDRIVER_OBJECT Driver) { KeCancelTimer(&Timer); ExDeleteResourceLite(&Lock); }
                    NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
                        LARGE_INTEGER due; due.QuadPart = -50000;
                        Driver->DriverUnload = Unload;
                        KeInitializeDpc(&Dpc, Tick, NULL); KeInitializeTimer(&Timer);
                        KeSetTimerEx(&Timer, due, 10, &Dpc);
                        ExInitializeResourceLite(&Lock);
                        return STATUS_SUCCESS;
                    }
                }""");
        assertThat(t.code).as(t.shown.toString()).isEqualTo(Outcome.DONE);
        assertThat(t.type("!timer")).anyMatch(l -> l.startsWith("+5ms  10ms") && l.endsWith("Ticks!Tick"));
        assertThat(t.type(".run 5ms", "!timer")).contains("Ticks: tick").anyMatch(l -> l.startsWith("+15ms  10ms"));
        assertThat(t.last("!dpcs")).isEqualTo("no DPC is queued");
        assertThat(t.last("!locks")).isEqualTo("no fast mutex and no resource is held");
    }
}

package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// `expect` in all its forms: each can fail, and says both sides when it does.
class ExpectationsTest {
    private static final String DOUBLE = """
            #define CODE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
            driver D kmdf 1.33 {
                verifier off;
                device D control {
                    name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D";
                    queue Default sequential {
                        EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                            WdfRequestComplete(Request, STATUS_SUCCESS);
                            if (InputBufferLength == 1) WdfRequestSetInformation(NULL, 0);
                        }
                    }
                }
            }
            test "t" {
                HANDLE h = open(L"\\\\\\\\.\\\\D");
            %s
            }
            """;

    private static Scripts.Ran test(String body) {
        return Scripts.test(DOUBLE.formatted(body.indent(4)));
    }

    @Test
    void aComparisonThatHoldsIsCountedAndNotShown() {
        Scripts.Ran ran = test("expect 1 + 1 == 2;");
        assertThat(ran.exit()).isZero();
        assertThat(ran.outcome().held()).isEqualTo(1);
        assertThat(ran.lines()).isEmpty();
    }

    @Test
    void aComparisonThatFailsShowsBothSidesAndGoesOn() {
        Scripts.Ran ran = test("ULONG n = 3; expect n + 1 == 5; expect n == 3; print(\"on\");");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.text()).contains("EXPECTATION FAILED: n + 1 == 5").containsPattern("left +4").containsPattern("right +5").contains("test.wdfs:").contains("on");
        assertThat(ran.outcome().held()).isEqualTo(1);
    }

    @Test
    void aConditionWithoutComparisonCanFail() {
        assertThat(test("bool b = false; expect b;").exit()).isEqualTo(1);
        assertThat(test("expect ioctl(h, CODE).status == STATUS_UNSUCCESSFUL;").text()).contains("STATUS_SUCCESS").contains("STATUS_UNSUCCESSFUL");
    }

    @Test
    void anExpectedBugCheckEndsTheTestWell() {
        assertThat(test("expect bugcheck WDF_VIOLATION { ioctl(h, CODE, x\"00\"); }").exit()).isZero();
        assertThat(test("expect bugcheck WDF_VIOLATION(0x5, 0x0, _, _) { ioctl(h, CODE, x\"00\"); }").exit()).isZero();
    }

    @Test
    void aBugCheckThatDoesNotComeIsAFailure() {
        Scripts.Ran ran = test("expect bugcheck WDF_VIOLATION { ioctl(h, CODE); }");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.text()).contains("WDF_VIOLATION");
    }

    @Test
    void anotherBugCheckThanTheExpectedOneIsFound() {
        assertThat(test("expect bugcheck MEMORY_MANAGEMENT { ioctl(h, CODE, x\"00\"); }").exit()).isEqualTo(4);
    }

    @Test
    void parametersOfTheExpectedBugCheckAreCompared() {
        Scripts.Ran ran = test("expect bugcheck WDF_VIOLATION(0x4) { ioctl(h, CODE, x\"00\"); }");
        assertThat(ran.exit()).isNotZero();
        assertThat(ran.text()).contains("0x5");
    }

    @Test
    void aViolationThatDoesNotComeIsAFailure() {
        assertThat(test("expect violation InfoLeak { ioctl(h, CODE); }").exit()).isEqualTo(1);
    }

    @Test
    void aHostKillThatDoesNotComeIsAFailure() {
        assertThat(test("expect host_kill WDF_VIOLATION { ioctl(h, CODE); }").exit()).isEqualTo(1);
    }

    @Test
    void anErrorThatTheCheckerDoesNotFindIsAFinding() {
        assertThat(Scripts.findings(DOUBLE.formatted("expect error LANG-101 { int a = 1; print(a); }"))).contains("LANG-148");
        assertThat(Scripts.findings(DOUBLE.formatted("expect error LANG-101 { Unknown(); }"))).doesNotContain("error");
    }

    @Test
    void whatNothingExpectedFailsTheTest() {
        assertThat(test("ioctl(h, CODE, x\"00\");").exit()).isEqualTo(4);
    }
}

package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong is found by what the machine tracks: lengths, offsets and the order of calls vary.
class FaultsAreTrackedTest {
    @ParameterizedTest
    @CsvSource({"1,0", "1,3", "3,0", "8,0", "8,1", "16,5", "17,0", "64,0", "100,7", "4095,0", "4096,0", "4097,2", "8192,0"})
    void aStoreBehindASystemBufferIsFoundToTheByte(int length, int distance) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("""
                for (size_t i = 0; i < outLength; i++) out[i] = 1;
                out[outLength + %d] = 2;
                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, outLength);
                """.formatted(distance), "static UCHAR data[%d]; ioctl(h, CODE_BUFFERED, out: data);".formatted(length)));
        assertThat(ran.reports()).singleElement().asString().containsAnyOf("BufferOverrun (IOM-190)", "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION");
        assertThat(ran.exit()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 16, 17, 64, 100, 4095, 4096, 4097, 8192})
    void aStoreToTheLastByteIsInOrder(int length) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("""
                for (size_t i = 0; i < outLength; i++) out[i] = 1;
                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, outLength);
                """, "static UCHAR data[%d]; ioctl(h, CODE_BUFFERED, out: data);".formatted(length)));
        assertThat(ran.reports()).isEmpty();
        assertThat(ran.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"8,0", "8,7", "64,63", "100,50", "4096,4095", "5000,4999"})
    void aByteOfTheAnswerThatWasNeverWrittenIsTold(int length, int hole) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("""
                for (size_t i = 0; i < outLength; i++) { if (i != %d) out[i] = 1; }
                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, outLength);
                """.formatted(hole), "ioctl(h, CODE_BUFFERED, out: %d);".formatted(length)));
        assertThat(ran.reports()).singleElement().asString().contains("InfoLeak").contains("1 of the " + length + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"8,8", "8,5", "64,1", "64,0"})
    void whatTheDriverDoesNotReturnNeedNotBeWritten(int length, int returned) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("""
                for (size_t i = 0; i < %d; i++) out[i] = 1;
                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, %d);
                """.formatted(returned, returned), "ioctl(h, CODE_BUFFERED, out: %d);".formatted(length)));
        assertThat(ran.reports()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"16,0", "16,15", "64,33", "4096,4095", "4097,4096"})
    void memoryThatWasFreedIsKnownAtEveryByte(int size, int offset) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("""
                PUCHAR block = ExAllocatePool2(POOL_FLAG_NON_PAGED, %d, 'tseT');
                ExFreePoolWithTag(block, 'tseT');
                block[%d] = 1;
                WdfRequestComplete(Request, STATUS_SUCCESS);
                """.formatted(size, offset), "ioctl(h, CODE_BUFFERED, out: 8);"));
        assertThat(ran.reports()).singleElement().asString().contains("DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL");
    }

    @ParameterizedTest
    @CsvSource({"16,0", "16,1", "24,0", "64,40"})
    void aLoadBehindAPoolBlockIsFound(int size, int distance) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("""
                PUCHAR block = ExAllocatePool2(POOL_FLAG_NON_PAGED, %d, 'tseT');
                UCHAR c = block[%d];
                ExFreePoolWithTag(block, 'tseT');
                WdfRequestComplete(Request, c ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL);
                """.formatted(size, size + distance), "ioctl(h, CODE_BUFFERED, out: 8);"));
        assertThat(ran.reports()).isNotEmpty();
        assertThat(ran.reports().getFirst()).containsAnyOf("BufferOverrun (IOM-190)", "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION");
    }

    @Test
    void aRequestCompletedTwiceInEitherOrderOfCalls() {
        for (String second : new String[] {"WdfRequestComplete(Request, STATUS_SUCCESS);", "WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0);",
            "WdfRequestCompleteWithPriorityBoost(Request, STATUS_SUCCESS, 1);"}) {
            Scripts.Ran ran = Scripts.run(Scripts.driver("WdfRequestComplete(Request, STATUS_SUCCESS);\n" + second, "ioctl(h, CODE_BUFFERED);"));
            assertThat(ran.text()).contains("DoubleCompletion");
        }
    }

    @Test
    void aBufferUsedAfterCompletionWhateverTheMethod() {
        for (String code : new String[] {"CODE_BUFFERED", "CODE_OUT_DIRECT"}) {
            Scripts.Ran ran = Scripts.run(Scripts.driver("WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0);\nout[0] = 1;",
                    "ioctl(h, %s, x\"01\", out: 8);".formatted(code)));
            assertThat(ran.exit()).as(code).isEqualTo(4);
            assertThat(ran.reports()).as(code).isNotEmpty();
        }
    }

    @Test
    void aRequestThatNobodyCompletesIsToldWithItsOwner() {
        Scripts.Ran ran = Scripts.run(Scripts.driver("", "ioctl(h, CODE_BUFFERED);"));
        assertThat(ran.reports()).singleElement().asString().contains("RequestNotCompleted");
        assertThat(ran.text()).contains("driver D has it");
    }

    @Test
    void aRawUserPointerIsToldWhenItIsUsedAndNotWhenItIsProbed() {
        String touch = "PUCHAR raw = WdfRequestWdmGetIrp(Request)->UserBuffer;\n%s\nWdfRequestComplete(Request, STATUS_SUCCESS);";
        assertThat(Scripts.run(Scripts.driver(touch.formatted("raw[3] = 1;"), "ioctl(h, CODE_NEITHER, out: 8);")).text()).contains("UserPointerNoProbe");
        assertThat(Scripts.run(Scripts.driver(touch.formatted("__try { ProbeForWrite(raw, 8, 1); raw[3] = 1; } __except (EXCEPTION_EXECUTE_HANDLER) { }"),
                "ioctl(h, CODE_NEITHER, out: 8);")).reports()).singleElement().asString().contains("WrongProcessContext");      // VER-510: not in a queue's handler
    }

    @ParameterizedTest
    @CsvSource({"1,1", "10,1", "10,16", "100,3", "4096,1", "8192,9"})
    void aStoreInFrontOfABufferIsFound(int length, int distance) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("out[-%d] = 2;\nWdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0);".formatted(distance),
                "static UCHAR data[%d]; ioctl(h, CODE_BUFFERED, out: data);".formatted(length)));
        assertThat(ran.reports()).isNotEmpty();
        assertThat(ran.reports().getFirst()).containsAnyOf("BufferOverrun (IOM-190)", "BUGCHECK");
    }

    @ParameterizedTest
    @CsvSource({"10,11", "10,26", "64,65", "100,101", "4096,4097"})
    void aFillACopyOrAWideStoreThatRunsOverIsFoundWhereItLeaves(int length, int count) {
        for (String body : new String[] {"RtlFillMemory(out, %d, 7);".formatted(count), "static UCHAR from[8192]; RtlCopyMemory(out, from, %d);".formatted(count),
            "*(ULONG UNALIGNED *)(out + %d) = 1;".formatted(count - 4), "for (int i = %d; i >= 0; i--) out[i] = 3;".formatted(count - 1)}) {
            Scripts.Ran ran = Scripts.run(Scripts.driver(body + "\nWdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0);",
                    "static UCHAR data[%d]; ioctl(h, CODE_BUFFERED, out: data);".formatted(length)));
            assertThat(ran.reports()).as(body).isNotEmpty();
            assertThat(ran.reports().getFirst()).as(body).containsAnyOf("BufferOverrun (IOM-190)", "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION");
        }
    }

    @Test
    void unwrittenBytesAreToldWhateverWayTheyTakeToTheAnswer() {
        for (String body : new String[] {"struct P { UCHAR a; ULONG b; } *p = (struct P *)out; p->a = 1; p->b = 2;",
            "UCHAR local[8]; local[0] = local[4] = local[5] = local[6] = local[7] = 1; RtlCopyMemory(out, local, 8);",
            "PUCHAR pool = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, 8, 'tseT'); pool[0] = 1; *(PULONG)(pool + 4) = 5; RtlMoveMemory(out, pool, 8); ExFreePoolWithTag(pool, 'tseT');"}) {
            Scripts.Ran ran = Scripts.run(Scripts.driver(body + "\nWdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 8);", "ioctl(h, CODE_BUFFERED, out: 8);"));
            assertThat(ran.reports()).as(body).singleElement().asString().contains("InfoLeak").contains("3 of the 8 bytes");
        }
    }

    @ParameterizedTest
    @CsvSource({"CODE_BUFFERED,0,DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL", "CODE_BUFFERED,9,DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL",
        "CODE_OUT_DIRECT,0,PAGE_FAULT_IN_NONPAGED_AREA", "CODE_OUT_DIRECT,9,PAGE_FAULT_IN_NONPAGED_AREA"})
    void aBufferKeptForTheNextRequestIsGoneThen(String code, int offset, String bugCheck) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("static PUCHAR kept;\nif (kept != NULL) kept[%d] = 1; else kept = out;\n".formatted(offset)
                + "WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0);", "for (int i = 0; i < 2; i++) ioctl(h, %s, x\"01\", out: 10);".formatted(code)));
        assertThat(ran.reports()).singleElement().asString().contains(bugCheck);
    }

    @Test
    void aRequestKeptAndCompletedAgainFromAnotherCallbackIsFound() {
        Scripts.Ran ran = Scripts.run(Scripts.driver("static WDFREQUEST kept;\nif (kept != NULL) WdfRequestComplete(kept, STATUS_SUCCESS); else kept = Request;\n"
                + "WdfRequestComplete(Request, STATUS_SUCCESS);", "for (int i = 0; i < 2; i++) ioctl(h, CODE_BUFFERED);"));
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).containsAnyOf("InvalidReqAccess", "DoubleCompletion").contains("WDFREQUEST#2");
    }

    @ParameterizedTest
    @CsvSource({"0", "5"})
    void aPointerInsideOfTheInputIsARawPointerToo(int offset) {
        Scripts.Ran ran = Scripts.run(Scripts.driver("PUCHAR inner = *(PUCHAR *)in; UCHAR c = inner[%d];\nWdfRequestComplete(Request, c ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL);".formatted(offset),
                "UCHAR data[8] = x\"01 02 03 04 05 06 07 08\"; PUCHAR p[1] = { data }; ioctl(h, CODE_BUFFERED, p, out: 8);"));
        assertThat(ran.reports()).singleElement().asString().contains("UserPointerNoProbe");
    }
}

package wdfs.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.semantics.bound.LocalSymbol.Storage;
import wdfs.types.Type;

/// What comes out of the checker for those who build on it.
class BoundTreeTest {
    private static final String DRIVER = """
            driver D kmdf 1.33 {
                NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) { return STATUS_SUCCESS; }
            %s
            }
            """;

    private static ImageSymbol driver(String members) {
        return Checked.check(DRIVER.formatted(members.indent(4))).program.images().getFirst();
    }

    private static FunctionSymbol function(ImageSymbol image, String name) {
        return image.functions().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    }

    private static GlobalSymbol global(ImageSymbol image, String name) {
        return image.globals().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
    }

    private static LocalSymbol local(FunctionSymbol function, String name) {
        List<LocalSymbol> all = new ArrayList<>(function.parameters());
        all.addAll(function.locals());
        return all.stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
    }

    // ---- locals --------------------------------------------------------------------------------------------------------------

    @Test
    void localsWhoseAddressIsNeededLieInTheFrame() {
        FunctionSymbol f = function(driver("""
                VOID Set(int *p) { *p = 1; }
                VOID F(int plain, int taken, LIST_ENTRY entry) {
                    UCHAR bytes[3] = { 0 };
                    LONG number = plain;
                    LIST_ENTRY list = entry;
                    Set(&taken);
                    number += bytes[0] + (list.Flink == list.Blink);
                }
                """), "F");
        assertThat(local(f, "plain").storage()).isEqualTo(Storage.REGISTER);
        assertThat(local(f, "number").storage()).isEqualTo(Storage.REGISTER);
        assertThat(local(f, "taken").storage()).isEqualTo(Storage.FRAME);
        assertThat(local(f, "bytes").storage()).isEqualTo(Storage.FRAME);
        assertThat(local(f, "entry").storage()).isEqualTo(Storage.FRAME);
        assertThat(local(f, "list").frameOffset() % 8).isZero();
        assertThat(f.frameSize()).isEqualTo(48);        // taken 4, entry 16, bytes 3, list 16, aligned
        assertThat(f.cellCount()).isZero();
    }

    @Test
    void aThreadSeesTheLocalsAroundIt() {
        ImageSymbol image = Checked.check("""
                process app {
                    int count = 0;
                    int untouched = 1;
                    string name = "x";
                    thread { count++; name = "y"; int own = 2; count += own; thread { count++; } }
                    print($"{count} {untouched} {name}");
                }
                """).program.images().getFirst();
        FunctionSymbol app = image.entry();
        List<FunctionSymbol> threads = image.functions().stream().filter(f -> f.name().equals("thread")).toList();
        assertThat(local(app, "count").storage()).isEqualTo(Storage.FRAME);
        assertThat(local(app, "untouched").storage()).isEqualTo(Storage.REGISTER);
        assertThat(local(app, "name").storage()).isEqualTo(Storage.CELL);
        assertThat(local(app, "name").frameOffset()).isEqualTo(2);      // slots 0 and 1 lead to the function around
        assertThat(app.cellCount()).isEqualTo(1);
        assertThat(threads).hasSize(2);
        assertThat(threads.get(0).enclosing()).contains(app);
        assertThat(threads.get(1).enclosing()).contains(threads.get(0));
        assertThat(local(threads.get(0), "own").owner()).isSameAs(threads.get(0));
    }

    // ---- images --------------------------------------------------------------------------------------------------------------

    @Test
    void aFileLevelFunctionIsBoundForEachImageWithStaticsOfItsOwn() {
        List<ImageSymbol> images = Checked.check("""
                ULONG Counted(void) { static ULONG calls = 10; return ++calls; }
                ULONG Unused(void) { return 1; }
                driver D kmdf 1.33 {
                    NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) { return Counted() ? 0 : 1; }
                }
                process one { print(Counted()); }
                process two { print(Counted() + Counted()); }
                test "three" { process inner { print(Counted()); } }
                """).program.images();
        assertThat(images).extracting(ImageSymbol::kind).containsExactly(ImageSymbol.Kind.KMDF_DRIVER, ImageSymbol.Kind.PROCESS, ImageSymbol.Kind.PROCESS,
                ImageSymbol.Kind.TEST);
        assertThat(images).extracting(ImageSymbol::ordinal).containsExactly(0, 1, 2, 3);
        assertThat(images.get(3).processes()).singleElement().extracting(ImageSymbol::ordinal).isEqualTo(4);
        assertThat(global(images.get(0), "calls")).isNotSameAs(global(images.get(1), "calls"));
        assertThat(global(images.get(0), "calls").initial()).containsExactly(10, 0, 0, 0);
        assertThat(function(images.get(1), "Counted")).isNotSameAs(function(images.get(2), "Counted"));
        assertThat(images.get(1).functions()).extracting(FunctionSymbol::index).containsExactly(0, 1);
        assertThat(images).allSatisfy(i -> assertThat(i.functions()).noneMatch(f -> f.name().equals("Unused")));
    }

    @Test
    void firstValuesHoldBytesAndRelocations() {
        ImageSymbol d = driver("""
                VOID Callback(WDFTIMER Timer) { }
                const USHORT Table[] = { 1, 0x203, [4] = 5 };
                ULONG Number = 0x01020304, *Pointer = &Number;
                PFN_WDF_TIMER Function = Callback;
                PCSTR Text = "hi";
                struct BITS { ULONG A : 3; ULONG B : 5; UCHAR C; } Bits = { 5, 17, 0xFF };
                WCHAR Wide[3] = L"ab";
                const void *Inside = &Table[2];
                """);
        assertThat(global(d, "Table").initial()).containsExactly(1, 0, 3, 2, 0, 0, 0, 0, 5, 0);
        assertThat(global(d, "Table").isReadOnly()).isTrue();
        assertThat(global(d, "Number").initial()).containsExactly(4, 3, 2, 1);
        assertThat(global(d, "Bits").initial()).containsExactly(5 | 17 << 3, 0, 0, 0, 0xFF, 0, 0, 0);
        assertThat(global(d, "Wide").initial()).containsExactly('a', 0, 'b', 0, 0, 0);
        assertThat(relocation(d, "Pointer").target()).isSameAs(global(d, "Number"));
        assertThat(relocation(d, "Function").target()).isSameAs(function(d, "Callback"));
        assertThat(((GlobalSymbol) relocation(d, "Text").target()).initial()).containsExactly('h', 'i', 0);
        assertThat(relocation(d, "Inside").addend()).isEqualTo(4);
    }

    private static ImageSymbol.Relocation relocation(ImageSymbol image, String name) {
        GlobalSymbol g = global(image, name);
        return image.relocations().stream().filter(r -> r.inConstants() == g.isReadOnly() && r.offset() == g.imageOffset()).findFirst().orElseThrow();
    }

    @Test
    void aContextTypeIsKnownToTheFrameworkByItsInfo() {
        ImageSymbol d = driver("""
                context DEVICE_CONTEXT as GetContext { ULONG64 A; UCHAR B; }
                VOID F(WDFDEVICE Device) { GetContext(Device)->B = 1; }
                """);
        GlobalSymbol info = global(d, "WDF_DEVICE_CONTEXT_TYPE_INFO");
        ByteBuffer bytes = ByteBuffer.wrap(info.initial()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(info.isReadOnly()).isTrue();
        assertThat(bytes.getInt(0)).isEqualTo(40);
        assertThat(bytes.getLong(16)).isEqualTo(16);
        assertThat(d.relocations()).anyMatch(r -> r.offset() == info.imageOffset() + 24 && r.target() == info);
        List<BoundExpr.NativeCall> calls = new ArrayList<>();
        Trees.visit(function(d, "F").body().orElseThrow(), o -> {
            if (o instanceof BoundExpr.NativeCall c) {
                calls.add(c);
            }
        });
        assertThat(calls).singleElement().satisfies(c -> assertThat(c.callee().name()).isEqualTo("WdfObjectGetTypedContextWorker"));
    }

    // ---- constants -----------------------------------------------------------------------------------------------------------

    /// IOM-030: worked examples of control codes.
    @ParameterizedTest
    @CsvSource({
        "'CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)', 0x00222000", "'CTL_CODE(0x8000, 0x800, METHOD_BUFFERED, 0)', 0x80002000",
        "'CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, 3)', 0x0022E000", "'CTL_CODE(40000, 0x900, METHOD_IN_DIRECT, FILE_ANY_ACCESS)', 0x9C402401"})
    void IOM_030_controlCodes(String code, String value) {
        var program = Checked.check("ioctl IOCTL_X = %s;\n#define IOCTL_Y %s\n".formatted(code, code)).program;
        assertThat(program.ioctls()).hasSize(2).allSatisfy(i -> assertThat(i.code()).isEqualTo((int) Long.decode(value).longValue()));
    }

    @Test
    void anIoctlBlockGivesCodeAndTypes() {
        var ioctl = Checked.check("""
                struct IN { ULONG Key; };
                ioctl IOCTL_X { device_type FILE_DEVICE_UNKNOWN; function 0x801; method in_direct; access read, write; input IN; output UCHAR[64]; }
                """).program.ioctls().getFirst();
        assertThat(ioctl.code()).isEqualTo(0x0022E005);
        assertThat(ioctl.input().size()).isEqualTo(4);
        assertThat(ioctl.output().size()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({
        "sizeof(long), 4", "sizeof(PVOID), 8", "sizeof(WCHAR), 2", "'''ABCD''', 0x41424344", "'''\\xFF''', -1", "1 ? 2 : 3, 2", "-1 < 0u, 0", "5 / 2 * 2 + 1, 5",
        "(UCHAR)300, 44", "(LONG)0xFFFFFFFF, -1", "~0u >> 28, 15", "-8 >> 1, -4", "10 % 4 == 2 && 1 || 0, 1", "!5, 0", "sizeof(char[3][4]), 12", "07 + 0b101, 12",
        "0xFFFFFFFF == -1, 1", "sizeof(1 ? 1 : 1ULL), 8", "NonPagedPoolNx + 1, 513", "METHOD_NEITHER, 3"})
    void constantsAreFolded(String text, String value) {
        var image = Checked.check("process app { static LONGLONG x = %s; print(x); }".formatted(text)).program.images().getFirst();
        assertThat(ByteBuffer.wrap(global(image, "x").initial()).order(ByteOrder.LITTLE_ENDIAN).getLong(0)).isEqualTo(Long.decode(value));
    }

    // ---- trees ---------------------------------------------------------------------------------------------------------------

    @Test
    void expectShowsBothSidesOfAComparison() {
        FunctionSymbol app = Checked.inProcess("    int n = 1; expect n == 2; expect n; expect n + 1 > 5 && n;\n").program.images().getFirst().entry();
        List<BoundStmt.Expect> found = new ArrayList<>();
        Trees.visit(app.body().orElseThrow(), o -> {
            if (o instanceof BoundStmt.Expect e) {
                found.add(e);
            }
        });
        assertThat(found).extracting(BoundStmt.Expect::text).containsExactly("n == 2", "n", "n + 1 > 5 && n");
        assertThat(found).extracting(e -> e.left().isPresent()).containsExactly(true, false, false);
    }

    @Test
    void theValueOfAListForWhichForGoesHasTheCommonType() {
        FunctionSymbol app = Checked.inProcess("    for (n in [65, 66, 0xFFFFFFFF]) print(n);\n").program.images().getFirst().entry();
        assertThat(local(app, "n").type()).isEqualTo(Type.Int.of(Type.IntKind.UINT));
    }

    @Test
    void localInitialisersZeroWhatIsNotNamed() {
        FunctionSymbol f = function(driver("VOID F(ULONG n) { LARGE_INTEGER a[2] = { { n } }; UCHAR b[4] = { 1, 2 }; OVERLAPPED c = { 0 }; a[0] = a[1]; b[0] = 1; c.Offset = 1; }"), "F");
        List<BoundStmt> found = new ArrayList<>();
        Trees.visit(f.body().orElseThrow(), o -> {
            if (o instanceof BoundStmt.Zero || o instanceof BoundStmt.FillBytes) {
                found.add((BoundStmt) o);
            }
        });
        assertThat(found).hasSize(3);
        assertThat(found.get(0)).isInstanceOfSatisfying(BoundStmt.Zero.class, z -> assertThat(z.length()).isEqualTo(16));
        assertThat(found.get(1)).isInstanceOfSatisfying(BoundStmt.FillBytes.class, z -> assertThat(z.bytes()).containsExactly((byte) 1, (byte) 2, (byte) 0, (byte) 0));
        assertThat(found.get(2)).isInstanceOfSatisfying(BoundStmt.Zero.class, z -> assertThat(z.length()).isEqualTo(32));
    }
}

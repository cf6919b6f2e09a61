package wdfs.types;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wdfs.types.Conversions.Verdict;
import wdfs.types.Type.Int;
import wdfs.types.Type.IntKind;

class ConversionsTest {
    @ParameterizedTest
    @CsvSource({
        "CHAR, CHAR, INT", "UCHAR, USHORT, INT", "BOOL, CHAR, INT", "INT, UINT, UINT", "INT, LONG, LONG", "UINT, LONG, ULONG", "ULONG, INT, ULONG",
        "LONG, ULONG, ULONG", "ULONG, LLONG, LLONG", "LLONG, ULLONG, ULLONG", "INT, ULLONG, ULLONG", "USHORT, UINT, UINT", "SCHAR, LLONG, LLONG"})
    void theUsualArithmeticConversionsUnderLlp64(IntKind left, IntKind right, IntKind result) {
        assertThat(((Int) Conversions.arithmetic(Int.of(left), Int.of(right))).kind()).isEqualTo(result);
        assertThat(((Int) Conversions.arithmetic(Int.of(right), Int.of(left))).kind()).isEqualTo(result);
    }

    @Test
    void anEnumerationIsAnInt() {
        Type.Enum color = new Type.Enum("COLOR", java.util.Map.of("RED", 1));
        assertThat(Conversions.promoted(color)).isEqualTo(CTypes.INT);
        assertThat(Conversions.assign(CTypes.INT, false, color)).isEqualTo(Verdict.FINE);
    }

    @Test
    void aTypedefsNameStaysWithValuesOfItsType() {
        Int status = new Int(IntKind.LONG, "NTSTATUS");
        assertThat(Conversions.arithmetic(status, status)).isEqualTo(status);
    }

    private static final Type REQUEST = new Type.Handle("WDFREQUEST");
    private static final Type QUEUE = new Type.Handle("WDFQUEUE");
    private static final Type OBJECT = new Type.Handle("WDFOBJECT");

    @Test
    void handlesAreDistinctAndConvertToWdfobject() {
        assertThat(Conversions.assign(REQUEST, false, OBJECT)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(REQUEST, false, QUEUE)).isEqualTo(Verdict.OTHER_HANDLE);
        assertThat(Conversions.assign(CTypes.VOID_POINTER, true, QUEUE)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(CTypes.INT, true, QUEUE)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(CTypes.INT, false, QUEUE)).isEqualTo(Verdict.INTEGER_AND_POINTER);
        assertThat(Conversions.castable(REQUEST, QUEUE)).isTrue();
    }

    @Test
    void pointersConvertThroughVoidAndToNothingElse() {
        Type chars = Type.Pointer.to(CTypes.CHAR);
        Type bytes = Type.Pointer.to(Int.of(IntKind.UCHAR));
        Type longs = Type.Pointer.to(Int.of(IntKind.LONG));
        assertThat(Conversions.assign(chars, false, bytes)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(chars, false, CTypes.VOID_POINTER)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(CTypes.VOID_POINTER, false, longs)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(longs, false, chars)).isEqualTo(Verdict.OTHER_POINTEE);
        assertThat(Conversions.assign(new Type.Pointer(CTypes.CHAR, true), false, chars)).isEqualTo(Verdict.LOSES_CONST);
        assertThat(Conversions.assign(CTypes.INT, false, longs)).isEqualTo(Verdict.INTEGER_AND_POINTER);
        assertThat(Conversions.assign(longs, false, CTypes.INT)).isEqualTo(Verdict.INTEGER_AND_POINTER);
        assertThat(Conversions.assign(longs, false, CTypes.BOOL)).isEqualTo(Verdict.FINE);
    }

    @Test
    void managedValuesStayAmongThemselves() {
        assertThat(Conversions.assign(Type.Managed.STRING, false, Type.Pointer.to(CTypes.CHAR))).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(Conversions.assign(Type.Managed.BYTES, false, Type.Managed.BYTES)).isEqualTo(Verdict.FINE);
        assertThat(Conversions.assign(Type.Managed.BYTES, false, Type.Managed.STRING)).isEqualTo(Verdict.IMPOSSIBLE);
    }

    @ParameterizedTest
    @CsvSource({
        "+, 2147483647, 1, LONG, -2147483648", "-, 0, 1, ULONG, 4294967295", "*, 65536, 65536, ULONG, 0", "/, -7, 2, INT, -3", "%, -7, 2, INT, -1",
        "/, 4294967289, 2, ULONG, 2147483644", ">>, -8, 1, INT, -4", ">>, 4294967288, 1, ULONG, 2147483644", "<<, 1, 33, INT, 2", "<<, 1, 33, LLONG, 8589934592",
        "<, -1, 0, INT, 1", "<, 4294967295, 0, ULONG, 0", "<, -1, 0, ULLONG, 0", "&, 12, 10, INT, 8", "^, 12, 10, INT, 6"})
    void constantsWrapAsTheMachineDoes(String operator, long left, long right, IntKind kind, long result) {
        assertThat(Folding.binary(operator, left, right, Int.of(kind))).hasValue(result);
    }

    @Test
    void whatRaisesWhenItRunsIsNoConstant() {
        assertThat(Folding.binary("/", 1, 0, CTypes.INT)).isEmpty();
        assertThat(Folding.binary("%", 1, 0, CTypes.INT)).isEmpty();
        assertThat(Folding.binary("/", Integer.MIN_VALUE, -1, CTypes.INT)).isEmpty();
        assertThat(Folding.binary("/", Long.MIN_VALUE, -1, CTypes.LONG64)).isEmpty();
    }

    @Test
    void aConstantFitsIfItDoesSoSignedOrUnsigned() {
        Type uchar = Int.of(IntKind.UCHAR);
        assertThat(Folding.fits(255, uchar)).isTrue();
        assertThat(Folding.fits(-128, uchar)).isTrue();
        assertThat(Folding.fits(256, uchar)).isFalse();
        assertThat(Folding.fits(0xFFFF_FFFFL, Int.of(IntKind.LONG))).isTrue();
        assertThat(Folding.wrap(300, uchar)).isEqualTo(44);
        assertThat(Folding.wrap(0xC000000DL, Int.of(IntKind.LONG))).isEqualTo(0xC000000D);
        assertThat(Folding.wrap(5, CTypes.BOOL)).isEqualTo(1);
    }
}

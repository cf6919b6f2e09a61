package wdfs.runtime;

/// A C value on its way to `print`, a string or an `expect`: its bits, and what they mean.
/// @param kind `i8 u8 i16 u16 i32 u32 i64 u64 bool char wchar NTSTATUS BOOLEAN HANDLE ptr cstr wstr`, `h:WDFREQUEST` for a
///     framework handle, `enum:NAME=0,NAME=1`, `array:KIND:COUNT` and `struct:NAME:SIZE` where the bits are an address
public record Value(long bits, String kind) {
    public static Value of(long bits, String kind) {
        return new Value(bits, kind);
    }
}

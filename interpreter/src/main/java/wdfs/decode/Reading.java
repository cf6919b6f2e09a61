package wdfs.decode;

import java.util.List;

/// One thing that a value can mean.
/// @param kind `control code`, `NTSTATUS`, `Win32 error`, `HRESULT`, `bug check` or `device type`
/// @param title how it is written: its name, or the expression that makes it
/// @param value the number
/// @param known whether it has a name; without one only its structure is told
public record Reading(String kind, String title, long value, boolean known, List<Field> fields) {
    public Reading {
        fields = List.copyOf(fields);
    }

    /// A part of the value, or something that follows from it.
    /// @param value as it is written, empty if there is none
    public record Field(String name, String value, String meaning) {}
}

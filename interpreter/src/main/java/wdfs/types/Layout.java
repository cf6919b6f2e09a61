package wdfs.types;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Where the members of structures and unions lie, as Microsoft's x64 compiler places them.
///
/// Bit-fields: neighbours share a unit only if their types have the same size and the rest fits; otherwise a new unit of
/// the declared type begins at its alignment. A bit-field of width 0 ends the unit in front of it and is nothing elsewhere.
public final class Layout {
    /// A member as declared.
    /// @param bitWidth empty unless a bit-field
    public record Member(String name, Type type, OptionalInt bitWidth) {
        public static Member of(String name, Type type) {
            return new Member(name, type, OptionalInt.empty());
        }
    }

    /// @param pack `#pragma pack` in bytes; 0 for the default of 8, which nothing here exceeds
    public static void complete(Type.Struct struct, List<Member> members, int pack) {
        List<Type.Field> fields = new ArrayList<>();
        int most = pack == 0 ? 16 : pack;
        long offset = 0;
        long size = 0;
        int alignment = 1;
        long unitSize = 0;          // 0: the member before was no bit-field
        long unitOffset = 0;
        int bitsUsed = 0;
        for (Member member : members) {
            Type type = member.type();
            int align = Math.min(Math.max(1, type.alignment()), most);
            if (member.bitWidth().isEmpty()) {
                long at = struct.isUnion() ? 0 : alignUp(offset, align);
                fields.add(new Type.Field(member.name(), type, at, -1, 0));
                offset = at + type.size();
                size = Math.max(size, offset);
                alignment = Math.max(alignment, align);
                unitSize = 0;
                continue;
            }
            int width = member.bitWidth().getAsInt();
            if (width == 0) {
                // Behind a bit-field it closes the unit and aligns what follows; elsewhere it means nothing.
                if (unitSize != 0 && !struct.isUnion()) {
                    offset = alignUp(offset, align);
                    size = Math.max(size, offset);
                    alignment = Math.max(alignment, align);
                }
                unitSize = 0;
                continue;
            }
            boolean shares = !struct.isUnion() && unitSize == type.size() && bitsUsed + width <= type.size() * 8;
            if (!shares) {
                unitOffset = struct.isUnion() ? 0 : alignUp(offset, align);
                unitSize = type.size();
                bitsUsed = 0;
                offset = unitOffset + unitSize;
                size = Math.max(size, offset);
            }
            alignment = Math.max(alignment, align);
            fields.add(new Type.Field(member.name(), type, unitOffset, bitsUsed, width));
            bitsUsed += width;
        }
        struct.complete(fields, alignUp(size, alignment), alignment);
    }

    public static long alignUp(long value, long alignment) {
        return (value + alignment - 1) / alignment * alignment;
    }

    private Layout() {}
}

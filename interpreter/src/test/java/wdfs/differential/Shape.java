package wdfs.differential;

import java.util.ArrayList;
import java.util.List;

/// A structure or union of a program.
/// @param name as its typedef calls it; `P` in front is the pointer's name
/// @param declaration its text
/// @param members all that can be read and written, with the way to them
/// @param whole whether an initialiser may name any members: not if some overlap
record Shape(String name, String declaration, List<Member> members, boolean whole) {
    /// @param path from the structure: `.a`, `.inner.b`
    /// @param width of a bit-field, 0 otherwise
    /// @param length of an array, 0 otherwise
    record Member(String path, IntType type, int width, int length) {
        Member inside(String outer) {
            return new Member(outer + path, type, width, length);
        }
    }

    /// The members of a member of this shape.
    List<Member> inside(String outer) {
        List<Member> all = new ArrayList<>();
        members.forEach(m -> all.add(m.inside(outer)));
        return all;
    }
}

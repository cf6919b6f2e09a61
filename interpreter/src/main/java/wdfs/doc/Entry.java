package wdfs.doc;

import java.util.List;

/// What the library declares under one name.
/// @param kind `function`, `type`, `constant`, `callback` or `form`
/// @param module the library's file that declares it, without its ending
/// @param declaration as it stands there, without comments and attributes, long lists of parameters on lines of their own
/// @param doc the `///` lines in front
/// @param facts what the declaration says besides
record Entry(String name, String kind, String module, List<String> declaration, List<String> doc, List<Fact> facts) {
    Entry {
        declaration = List.copyOf(declaration);
        doc = List.copyOf(doc);
        facts = List.copyOf(facts);
    }

    record Fact(String name, String value) {}
}

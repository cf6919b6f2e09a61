package wdfs.engine;

import java.util.List;

/// One test of a script that was run.
/// @param name the `test` block's title, or `golden`, or `findings` for a script that does not pass the checker
/// @param passed it did what it should
/// @param detail what a person needs to see if it did not
public record TestCase(String name, boolean passed, List<String> detail) {
    public TestCase {
        detail = List.copyOf(detail);
    }
}

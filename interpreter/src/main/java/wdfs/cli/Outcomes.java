package wdfs.cli;

import java.util.List;

/// Which exit code wins when several apply.
final class Outcomes {
    private static final List<Integer> ORDER = List.of(70, 130, 3, 5, 4, 1, 2, 0);

    private Outcomes() {}

    static int worse(int a, int b) {
        return ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b;
    }
}

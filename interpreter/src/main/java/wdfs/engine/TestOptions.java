package wdfs.engine;

import java.nio.file.Path;
import java.util.List;

/// @param filter only tests whose name, with the file's path in front, contains it
/// @param update write goldens that are missing or differ
/// @param jobs files at a time
/// @param listOnly name the tests, run none
/// @param verbose name each test, not only those that fail
public record TestOptions(RunOptions run, String filter, boolean update, int jobs, boolean listOnly, boolean verbose, List<Path> includes) {
    public static final TestOptions DEFAULT = new TestOptions(RunOptions.DEFAULT, "", false, 1, false, false, List.of());
}

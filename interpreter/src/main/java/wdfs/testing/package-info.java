/// `wdfs test`: files with tests in them, and what is told of their results. Start at `TestRun`. What a kind of file holds is a
/// `TestKind`'s to know; a new kind is added to the list that `TestRun` is given. The JUnit engine of module `junit` uses the
/// same classes, so Maven and `wdfs test` cannot disagree. Knows neither the command line nor the clock: times are handed in.
package wdfs.testing;

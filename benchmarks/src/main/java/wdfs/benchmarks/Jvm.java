package wdfs.benchmarks;

/// The flags of the forks: those of the launcher, and one that keeps JMH's own use of `Unsafe` from being warned of.
final class Jvm {
    static final String CONTINUATIONS = "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED";
    static final String STACK = "-Xss8m";
    static final String COLLECTOR = "-XX:+UseSerialGC";
    static final String QUIET = "--sun-misc-unsafe-memory-access=allow";

    private Jvm() {}
}

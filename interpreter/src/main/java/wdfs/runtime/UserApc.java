package wdfs.runtime;

import java.util.function.Consumer;

/// A user APC: what a thread of a process runs in its next alertable wait (ENV-139).
/// @param what for traces: `completion routine Done`
public record UserApc(String what, Consumer<Caller> body) {}

package wdfs.semantics;

import wdfs.semantics.bound.BoundProgram;

/// What a check gives: a tree, which may be run if `sound`; the findings went to the collector that the caller gave.
/// @param sound there were no errors
public record CheckResult(BoundProgram program, boolean sound) {}

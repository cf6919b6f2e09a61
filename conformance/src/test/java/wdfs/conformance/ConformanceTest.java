package wdfs.conformance;

import wdfs.junit.Scripts;

/// The rules, cases and mistakes of this folder as scripts. The same as `wdfs test conformance`.
@Scripts
class ConformanceTest {}

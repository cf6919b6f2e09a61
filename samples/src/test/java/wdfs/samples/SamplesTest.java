package wdfs.samples;

import wdfs.junit.Scripts;

/// The scripts of this folder: their `test` blocks, their golden transcripts, and recorded sessions. The same as `wdfs test samples`.
@Scripts
class SamplesTest {}

/// The tests of scripts as tests of the JUnit Platform, so that Maven and IDEs run what `wdfs test` runs. Start at `ScriptsEngine`; a
/// class marked `Scripts` names a folder.
package wdfs.junit;

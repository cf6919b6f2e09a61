/// `wdfs decode`: what a number of Windows' stands for, and a name's number. Start at `Decoder`; `Tables` has the names.
/// Knows nothing of scripts: the REPL's `!error` and `!ioctldecode` can use it as well.
package wdfs.decode;

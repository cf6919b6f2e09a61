/// `wdfs fmt`: lays a script out. Where lines break is the author's choice; how far they are indented, what stands between two
/// tokens and what is aligned is not. Start at `Formatter`: `Pieces` cuts the text, `Structure` tells from the parse tree what
/// hangs on what, `Spacing` which tokens have a blank between them, `Layout` puts the lines together, `Columns` aligns them.
package wdfs.format;

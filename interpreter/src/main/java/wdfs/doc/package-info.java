/// `wdfs doc`: what wdfs knows of a name. Nothing is written twice: a DDI's page is made from its declaration in the standard
/// library, that of a finding, report or rule is a section of a page in docs/, that of a status comes from the tables of `decode`.
/// Start at `Manual`; `ReferencePages` makes docs/reference.
package wdfs.doc;

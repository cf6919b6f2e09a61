/// The static checker: from the AST to the bound tree, and everything that is wrong in between.
///
/// Start at {@link wdfs.semantics.Checker}. `FileBinder`, `DriverBinder` and `ProcessBinder` find the images; `Image` binds
/// their functions when they are first referred to; `Statements`, `ExprBinder` and those around them make the tree; `Flow`
/// follows it. {@link wdfs.semantics.Library} is where names come from that no script declares.
///
/// It never runs anything and knows nothing of the machine or of Windows: what a DDI does stands behind its name alone.
package wdfs.semantics;

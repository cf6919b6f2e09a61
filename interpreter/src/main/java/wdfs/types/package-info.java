/// C's types in Microsoft's x64 ABI: their layout ({@link wdfs.types.Layout}), their conversions
/// ({@link wdfs.types.Conversions}) and arithmetic on constants ({@link wdfs.types.Folding}).
///
/// Start at {@link wdfs.types.Type}. Knows nothing of syntax, names or the machine.
package wdfs.types;

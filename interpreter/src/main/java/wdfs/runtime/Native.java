package wdfs.runtime;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks the Java body of a prototype of the standard library that has the same name.
///
/// The method is `public static`, its first parameter is the {@link Caller}; then one parameter for each of C's: an
/// integer of up to 32 bits, an enumeration or `BOOLEAN` is `int`, every other scalar (64-bit integers, pointers,
/// handles) `long`, `string` is `String`, `bytes` is `byte[]`, `list` is `java.util.List`, `IoResult` is {@link IoResult},
/// `duration` is `long` (nanoseconds). A variadic function ends in `long[] values, String kinds`: one char for each
/// argument, `i` int, `u` unsigned int, `I` and `U` the same with 64 bits, `p` pointer, `s` pointer to 8-bit
/// characters, `w` pointer to 16-bit characters, `h` handle. The result follows the same table.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Native {}

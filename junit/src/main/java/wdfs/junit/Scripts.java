package wdfs.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Stands at a class of tests: the scripts of a folder are its tests. Maven finds tests by their classes, so a folder needs one.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Scripts {
    /// The folder, from the one in which the tests run: the module's.
    String value() default ".";
}

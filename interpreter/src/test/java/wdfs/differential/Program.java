package wdfs.differential;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// A generated program; `@` stands in front of every name at file level, so that many programs fit into one C file.
/// @param file types, constants and functions
/// @param body the statements of `main`
record Program(long seed, String file, String body) {
    static final String MIX = "static void @mix(ULONGLONG *h, ULONGLONG value) { *h = (*h ^ value) * 0x9E3779B97F4A7C15ULL; *h ^= *h >> 29; }\n";
    private static final String TRACED = "static void @mixNUMBER(ULONGLONG *h, ULONGLONG value) "
            + "{ *h = (*h ^ value) * 0x9E3779B97F4A7C15ULL; *h ^= *h >> 29; printf(\"NUMBER: %016llx\\n\", value); }\n";
    static final String PRELUDE = """
            #include <stdint.h>
            #include <stdio.h>
            #include <string.h>
            typedef char CHAR;
            typedef unsigned char UCHAR;
            typedef int16_t SHORT;
            typedef uint16_t USHORT;
            typedef int32_t LONG;
            typedef uint32_t ULONG;
            typedef long long LONGLONG;
            typedef unsigned long long ULONGLONG;
            #define RtlZeroMemory(where, length) memset(where, 0, length)
            """;

    /// The program with each hashed value printed behind its call's number, to find the first that differs.
    Program traced() {
        int[] number = {0};
        StringBuilder mixes = new StringBuilder();
        UnaryOperator<String> numbered = text -> Pattern.compile("@mix\\(h,").matcher(text).replaceAll(_ -> {
            mixes.append(TRACED.replace("NUMBER", Integer.toString(++number[0])));
            return "@mix" + number[0] + "(h,";
        });
        String rest = numbered.apply(file.replace(MIX, ""));
        String statements = numbered.apply(body);
        return new Program(seed, mixes + rest, statements);
    }

    String wdfs() {
        return (file + "process app {\n" + body + "}\n").replace("@", "");
    }

    /// The functions of the program for a C file that begins with {@link #PRELUDE}.
    String c() {
        return (file + "static void @main(void) {\n" + body + "}\n").replace("@", prefix());
    }

    String prefix() {
        return "p" + seed + "_";
    }
}

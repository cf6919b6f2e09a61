package wdfs.syntax;

import wdfs.diagnostics.Diagnostic;
import wdfs.source.Span;

/// The findings of the parser, LANG-001 to LANG-099: the only place where their words stand.
final class SyntaxFindings {
    private SyntaxFindings() {}

    static Diagnostic unexpected(Span span, String found, String expected) {
        Diagnostic finding = Diagnostic.error("LANG-001", span, "%s is not expected here", found);
        return expected.isEmpty() ? finding : finding.help("expected %s", expected);
    }

    static Diagnostic noExpression(Span span, String found) {
        return Diagnostic.error("LANG-001", span, "an expression is wanted here, not %s", found);
    }

    static Diagnostic misspelt(Span span, String word, String meant) {
        return Diagnostic.error("LANG-001", span, "'%s' is not expected here", word).help("did you mean %s?", meant);
    }

    static Diagnostic misplaced(Span span, String word, String home) {
        return Diagnostic.error("LANG-001", span, "a %s is not expected here: it stands in %s", word, home);
    }

    static Diagnostic neverClosed(Span span, String bracket) {
        return Diagnostic.error("LANG-002", span, "this '%s' is never closed", bracket)
                .help("look for the missing closing bracket where the indentation ends");
    }

    static Diagnostic closesNothing(Span span, String bracket) {
        return Diagnostic.error("LANG-002", span, "this '%s' closes nothing", bracket);
    }

    static Diagnostic missingBefore(Span span, String expected, String found) {
        return Diagnostic.error("LANG-003", span, "expected %s before %s", expected, found);
    }

    static Diagnostic badCharacter(Span span, String text) {
        return Diagnostic.error("LANG-004", span, "the character %s means nothing here", text);
    }

    static Diagnostic openString(Span span) {
        return Diagnostic.error("LANG-005", span, "this string is not closed on its line")
                .help("close it with \"; two strings side by side are joined");
    }

    static Diagnostic openComment(Span span) {
        return Diagnostic.error("LANG-006", span, "this comment is never closed");
    }

    static Diagnostic tooDeep(Span span, int limit) {
        return Diagnostic.error("LANG-007", span, "the nesting is deeper than %d", limit)
                .help("no program that people read needs it; the limit keeps a hostile script from taking the interpreter's stack");
    }

    static Diagnostic tooLarge(Span span, long bytes, long limit) {
        return Diagnostic.error("LANG-008", span, "the file has %,d characters; the limit is %,d", bytes, limit);
    }

    static Diagnostic macroWithParameters(Span span, String name) {
        return Diagnostic.error("LANG-009", span, "the macro %s takes parameters, and a script has no preprocessor", name)
                .help("write it as a function");
    }

    static Diagnostic macroOfStatements(Span span, String name) {
        return Diagnostic.error("LANG-009", span, "the macro %s stands for statements, and a script has no preprocessor", name)
                .help("write it as a function");
    }

    static Diagnostic inlineAssembly(Span span) {
        return Diagnostic.error("LANG-133", span, "inline assembly is no part of the language, nor of Microsoft's compiler for x64")
                .help("the intrinsics and Interlocked… functions are there");
    }

    static Diagnostic unknownFramework(Span span) {
        return Diagnostic.error("LANG-142", span, "a driver says behind its name what it is written for").help("kmdf | umdf | wdm");
    }

    static Diagnostic unknownDirective(Span span, String directive) {
        return Diagnostic.error("LANG-010", span, "#%s is no directive of a script", directive)
                .help("a script knows #define of a constant, #include and #pragma pack; a .h file knows #if too");
    }

    static Diagnostic badConstant(Span span, String why) {
        return Diagnostic.error("LANG-011", span, "%s", why);
    }

    static Diagnostic badBytes(Span span) {
        return Diagnostic.error("LANG-012", span, "x\"…\" holds pairs of hexadecimal digits")
                .help("for example x\"DE AD BE EF\"");
    }

    static Diagnostic conditionalInHole(Span span) {
        return Diagnostic.error("LANG-013", span, "the ':' here begins a format, so a ?: in an interpolated string needs parentheses").help("{(a ? b : c)}");
    }

    static Diagnostic emptyHole(Span span) {
        return Diagnostic.error("LANG-013", span, "this { } of the interpolated string holds no expression")
                .help("write {{ for a brace");
    }

    static Diagnostic unbalancedConditional(Span span, String directive) {
        return Diagnostic.error("LANG-014", span, "#%s without a matching #if or #endif", directive);
    }

    static Diagnostic tooManyOperators(Span span, int limit) {
        return Diagnostic.error("LANG-016", span, "the expression has more than %,d operators", limit);
    }
}

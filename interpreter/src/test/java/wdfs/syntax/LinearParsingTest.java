package wdfs.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.diagnostics.Findings;
import wdfs.grammar.WdfsParser;
import wdfs.source.SourceFile;

/// Parsing is linear in the file's length: the parser looks at each token a number of times that does not grow with the
/// file. Looks are counted, not time.
class LinearParsingTest {
    private static final class Counting extends CommonTokenStream {
        long looks;

        Counting(List<Token> tokens) {
            super(new ListTokenSource(tokens));
        }

        @Override
        public int LA(int i) {
            looks++;
            return super.LA(i);
        }
    }

    /// How often the parser looks at a token, on the average.
    private static double looksPerToken(String text) {
        SourceFile file = SourceFile.script("t.wdfs", text);
        Findings findings = new Findings();
        List<CommonToken> tokens = TypeNames.settle(file, Outline.mend(file, Tokens.of(file, findings).list(), findings), name -> name.startsWith("U"), findings, false);
        List<Token> list = new ArrayList<>(tokens);
        CommonToken end = new CommonToken(Token.EOF, "");
        end.setStartIndex(text.length());
        end.setStopIndex(text.length() - 1);
        list.add(end);
        Counting stream = new Counting(list);
        WdfsParser parser = new WdfsParser(stream);
        parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
        parser.setBuildParseTree(false);
        parser.removeErrorListeners();
        parser.setErrorHandler(new BailErrorStrategy());
        parser.unit();
        assertThat(findings.isEmpty()).isTrue();
        return (double) stream.looks / tokens.size();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "int f%d(int a, ULONG *b) { return a + (int)b[%d]; }",
        "#define NAME%d (1 + %d)",
        "typedef struct _S%d { ULONG a : 3; struct { UCHAR c[%d]; }; } S%d, *PS%d;",
        "process p%d { var r = ioctl(h, %d, x\"01\", out: 4); expect r.status == 0; for (x in [1, 2]) print($\"{x:08x}\"); }",
        "driver D%d kmdf { device D control { name L\"n%d\"; queue Q sequential { handle X(Request, In) { return 0; } EvtIoRead(Queue, Request, Length) { f(Queue)->n++; } } } }",
    })
    void looksPerTokenDoNotGrow(String line) {
        IntFunction<String> script = count -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                text.append(line.replace("%d", Integer.toString(i))).append('\n');
            }
            return text.toString();
        };
        double small = looksPerToken(script.apply(100));
        double medium = looksPerToken(script.apply(1_000));
        double large = looksPerToken(script.apply(5_000));
        assertThat(small).isLessThan(40);
        assertThat(medium).isLessThan(small * 1.1);
        assertThat(large).isLessThan(small * 1.1);
    }

    @Test
    void oneLongBodyAndOneLongLine() {
        String body = "int f(int a) { %s return a; }";
        double small = looksPerToken(body.formatted("a = a * 3 + f(a);".repeat(100)));
        assertThat(looksPerToken(body.formatted("a = a * 3 + f(a);".repeat(20_000)))).isLessThan(small * 1.1);
    }

    @Test
    void aTextOfErrorsIsGivenUp() {
        Findings findings = new Findings();
        Parser.parse(SourceFile.script("t.wdfs", "process p {" + "1 ".repeat(400_000) + "}"), findings, _ -> false);
        assertThat(findings.hasErrors()).isTrue();
        assertThat(findings.sorted().size()).isLessThan(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 1_000, 100_000})
    void interpolatedStringsInEachOthersHolesAreFew(int depth) {
        Findings findings = new Findings();
        Parser.parse(SourceFile.script("t.wdfs", "process p { print(" + "$\"{".repeat(depth) + "1" + "}\"".repeat(depth) + "); }"), findings, _ -> false);
        assertThat(findings.hold("LANG-007")).isTrue();
    }

    @Test
    void aFewInterpolatedStringsMayNest() {
        Findings findings = new Findings();
        Parser.parse(SourceFile.script("t.wdfs", "process p { print($\"a {$\"b {$\"c {1} \\\" }}\" + \"}\"} {{\"} c\"); }"), findings, _ -> false);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void whatIsNeverClosedIsReadOnce() {
        Findings findings = new Findings();
        Parser.parse(SourceFile.script("t.wdfs", "typedef ".repeat(200_000)), findings, _ -> false);
        Parser.parse(SourceFile.script("t.wdfs", "typedef x } ".repeat(100_000)), findings, _ -> false);
        Parser.parse(SourceFile.script("t.wdfs", "#if 1\n".repeat(200_000)), findings, _ -> false);
        assertThat(findings.hasErrors()).isTrue();
    }
}

package wdfs.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.antlr.v4.runtime.CommonToken;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import wdfs.engine.Engine;
import wdfs.engine.Sources;
import wdfs.grammar.WdfsLexer;
import wdfs.semantics.Imports;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.syntax.ParsedText;
import wdfs.syntax.Parser;

/// The layout of scripts: what it does to single lines, and that it keeps the tokens of every script there is, and rests.
class FormatterTest {
    private static final Engine ENGINE = new Engine();

    private static String format(String text) {
        SourceFile file = SourceFile.script("t.wdfs", text);
        return Formatter.format(file, Imports.knownTypes(file, SourceLoader.none(), ENGINE.library())).orElseThrow(() -> new AssertionError("mistakes of syntax in\n" + text));
    }

    private static void check(String before, String after) {
        assertThat(format(before)).isEqualTo(after);
        assertThat(format(after)).isEqualTo(after);
    }

    @Test
    void blanksBetweenTokensAreThoseOfTheHouse() {
        check("process  a{int x=1+2 *3;x ++;- - x;if(x==(int)5&&!x)print( x );f( x,& x );}\nVOID f(int a,int* b){*b=-a;}\n", """
                process a { int x = 1 + 2 * 3; x++; - -x; if (x == (int)5 && !x) print(x); f(x, &x); }
                VOID f(int a, int *b) { *b = -a; }
                """);
        check("process a{for(;;){break;}for(i in[1,2])print($\"{ i }\");var r=ioctl( h,0,out : 4 );switch(x){case 1:break;default:;}x?y:z;return;}\n",
                "process a { for (;;) { break; } for (i in [1, 2]) print($\"{ i }\"); var r = ioctl(h, 0, out: 4); switch (x) { case 1: break; default: ; } x ? y : z; return; }\n");
        check("typedef struct _S{ULONG a:3;UCHAR b[ 4 ];VOID(*f)( PVOID*,int );}S,*PS;\n", "typedef struct _S { ULONG a : 3; UCHAR b[4]; VOID (*f)(PVOID *, int); } S, *PS;\n");
        check("hardware C{interrupt M message 3;on write R(v){raise M [ v ];lower M[0];raise M;}}\n", "hardware C { interrupt M message 3; on write R(v) { raise M[v]; lower M[0]; raise M; } }\n");
        check("[[ kernel,rules( A-1 ) ]]_IRQL_requires_max_( 2 )NTSTATUS F( _In_reads_( n )PVOID p,ULONG n );\n", "[[kernel, rules(A-1)]] _IRQL_requires_max_(2) NTSTATUS F(_In_reads_(n) PVOID p, ULONG n);\n");
        check("import<ntddk>;\nprocess a{POINT p=(POINT){.X=1,.Y=-1};POINT q=POINT{X:1};}\nstruct POINT{int X;int Y;};\n",
                "import <ntddk>;\nprocess a { POINT p = (POINT){ .X = 1, .Y = -1 }; POINT q = POINT { X: 1 }; }\nstruct POINT { int X; int Y; };\n");
    }

    @Test
    void linesStayAndAreIndentedByWhatTheyHangOn() {
        check("""
                driver D kmdf {
                device Dev control {
                name L"x"; queue Default parallel {
                EvtIoRead(Queue, Request, Length) {
                if (Length)
                return;
                else if (x) {
                y();
                } else
                z();
                switch (Length) {
                case 1:
                case 2: a();
                // two
                b();
                default:
                c();
                }
                __try { a(); }
                __finally
                {
                b();
                }
                do
                x();
                while (1);
                Fail:
                c();
                }
                }


                }
                }
                """, """
                driver D kmdf {
                    device Dev control {
                        name L"x"; queue Default parallel {
                            EvtIoRead(Queue, Request, Length) {
                                if (Length)
                                    return;
                                else if (x) {
                                    y();
                                } else
                                    z();
                                switch (Length) {
                                case 1:
                                case 2: a();
                                    // two
                                    b();
                                default:
                                    c();
                                }
                                __try { a(); }
                                __finally
                                {
                                    b();
                                }
                                do
                                    x();
                                while (1);
                            Fail:
                                c();
                            }
                        }
                    }
                }
                """);
    }

    @Test
    void whatGoesOnStaysAsFarRightAsItWasOrUnderItsBracket() {
        check("""
                VOID
                F(
                    _In_ ULONG a,
                    _In_ ULONG b
                    )
                /*++
                    What it does.
                --*/
                {
                      G(a,
                        b);
                      G ( a,
                          b);
                      a = b +
                              c;
                      a = b +
                      c;
                }
                """, """
                VOID
                F(
                    _In_ ULONG a,
                    _In_ ULONG b
                    )
                /*++
                    What it does.
                --*/
                {
                    G(a,
                      b);
                    G(a,
                      b);
                    a = b +
                            c;
                    a = b +
                        c;
                }
                """);
    }

    @Test
    void anAlignmentThatWasMadeIsKeptAndAnAccidentIsNot() {
        check("""
                struct S {
                  UCHAR  *Target;     // one
                  ULONG   Length ;    // two
                  UCHAR   Value;
                };
                process a {
                    int  x = 1;
                    return  ;
                }
                """, """
                struct S {
                    UCHAR  *Target;     // one
                    ULONG   Length;     // two
                    UCHAR   Value;
                };
                process a {
                    int x = 1;
                    return;
                }
                """.replace("    UCHAR  *Target;     // one\n    ULONG   Length;     // two\n    UCHAR   Value;", "    UCHAR *Target;     // one\n    ULONG  Length;     // two\n    UCHAR  Value;"));
    }

    @Test
    void linesWithASharpCommentsAndWhatIsLeftOutStayAsTheyAre() {
        check("""
                #define A   1   // one
                #define B \\
                      2
                process a {
                      #define C   3
                        /* a
                           b */
                        print( C ) ;  // trailing
                                      // goes on
                #if 0
                   never (  read {
                #else
                        print(1);
                #endif
                }
                """, """
                #define A   1   // one
                #define B \\
                      2
                process a {
                    #define C   3
                    /* a
                       b */
                    print(C);  // trailing
                               // goes on
                #if 0
                   never (  read {
                #else
                    print(1);
                #endif
                }
                """);
    }

    @Test
    void theBlockOfExpectErrorIsNotRead() {
        check("test \"t\" {\n  expect   error LANG-101 { this is  no (script\n      at) all }\n}\n", "test \"t\" {\n    expect   error LANG-101 { this is  no (script\n        at) all }\n}\n");
    }

    @Test
    void aTextWithMistakesIsRefused() {
        SourceFile file = SourceFile.script("t.wdfs", "process a { x = ; }");
        assertThat(Formatter.format(file, ENGINE.library()::isType)).isEmpty();
    }

    private static List<Path> scripts() throws IOException {
        Path root = Files.isDirectory(Path.of("samples")) ? Path.of(".") : Path.of("..");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".wdfs") && !f.toString().contains("target") && !f.toString().contains(".git")).sorted().toList();
        }
    }

    private record Script(SourceFile file, Predicate<String> types) {
        static Script of(Path path) throws Sources.Unreadable {
            Sources sources = Sources.of(path, List.of());
            SourceFile file = sources.main(path, path.toString());
            return new Script(file, Imports.knownTypes(file, sources, ENGINE.library()));
        }

        Script with(String text) {
            return new Script(new SourceFile(file.path(), text, file.origin()), types);
        }

        Optional<String> formatted() {
            return Formatter.format(file, types);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyScriptRestsAfterOnePassAndKeepsItsTokens() throws IOException {
        return scripts().stream().map(path -> DynamicTest.dynamicTest(path.toString(), () -> {
            Script script = Script.of(path);
            Optional<String> once = script.formatted();
            if (once.isEmpty()) {
                return;                              // a script of the checker's tests that is to be refused
            }
            assertThat(script.with(once.get()).formatted()).contains(once.get());
        }));
    }

    @Test
    void theSamplesAreInTheHousesLayout() throws IOException, Sources.Unreadable {
        List<String> others = new ArrayList<>();
        for (Path path : scripts()) {
            if (path.toString().contains("samples")) {
                Script script = Script.of(path);
                if (!script.formatted().orElseThrow().equals(script.file().text())) {
                    others.add(path.toString());
                }
            }
        }
        assertThat(others).as("wdfs fmt changes them").isEmpty();
    }

    /// Whatever white space stands between the tokens of a script, the layout keeps them, and rests.
    @TestFactory
    Stream<DynamicTest> scriptsWithOtherWhiteSpaceRestAfterOnePass() throws IOException {
        List<Path> scripts = scripts().stream().filter(p -> p.toString().contains("samples") || p.toString().contains("language") || p.toString().contains("cases")).toList();
        return scripts.stream().map(path -> DynamicTest.dynamicTest(path.toString(), () -> {
            Script script = Script.of(path);
            Map<Integer, String> seen = new HashMap<>();
            for (int seed = 1; seed <= 3; seed++) {
                Script mangled = script.with(mangled(script, new Random(seed)));
                String once = mangled.formatted().orElseThrow(() -> new AssertionError("mistakes of syntax in\n" + mangled.file().text()));
                assertThat(mangled.with(once).formatted()).as("seed " + seed).contains(once);
                seen.put(seed, once);
            }
        }));
    }

    private static String mangled(Script script, Random random) {
        ParsedText parsed = Parser.parsed(script.file(), script.types()).orElseThrow();
        String text = script.file().text();
        StringBuilder mangled = new StringBuilder();
        int at = 0;
        int before = 0;
        for (CommonToken token : parsed.tokens()) {
            String gap = text.substring(at, token.getStartIndex());
            boolean still = gap.contains("//") || gap.contains("\\") || token.getType() == WdfsLexer.PpLine || token.getType() == WdfsLexer.DocComment
                    || before == WdfsLexer.PpLine || before == WdfsLexer.DocComment;
            before = token.getType();
            mangled.append(still || gap.isEmpty() && random.nextInt(4) > 0 ? gap : " \t\n".repeat(random.nextInt(2)) + (gap.isBlank() && !gap.isEmpty() ? gap.substring(random.nextInt(gap.length())) : "")
                    + (gap.isEmpty() ? "" : " ".repeat(random.nextInt(3))));
            mangled.append(text, token.getStartIndex(), token.getStopIndex() + 1);
            at = token.getStopIndex() + 1;
        }
        return mangled.append(text, at, text.length()).toString();
    }
}

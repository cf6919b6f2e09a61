package wdfs.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wdfs.engine.Engine;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// What the schema of SARIF 2.1.0 asks of a log like ours: which members an object may and must have, and of which type.
class SarifTest {
    /// Reads JSON into maps, lists, strings, longs and booleans; fails on what RFC 8259 does not allow.
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        Object whole() {
            Object value = value();
            blanks();
            assertThat(at).as("nothing behind the value").isEqualTo(text.length());
            return value;
        }

        private void blanks() {
            while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private Object value() {
            blanks();
            char c = text.charAt(at);
            if (c == '{') {
                Map<String, Object> map = new LinkedHashMap<>();
                list('}', () -> {
                    blanks();
                    String name = string();
                    blanks();
                    assertThat(text.charAt(at++)).isEqualTo(':');
                    assertThat(map.put(name, value())).as("the member " + name + " stands once").isNull();
                });
                return map;
            }
            if (c == '[') {
                List<Object> items = new ArrayList<>();
                list(']', () -> items.add(value()));
                return items;
            }
            if (c == '"') {
                return string();
            }
            int start = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-')) {
                at++;
            }
            String word = text.substring(start, at);
            return word.equals("true") ? Boolean.TRUE : word.equals("false") ? Boolean.FALSE : (Object) Long.valueOf(word);
        }

        private void list(char close, Runnable item) {
            at++;
            blanks();
            if (text.charAt(at) == close) {
                at++;
                return;
            }
            while (true) {
                item.run();
                blanks();
                char c = text.charAt(at++);
                if (c == close) {
                    return;
                }
                assertThat(c).isEqualTo(',');
            }
        }

        private String string() {
            assertThat(text.charAt(at++)).isEqualTo('"');
            StringBuilder s = new StringBuilder();
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                assertThat(c).isGreaterThanOrEqualTo(' ');
                if (c == '\\') {
                    char e = text.charAt(at++);
                    switch (e) {
                        case 'n' -> s.append('\n');
                        case 't' -> s.append('\t');
                        case 'r' -> s.append('\r');
                        case 'u' -> {
                            s.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                            at += 4;
                        }
                        default -> {
                            assertThat("\"\\/bf").contains(String.valueOf(e));
                            s.append(e);
                        }
                    }
                } else {
                    s.append(c);
                }
            }
            at++;
            return s.toString();
        }
    }

    /// The objects of the schema that our logs hold: `name!` for a member that must be there, `:` and its type.
    private static final Map<String, List<String>> SCHEMA = Map.ofEntries(
            Map.entry("sarifLog", List.of("$schema:string", "version!:string", "runs!:[run")),
            Map.entry("run", List.of("tool!:tool", "invocations:[invocation", "columnKind:string", "results:[result")),
            Map.entry("tool", List.of("driver!:toolComponent")),
            Map.entry("toolComponent", List.of("name!:string", "version:string", "semanticVersion:string", "rules:[reportingDescriptor")),
            Map.entry("reportingDescriptor", List.of("id!:string", "shortDescription:multiformatMessageString", "help:multiformatMessageString")),
            Map.entry("multiformatMessageString", List.of("text!:string", "markdown:string")),
            Map.entry("invocation", List.of("executionSuccessful!:boolean")),
            Map.entry("result", List.of("ruleId:string", "ruleIndex:integer", "level:string", "message!:message", "locations:[location", "relatedLocations:[location")),
            Map.entry("message", List.of("text:string", "markdown:string", "id:string")),
            Map.entry("location", List.of("id:integer", "physicalLocation:physicalLocation", "message:message")),
            Map.entry("physicalLocation", List.of("artifactLocation:artifactLocation", "region:region")),
            Map.entry("artifactLocation", List.of("uri:string", "uriBaseId:string")),
            Map.entry("region", List.of("startLine:integer", "startColumn:integer", "endLine:integer", "endColumn:integer")));

    private static void conforms(Object value, String type, String where) {
        switch (type) {
            case "string" -> assertThat(value).as(where).isInstanceOf(String.class);
            case "integer" -> assertThat(value).as(where).isInstanceOf(Long.class);
            case "boolean" -> assertThat(value).as(where).isInstanceOf(Boolean.class);
            default -> {
                if (type.startsWith("[")) {
                    assertThat(value).as(where).isInstanceOf(List.class);
                    int i = 0;
                    for (Object item : (List<?>) value) {
                        conforms(item, type.substring(1), where + "[" + i++ + "]");
                    }
                    return;
                }
                assertThat(value).as(where).isInstanceOf(Map.class);
                Set<Object> left = new HashSet<>(((Map<?, ?>) value).keySet());
                for (String member : SCHEMA.get(type)) {
                    String name = member.substring(0, member.indexOf(':')).replace("!", "");
                    Object found = ((Map<?, ?>) value).get(name);
                    assertThat(found != null || !member.contains("!")).as(where + "." + name + " is required").isTrue();
                    if (found != null) {
                        conforms(found, member.substring(member.indexOf(':') + 1), where + "." + name);
                    }
                    left.remove(name);
                }
                assertThat(left).as(where + " has only members of the schema").isEmpty();
            }
        }
    }

    private static Map<?, ?> log(String path, String text) {
        List<Diagnostic> findings = new Engine().compile(SourceFile.script(path, text), SourceLoader.none()).findings().sorted();
        assertThat(findings).isNotEmpty();
        Object log = new Reader(SarifRenderer.render(findings, "0.1.0")).whole();
        conforms(log, "sarifLog", "log");
        return (Map<?, ?>) log;
    }

    private static Map<?, ?> only(Map<?, ?> log, String list) {
        return (Map<?, ?>) ((List<?>) log.get(list)).getFirst();
    }

    @Test
    void aLogHasWhatTheSchemaAsksFor() {
        Map<?, ?> log = log("my scripts/ä.wdfs", "process a {\n    int x = 1;\n    int x = nothing; \"\n}\n");
        Map<?, ?> run = only(log, "runs");
        assertThat(log.get("version")).isEqualTo("2.1.0");
        assertThat(run.get("columnKind")).isEqualTo("utf16CodeUnits");
        List<?> rules = (List<?>) ((Map<?, ?>) ((Map<?, ?>) run.get("tool")).get("driver")).get("rules");
        for (Object result : (List<?>) run.get("results")) {
            Map<?, ?> r = (Map<?, ?>) result;
            assertThat(r.get("level")).isIn("error", "warning", "note", "none");
            assertThat(((Map<?, ?>) rules.get((int) (long) (Long) r.get("ruleIndex"))).get("id")).isEqualTo(r.get("ruleId"));
            assertThat(r.toString()).contains("uri=my%20scripts/%C3%A4.wdfs");
        }
    }

    @Test
    void warningsAndLabelsHaveTheirPlaces() {
        Map<?, ?> run = only(log("w.wdfs", "ULONG F(VOID) { return 1; }\nprocess a {\n    ULONG n = 1;\n    ULONG n = 2;\n    print(n);\n}\n"), "runs");
        Map<?, ?> result = only(run, "results");
        assertThat(result.get("ruleId")).isEqualTo("LANG-104");
        assertThat(result.get("relatedLocations")).asString().contains("startLine=3");
        assertThat(result.get("locations")).asString().contains("startLine=4");
    }

    @Test
    void pathsAreUris() {
        assertThat(SarifRenderer.uri("a/b.wdfs")).isEqualTo("a/b.wdfs");
        assertThat(SarifRenderer.uri("/a b/c#d.wdfs")).isEqualTo("file:///a%20b/c%23d.wdfs");
        assertThat(SarifRenderer.uri("C:/x.wdfs")).isEqualTo("file:///C:/x.wdfs");
        assertThat(SarifRenderer.uri("a:b.wdfs")).isEqualTo("a%3Ab.wdfs");
    }
}
